import { Alert, Stack, Tabs, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { CodeBlock, CopyText } from "#components/copy.tsx";
import { ShownToken } from "#components/shown-token.tsx";
import { Section } from "#components/value-table.tsx";
import { useShownClient } from "#data/first-client.ts";
import { curlSnippet, javascriptSnippet, pythonSnippet, TOKEN_PLACEHOLDER } from "#lib/snippets.ts";
import { Playground } from "./playground.tsx";
import { ReplicasSection } from "./replicas-section.tsx";

/** How to call a deployment: its endpoint, a playground, ready snippets. */
export function OverviewTab({ deployment }: { deployment: Deployment }) {
  const { group, id, endpoint, access, example, description } = deployment;
  const shown = useShownClient({ group, id });
  const client = access === "public" ? null : (shown ?? { name: "client", token: TOKEN_PLACEHOLDER });
  const call = { url: endpoint, body: example?.body ?? { inputs: [] }, client };
  return (
    <Stack>
      {shown !== null && access === "private" ? (
        <ShownToken title={`The token of client “${shown.name}”`} token={shown.token} />
      ) : null}
      <Section title="Endpoint">
        <CopyText text={endpoint} what="the endpoint" />
        <Text size="sm" c="dimmed" mt={4}>
          {access === "public"
            ? "Public: anyone who can reach it may call it."
            : "Private: callers send a client's name and token (HTTP Basic), or the token as Bearer."}
        </Text>
      </Section>
      <Section title="Call it">
        <Tabs defaultValue="try" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="try">Try it</Tabs.Tab>
            <Tabs.Tab value="curl">curl</Tabs.Tab>
            <Tabs.Tab value="python">Python</Tabs.Tab>
            <Tabs.Tab value="javascript">JavaScript</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="try" pt="md">
            <Playground key={`${deployment.modelUri}:${example === null}`} deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="curl" pt="md">
            <CodeBlock code={curlSnippet(call)} what="curl command" wrap />
          </Tabs.Panel>
          <Tabs.Panel value="python" pt="md">
            <CodeBlock code={pythonSnippet(call)} what="Python snippet" wrap />
          </Tabs.Panel>
          <Tabs.Panel value="javascript" pt="md">
            <CodeBlock code={javascriptSnippet(call)} what="JavaScript snippet" wrap />
          </Tabs.Panel>
        </Tabs>
        <SnippetNotes needsToken={access === "private" && shown === null} from={example?.from ?? null} />
      </Section>
      {description === "" ? null : (
        <Section title="Description">
          <Text size="sm" style={{ whiteSpace: "pre-wrap" }} className="break-anywhere">
            {description}
          </Text>
        </Section>
      )}
      <ReplicasSection deployment={deployment} />
    </Stack>
  );
}

function SnippetNotes({ needsToken, from }: { needsToken: boolean; from: string | null }) {
  return (
    <Stack gap={4} mt="sm">
      <Text size="xs" c="dimmed">
        {from === "input example"
          ? "The values are the version's input example."
          : from === "model"
            ? "The values are zeros, as many as the model has features: the version has no input example and no signature."
            : from === "signature"
              ? "The values are made from the signature: the version has no input example."
              : "The version has no input example and no signature: write the input that the model expects."}
      </Text>
      {needsToken ? (
        <Alert color="gray" py="xs">
          Put a client's name and token in place of <code>client</code> and <code>{TOKEN_PLACEHOLDER}</code>.
          Tokens are shown once, when a client is made: add one under Clients.
        </Alert>
      ) : null}
    </Stack>
  );
}
