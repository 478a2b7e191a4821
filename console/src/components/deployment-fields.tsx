import { Button, Collapse, Group, Paper, Stack, Textarea, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type Access, AccessInput } from "./access-input.tsx";
import { FailedAction } from "./failed-action.tsx";
import { ModelUriInput } from "./model-uri-input.tsx";

/** What a new deployment and an update have in common. */
export interface SpecValues {
  modelUri: string;
  access: Access;
  description: string;
  updateMessage: string;
}

interface DeploymentFieldsProps {
  values: SpecValues;
  errors: Record<string, string>;
  onChange: (change: Partial<SpecValues>) => void;
  /** What stands before the common fields and after them. */
  first: ReactNode;
  last?: ReactNode;
  failure: Error | null;
  pending: boolean;
  onSubmit: () => void;
}

/** The one page of a deployment's spec: what matters first, the rest folded, Deploy at the foot. */
export function DeploymentFields(props: DeploymentFieldsProps) {
  const { values, errors, onChange, first, last, failure, pending, onSubmit } = props;
  const [advanced, { toggle }] = useDisclosure(values.description !== "");
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Paper withBorder p="lg" maw={760}>
        <Stack>
          {first}
          <ModelUriInput
            value={values.modelUri}
            error={errors.modelUri}
            onChange={(modelUri) => onChange({ modelUri })}
          />
          <AccessInput value={values.access} onChange={(access) => onChange({ access })} />
          <div>
            <UnstyledButton onClick={toggle} aria-expanded={advanced} fz="sm" fw={500}>
              <Group gap={4}>
                {advanced ? (
                  <IconChevronDown size={16} aria-hidden />
                ) : (
                  <IconChevronRight size={16} aria-hidden />
                )}
                Advanced
              </Group>
            </UnstyledButton>
            <Collapse expanded={advanced}>
              <Textarea
                mt="sm"
                label="Description"
                autosize
                minRows={2}
                maxRows={10}
                value={values.description}
                error={errors.description}
                onChange={(event) => onChange({ description: event.currentTarget.value })}
              />
            </Collapse>
          </div>
          {last}
          <Textarea
            label="Update message"
            description="Optional. Stands in the history beside this revision."
            autosize
            minRows={1}
            maxRows={5}
            value={values.updateMessage}
            error={errors.updateMessage}
            onChange={(event) => onChange({ updateMessage: event.currentTarget.value })}
          />
          <FailedAction error={failure} />
          <Group justify="flex-end">
            <Button type="submit" loading={pending}>
              Deploy
            </Button>
          </Group>
        </Stack>
      </Paper>
    </form>
  );
}
