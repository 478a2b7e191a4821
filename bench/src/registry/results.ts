/** What a run has measured. Times are in ms, memory in bytes. */

export interface IndexingResult {
  /** Until every version was listed, and until its parameters and metrics were read too. */
  listedMs: number;
  wholeMs: number;
  requests: number;
  /** Of MLflow's processes, and how long that is of the time that there was on one core. */
  mlflowCpuMs: number;
  mlflowCores: number;
}

export interface PagesResult {
  table: string;
  versions: number;
  pages: number;
  p50Ms: number;
  p95Ms: number;
  slowest: string;
  /** Upstream, in the path of one page. */
  requestsPerPage: number;
}

export interface PaintResult {
  page: string;
  ms: number;
}

export interface RegistryResults {
  indexing: IndexingResult;
  /** Of Slipway's control plane and of its PostgreSQL, once all of it was used. */
  memory: { controlPlaneBytes: number; databaseBytes: number };
  pages: PagesResult[];
  /** Each time that a program has made the same table with MLflow's client. */
  client: { ms: number[] };
  paints: PaintResult[];
  /** From its registration until the API lists a new version with its metrics, and until an open page shows it. */
  appearance: { apiMs: number[]; pageMs: number[] };
}
