/** Answers of two servers to the same request, and whether they mean the same. */
import { parseMlflowJson } from "@slipway/contracts/mlflow-json";
import type { Pool } from "undici";
import type { Payload } from "./payloads.ts";

const RELATIVE_ERROR_MAX = 1e-6;

export interface Answer {
  status: number;
  text: string;
}

/** Sends one payload. */
export async function ask(pool: Pool, path: string, { body, contentType }: Payload): Promise<Answer> {
  const answer = await pool.request({ method: "POST", path, headers: { "content-type": contentType }, body });
  return { status: answer.statusCode, text: await answer.body.text() };
}

/** How two answers differ, in a few words; undefined when they mean the same. */
export function difference(mlflow: Answer, slipway: Answer): string | undefined {
  const classes = [mlflow, slipway].map(({ status }) => `${Math.floor(status / 100)}xx`);
  if (classes[0] !== classes[1]) return classes.join(" → ");
  if (mlflow.status >= 300) return undefined;
  return isSame(parseMlflowJson(mlflow.text), parseMlflowJson(slipway.text))
    ? undefined
    : "other predictions";
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return a === b || Math.abs(a - b) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) => key in b && isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
