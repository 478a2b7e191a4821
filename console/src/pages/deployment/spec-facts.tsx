import { Stack, Text } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import { describeBatching, describeConcurrency, describeWarmWindows } from "@slipway/contracts/serving-words";
import { describeStrategy } from "@slipway/contracts/spec-diff";
import type { ReactNode } from "react";
import { CopyText } from "#components/copy.tsx";
import { FactList } from "#components/fact-list.tsx";
import { PageLink } from "#components/links.tsx";
import { formatDuration, plural } from "#lib/format.ts";

const MIB = 1024 ** 2;

/** A revision's spec in words. Secret values are not here. */
export function SpecFacts({ group, revision }: { group: string; revision: Revision }) {
  const { modelUri, modelName, resolvedVersion, requestedModelUri, description, environmentHash } = revision;
  return (
    <FactList
      facts={[
        [
          "Model URI",
          <PageLink
            key="model"
            className="mono"
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name: modelName, version: resolvedVersion }}
          >
            {modelUri}
          </PageLink>,
        ],
        [
          "Asked for as",
          requestedModelUri === modelUri ? null : (
            <code key="asked" className="mono">
              {requestedModelUri}
            </code>
          ),
        ],
        ["Access", revision.access],
        ["Replicas", replicas(revision)],
        ["Warm windows", revision.minReplicas === 0 ? describeWarmWindows(revision.warmWindows) : null],
        ["Batching", describeBatching(revision.batching, revision.batchingInEffect)],
        ["Requests at the same time", describeConcurrency(revision.concurrencyMax)],
        ["Sent again when a replica dies", revision.idempotent ? "once" : "never"],
        ["Instance type", size(revision)],
        ["Variables", <Variables key="variables" revision={revision} />],
        ["Metadata", <Metadata key="metadata" revision={revision} />],
        ["Rollout strategy", describeStrategy(revision.strategy)],
        [
          "Kept warm",
          revision.warmSeconds === 0
            ? "not at all: a rollback starts new replicas"
            : `for ${formatDuration(revision.warmSeconds * 1_000)} after it is replaced`,
        ],
        ["When the alias moves", requestedModelUri.includes("@") ? POLICIES[revision.aliasPolicy] : null],
        ["Description", description === "" ? null : <Description key="description" text={description} />],
        [
          "Environment",
          environmentHash === null ? (
            "not built yet"
          ) : (
            <CopyText key="environment" text={environmentHash} what="the environment's hash" />
          ),
        ],
      ]}
    />
  );
}

const POLICIES = {
  pin: "nothing: the version is pinned",
  notify: "this page says so",
  "roll-out": "the new version is rolled out",
};

function replicas({ minReplicas, maxReplicas, idleSeconds }: Revision): string {
  if (minReplicas === maxReplicas) return `${minReplicas}`;
  const bounds = `${minReplicas} to ${maxReplicas}`;
  return minReplicas > 0
    ? bounds
    : `${bounds}, none after ${formatDuration(idleSeconds * 1_000)} without a request`;
}

function size({ instanceType, cpuThreads, memoryBytes }: Revision): string {
  const words = `${plural(cpuThreads, "CPU thread")}, ${Math.round(memoryBytes / MIB)} MiB`;
  return instanceType === null ? words : `${instanceType} (${words})`;
}

function Variables({ revision: { variables } }: { revision: Revision }) {
  if (variables.length === 0) return "none";
  return (
    <Pairs
      pairs={variables.map(({ name, secret, value }): [string, ReactNode] => [
        name,
        secret ? (
          <Text key={name} span inherit c="dimmed">
            a secret value
          </Text>
        ) : (
          value
        ),
      ])}
    />
  );
}

function Metadata({ revision: { metadata } }: { revision: Revision }) {
  const pairs = Object.entries(metadata);
  return pairs.length === 0 ? "none" : <Pairs pairs={pairs} />;
}

function Pairs({ pairs }: { pairs: [name: string, value: ReactNode][] }) {
  return (
    <Stack gap={2}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <code className="mono">{name}</code> = {value}
        </div>
      ))}
    </Stack>
  );
}

function Description({ text }: { text: string }) {
  return <div style={{ whiteSpace: "pre-wrap" }}>{text}</div>;
}
