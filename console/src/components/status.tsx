import { Group, Text } from "@mantine/core";
import type { DeploymentStatus } from "@slipway/contracts/api/deployment";
import {
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconLoader2,
  IconPlayerStopFilled,
  IconQuestionMark,
} from "@tabler/icons-react";

const LOOKS: Record<DeploymentStatus, { icon: typeof IconLoader2; color: string; spins?: boolean }> = {
  Deploying: {
    icon: IconLoader2,
    color: "light-dark(var(--mantine-color-blue-9), var(--mantine-color-blue-3))",
    spins: true,
  },
  Deployed: { icon: IconCircleCheckFilled, color: "light-dark(#1f7a33, var(--mantine-color-green-4))" },
  Stopping: { icon: IconLoader2, color: "light-dark(#8a5300, var(--mantine-color-yellow-4))", spins: true },
  Stopped: { icon: IconPlayerStopFilled, color: "var(--mantine-color-dimmed)" },
  Failed: {
    icon: IconCircleXFilled,
    color: "light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))",
  },
};

/** A deployment's status, as colour, icon and word. */
export function Status({ status, size = "sm" }: { status: string; size?: "sm" | "md" }) {
  const known = status in LOOKS ? LOOKS[status as DeploymentStatus] : undefined;
  const Icon = known?.icon ?? IconQuestionMark;
  return (
    <Group gap={5} wrap="nowrap" c={known?.color ?? "dimmed"} display="inline-flex">
      <Icon size={size === "md" ? 20 : 16} aria-hidden className={known?.spins ? "spin" : undefined} />
      <Text span size={size} fw={600} c="inherit">
        {status}
      </Text>
    </Group>
  );
}

/** Only the sign of a status, for lists of links; its word is the title. */
export function StatusSign({ status }: { status: string }) {
  const known = status in LOOKS ? LOOKS[status as DeploymentStatus] : undefined;
  const Icon = known?.icon ?? IconQuestionMark;
  return (
    <Text span c={known?.color ?? "dimmed"} title={status} role="img" aria-label={status} lh={0}>
      <Icon size={14} className={known?.spins ? "spin" : undefined} />
    </Text>
  );
}
