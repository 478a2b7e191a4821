import { Alert, Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { MlflowBinding, MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import { IconCircleCheck, IconInfoCircle, IconPlugX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { VariablesInput } from "#components/variables-input.tsx";
import { ApiProblem } from "#data/api.ts";
import { useRemoveMlflow, useSaveMlflow, useTestMlflow } from "#data/mlflow.ts";
import { type BindingForm, bindingForm, bindingRequest } from "#lib/binding-form.ts";
import { fieldsUnder } from "#lib/field-errors.ts";
import { formatDuration } from "#lib/format.ts";
import { describeMlflowCause } from "#lib/mlflow-cause.ts";

const TRACKING_NAMES = [
  "MLFLOW_TRACKING_USERNAME",
  "MLFLOW_TRACKING_PASSWORD",
  "MLFLOW_TRACKING_TOKEN",
  "MLFLOW_TRACKING_INSECURE_TLS",
];
const ARTIFACT_NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_DEFAULT_REGION",
  "MLFLOW_S3_ENDPOINT_URL",
  "AZURE_STORAGE_CONNECTION_STRING",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

interface BindingSectionProps {
  group: string;
  binding: MlflowBinding | null;
  readOnly: boolean;
}

/** The MLflow whose models the group sees: typed, tested, saved. */
export function BindingSection({ group, binding, readOnly }: BindingSectionProps) {
  const [form, setForm] = useState<BindingForm>(() => bindingForm(binding));
  const [tried, setTried] = useState(false);
  const test = useTestMlflow(group);
  const save = useSaveMlflow(group);
  const remove = useRemoveMlflow(group);
  const checked = bindingRequest(form);
  const serverErrors = save.error instanceof ApiProblem ? save.error.fieldErrors() : {};
  const errors = { ...serverErrors, ...(tried ? checked.errors : {}) };

  function change(next: Partial<BindingForm>): void {
    if (save.error) save.reset();
    if (test.data || test.error) test.reset();
    setForm((old) => ({ ...old, ...next }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (checked.request === null) return;
    // A saved setting makes a new form, so that the callbacks of this one are not called any more.
    save.mutateAsync(checked.request).then(
      () => notifications.show({ color: "green", message: "The MLflow setting is saved." }),
      () => undefined, // shown as the mutation's error
    );
  }

  function testNow(): void {
    setTried(true);
    if (checked.request !== null) test.mutate(checked.request);
  }

  return (
    <Section title="MLflow">
      <form onSubmit={submit} noValidate>
        <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
          <Stack>
            {readOnly ? (
              <Alert color="gray">Only administrators of this group may change its MLflow setting.</Alert>
            ) : null}
            <TextInput
              label="Tracking URI"
              description="The address of the MLflow tracking server, as Slipway reaches it."
              placeholder="http://mlflow.example:5000"
              value={form.trackingUri}
              error={errors.trackingUri}
              spellCheck={false}
              onChange={(event) => change({ trackingUri: event.currentTarget.value })}
            />
            <TextInput
              label="MLflow UI URI"
              description="The address that people's browsers use, where it differs from the tracking URI."
              value={form.uiUri}
              error={errors.uiUri}
              spellCheck={false}
              onChange={(event) => change({ uiUri: event.currentTarget.value })}
            />
            <TextInput
              label="Workspace"
              description="Only for an MLflow with workspaces."
              value={form.workspace}
              error={errors.workspace}
              onChange={(event) => change({ workspace: event.currentTarget.value })}
            />
            <VariablesInput
              title="Tracking variables"
              description="Credentials for the tracking server: user name and password, or a token."
              suggestions={TRACKING_NAMES}
              rows={form.trackingVariables}
              errors={fieldsUnder(errors, "trackingVariables")}
              onChange={(trackingVariables) => change({ trackingVariables })}
            />
            <VariablesInput
              title="Artifact store variables"
              description="Credentials for the store of model files, where MLflow does not serve them itself."
              suggestions={ARTIFACT_NAMES}
              rows={form.artifactVariables}
              errors={fieldsUnder(errors, "artifactVariables")}
              onChange={(artifactVariables) => change({ artifactVariables })}
            />
            <Switch
              label="Show in MLflow what is deployed"
              description="Tags the versions that are served with slipway.deployments, and takes the tag away when they are not any more."
              checked={form.writeBack}
              onChange={(event) => change({ writeBack: event.currentTarget.checked })}
            />
            {binding?.writeBackProblem ? (
              <Alert
                color="yellow"
                icon={<IconInfoCircle aria-hidden />}
                title="Versions are not tagged at the moment"
              >
                {binding.writeBackProblem} What is deployed is not affected.
              </Alert>
            ) : null}
            <div aria-live="polite">{test.data ? <TestResult test={test.data} /> : null}</div>
            <FailedAction error={test.error ?? save.error ?? remove.error} />
            <Group justify="space-between">
              <Group gap="xs">
                <Button type="submit" loading={save.isPending}>
                  Save
                </Button>
                <Button variant="default" loading={test.isPending} onClick={testNow}>
                  Test connection
                </Button>
              </Group>
              {binding === null || readOnly ? null : (
                <ConfirmButton
                  label="Remove"
                  what="the MLflow setting"
                  effect="The group's models are no longer shown. What is deployed keeps serving."
                  onConfirm={() => remove.mutate()}
                />
              )}
            </Group>
            {binding === null ? null : (
              <Text size="xs" c="dimmed">
                Saved <Time at={binding.updatedAt} /> by {binding.updatedBy}.
              </Text>
            )}
          </Stack>
        </fieldset>
      </form>
    </Section>
  );
}

function TestResult({ test }: { test: MlflowTest }) {
  if (test.reachable) {
    return (
      <Alert color="green" icon={<IconCircleCheck aria-hidden />} title="MLflow answers">
        {test.version === null ? "" : `MLflow ${test.version}. `}
        {test.registeredModels === null ? "" : `${test.registeredModels} registered models. `}
        {test.latencyMs === null ? "" : `Answered in ${formatDuration(test.latencyMs)}.`}
      </Alert>
    );
  }
  return (
    <Alert color="red" icon={<IconPlugX aria-hidden />} title="MLflow does not answer as it should">
      <Text size="sm" className="break-anywhere">
        <code>{test.trackingUri}</code>: {describeMlflowCause(test.cause)}
      </Text>
      {test.detail === null ? null : (
        <Text size="sm" mt={4} className="break-anywhere">
          {test.detail}
        </Text>
      )}
    </Alert>
  );
}
