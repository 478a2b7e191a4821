import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { checkField, type ScoringField, type ScoringValues } from "#lib/scoring.ts";

const LONG_TEXT_CHARS = 60;

interface ScoringInputsProps {
  fields: ScoringField[];
  values: ScoringValues;
  onChange: (values: ScoringValues) => void;
  /** Empty required fields are marked once a prediction was asked for. */
  tried: boolean;
}

/** One typed input for each column or parameter. */
export function ScoringInputs({ fields, values, onChange, tried }: ScoringInputsProps) {
  const wide = fields.every(({ kind, initial }) => kind === "json" || initial.length > LONG_TEXT_CHARS);
  return (
    <SimpleGrid cols={wide ? 1 : { base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing="xs">
      {fields.map((field) => {
        const value = values[field.name] ?? "";
        const problem = value === "" && !tried ? null : checkField(field, value);
        const shared = {
          label: field.name,
          description: `${field.type}${field.required ? "" : ", optional"}`,
          value,
          error: problem,
          size: "sm",
        } as const;
        function change(next: string): void {
          onChange({ ...values, [field.name]: next });
        }
        if (field.kind === "boolean") {
          return (
            <Select
              key={field.name}
              {...shared}
              data={["true", "false"]}
              allowDeselect={!field.required}
              onChange={(next) => change(next ?? "")}
            />
          );
        }
        if (field.kind === "json" || field.initial.length > LONG_TEXT_CHARS) {
          return (
            <Textarea
              key={field.name}
              {...shared}
              autosize
              minRows={2}
              maxRows={8}
              onChange={(event) => change(event.currentTarget.value)}
            />
          );
        }
        return (
          <TextInput
            key={field.name}
            {...shared}
            inputMode={field.kind === "text" ? "text" : "decimal"}
            onChange={(event) => change(event.currentTarget.value)}
          />
        );
      })}
    </SimpleGrid>
  );
}
