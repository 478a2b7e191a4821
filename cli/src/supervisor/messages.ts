/** The words between the supervisor and a plane, over the IPC channel. */
import { z } from "zod";

export const planeMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("sign-in-token"), token: z.string() }),
]);
export type PlaneMessage = z.infer<typeof planeMessageSchema>;

export type SupervisorMessage = { type: "create-sign-in-token" } | { type: "set-up-done" };
