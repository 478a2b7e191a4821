/** PostgreSQL refuses to run as root: then it runs as a system user of its own, which can read nothing else of Slipway. */
import { execa } from "execa";
import { Refusal } from "#terminal/refusal.ts";

const NAME = "slipway-postgres";

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/** The user to run PostgreSQL as when this is root, made on first use; `undefined` when this is not root. */
export async function postgresUser(): Promise<{ user: SystemUser; created: boolean } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await lookUp();
  if (existing !== undefined) return { user: existing, created: false };
  const attempts: [string, string[]][] = [
    [
      "useradd",
      [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
      ],
    ],
    ["adduser", ["-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", NAME]],
  ];
  const failures: string[] = [];
  for (const [program, words] of attempts) {
    const { failed, stderr, shortMessage } = await execa(program, words, { reject: false });
    const user = failed ? undefined : await lookUp();
    if (user !== undefined) return { user, created: true };
    failures.push(typeof stderr === "string" && stderr !== "" ? stderr : String(shortMessage));
  }
  throw new Refusal(
    `PostgreSQL refuses to run as root, and the system user ${NAME} could not be made: ${failures.join("; ")}. ` +
      "Make that user, run Slipway as another user than root, or set DATABASE_URL to a PostgreSQL of your own.",
  );
}

async function lookUp(): Promise<SystemUser | undefined> {
  const ids = await Promise.all(["-u", "-g"].map((flag) => execa("id", [flag, NAME], { reject: false })));
  const [uid, gid] = ids.map(({ failed, stdout }) => (failed ? Number.NaN : Number(stdout)));
  if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) return undefined;
  return { name: NAME, uid, gid };
}
