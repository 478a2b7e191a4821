/** What a report says of the circumstances: date, machine, versions, command, commit. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { execa } from "execa";
import { describeMachine } from "#setup/machine.ts";
import type { RunFacts } from "./report.ts";

const SHOWN: Record<string, readonly string[]> = {
  "mlflow-best": ["mlflow", "scikit-learn", "numpy", "pandas", "uvicorn", "uvloop", "httptools"],
  mlserver: ["mlserver"],
  bentoml: ["bentoml"],
  litserve: ["litserve"],
  ray: ["ray"],
};

/** Collects them. */
export async function runFacts(words: readonly string[], environments: string): Promise<RunFacts> {
  const { stdout: commit } = await execa("git", ["describe", "--always", "--dirty"], {
    cwd: repositoryRoot,
    reject: false,
  });
  const { stdout: python } = await execa(join(environments, "mlflow", "bin", "python"), ["--version"]);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: [python, ...versions()],
    command: ["npm run bench -- serving", ...words].join(" "),
    commit: commit || "unknown",
  };
}

/** From the pins, as they hold for the interpreter that is used. */
function versions(): string[] {
  return Object.entries(SHOWN).flatMap(([environment, packages]) => {
    const pins = readFileSync(
      join(repositoryRoot, "bench", "serving", "requirements", `${environment}.txt`),
      "utf8",
    );
    return packages.map(
      (name) => `${name} ${new RegExp(`^${name}(?:\\[.*\\])?==(\\S+)`, "m").exec(pins)?.[1] ?? "?"}`,
    );
  });
}
