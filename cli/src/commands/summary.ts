/** The last block of a start: where to go, and how to get in. */
import { formatDuration, type Terminal } from "#terminal/terminal.ts";

export interface Addresses {
  consoleOrigin: string;
  endpointOrigin: string | undefined;
  signInToken: string;
  /** Shown when it was made up in this very start. */
  adminPassword: string | undefined;
  mlflowUri: string | undefined;
  tookMs: number;
}

/** Prints the block. */
export function printAddresses(terminal: Terminal, addresses: Addresses): void {
  const { consoleOrigin, endpointOrigin, signInToken, adminPassword, mlflowUri, tookMs } = addresses;
  const rows: [string, string | undefined][] = [
    ["Console", consoleOrigin],
    ["Endpoints", endpointOrigin],
    ["MLflow", mlflowUri],
    ["User", adminPassword === undefined ? undefined : "admin"],
    ["Password", adminPassword === undefined ? undefined : `${adminPassword}   (shown only this once)`],
  ];
  terminal.line();
  terminal.line(terminal.style("bold", `Slipway is ready after ${formatDuration(tookMs)}.`));
  for (const [name, value] of rows) {
    if (value !== undefined) terminal.line(`  ${name.padEnd(10)} ${value}`);
  }
  terminal.line();
  const link = `${consoleOrigin}/sign-in?token=${encodeURIComponent(signInToken)}`;
  terminal.line(`Open this link to sign in (it works once):\n  ${terminal.style("cyan", link)}`);
  terminal.line();
  terminal.line("Ctrl-C stops everything; all state is kept for the next start.");
}
