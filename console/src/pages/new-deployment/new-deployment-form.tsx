import { TextInput } from "@mantine/core";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { deploymentIdSchema, deploymentNameSchema } from "@slipway/contracts/ids";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { z } from "zod";
import { DeploymentFields, type SpecValues } from "#components/deployment-fields.tsx";
import { LeaveGuard } from "#components/leave-guard.tsx";
import { readModelUri } from "#components/model-uri-input.tsx";
import { ApiProblem } from "#data/api.ts";
import { useCreateDeployment } from "#data/deployments.ts";
import { useMe } from "#data/identity.ts";
import { proposeUniqueId, proposeUniqueName } from "#lib/naming.ts";

interface NewDeploymentFormProps {
  group: string;
  modelUri: string;
  proposedName: string;
  existing: DeploymentSummary[];
}

interface Values extends SpecValues {
  name: string;
  /** Null until it is edited: it then follows the name. */
  id: string | null;
}

/** The form of a new deployment. Name and id are checked as they are typed. */
export function NewDeploymentForm({ group, modelUri, proposedName, existing }: NewDeploymentFormProps) {
  const { endpointOrigin } = useMe();
  const navigate = useNavigate();
  const create = useCreateDeployment(group);
  const edited = useRef(false);
  // The proposal stays as it was when the page opened, whatever appears meanwhile.
  const [values, setValues] = useState<Values>({
    name: proposedName,
    id: null,
    modelUri,
    access: "private",
    description: "",
    updateMessage: "",
  });
  const [tried, setTried] = useState(false);
  /** Ids that the server has called taken: other groups' too. */
  const [takenIds, setTakenIds] = useState<string[]>([]);
  const ids = [...existing.map(({ id }) => id), ...takenIds];
  const id = values.id ?? (values.name.trim() === "" ? "" : proposeUniqueId(values.name, ids));
  const serverErrors = create.error instanceof ApiProblem ? create.error.fieldErrors() : {};
  const errors = { ...serverErrors, ...check(values, id, { ids, tried }) };

  function change(next: Partial<Values>): void {
    edited.current = true;
    if (create.error) create.reset();
    setValues((old) => {
      const merged = { ...old, ...next };
      // A name that nobody typed follows the model.
      if (next.modelUri !== undefined && old.name === "") {
        const read = readModelUri(next.modelUri);
        if ("reference" in read) {
          merged.name = proposeUniqueName(
            read.reference.name,
            existing.map(({ name }) => name),
          );
        }
      }
      return merged;
    });
  }

  function submit(): void {
    setTried(true);
    if (Object.keys(check(values, id, { ids, tried: true })).length > 0) return;
    const { name, description, updateMessage, access } = values;
    create.mutate(
      {
        name: name.trim(),
        id: deploymentIdSchema.parse(id),
        modelUri: values.modelUri.trim(),
        access,
        description,
        updateMessage: updateMessage.trim(),
      },
      {
        onSuccess: (deployment) => {
          edited.current = false;
          void navigate({
            to: "/g/$group/deployments/$id",
            params: { group, id: deployment.id },
            replace: true,
          });
        },
        onError: (error) => {
          if (error instanceof ApiProblem && error.code === "deployment_id_taken")
            setTakenIds((old) => [...old, id]);
        },
      },
    );
  }

  return (
    <>
      <LeaveGuard hasEdits={() => edited.current} />
      <DeploymentFields
        values={values}
        errors={errors}
        onChange={change}
        failure={create.error}
        pending={create.isPending}
        onSubmit={submit}
        first={
          <>
            <TextInput
              label="Name"
              value={values.name}
              error={errors.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <TextInput
              label="ID"
              description={`Part of the URL: ${endpointOrigin}/deployment/${id || "…"}/invocations`}
              classNames={{ input: "mono", description: "break-anywhere" }}
              value={id}
              error={errors.id}
              spellCheck={false}
              onChange={(event) => change({ id: event.currentTarget.value })}
            />
          </>
        }
      />
    </>
  );
}

function check(
  values: Values,
  id: string,
  { ids, tried }: { ids: string[]; tried: boolean },
): Record<string, string> {
  const errors: Record<string, string> = {};
  function keep(field: string, problem: string | null): void {
    if (problem !== null) errors[field] = problem;
  }
  if (values.name !== "" || tried) keep("name", issueOf(deploymentNameSchema, values.name));
  if (id !== "" || tried) {
    keep(
      "id",
      ids.includes(id)
        ? `The id '${id}' is taken by another deployment. Choose another.`
        : issueOf(deploymentIdSchema, id),
    );
  }
  const read = readModelUri(values.modelUri);
  if ((values.modelUri !== "" || tried) && "problem" in read) keep("modelUri", read.problem);
  return errors;
}

function issueOf(schema: z.ZodType, value: unknown): string | null {
  return schema.safeParse(value).error?.issues[0]?.message ?? null;
}
