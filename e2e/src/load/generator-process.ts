/** The load generator's own process: it does nothing else, so that nothing of a test makes it late. */
import { sendLoad } from "./arrivals.ts";
import { type FromGenerator, type Load, toGeneratorSchema } from "./messages.ts";

const stopped = new AbortController();

process.on("message", (message) => {
  const asked = toGeneratorSchema.parse(message);
  if (asked.type === "stop") stopped.abort();
  else void run(asked.load);
});
// The test is gone.
process.once("disconnect", () => process.exit());

async function run(load: Load): Promise<void> {
  const outcomes = await sendLoad(load, stopped.signal, () => tell({ type: "started" }));
  tell({ type: "ended", outcomes });
}

function tell(message: FromGenerator): void {
  process.send?.(message);
}
