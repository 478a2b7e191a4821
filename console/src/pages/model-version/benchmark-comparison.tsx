import { Group, NativeSelect, Stack, Table, Text } from "@mantine/core";
import type { Benchmark } from "@slipway/contracts/api/benchmark";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { sameValue } from "@slipway/contracts/same-value";
import { IconArrowDown, IconArrowUp, IconEqual } from "@tabler/icons-react";
import { useState } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";
import { type Look, Sign } from "#components/sign.tsx";
import { useBenchmark, type VersionRef } from "#data/benchmarks.ts";
import { useDeployments } from "#data/deployments.ts";
import { type ComparedFigure, compareFigures, type Difference, NOISE_PERCENT } from "#lib/benchmark-words.ts";
import { MeasureButton, MeasurementProgress } from "./measurement.tsx";

type Measured = NonNullable<Benchmark["measured"]>;

interface Running {
  version: string;
  /** The deployments that it serves. */
  names: string[];
}

/** The figures of a version, beside those of what a deployment of the same model runs now. */
export function BenchmarkComparison({ measured, ...ref }: VersionRef & { measured: Measured }) {
  const deployments = useDeployments(ref.group).data?.items ?? [];
  const running = runningVersions(deployments, ref.name);
  const others = running.filter(({ version }) => version !== ref.version);
  const [chosen, setChosen] = useState<string | null>(null);
  const against = others.find(({ version }) => version === chosen) ?? others[0];
  const other = useBenchmark(against === undefined ? null : { ...ref, version: against.version }).data;
  const own = running.find(({ version }) => version === ref.version);
  return (
    <Stack gap="xs">
      {own === undefined ? null : (
        <Text size="sm">This version is what {own.names.join(", ")} runs now.</Text>
      )}
      {others.length > 1 ? (
        <NativeSelect
          size="xs"
          label="Against what runs now"
          data={others.map(({ version, names }) => ({ value: version, label: wordsFor({ version, names }) }))}
          value={against?.version ?? ""}
          onChange={(event) => setChosen(event.currentTarget.value)}
          maw={320}
        />
      ) : null}
      <FigureTable
        figures={compareFigures(measured.figures, other?.measured?.figures ?? null)}
        version={ref.version}
        against={other?.measured ? (against ?? null) : null}
      />
      {against === undefined || other === undefined ? null : (
        <Against {...ref} against={against} other={other} measured={measured} />
      )}
    </Stack>
  );
}

interface AgainstProps extends VersionRef {
  against: Running;
  other: Benchmark;
  measured: Measured;
}

/** What stands in the way of the comparison, or bends it. */
function Against({ against, other, measured, ...ref }: AgainstProps) {
  if (other.measured === null) {
    return (
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm">{wordsFor(against)} runs now and has not been measured.</Text>
          <MeasureButton
            {...ref}
            version={against.version}
            benchmark={other}
            label={`Measure version ${against.version} too`}
          />
        </Group>
        {other.state === "none" ? null : <MeasurementProgress benchmark={other} />}
      </Stack>
    );
  }
  const alike = sameValue(other.measured.terms, measured.terms);
  if (alike) {
    return (
      <Text size="xs" c="dimmed">
        Less than {NOISE_PERCENT} % apart may be chance, and counts as the same.
      </Text>
    );
  }
  return (
    <Text size="xs" c="dimmed">
      The two were not measured alike: version {against.version} on {other.measured.terms.instanceType},
      batching {other.measured.terms.batching.mode}. Measure both again to compare them.
    </Text>
  );
}

interface FigureTableProps {
  figures: ComparedFigure[];
  version: string;
  against: Running | null;
}

function FigureTable({ figures, version, against }: FigureTableProps) {
  return (
    <ScrollBox label="Benchmark table">
      <Table className="data-table stacked" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Figure</Table.Th>
            <Table.Th scope="col" className="numeric">
              Version {version}
            </Table.Th>
            {against === null ? null : (
              <>
                <Table.Th scope="col" className="numeric">
                  {wordsFor(against)}
                </Table.Th>
                <Table.Th scope="col">Difference</Table.Th>
              </>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.map(({ name, value, other, difference }) => (
            <Table.Tr key={name}>
              <Table.Td fw={500}>{name}</Table.Td>
              <Table.Td className="numeric" data-column={`Version ${version}`}>
                {value}
              </Table.Td>
              {against === null ? null : (
                <>
                  <Table.Td className="numeric" data-column={wordsFor(against)}>
                    {other}
                  </Table.Td>
                  <Table.Td>{difference === null ? null : <Sign look={lookOf(difference)} />}</Table.Td>
                </>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

const ICONS = { down: IconArrowDown, up: IconArrowUp, same: IconEqual };
const TONES = { better: "good", worse: "bad", same: "quiet" } as const;

function lookOf({ direction, verdict, words }: Difference): Look {
  const word = verdict === "same" ? words : `${words}, ${verdict}`;
  return { icon: ICONS[direction], tone: TONES[verdict], word };
}

function runningVersions(deployments: DeploymentSummary[], model: string): Running[] {
  const names = new Map<string, string[]>();
  for (const { modelName, resolvedVersion, name } of deployments) {
    if (modelName !== model || resolvedVersion === null) continue;
    names.set(resolvedVersion, [...(names.get(resolvedVersion) ?? []), name]);
  }
  return [...names].map(([version, of]) => ({ version, names: of }));
}

function wordsFor({ version, names }: Running): string {
  return `Version ${version} (${names.join(", ")})`;
}
