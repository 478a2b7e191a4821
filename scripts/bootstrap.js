// The first step of `npm start`, `npm test`, `npm run slipway`, `npm run soak` and `npm run bench`. It runs on whatever
// Node is there, so it is plain JavaScript without dependencies: it installs the npm packages when the lockfile has changed, and hands over
// to the Node 24 that is one of them. Signals and the exit code pass through.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 20;
const PARENT_POLL_MS = 2000;
const ENTRIES = {
  start: ["cli/src/main.ts", "demo"],
  test: ["scripts/test.ts"],
  run: ["cli/src/main.ts"],
  soak: ["scripts/soak.ts"],
  bench: ["bench/src/main.ts"],
};

const root = fileURLToPath(new URL("..", import.meta.url));
const [command = "", ...words] = process.argv.slice(2);
const entry = ENTRIES[command];

if (entry === undefined) {
  fail(`Usage: node scripts/bootstrap.js ${Object.keys(ENTRIES).join("|")} …`, 2);
} else if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  fail(
    `Slipway needs Node ${NODE_MAJOR_MIN} or newer to install itself; this is ${process.versions.node}. Get a newer one from your system's packages or nodejs.org, then try again.`,
    1,
  );
} else if (installPackages()) {
  handOver(entry);
}

/**
 * Installs what the lockfile says unless that is there already; returns false when it failed. Not by `npm ci`: npm 11
 * refuses a lockfile without the optional packages of other platforms (npm/cli#9846), which a registry mirror may lack.
 */
function installPackages() {
  const lockfile = readFileSync(join(root, "package-lock.json"));
  const wanted = createHash("sha256")
    .update(lockfile)
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
  const marker = join(root, "node_modules", ".slipway-lockfile");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted && existsSync(nodePath())) return true;
  console.log("  Installing the npm packages …");
  const began = Date.now();
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js")
    ? [process.execPath, process.env.npm_execpath]
    : ["npm"];
  const { status, stdout, stderr, error } = spawnSync(
    npm[0],
    [...npm.slice(1), "install", "--no-save", "--no-progress"],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) {
    const lines = `${error?.message ?? ""}\n${stdout ?? ""}${stderr ?? ""}`.split("\n");
    const output = lines.filter((line) => !line.startsWith("npm warn")).join("\n");
    const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output);
    fail(
      `The npm packages could not be installed.${offline ? " The npm registry could not be reached: check the network, or npm's proxy and registry settings." : ""}\n${output.trim().split("\n").slice(-25).join("\n")}`,
      1,
    );
    return false;
  }
  if (!existsSync(nodePath())) {
    fail(
      `npm installed the packages, but ${nodePath()} is missing. Does npm's configuration forbid install scripts (ignore-scripts)?`,
      1,
    );
    return false;
  }
  writeFileSync(marker, wanted);
  console.log(`✓ npm packages ${((Date.now() - began) / 1000).toFixed(1).padStart(32)} s`);
  return true;
}

/** Runs the command on Node 24 until it ends. */
function handOver([script, ...first]) {
  const child = spawn(nodePath(), [join(root, script), ...first, ...words], {
    // The channel tells the child when we are gone, however that happened.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const watch = watchNpm(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`${nodePath()} could not be run: ${error.message}`, 1));
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

/** npm that was killed outright passes no signal on: then its id is gone. */
function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const npm = npmPid();
  return setInterval(() => {
    try {
      process.kill(npm, 0);
    } catch {
      gone();
    }
  }, PARENT_POLL_MS);
}

/** npm runs scripts through a shell, which may or may not stay between the two of us. */
function npmPid() {
  const stat = `/proc/${process.ppid}/stat`;
  if (!existsSync(stat)) return process.ppid;
  const [, name, grandparent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(stat, "utf8")) ?? [];
  return /^(ba|da|z|a)?sh$/.test(name) ? Number(grandparent) : process.ppid;
}

function nodePath() {
  return join(root, "node_modules", ".bin", "node");
}

function fail(message, exitCode) {
  console.error(message);
  process.exitCode = exitCode;
}
