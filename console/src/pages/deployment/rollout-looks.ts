import type { Check, RolloutState } from "@slipway/contracts/api/rollout";
import {
  IconArrowBackUp,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconClockPause,
  IconHandStop,
  IconLoader2,
  IconPlayerSkipForward,
  IconQuestionMark,
} from "@tabler/icons-react";
import type { Look } from "#components/sign.tsx";

/** How the states of rollouts look. */
export const ROLLOUT_LOOKS: Record<RolloutState, Look> = {
  running: { icon: IconLoader2, word: "running", tone: "busy", spins: true },
  succeeded: { icon: IconCircleCheckFilled, word: "succeeded", tone: "good" },
  failed: { icon: IconCircleXFilled, word: "failed", tone: "bad" },
  superseded: { icon: IconPlayerSkipForward, word: "superseded", tone: "quiet" },
  aborted: { icon: IconHandStop, word: "aborted", tone: "warn" },
  returned: { icon: IconArrowBackUp, word: "returned", tone: "warn" },
};

/** How the outcomes of checks look. */
export const CHECK_LOOKS: Record<Check["outcome"], Look> = {
  "within bounds": { icon: IconCircleCheckFilled, word: "within bounds", tone: "good" },
  exceeded: { icon: IconCircleXFilled, word: "exceeded", tone: "bad" },
  "too few requests": { icon: IconClockPause, word: "too few requests", tone: "quiet" },
  "not comparable": { icon: IconQuestionMark, word: "not comparable", tone: "quiet" },
};
