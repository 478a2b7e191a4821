/** Environment variables as rows of a form. A stored secret is never shown; it is kept or replaced. */
import type { Variable } from "@slipway/contracts/api/mlflow-binding";

/** A variable as it stands in a form. */
export interface VariableRow {
  /** Keeps the row's identity while its name is typed. */
  key: number;
  name: string;
  secret: boolean;
  value: string;
  /** A secret that is stored under this name and is kept unless it is replaced. */
  stored: boolean;
  /** The name under which a secret is stored, as long as the row began with one. */
  storedAs: string | null;
}

/** A variable as a request carries it. */
export interface SentVariable {
  name: string;
  secret: boolean;
  value?: string;
}

/** The rows of what is stored. */
export function variableRows(variables: Variable[]): VariableRow[] {
  return variables.map(({ name, secret, value }, key) => {
    const stored = secret && value === undefined;
    return { key, name, secret, value: value ?? "", stored, storedAs: stored ? name : null };
  });
}

/** An empty row at the end; a value is secret unless somebody says otherwise. */
export function withNewVariable(rows: VariableRow[]): VariableRow[] {
  return [...rows, { key: nextKey(rows), name: "", secret: true, value: "", stored: false, storedAs: null }];
}

/** What is sent of a row: a kept secret travels without its value. */
export function sentVariable({ name, secret, value, stored }: VariableRow): SentVariable {
  return { name: name.trim(), secret, ...(stored ? {} : { value }) };
}

/** A key that no row has. */
export function nextKey(rows: { key: number }[]): number {
  return Math.max(-1, ...rows.map((row) => row.key)) + 1;
}
