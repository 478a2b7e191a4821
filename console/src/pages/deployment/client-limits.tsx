import { Group, NumberInput, TextInput } from "@mantine/core";
import type { Client } from "@slipway/contracts/api/client";
import { endOfLocalDay, toLocalTime } from "#lib/local-time.ts";

const RATE_MAX = 10_000_000;

/** What bounds a client, as typed: the last day of its token, and requests per minute. Empty is no bound. */
export interface ClientLimits {
  lastDay: string;
  requestsPerMinute: number | "";
}

type Bounds = Pick<Client, "expiresAt" | "requestsPerMinute">;

export const NO_LIMITS: ClientLimits = { lastDay: "", requestsPerMinute: "" };

/** As the API takes it. */
export function limitsRequest({ lastDay, requestsPerMinute }: ClientLimits): Bounds {
  return {
    expiresAt: endOfLocalDay(lastDay),
    requestsPerMinute: requestsPerMinute === "" ? null : requestsPerMinute,
  };
}

/** As the fields hold it. */
export function limitsOf(client: Bounds): ClientLimits {
  return {
    lastDay: client.expiresAt === null ? "" : toLocalTime(client.expiresAt).slice(0, 10),
    requestsPerMinute: client.requestsPerMinute ?? "",
  };
}

interface ClientLimitsInputsProps {
  limits: ClientLimits;
  onChange: (limits: ClientLimits) => void;
}

/** The fields for a client's expiry and limit; both may stay empty. */
export function ClientLimitsInputs({ limits, onChange }: ClientLimitsInputsProps) {
  return (
    <Group align="flex-start">
      <TextInput
        type="date"
        label="Expires after"
        description="Empty: never."
        min={toLocalTime(new Date().toISOString()).slice(0, 10)}
        max="9999-12-31"
        value={limits.lastDay}
        onChange={(event) => onChange({ ...limits, lastDay: event.currentTarget.value })}
        w={{ base: "100%", xs: 170 }}
      />
      <NumberInput
        label="Requests per minute"
        description="Empty: no limit."
        min={1}
        max={RATE_MAX}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator=","
        hideControls
        value={limits.requestsPerMinute}
        onChange={(next) =>
          onChange({ ...limits, requestsPerMinute: typeof next === "number" && next > 0 ? next : "" })
        }
        w={{ base: "100%", xs: 170 }}
      />
    </Group>
  );
}
