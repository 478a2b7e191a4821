import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { passwordChangeSchema, userRequestSchema } from "@slipway/contracts/api/identity";
import { FailedAction } from "#components/failed-action.tsx";
import { useCreateUser } from "#data/identity.ts";

/** The form of a new user. */
export function NewUser({ onDone }: { onDone: () => void }) {
  const create = useCreateUser();
  const form = useForm({
    initialValues: { username: "", password: "", administrator: false },
    validate: schemaResolver(userRequestSchema, { sync: true }),
    validateInputOnBlur: true,
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values, { onSuccess: onDone }))} noValidate>
      <Stack>
        <TextInput label="User name" autoComplete="off" data-autofocus {...form.getInputProps("username")} />
        <PasswordInput label="Password" autoComplete="new-password" {...form.getInputProps("password")} />
        <Checkbox
          label="Administrator: manages users, groups and every group's settings"
          {...form.getInputProps("administrator", { type: "checkbox" })}
        />
        <FailedAction error={create.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Add user
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface NewPasswordProps {
  error: Error | null;
  pending: boolean;
  onSubmit: (password: string) => void;
}

/** The form of a password. */
export function NewPassword({ error, pending, onSubmit }: NewPasswordProps) {
  const form = useForm({
    initialValues: { password: "" },
    validate: schemaResolver(passwordChangeSchema, { sync: true }),
  });
  return (
    <form onSubmit={form.onSubmit(({ password }) => onSubmit(password))} noValidate>
      <Stack>
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          data-autofocus
          {...form.getInputProps("password")}
        />
        <FailedAction error={error} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            Set password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
