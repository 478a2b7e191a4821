import { Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { CodeBlock } from "#components/copy.tsx";
import { Section } from "#components/value-table.tsx";
import { useShownClient } from "#data/first-client.ts";
import { curlSnippet, TOKEN_PLACEHOLDER } from "#lib/snippets.ts";

/** Says that nobody called, and how to. */
export function NoRequests({ deployment, words }: { deployment: Deployment; words: string }) {
  const { group, id, endpoint, access, example } = deployment;
  const shown = useShownClient({ group, id });
  const client = access === "public" ? null : (shown ?? { name: "client", token: TOKEN_PLACEHOLDER });
  const call = { url: endpoint, body: example?.body ?? { inputs: [] }, client };
  return (
    <Section title={`No requests in ${words}`}>
      <Stack gap="sm">
        <Text size="sm">Call the endpoint, and what it does shows here within seconds:</Text>
        <CodeBlock code={curlSnippet(call)} what="curl command" wrap />
      </Stack>
    </Section>
  );
}
