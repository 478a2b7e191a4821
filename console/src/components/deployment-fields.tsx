import { Button, Group, Paper, Stack, Textarea } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { Usage } from "@slipway/contracts/api/identity";
import { type ReactNode, useRef } from "react";
import { useInstanceTypes } from "#data/instance-types.ts";
import type { FieldErrors } from "#lib/field-errors.ts";
import { aliasOf } from "#lib/read-model-uri.ts";
import type { SpecForm } from "#lib/spec-form.ts";
import { AccessInput } from "./access-input.tsx";
import { AliasPolicyInput } from "./alias-policy-input.tsx";
import { BenchmarkHint } from "./benchmark-hint.tsx";
import { DeploymentQuotas, useAdditions } from "./deployment-quotas.tsx";
import { FailedAction } from "./failed-action.tsx";
import { ModelUriInput } from "./model-uri-input.tsx";
import { PreflightCard, PreflightNotice } from "./preflight.tsx";
import { QuotaWarning } from "./quota-usage.tsx";
import { SpecSections } from "./spec-sections.tsx";
import { useFormPreflight } from "./use-form-preflight.ts";
import { useRevealedErrors } from "./use-revealed-errors.ts";

interface DeploymentFieldsProps {
  form: SpecForm;
  updateMessage: string;
  errors: FieldErrors;
  /** The revision that an update starts from. */
  base: Revision | null;
  aliasVersion: string | null;
  onChange: (change: Partial<SpecForm>) => void;
  onUpdateMessage: (message: string) => void;
  /** Stand before the common fields, under the model URI, and before the foot. */
  first: ReactNode;
  underModelUri?: ReactNode;
  last?: ReactNode;
  group: string;
  /** What the deployment counts for in the group's quotas already. */
  before: Usage;
  failure: Error | null;
  /** How often somebody has tried to deploy what is not right yet: each time the first error takes the focus. */
  attempts: number;
  pending: boolean;
  onSubmit: () => void;
}

/** The one page of a deployment's spec: what matters first, the rest folded, Deploy at the foot, the quotas beside it. */
export function DeploymentFields(props: DeploymentFieldsProps) {
  const { form, errors, base, onChange, failure } = props;
  const types = useInstanceTypes();
  const element = useRef<HTMLFormElement>(null);
  const { opened, toggle } = useRevealedErrors(element, { errors, attempts: props.attempts, failure });
  const alias = aliasOf(form.modelUri);
  const preflight = useFormPreflight(props.group, { form, base, aliasVersion: props.aliasVersion });
  const additions = useAdditions(props.group, { form, base, before: props.before });
  return (
    <div className="form-and-aside">
      <form
        ref={element}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        <Paper withBorder p="lg">
          <Stack>
            {props.first}
            <ModelUriInput
              value={form.modelUri}
              aliasVersion={props.aliasVersion}
              error={errors.modelUri}
              onChange={(modelUri) => onChange({ modelUri })}
            />
            <BenchmarkHint group={props.group} modelUri={form.modelUri} aliasVersion={props.aliasVersion} />
            {props.underModelUri}
            <AccessInput value={form.access} onChange={(access) => onChange({ access })} />
            {alias === null ? null : (
              <AliasPolicyInput
                alias={alias.alias}
                value={form.aliasPolicy}
                onChange={(aliasPolicy) => onChange({ aliasPolicy })}
              />
            )}
            <SpecSections
              form={form}
              errors={errors}
              base={base}
              types={types}
              opened={opened}
              onToggle={toggle}
              onChange={onChange}
            />
            {props.last}
            <Textarea
              label="Update message"
              description="Optional. Stands in the history beside this revision."
              autosize
              minRows={1}
              maxRows={5}
              value={props.updateMessage}
              error={errors.updateMessage}
              onChange={(event) => props.onUpdateMessage(event.currentTarget.value)}
            />
            {preflight === null ? null : <PreflightNotice {...preflight} />}
            {additions === null || failure !== null ? null : <QuotaWarning {...additions} />}
            <FailedAction error={failure} />
            <Group justify="flex-end">
              <Button type="submit" loading={props.pending}>
                Deploy
              </Button>
            </Group>
          </Stack>
        </Paper>
      </form>
      <aside aria-label="Quota of the group and preflight">
        <Stack>
          {additions === null ? null : <DeploymentQuotas {...additions} />}
          {preflight === null ? null : <PreflightCard {...preflight} />}
        </Stack>
      </aside>
    </div>
  );
}
