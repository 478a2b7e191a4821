import { Text } from "@mantine/core";
import { CodeBlock } from "#components/copy.tsx";
import { EmptyPage } from "#components/empty-page.tsx";

/** How a model gets its first version. */
export function NoVersions({ name }: { name: string }) {
  return (
    <EmptyPage title="This model has no versions yet">
      <Text>Register a logged model under this name and its version appears here within seconds.</Text>
      <CodeBlock
        code={`mlflow.register_model("runs:/<run id>/model", ${JSON.stringify(name)})`}
        what="Python snippet that registers a version"
      />
    </EmptyPage>
  );
}
