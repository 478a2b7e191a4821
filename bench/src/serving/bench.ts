/** What every measurement of a run is given. */
import type { Terminal } from "@slipway/cli/terminal/terminal";
import type { FrozenRecord } from "#processes/frozen-record.ts";
import type { Product } from "#slipway/product.ts";
import type { ModelName, SideName } from "./cells.ts";
import type { Measured } from "./measured.ts";
import type { Options } from "./options.ts";
import { PreparedModel } from "./prepared-model.ts";
import type { Side } from "./sides/side.ts";

export interface Bench {
  options: Options;
  measured: Measured;
  terminal: Terminal;
  signal: AbortSignal;
  samplesFolder: string;
  sides: ReadonlyMap<SideName, Side>;
  product: Product;
  frozen: FrozenRecord;
}

/** A model of the benchmark. */
export function preparedModel({ samplesFolder }: Bench, name: ModelName): PreparedModel<ModelName> {
  return new PreparedModel(samplesFolder, name);
}

/** A side that takes part. @throws Error when it does not. */
export function sideOf({ sides }: Bench, name: SideName): Side {
  const side = sides.get(name);
  if (side === undefined) throw new Error(`${name} does not take part`);
  return side;
}
