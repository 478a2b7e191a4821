/** Sessions, the caller, users and API tokens. */
import { z } from "zod";
import { groupNameSchema, usernameSchema } from "../ids.ts";
import { timeSchema } from "./list.ts";

/** As NIST SP 800-63B asks of passwords that people choose. */
export const PASSWORD_CHARS_MIN = 8;

export const passwordSchema = z
  .string()
  .min(PASSWORD_CHARS_MIN, `Use at least ${PASSWORD_CHARS_MIN} characters.`)
  .max(128, "Use at most 128 characters.");

/** Signs in with a password, or with the one-time token of a sign-in link. */
export const sessionRequestSchema = z.union([
  z.object({ username: z.string(), password: z.string() }),
  z.object({ signInToken: z.string() }),
]);

export const groupRoleSchema = z.enum(["admin", "member"]);
export type GroupRole = z.infer<typeof groupRoleSchema>;

export const meSchema = z
  .object({
    username: z.string(),
    administrator: z.boolean(),
    groups: z.array(z.object({ name: z.string(), displayName: z.string(), role: groupRoleSchema })),
    /** Where endpoints are served, e.g. `http://127.0.0.1:8081`. */
    endpointOrigin: z.string(),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof meSchema>;

export const apiTokenSchema = z
  .object({ id: z.string(), name: z.string(), createdAt: timeSchema, lastUsedAt: timeSchema.nullable() })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const tokenNameSchema = z.string().trim().min(1, "Give the token a name.").max(100);
export const apiTokenRequestSchema = z.object({ name: tokenNameSchema });
/** The token is shown here and never again. */
export const createdApiTokenSchema = z.object({ id: z.string(), name: z.string(), token: z.string() });

export const userSchema = z
  .object({ username: z.string(), administrator: z.boolean(), createdAt: timeSchema })
  .meta({ id: "User" });
export type User = z.infer<typeof userSchema>;
export const userRequestSchema = z.object({
  username: usernameSchema,
  password: passwordSchema,
  administrator: z.boolean().default(false),
});
export const passwordChangeSchema = z.object({ password: passwordSchema });

const countQuotaSchema = z.number().int().min(0).max(1_000_000).nullable();
const bytesQuotaSchema = z.number().int().min(0).nullable();

/** What a group may have at most; null: no bound. Replicas and memory count what running deployments may grow to. */
export const quotasSchema = z.object({
  deployments: countQuotaSchema,
  replicas: countQuotaSchema,
  memoryBytes: bytesQuotaSchema,
});
export type Quotas = z.infer<typeof quotasSchema>;

/** What a group has now, in the same units. */
export const usageSchema = z.object({
  deployments: z.number().int(),
  replicas: z.number().int(),
  memoryBytes: z.number().int(),
});
export type Usage = z.infer<typeof usageSchema>;

export const groupSchema = z
  .object({
    name: z.string(),
    displayName: z.string(),
    createdAt: timeSchema,
    members: z.array(z.object({ username: z.string(), role: groupRoleSchema })),
    mlflowConfigured: z.boolean(),
    quotas: quotasSchema,
    usage: usageSchema,
    /** What the caller may do here, so that the console holds no policy. */
    viewerCan: z.object({ deploy: z.boolean(), administer: z.boolean() }),
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof groupSchema>;

const displayNameSchema = z.string().trim().min(1, "Give the group a name.").max(100);
export const groupRequestSchema = z.object({
  name: groupNameSchema,
  displayName: displayNameSchema.optional(),
});
export const groupPatchSchema = z.strictObject({
  displayName: displayNameSchema.optional(),
  members: z
    .array(z.object({ username: z.string(), role: groupRoleSchema }))
    .optional()
    .describe("Replaces the list of members."),
  quotas: z
    .strictObject(quotasSchema.shape)
    .partial()
    .optional()
    .describe("Only for administrators of Slipway. Absent ones stay as they are; null removes the bound."),
});
