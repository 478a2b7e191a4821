import { Group, Stack, Table, Text } from "@mantine/core";
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import {
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconEye,
  IconPackage,
  IconQuestionMark,
} from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { useVersion } from "#data/models.ts";
import { compareEnvironments } from "#lib/environment-change.ts";
import { MISSING } from "#lib/format.ts";
import { type Compatibility, compareSignatures, type Effect } from "#lib/signature-compatibility.ts";
import type { VersionChoice } from "#lib/version-choice.ts";
import { type ComparedRow, compareVersions } from "#lib/version-comparison.ts";
import { PageLink } from "./links.tsx";
import { PagePending } from "./page-states.tsx";
import { ProblemAlert } from "./problem.tsx";
import { ScrollBox } from "./scroll-box.tsx";
import { type Look, Sign } from "./sign.tsx";

/** What is told in a part of its own. */
const TOLD_APART = new Set(["Signature", "Requirements", "Tags"]);
const UNTOLD = new Set(["registered", "description"]);

interface VersionChangeProps {
  group: string;
  before: VersionChoice;
  after: VersionChoice;
  /** Shows the verdicts, and what they rest on when asked. */
  folded?: boolean;
}

/** What is another when a version takes the place of another one: for callers, for the environment, in its figures. */
export function VersionChange({ group, before, after, folded = false }: VersionChangeProps) {
  const [old, next] = [
    useVersion(group, before.name, before.version),
    useVersion(group, after.name, after.version),
  ];
  const failed = [old, next].find(({ data, error }) => data === undefined && error !== null);
  if (failed?.error) {
    return <ProblemAlert error={failed.error} group={group} onRetry={() => void failed.refetch()} />;
  }
  if (old.data === undefined || next.data === undefined) return <PagePending rows={3} />;
  return <Changes group={group} before={old.data} after={next.data} folded={folded} />;
}

interface ChangesProps {
  group: string;
  before: ModelVersionDetail;
  after: ModelVersionDetail;
  folded: boolean;
}

function Changes({ group, before, after, folded }: ChangesProps) {
  const signature = compareSignatures(before.signature, after.signature);
  const environment = compareEnvironments(before, after);
  const rows = compareVersions([before, after])
    .filter(({ title }) => !TOLD_APART.has(title))
    .flatMap((section) => section.rows.filter(({ key }) => !UNTOLD.has(key)))
    .filter(({ differs }) => differs);
  const unmeasured = [before, after].filter(({ benchmark }) => Object.keys(benchmark).length === 0);
  return (
    <Stack gap="md">
      <Part title="Callers" folded={folded} look={CALLERS[signature.verdict]} words={signature.words}>
        {signature.changes.length === 0 ? null : <SignatureChanges signature={signature} />}
      </Part>
      <Part
        title="Environment"
        folded={folded}
        look={ENVIRONMENT[environment.verdict]}
        words={environment.words}
      >
        {environment.requirements.length === 0 ? null : (
          <ChangeTable
            label="Requirements that change"
            head={["Package", "Runs now", "Would run"]}
            rows={environment.requirements.map(({ name, from, to }) => [
              name,
              from ?? MISSING,
              to === null ? "removed" : to || "asked for",
            ])}
          />
        )}
      </Part>
      <Part title="Figures and parameters" folded={folded}>
        {rows.length === 0 ? (
          <Text size="sm">They are all alike.</Text>
        ) : (
          <ChangeTable
            label="Figures that change"
            head={["What", "Runs now", "Would run", "Difference"]}
            rows={rows.map(figureCells)}
          />
        )}
        {unmeasured.length === 0 ? null : (
          <Text size="xs" c="dimmed" mt={4}>
            Latency and memory are compared once both versions are measured. Not measured yet:{" "}
            {unmeasured.map(({ name, version }, index) => (
              <Fragment key={`${name}/${version}`}>
                {index === 0 ? "" : ", "}
                <PageLink
                  to="/g/$group/models/$name/versions/$version"
                  params={{ group, name, version }}
                  underline="always"
                >
                  {name} version {version}
                </PageLink>
              </Fragment>
            ))}
            .
          </Text>
        )}
      </Part>
    </Stack>
  );
}

function figureCells({ label, cells }: ComparedRow): string[] {
  const [from, to] = cells;
  return [label, from?.text ?? MISSING, to?.text ?? MISSING, to?.delta ?? ""];
}

const BREAKS: Look = { icon: IconCircleXFilled, tone: "bad", word: "Callers break" };
const CALLERS: Record<Compatibility["verdict"], Look> = {
  same: { icon: IconCircleCheckFilled, tone: "good", word: "Same signature" },
  fits: { icon: IconCircleCheckFilled, tone: "good", word: "Compatible" },
  look: { icon: IconEye, tone: "warn", word: "Look at it" },
  unknown: { icon: IconQuestionMark, tone: "quiet", word: "Not known" },
  breaks: BREAKS,
};
const EFFECTS: Record<Effect, Look> = {
  fits: { icon: IconCircleCheckFilled, tone: "good", word: "fits" },
  look: { icon: IconEye, tone: "warn", word: "look" },
  breaks: { ...BREAKS, word: "breaks" },
};
const ENVIRONMENT: Record<ReturnType<typeof compareEnvironments>["verdict"], Look> = {
  same: { icon: IconCircleCheckFilled, tone: "good", word: "Same environment" },
  rebuilt: { icon: IconPackage, tone: "warn", word: "Another environment" },
};

function SignatureChanges({ signature }: { signature: Compatibility }) {
  return (
    <ChangeTable
      label="Signature changes"
      head={["Field", "Runs now", "Would run", "For callers"]}
      rows={signature.changes.map(({ part, field, from, to, effect, words }) => [
        `${part} ${field}`,
        from ?? MISSING,
        to ?? MISSING,
        <Group key="effect" gap={6} wrap="nowrap" align="flex-start">
          <Sign look={EFFECTS[effect]} />
          {words}
        </Group>,
      ])}
    />
  );
}

interface PartProps {
  title: string;
  look?: Look;
  words?: string;
  folded: boolean;
  /** Null where there is nothing more to say. */
  children: ReactNode;
}

function Part({ title, look, words, folded, children }: PartProps) {
  return (
    <section aria-label={title}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {look === undefined ? null : (
        <Group gap={8} my={4}>
          <Sign look={look} />
          <Text size="sm">{words}</Text>
        </Group>
      )}
      {folded && children !== null ? (
        <details>
          <summary className="small-summary">What changes</summary>
          {children}
        </details>
      ) : (
        children
      )}
    </section>
  );
}

interface ChangeTableProps {
  label: string;
  head: string[];
  rows: ReactNode[][];
}

function ChangeTable({ label, head, rows }: ChangeTableProps) {
  return (
    <ScrollBox label={label}>
      <Table className="data-table stacked" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells) => (
            <Table.Tr key={String(cells[0])}>
              {cells.map((cell, index) => (
                <Table.Td
                  key={head[index]}
                  className={`break-anywhere ${STYLES[index] ?? ""}`}
                  data-column={index === 0 || cell === "" ? undefined : head[index]}
                >
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

const STYLES = ["", "spec-before", "spec-after"];
