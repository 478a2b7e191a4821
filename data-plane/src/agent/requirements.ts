/** What a model asks of its environment. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFacts } from "./fetch-model.ts";

export interface Requirements {
  /** The text that is resolved. */
  text: string;
  /** The texts that change what it resolves to: itself, and the constraints beside it. */
  sources: string[];
}

const MLFLOW_LINE = /^\s*mlflow(-skinny)?\s*($|[[=<>!~;@ ])/im;

/** The requirements of a model, with the MLflow that saved it where they name none: the worker needs it. */
export async function readRequirements(folder: string, facts: ModelFacts): Promise<Requirements> {
  const own = await readText(join(folder, "requirements.txt"));
  const text = own ?? (facts.requirements ?? []).join("\n");
  const constraints = (await readText(join(folder, "constraints.txt"))) ?? null;
  return requirementsOf(text, constraints, facts.mlflowVersion);
}

/** The same from texts. */
export function requirementsOf(
  own: string,
  constraints: string | null,
  mlflowVersion: string | null,
): Requirements {
  const text = withMlflow(own, mlflowVersion);
  return { text, sources: constraints === null ? [text] : [text, constraints] };
}

/** Adds `mlflow==<version>` where no line asks for MLflow. */
export function withMlflow(text: string, version: string | null): string {
  const lines = text.replace(/\r\n/g, "\n").trimEnd();
  if (MLFLOW_LINE.test(lines)) return `${lines}\n`;
  return `${lines}\nmlflow${version === null ? "" : `==${version}`}\n`.trimStart();
}

async function readText(path: string): Promise<string | undefined> {
  return existsSync(path) ? await readFile(path, "utf8") : undefined;
}
