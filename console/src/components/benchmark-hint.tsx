import { Group, Text } from "@mantine/core";
import { parseModelUri } from "@slipway/contracts/model-uri";
import { IconGauge } from "@tabler/icons-react";
import { useBenchmark, type VersionRef } from "#data/benchmarks.ts";
import { benchmarkLine } from "#lib/benchmark-words.ts";
import { readModelUri, resolvedUri } from "#lib/read-model-uri.ts";

interface BenchmarkHintProps {
  group: string;
  modelUri: string;
  /** The version that the URI's alias means now, where it has one and that is known. */
  aliasVersion: string | null;
}

/** What was measured of the version that a form is about; nothing where it was not. */
export function BenchmarkHint({ group, modelUri, aliasVersion }: BenchmarkHintProps) {
  const measured = useBenchmark(versionOf(group, resolvedUri(modelUri, aliasVersion))).data?.measured ?? null;
  if (measured === null) return null;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" c="dimmed">
      <IconGauge size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
      <Text size="sm" c="inherit">
        Measured on {measured.terms.instanceType}: {benchmarkLine(measured.figures)}
      </Text>
    </Group>
  );
}

function versionOf(group: string, uri: string): VersionRef | null {
  if ("problem" in readModelUri(uri)) return null;
  const reference = parseModelUri(uri);
  return "version" in reference ? { group, name: reference.name, version: reference.version } : null;
}
