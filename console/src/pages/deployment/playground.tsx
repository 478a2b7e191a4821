import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { type FormEvent, useId, useState } from "react";
import { CodeBlock } from "#components/copy.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { usePredict } from "#data/predict.ts";
import { formatDuration } from "#lib/format.ts";
import { prettyJson } from "#lib/pretty-json.ts";
import { checkField, type ScoringForm, type ScoringValues, scoringBody, scoringForm } from "#lib/scoring.ts";
import { ScoringInputs } from "./scoring-inputs.tsx";

const NO_EXAMPLE =
  'Nothing says what this version expects. Write its rows as MLflow takes them, e.g. {"inputs": [[5.1, 3.5, 1.4, 0.2]]}.';

/** A form made from the signature, or raw JSON; the model's answer below. */
export function Playground({ deployment }: { deployment: Deployment }) {
  const { signature, example, group, id } = deployment;
  const form = scoringForm(signature, example?.body ?? null);
  const [mode, setMode] = useState(form === null ? "json" : "form");
  const [columns, setColumns] = useState<ScoringValues>(() => initial(form?.columns));
  const [params, setParams] = useState<ScoringValues>(() => initial(form?.params));
  const [json, setJson] = useState(() => prettyJson(example?.body ?? { inputs: [] }));
  const [tried, setTried] = useState(false);
  const predict = usePredict({ group, id });
  const answerId = useId();
  const serving = deployment.servingRevision !== null;
  const jsonProblem = mode === "json" ? whyNotJson(json) : null;

  function changeMode(next: string): void {
    if (next === "json" && form !== null && valid(form, columns, params)) {
      setJson(prettyJson(scoringBody(form, columns, params)));
    }
    setMode(next);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (mode === "json") {
      if (jsonProblem === null) predict.mutate(JSON.parse(json));
    } else if (form !== null && valid(form, columns, params)) {
      predict.mutate(scoringBody(form, columns, params));
    }
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {form === null ? null : (
          <SegmentedControl
            aria-label="How to write the input"
            style={{ alignSelf: "flex-start" }}
            size="xs"
            value={mode}
            onChange={changeMode}
            data={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
          />
        )}
        {mode === "form" && form !== null ? (
          <>
            <ScoringInputs fields={form.columns} values={columns} onChange={setColumns} tried={tried} />
            {form.params.length > 0 ? (
              <>
                <Text size="sm" fw={600}>
                  Parameters
                </Text>
                <ScoringInputs fields={form.params} values={params} onChange={setParams} tried={tried} />
              </>
            ) : null}
          </>
        ) : (
          <Textarea
            label="Request body"
            description={example === null ? NO_EXAMPLE : undefined}
            classNames={{ input: "mono" }}
            autosize
            minRows={5}
            maxRows={18}
            spellCheck={false}
            value={json}
            error={jsonProblem}
            onChange={(event) => setJson(event.currentTarget.value)}
          />
        )}
        <Group>
          <Button type="submit" loading={predict.isPending} disabled={!serving}>
            Predict
          </Button>
          <Text size="sm" c="dimmed" role="status" id={answerId}>
            {predict.isSuccess
              ? `Answered in ${formatDuration(predict.data.latencyMs)}`
              : serving
                ? ""
                : "Nothing serves yet."}
          </Text>
        </Group>
        <FailedAction error={predict.error} />
        {predict.isSuccess ? <CodeBlock code={pretty(predict.data.text)} what="answer" wrap /> : null}
        {mode === "form" && tried && form !== null && !valid(form, columns, params) ? (
          <Alert color="red" py="xs">
            Correct the marked values first.
          </Alert>
        ) : null}
      </Stack>
    </form>
  );
}

function initial(fields: ScoringForm["columns"] | undefined): ScoringValues {
  return Object.fromEntries((fields ?? []).map((field) => [field.name, field.initial]));
}

function valid(form: ScoringForm, columns: ScoringValues, params: ScoringValues): boolean {
  return (
    form.columns.every((field) => checkField(field, columns[field.name] ?? "") === null) &&
    form.params.every((field) => checkField(field, params[field.name] ?? "") === null)
  );
}

function whyNotJson(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (thrown) {
    return `This is not JSON: ${thrown instanceof Error ? thrown.message : "it cannot be read"}.`;
  }
}

function pretty(text: string): string {
  try {
    return prettyJson(JSON.parse(text));
  } catch {
    return text;
  }
}
