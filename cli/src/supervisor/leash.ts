/**
 * Keeps a program that knows nothing of Slipway from outliving its supervisor: a small shell in the program's own
 * process group waits on a pipe, and ends the group when the pipe closes, however the supervisor died.
 */
export const LEASH_FILE_DESCRIPTOR = 3;

const SCRIPT = `
( trap '' TERM INT HUP
  read -r _ <&3
  kill -s "$0" -- -$$
  sleep 10
  kill -s KILL -- -$$ ) >/dev/null 2>&1 &
exec "$@" 3<&-
`;

/** The command that runs `command` on a leash; the pipe is file descriptor 3. The process id stays the command's own. */
export function onLeash(command: readonly string[], stopSignal: "SIGTERM" | "SIGINT"): string[] {
  return ["/bin/sh", "-c", SCRIPT, stopSignal.replace("SIG", ""), ...command];
}
