import { expect, test } from "vitest";
import { Failure } from "./failure.ts";
import { chooseInterpreter, type Interpreter } from "./interpreter-choice.ts";

function anInterpreter(version: string, reachable = true): Interpreter {
  return { path: `/opt/${version}/bin/python${reachable ? "" : "-private"}`, version, reachable };
}

test("the exact version is taken, else the newest of the same minor version", () => {
  const found = [
    anInterpreter("3.11.2"),
    anInterpreter("3.11.10"),
    anInterpreter("3.11.7"),
    anInterpreter("3.12.1"),
  ];
  expect(chooseInterpreter("3.11.7", found).version).toBe("3.11.7");
  expect(chooseInterpreter("3.11.4", found).version).toBe("3.11.10");
  expect(chooseInterpreter("3.12", found).version).toBe("3.12.1");
});

test("one that the workers' user can execute comes before the exact version", () => {
  const found = [anInterpreter("3.11.7", false), anInterpreter("3.11.2")];
  expect(chooseInterpreter("3.11.7", found).version).toBe("3.11.2");
  expect(chooseInterpreter("3.11.7", found.slice(0, 1)).version).toBe("3.11.7");
});

test("another minor version is never taken: the failure names what is wanted, what is there and what to do", () => {
  const found = [anInterpreter("3.12.1"), anInterpreter("3.9.18"), anInterpreter("3.10.13")];
  const choose = () => chooseInterpreter("3.11.7", found);
  expect(choose).toThrow(Failure);
  expect(choose).toThrow(
    /wants Python 3\.11\.7.*found: 3\.9\.18, 3\.10\.13, 3\.12\.1.*uv python install 3\.11/,
  );
  expect(() => chooseInterpreter("3.1.0", found)).toThrow("no Python 3.1 ");
});
