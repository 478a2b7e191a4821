/** The browser of the benchmarks: the one that is installed. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Refusal } from "@slipway/cli/terminal/refusal";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** Starts it. @throws Refusal saying what to install when there is none. */
export async function startChromium(): Promise<Browser> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  const executablePath = process.env.SLIPWAY_CHROMIUM ?? found;
  if (executablePath === undefined)
    throw new Refusal(
      "No Chromium was found: install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM.",
    );
  return chromium.launch({ executablePath, args: FLAGS });
}
