/** What somebody who gets hold of the database, or of the files that Slipway writes, could read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

/** Every row of every table as text. */
export async function dumpDatabase(url: string): Promise<Map<string, string>> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    const tables = await connection.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    const dump = new Map<string, string>();
    for (const { name } of tables.rows) {
      const { rows } = await connection.query<{ line: string }>(`select t::text as line from ${name} t`);
      dump.set(name, rows.map(({ line }) => line).join("\n"));
    }
    return dump;
  } finally {
    await connection.end();
  }
}

/** The files under a folder that hold one of the texts. */
export function filesWith(folder: string, texts: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const content = readFileSync(path, "latin1");
      return texts.some((text) => content.includes(text));
    });
}
