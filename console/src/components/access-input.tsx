import { Alert, Radio, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Access } from "#lib/spec-form.ts";

/** Who may call an endpoint. */
export function AccessInput({ value, onChange }: { value: Access; onChange: (access: Access) => void }) {
  return (
    <Radio.Group
      label="Access"
      value={value}
      onChange={(next) => onChange(next === "public" ? "public" : "private")}
    >
      <Stack gap="xs" mt={6}>
        <Radio
          value="private"
          label="Private"
          description="Only named clients with their own token may call it."
        />
        <Radio value="public" label="Public" description="Anyone who can reach the address may call it." />
        {value === "public" ? (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} py="xs">
            Anyone who can reach this address can send it requests, without a password. Do not use it for
            models that answer from private data.
          </Alert>
        ) : null}
      </Stack>
    </Radio.Group>
  );
}
