/** The same table as a program makes it with MLflow's own client. */
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { execa } from "execa";
import { z } from "zod";
import { plainEnvironment } from "#setup/plain-environment.ts";

const PROGRAM = join(repositoryRoot, "bench", "registry", "client_way.py");
const ROUNDS = 2;
const outputSchema = z.object({ seconds: z.array(z.number()), rows: z.number() });

/** Returns the ms that each round took. @throws Error when the program found no versions. */
export async function measureClient(
  uri: string,
  { python, model, signal }: { python: string; model: string; signal: AbortSignal },
): Promise<number[]> {
  const { stdout } = await execa(python, [PROGRAM, uri, model, `${ROUNDS}`], {
    env: { ...plainEnvironment(), MLFLOW_DISABLE_TELEMETRY: "true" },
    extendEnv: false,
    cancelSignal: signal,
  });
  const { seconds, rows } = outputSchema.parse(JSON.parse(stdout));
  if (rows === 0) throw new Error(`MLflow's client found no versions of ${model}`);
  return seconds.map((each) => each * 1_000);
}
