import { describe, expect, test } from "vitest";
import {
  type AliasFollower,
  type AliasStep,
  type AliasWatch,
  decideAlias,
  settleWatch,
  watchAlias,
} from "./alias.ts";

const QUIET_MS = 10_000;
const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1_000);

function aFollower(changes: Partial<AliasFollower> = {}): AliasFollower {
  return {
    desired: "running",
    alias: "champion",
    policy: "roll-out",
    newestVersion: "3",
    fact: { alias: "champion", version: "3", changedAt: at(-100), seenAt: at(0) },
    ...changes,
  };
}

/** Plays looks to a follower as the loop does, carrying out each step, and tells what came of them. */
function play(follower: AliasFollower, looks: [seconds: number, version: string | null][]): string[] {
  const done: string[] = [];
  let watch: AliasWatch | undefined;
  let state = follower;
  const take = (step: AliasStep, time: Date, seconds: number): boolean => {
    if (step.kind === "nothing" || step.kind === "wait") return false;
    done.push(`${seconds}s ${step.kind} ${step.version}`);
    if (step.kind === "roll-out") state = { ...state, newestVersion: step.version };
    else {
      const { version, changedAt } = step;
      state = { ...state, fact: { alias: state.alias, version, changedAt, seenAt: time } };
      if (watch) watch = settleWatch(watch);
    }
    return true;
  };
  for (const [seconds, version] of looks) {
    const time = at(seconds);
    watch = watchAlias(watch, { alias: state.alias, version, at: time, quietMs: QUIET_MS });
    while (take(decideAlias(state, watch, { at: time, quietMs: QUIET_MS }), time, seconds));
  }
  return done;
}

describe("an alias that moves", () => {
  const moves: [number, string][] = [
    [0, "3"],
    [5, "5"],
    [10, "5"],
    [15, "5"],
    [60, "5"],
  ];

  test("is rolled out once, after the quiet period", () => {
    expect(play(aFollower(), moves)).toEqual(["15s tell 5", "15s roll-out 5"]);
  });

  test("is only told with the policy notify, and only known with pin", () => {
    expect(play(aFollower({ policy: "notify" }), moves)).toEqual(["15s tell 5"]);
    expect(play(aFollower({ policy: "pin" }), moves)).toEqual(["15s note 5"]);
  });

  test.each(["stopped", "deleted"] as const)("is not rolled out of a %s deployment", (desired) => {
    expect(play(aFollower({ desired }), moves)).toEqual(["15s tell 5"]);
  });

  test("while its deployment was stopped is rolled out once it runs again", () => {
    const fact = { alias: "champion", version: "5", changedAt: at(-50), seenAt: at(0) };
    expect(play(aFollower({ fact }), [[0, "5"]])).toEqual(["0s roll-out 5"]);
  });

  test("to what the newest revision asks for already is not rolled out, whatever became of that revision", () => {
    expect(play(aFollower({ newestVersion: "5" }), moves.slice(1))).toEqual(["5s tell 5"]);
  });

  test("away from a version that failed and back to it is tried again only then", () => {
    const looks: [number, string][] = [...moves, [70, "3"], [80, "3"], [90, "5"], [100, "5"]];
    expect(play(aFollower(), looks).filter((step) => step.includes("roll-out"))).toEqual([
      "15s roll-out 5",
      "80s roll-out 3",
      "100s roll-out 5",
    ]);
  });
});

describe("an alias that flaps", () => {
  test("moves nothing until it is quiet, and then the last one wins", () => {
    const flaps = Array.from({ length: 20 }, (_, at): [number, string] => [at, at % 2 === 0 ? "4" : "5"]);
    const steps = play(aFollower(), [...flaps, [20, "6"], [25, "6"], [29, "6"], [30, "6"]]);
    expect(steps).toEqual(["30s tell 6", "30s roll-out 6"]);
  });

  test("without end is taken as it is after six quiet periods, and then again only after six more", () => {
    const flaps = Array.from({ length: 26 }, (_, at): [number, string] => [at * 5, at % 2 === 0 ? "4" : "5"]);
    expect(play(aFollower(), flaps)).toEqual([
      "60s tell 4",
      "60s roll-out 4",
      "125s tell 5",
      "125s roll-out 5",
    ]);
  });

  test("around what serves is not left at rest for ever either", () => {
    const flaps = Array.from({ length: 14 }, (_, at): [number, string] => [at * 5, at % 2 === 0 ? "3" : "5"]);
    expect(play(aFollower(), flaps)).toEqual(["65s tell 5", "65s roll-out 5"]);
  });
});

describe("an alias of which nothing is known", () => {
  test("any more is noted and changes nothing, and its return is no news", () => {
    const looks: [number, string | null][] = [
      [0, "3"],
      [5, "5"],
      [15, "5"],
      [20, null],
      [30, null],
      [40, "5"],
      [50, "5"],
    ];
    expect(play(aFollower({ policy: "notify" }), looks)).toEqual([
      "15s tell 5",
      "30s note null",
      "50s note 5",
    ]);
  });

  test("yet is known at once where the newest revision was made of it", () => {
    expect(play(aFollower({ fact: undefined }), [[0, "3"]])).toEqual(["0s note 3"]);
  });

  test("under its name is not mixed up with the alias that was followed before", () => {
    const fact = { alias: "challenger", version: "5", changedAt: at(-50), seenAt: at(0) };
    expect(play(aFollower({ fact }), [[0, "5"]])).toEqual([]);
  });
});
