import { Group, Text } from "@mantine/core";
import { IconGauge } from "@tabler/icons-react";
import { useBenchmark } from "#data/benchmarks.ts";
import { benchmarkLine } from "#lib/benchmark-words.ts";
import { namedVersion, resolvedUri } from "#lib/read-model-uri.ts";

interface BenchmarkHintProps {
  group: string;
  modelUri: string;
  /** The version that the URI's alias means now, where it has one and that is known. */
  aliasVersion: string | null;
}

/** What was measured of the version that a form is about; nothing where it was not. */
export function BenchmarkHint({ group, modelUri, aliasVersion }: BenchmarkHintProps) {
  const named = namedVersion(resolvedUri(modelUri, aliasVersion));
  const measured = useBenchmark(named && { group, ...named }).data?.measured ?? null;
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
