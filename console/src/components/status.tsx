import { Text } from "@mantine/core";
import type { DeploymentStatus } from "@slipway/contracts/api/deployment";
import {
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconLoader2,
  IconPlayerStopFilled,
  IconQuestionMark,
} from "@tabler/icons-react";
import { type Look, Sign, TONES } from "./sign.tsx";

const LOOKS: Record<DeploymentStatus, Omit<Look, "word">> = {
  Deploying: { icon: IconLoader2, tone: "busy", spins: true },
  Deployed: { icon: IconCircleCheckFilled, tone: "good" },
  Stopping: { icon: IconLoader2, tone: "warn", spins: true },
  Stopped: { icon: IconPlayerStopFilled, tone: "quiet" },
  Failed: { icon: IconCircleXFilled, tone: "bad" },
};

function lookOf(status: string): Look {
  const known = status in LOOKS ? LOOKS[status as DeploymentStatus] : undefined;
  return { icon: IconQuestionMark, tone: "quiet", ...known, word: status };
}

/** A deployment's status, as colour, icon and word. */
export function Status({ status, size = "sm" }: { status: string; size?: "sm" | "md" }) {
  return <Sign look={lookOf(status)} size={size} />;
}

/** Only the sign of a status, for lists of links; its word is the title. */
export function StatusSign({ status }: { status: string }) {
  const { icon: Icon, tone, spins } = lookOf(status);
  return (
    <Text span c={TONES[tone]} title={status} role="img" aria-label={status} lh={0}>
      <Icon size={14} className={spins ? "spin" : undefined} />
    </Text>
  );
}
