import { Button, Group, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { clientNameSchema } from "@slipway/contracts/ids";
import { type FormEvent, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { useCreateClient } from "#data/clients.ts";
import type { DeploymentRef } from "#data/deployments.ts";
import { type ClientLimits, ClientLimitsInputs, limitsRequest, NO_LIMITS } from "./client-limits.tsx";

interface ClientFormProps {
  deployment: DeploymentRef;
  /** The token is there only now. */
  onCreated: (client: { name: string; token: string }) => void;
}

/** Adds a client: a name is all it needs. */
export function ClientForm({ deployment, onCreated }: ClientFormProps) {
  const create = useCreateClient(deployment);
  const [name, setName] = useState("");
  const [limits, setLimits] = useState<ClientLimits>(NO_LIMITS);
  const [tried, { open: setTried, close: clearTried }] = useDisclosure();
  const checked = clientNameSchema.safeParse(name);
  const issue = (name === "" && !tried) || checked.success ? null : checked.error.issues[0]?.message;
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried();
    if (!checked.success) return;
    create.mutate(
      { name, ...limitsRequest(limits) },
      {
        onSuccess: (client) => {
          setName("");
          setLimits(NO_LIMITS);
          clearTried();
          onCreated(client);
        },
      },
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-start">
        <TextInput
          label="New client"
          description="Name the program or person that calls."
          value={name}
          error={issue}
          onChange={(event) => setName(event.currentTarget.value)}
          w={{ base: "100%", xs: 280 }}
        />
        <ClientLimitsInputs limits={limits} onChange={setLimits} />
        <Button type="submit" variant="default" loading={create.isPending} mt={{ base: 0, xs: 45 }}>
          Add client
        </Button>
      </Group>
      <FailedAction error={create.error} />
    </form>
  );
}
