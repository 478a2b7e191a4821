/** Words of a benchmark's command line. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { Refusal } from "@slipway/cli/terminal/refusal";

/** Reads the options. @throws Refusal with the help behind it when there is a word that it does not know. */
export function readWords<Options extends NonNullable<ParseArgsConfig["options"]>>(
  words: readonly string[],
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

/** A whole number from 1, or what holds otherwise. @throws Refusal naming the option. */
export function count(option: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Refusal(`--${option} takes a whole number from 1.`);
  return value;
}
