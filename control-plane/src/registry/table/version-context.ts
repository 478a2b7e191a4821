/** What one can sort and filter versions by that neither MLflow nor the index knows. */
export interface VersionContext {
  /** Which deployments run a version. */
  deployed: { modelName: string; number: number; names: string[] }[];
  /** What was measured of a version: it counts for the version of that fingerprint only. */
  measured: { modelName: string; number: number; fingerprint: string; figures: Record<string, number> }[];
}

export const NO_CONTEXT: VersionContext = { deployed: [], measured: [] };
