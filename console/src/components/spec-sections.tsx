import { Textarea } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { ReactNode } from "react";
import type { useInstanceTypes } from "#data/instance-types.ts";
import { type FieldErrors, fieldsUnder } from "#lib/field-errors.ts";
import {
  summarizeDescription,
  summarizeMetadata,
  summarizeResources,
  summarizeServing,
  summarizeStrategy,
  summarizeVariables,
} from "#lib/section-summaries.ts";
import { SECTIONS, type SectionName, sectionOf } from "#lib/spec-errors.ts";
import { type SpecForm, sizeOf } from "#lib/spec-form.ts";
import { FailedAction } from "./failed-action.tsx";
import { FoldedSection } from "./folded-section.tsx";
import { MetadataInput } from "./metadata-input.tsx";
import { ResourcesInput } from "./resources-input.tsx";
import { ServingInput } from "./serving-input.tsx";
import { StrategyInput } from "./strategy-input.tsx";
import { VariablesInput } from "./variables-input.tsx";

interface SpecSectionsProps {
  form: SpecForm;
  errors: FieldErrors;
  base: Revision | null;
  types: ReturnType<typeof useInstanceTypes>;
  opened: ReadonlySet<SectionName>;
  onToggle: (section: SectionName) => void;
  onChange: (change: Partial<SpecForm>) => void;
}

/** The folded parts of the form; each says in its header what it holds. */
export function SpecSections(props: SpecSectionsProps) {
  const { form, errors, base, onChange } = props;
  const types = props.types.data?.items ?? [];
  const defaultName = base === null ? (types.find(({ isDefault }) => isDefault)?.name ?? null) : null;
  const parts: Record<SectionName, { title: string; summary: string; content: ReactNode }> = {
    serving: {
      title: "Serving",
      summary: summarizeServing(form),
      content: <ServingInput form={form} errors={errors} onChange={onChange} />,
    },
    resources: {
      title: "Resources",
      summary: summarizeResources({
        name: form.instanceType ?? defaultName,
        size: sizeOf(form, types, base),
      }),
      content: (
        <>
          <FailedAction error={props.types.error} />
          <ResourcesInput form={form} errors={errors} types={types} base={base} onChange={onChange} />
        </>
      ),
    },
    variables: {
      title: "Environment variables",
      summary: summarizeVariables(form.variables),
      content: (
        <VariablesInput
          title="Variables of the model's process"
          description="The value of a secret is never shown again; it can be kept or replaced."
          rows={form.variables}
          errors={fieldsUnder(errors, "variables")}
          onChange={(variables) => onChange({ variables })}
        />
      ),
    },
    metadata: {
      title: "Metadata",
      summary: summarizeMetadata(form.metadata),
      content: (
        <MetadataInput
          rows={form.metadata}
          errors={fieldsUnder(errors, "metadata")}
          onChange={(metadata) => onChange({ metadata })}
        />
      ),
    },
    strategy: {
      title: "Rollout strategy",
      summary: summarizeStrategy(form),
      content: <StrategyInput form={form} errors={errors} onChange={onChange} />,
    },
    description: {
      title: "Description",
      summary: summarizeDescription(form.description),
      content: (
        <Textarea
          aria-label="Description"
          description="Markdown. Stands on the deployment's page."
          autosize
          minRows={3}
          maxRows={12}
          value={form.description}
          error={errors.description}
          onChange={(event) => onChange({ description: event.currentTarget.value })}
        />
      ),
    },
  };
  return (
    <div className="folded-sections">
      {SECTIONS.map((name) => (
        <FoldedSection
          key={name}
          title={parts[name].title}
          summary={parts[name].summary}
          opened={props.opened.has(name)}
          onToggle={() => props.onToggle(name)}
          problems={Object.keys(errors).filter((field) => sectionOf(field) === name).length}
        >
          {parts[name].content}
        </FoldedSection>
      ))}
    </div>
  );
}
