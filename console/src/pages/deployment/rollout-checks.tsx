import { Group, Stack, Text } from "@mantine/core";
import type { Check } from "@slipway/contracts/api/rollout";
import { Sign } from "#components/sign.tsx";
import { CHECK_LOOKS } from "./rollout-looks.ts";

const TITLES = { errors: "Errors", latency: "Latency", predictions: "Predictions" };

/** How the new revision compares with the old: each check with its outcome and the figures behind it. */
export function RolloutChecks({ checks }: { checks: Check[] }) {
  return (
    <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: "none" }} aria-label="Checks">
      {checks.map(({ name, outcome, message }) => (
        <li key={name}>
          <Group gap="xs">
            <Text span size="sm" fw={600}>
              {TITLES[name]}
            </Text>
            <Sign look={CHECK_LOOKS[outcome]} />
          </Group>
          <Text size="sm" c="dimmed" className="break-anywhere">
            {message}
          </Text>
        </li>
      ))}
    </Stack>
  );
}
