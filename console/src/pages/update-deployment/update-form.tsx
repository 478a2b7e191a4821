import { Paper, Table, Text, TextInput } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { DeploymentFields, type SpecValues } from "#components/deployment-fields.tsx";
import { LeaveGuard } from "#components/leave-guard.tsx";
import { readModelUri } from "#components/model-uri-input.tsx";
import { ScrollBox } from "#components/scroll-box.tsx";
import { ApiProblem } from "#data/api.ts";
import { useUpdateDeployment } from "#data/deployments.ts";

interface UpdateFormProps {
  deployment: Deployment;
  modelUri: string | undefined;
}

/** The form of an update: everything that the deployment has now, with the chosen version. */
export function UpdateForm({ deployment, modelUri }: UpdateFormProps) {
  const { group, id } = deployment;
  const navigate = useNavigate();
  const update = useUpdateDeployment({ group, id });
  const edited = useRef(false);
  const [values, setValues] = useState<SpecValues>({
    modelUri: modelUri ?? deployment.requestedModelUri,
    access: deployment.access,
    description: deployment.description,
    updateMessage: "",
  });
  const [tried, setTried] = useState(false);
  const serverErrors = update.error instanceof ApiProblem ? update.error.fieldErrors() : {};
  const read = readModelUri(values.modelUri);
  const badUri = "problem" in read && (tried || values.modelUri !== "") ? { modelUri: read.problem } : {};

  function submit(): void {
    setTried(true);
    if ("problem" in read) return;
    update.mutate(
      { ...values, modelUri: values.modelUri.trim(), updateMessage: values.updateMessage.trim() },
      {
        onSuccess: () => {
          edited.current = false;
          void navigate({ to: "/g/$group/deployments/$id", params: { group, id }, replace: true });
        },
      },
    );
  }

  return (
    <>
      <LeaveGuard hasEdits={() => edited.current} />
      <DeploymentFields
        values={values}
        errors={{ ...serverErrors, ...badUri }}
        onChange={(change) => {
          edited.current = true;
          if (update.error) update.reset();
          setValues((old) => ({ ...old, ...change }));
        }}
        failure={update.error}
        pending={update.isPending}
        onSubmit={submit}
        first={
          <TextInput
            label="Name"
            value={deployment.name}
            readOnly
            description={`ID ${id}. Name and id stay as they are.`}
          />
        }
        last={<Changes deployment={deployment} values={values} />}
      />
    </>
  );
}

function Changes({ deployment, values }: { deployment: Deployment; values: SpecValues }) {
  const changes = [
    { what: "Model URI", now: deployment.modelUri, next: values.modelUri.trim() },
    { what: "Access", now: deployment.access, next: values.access },
    { what: "Description", now: deployment.description || "none", next: values.description || "none" },
  ].filter(({ now, next }) => now !== next);
  return (
    <Paper withBorder p="sm" component="section" aria-label="Changes">
      {changes.length === 0 ? (
        <Text size="sm">
          Nothing changes: Deploy makes a new revision of what runs now ({deployment.modelUri}).
        </Text>
      ) : (
        <ScrollBox label="What runs now and what will run">
          <Table verticalSpacing={4} className="data-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Change</Table.Th>
                <Table.Th scope="col">
                  {deployment.servingRevision === null ? "Newest revision" : "Runs now"}
                </Table.Th>
                <Table.Th scope="col">Will run</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map(({ what, now, next }) => (
                <Table.Tr key={what}>
                  <Table.Td>{what}</Table.Td>
                  <Table.Td className="break-anywhere" c="dimmed">
                    {now}
                  </Table.Td>
                  <Table.Td className="break-anywhere" fw={600}>
                    {next}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
      )}
    </Paper>
  );
}
