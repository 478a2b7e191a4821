/** Where the values of a query's columns lie: places in a version's arrays, and tables beside it. */
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import { type SQL, sql } from "drizzle-orm";

/** What sorting and filtering need and the index does not know. */
export interface VersionContext {
  /** Which deployments run a version. */
  deployed: { modelName: string; number: number; names: string[] }[];
  /** What was measured of a version: it counts for the version of that fingerprint only. */
  measured: { modelName: string; number: number; fingerprint: string; figures: Record<string, number> }[];
}

interface LoggedColumn {
  kind: "params" | "metrics" | "tags";
  key: string;
}

const KEYS: Record<LoggedColumn["kind"], SQL> = {
  params: sql.raw("param_keys"),
  metrics: sql.raw("metric_keys"),
  tags: sql.raw("tag_keys"),
};

/** Where a model keeps the values of the used keys. */
export function createSlots() {
  const used = new Map<string, { column: LoggedColumn; name: string }>();
  return {
    of(column: LoggedColumn): SQL {
      const id = JSON.stringify([column.kind, column.key]);
      const name = used.get(id)?.name ?? `s${used.size}`;
      used.set(id, { column, name });
      return sql.raw(`m.${name}`);
    },
    columns: (): SQL =>
      sql.join(
        [...used.values()].map(
          ({ column, name }) =>
            sql`, array_position(${KEYS[column.kind]}, ${column.key}::text) as ${sql.raw(name)}`,
        ),
      ),
  };
}

const FIGURES: readonly string[] = BENCHMARK_COLUMNS;

/** Tables beside the versions' own, joined only where they are used. */
export function createJoins({ deployed, measured }: VersionContext) {
  const used = new Map<string, SQL>();
  return {
    aliases(): SQL {
      used.set(
        "aliases",
        sql`left join (
          select model_id, number, array_agg(alias order by alias) as names from registry_alias group by 1, 2
        ) named on named.model_id = v.model_id and named.number = v.number`,
      );
      return sql`named.names`;
    },
    deployed(): SQL {
      const rows = JSON.stringify(deployed);
      used.set(
        "deployed",
        sql`left join jsonb_to_recordset(${rows}::jsonb) as deployed("modelName" text, number int, names text[])
          on deployed."modelName" = m.name and deployed.number = v.number`,
      );
      return sql`deployed.names`;
    },
    measured(figure: string): SQL {
      const name = `measured_${FIGURES.indexOf(figure)}`;
      const rows = JSON.stringify(
        measured.map(({ figures, ...version }) => ({ ...version, value: figures[figure] ?? null })),
      );
      used.set(
        name,
        sql`left join jsonb_to_recordset(${rows}::jsonb)
          as ${sql.raw(name)}("modelName" text, number int, fingerprint text, value float8)
          on ${sql.raw(name)}."modelName" = m.name and ${sql.raw(name)}.number = v.number
          and ${sql.raw(name)}.fingerprint = v.fingerprint`,
      );
      return sql.raw(`${name}.value`);
    },
    tables: (): SQL => sql.join([...used.values()], sql` `),
  };
}
