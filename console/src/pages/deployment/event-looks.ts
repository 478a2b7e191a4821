import {
  IconAlertTriangle,
  IconCircleCheck,
  IconGitBranch,
  IconHandStop,
  IconKey,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconPoint,
  IconRefresh,
  IconRocket,
  IconTag,
  IconTrash,
} from "@tabler/icons-react";
import type { Look } from "#components/sign.tsx";

type EventLook = Pick<Look, "icon" | "tone">;

/** By the whole kind, else by what it begins with. */
const LOOKS: [pattern: RegExp, look: EventLook][] = [
  [/failed|died|crashed/, { icon: IconAlertTriangle, tone: "bad" }],
  [/abort|return/, { icon: IconHandStop, tone: "warn" }],
  [/^deployment\.created/, { icon: IconPlus, tone: "busy" }],
  [/^deployment\.updated/, { icon: IconPencil, tone: "busy" }],
  [/^deployment\.rolled-back/, { icon: IconGitBranch, tone: "busy" }],
  [/^deployment\.started/, { icon: IconPlayerPlay, tone: "busy" }],
  [/^deployment\.(stopped|ended)/, { icon: IconPlayerStop, tone: "quiet" }],
  [/deleted|removed|revoked/, { icon: IconTrash, tone: "quiet" }],
  [/^rollout\.succeeded/, { icon: IconCircleCheck, tone: "good" }],
  [/^rollout\./, { icon: IconRocket, tone: "busy" }],
  [/^replica\./, { icon: IconRefresh, tone: "warn" }],
  [/^alias\./, { icon: IconTag, tone: "busy" }],
  [/^client\./, { icon: IconKey, tone: "quiet" }],
];

/** How an event looks; kinds that are not known yet look plain. */
export function lookOfEvent(kind: string): EventLook {
  return LOOKS.find(([pattern]) => pattern.test(kind))?.[1] ?? { icon: IconPoint, tone: "quiet" };
}
