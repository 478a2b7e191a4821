/** The browser of the benchmarks: the one that is installed. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Refusal } from "@slipway/cli/terminal/refusal";
import { type BrowserContext, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const VIEWPORT = { width: 1440, height: 900 };

/**
 * Starts it with a profile of its own in `folder`, as people have one: without a profile on disk no browser keeps what it has
 * compiled of a script. @throws Refusal saying what to install when there is none.
 */
export async function startChromium(folder: string): Promise<BrowserContext> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  const executablePath = process.env.SLIPWAY_CHROMIUM ?? found;
  if (executablePath === undefined)
    throw new Refusal(
      "No Chromium was found: install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM.",
    );
  return chromium.launchPersistentContext(folder, { executablePath, args: FLAGS, viewport: VIEWPORT });
}
