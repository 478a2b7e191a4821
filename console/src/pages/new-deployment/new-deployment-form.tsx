import { TextInput } from "@mantine/core";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { deploymentIdSchema, deploymentNameSchema } from "@slipway/contracts/ids";
import { sameValue } from "@slipway/contracts/same-value";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { DeploymentFields } from "#components/deployment-fields.tsx";
import { LeaveGuard } from "#components/leave-guard.tsx";
import { ApiProblem } from "#data/api.ts";
import { useCreateDeployment } from "#data/deployments.ts";
import { useMe } from "#data/identity.ts";
import { useAliasVersion } from "#data/models.ts";
import { type FieldErrors, issuesOf } from "#lib/field-errors.ts";
import { proposeUniqueId, proposeUniqueName } from "#lib/naming.ts";
import { NOTHING } from "#lib/quota-lines.ts";
import { readModelUri } from "#lib/read-model-uri.ts";
import { shownErrors, specErrors } from "#lib/spec-errors.ts";
import { newSpecForm, type SpecForm, specRequest } from "#lib/spec-form.ts";

interface NewDeploymentFormProps {
  group: string;
  modelUri: string;
  proposedName: string;
  existing: DeploymentSummary[];
}

interface Values {
  name: string;
  /** Null until it is edited: it then follows the name. */
  id: string | null;
  updateMessage: string;
  spec: SpecForm;
}

/** The form of a new deployment. Everything is checked as it is typed. */
export function NewDeploymentForm({ group, modelUri, proposedName, existing }: NewDeploymentFormProps) {
  const { endpointOrigin } = useMe();
  const navigate = useNavigate();
  const create = useCreateDeployment(group);
  const done = useRef(false);
  // The proposal stays as it was when the page opened, whatever appears meanwhile.
  const [initial] = useState<Values>(() => ({
    name: proposedName,
    id: null,
    updateMessage: "",
    spec: newSpecForm(modelUri),
  }));
  const [values, setValues] = useState(initial);
  const [attempts, setAttempts] = useState(0);
  /** Ids that the server has called taken: other groups' too. */
  const [takenIds, setTakenIds] = useState<string[]>([]);
  const { spec } = values;
  const aliasVersion = useAliasVersion(group, spec.modelUri);
  const ids = [...existing.map(({ id }) => id), ...takenIds];
  const id = values.id ?? (values.name.trim() === "" ? "" : proposeUniqueId(values.name, ids));
  const tried = attempts > 0;
  const told = create.error instanceof ApiProblem ? create.error.fieldErrors() : {};
  const errors = {
    ...shownErrors(spec, { tried, told }),
    ...nameErrors(values.name, id, { ids, tried }),
  };

  function change(next: Partial<Values>): void {
    if (create.error) create.reset();
    setValues((old) => ({ ...old, ...next }));
  }

  function changeSpec(next: Partial<SpecForm>): void {
    change({});
    setValues((old) => ({ ...old, spec: { ...old.spec, ...next } }));
    // A name that nobody typed follows the model.
    if (next.modelUri === undefined || values.name !== "") return;
    const read = readModelUri(next.modelUri);
    if (!("reference" in read)) return;
    const taken = existing.map(({ name }) => name);
    setValues((old) => ({ ...old, name: proposeUniqueName(read.reference.name, taken) }));
  }

  function submit(): void {
    if (
      Object.keys({ ...specErrors(spec), ...nameErrors(values.name, id, { ids, tried: true }) }).length > 0
    ) {
      setAttempts((count) => count + 1);
      return;
    }
    const updateMessage = values.updateMessage.trim();
    create.mutate(
      { ...specRequest(spec), name: values.name.trim(), id: deploymentIdSchema.parse(id), updateMessage },
      {
        onSuccess: (deployment) => {
          done.current = true;
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
      <LeaveGuard hasEdits={() => !done.current && !sameValue(values, initial)} />
      <DeploymentFields
        form={spec}
        updateMessage={values.updateMessage}
        errors={errors}
        base={null}
        aliasVersion={aliasVersion}
        onChange={changeSpec}
        onUpdateMessage={(updateMessage) => change({ updateMessage })}
        failure={create.error}
        attempts={attempts}
        pending={create.isPending}
        onSubmit={submit}
        group={group}
        before={NOTHING}
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

function nameErrors(
  name: string,
  id: string,
  { ids, tried }: { ids: string[]; tried: boolean },
): FieldErrors {
  const errors: FieldErrors = {};
  function keep(field: string, problem: string | undefined): void {
    if (problem !== undefined) errors[field] = problem;
  }
  if (name !== "" || tried) keep("name", issuesOf(deploymentNameSchema, name)[""]);
  if (id !== "" || tried) {
    keep(
      "id",
      ids.includes(id)
        ? `The id '${id}' is taken by another deployment. Choose another.`
        : issuesOf(deploymentIdSchema, id)[""],
    );
  }
  return errors;
}
