/** The names that cross a process border, and the rules that make them legal. */
import { z } from "zod";

/** A deployment's id: part of its URL, so lower case letters, digits and inner hyphens, 1 to 63 characters (RFC 1123 label). */
export const DEPLOYMENT_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const deploymentIdSchema = z
  .string()
  .regex(
    DEPLOYMENT_ID_PATTERN,
    "Use lower case letters, digits and hyphens, 1 to 63 characters, starting and ending with a letter or digit.",
  )
  .brand<"DeploymentId">();
export type DeploymentId = z.infer<typeof deploymentIdSchema>;

/** A deployment's display name: any script's letters and digits, with spaces, dots, hyphens and underscores inside. */
export const deploymentNameSchema = z
  .string()
  .trim()
  .min(1, "Give the deployment a name.")
  .max(100, "Use at most 100 characters.")
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}])?$/u,
    "Use letters, digits, spaces, '.', '-' or '_', starting and ending with a letter or digit.",
  );

/** A group's name: part of the console's URLs. */
export const groupNameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "Use lower case letters, digits and hyphens, 1 to 63 characters, starting and ending with a letter or digit.",
  );

/** The name of a user who signs in. */
export const usernameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{1,62}$/,
    "Use 2 to 63 lower case letters, digits, '.', '_' or '-', starting with a letter or digit.",
  );

/** The name of a caller of a private endpoint. It travels as the user of HTTP Basic, so it holds no colon. */
export const clientNameSchema = z
  .string()
  .regex(
    /^[a-z0-9_][a-z0-9._-]{0,62}$/,
    "Use 1 to 63 lower case letters, digits, '.', '_' or '-', starting with a letter, digit or '_'.",
  );

/** The name of an environment variable, as POSIX shells accept it. */
export const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, "Use letters, digits and '_', not starting with a digit.");

/**
 * Proposes a legal deployment id for a display name: lower-cased, accents dropped, all else turned into hyphens.
 * Returns `deployment` for a name that leaves nothing legal.
 */
export function proposeDeploymentId(name: string): string {
  const id = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 58)
    .replace(/^-+|-+$/g, "");
  return id === "" ? "deployment" : id;
}

/** Proposes a legal display name for a deployment of a registered model. */
export function proposeDeploymentName(modelName: string): string {
  const name = modelName
    .replace(/[^\p{L}\p{N} ._-]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")
    .slice(0, 90)
    .replace(/[^\p{L}\p{N}]+$/u, "");
  return name === "" ? "deployment" : name;
}
