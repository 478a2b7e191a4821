import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { IconCircleCheckFilled, IconHistory } from "@tabler/icons-react";
import type { Look } from "#components/sign.tsx";
import { ROLLOUT_LOOKS } from "./rollout-looks.ts";

/** What became of a revision: null when nothing was ever done with it. */
export function lookOfRevision(
  number: number,
  { servingRevision, shares, warm }: Pick<Deployment, "servingRevision" | "shares" | "warm">,
  rollouts: Rollout[],
): Look | null {
  const share = shares.find(({ revision }) => revision === number);
  if (share !== undefined && share.weight > 0 && shares.length > 1)
    return { icon: IconCircleCheckFilled, word: `serving ${share.weight} %`, tone: "good" };
  if (number === servingRevision) return { icon: IconCircleCheckFilled, word: "serving", tone: "good" };
  if (number === warm?.revision) return { icon: IconHistory, word: "kept warm", tone: "busy" };
  const rollout = rollouts.find(({ revision }) => revision === number);
  if (rollout === undefined) return null;
  if (rollout.state === "succeeded") return { icon: IconHistory, word: "has served", tone: "quiet" };
  return ROLLOUT_LOOKS[rollout.state];
}
