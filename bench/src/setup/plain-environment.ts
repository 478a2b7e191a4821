/** The variables that every side is run with. */

/** What would make one side slower or faster than a user's, or point it elsewhere. */
const LEFT_OUT =
  /^(PYTHON|MLFLOW_|SLIPWAY_|DATABASE_URL$|VIRTUAL_ENV$|OPENBLAS_|OMP_|MKL_|NUMEXPR_|RAY_|BENTOML_|UV_|npm_|NODE_)/;

/** The caller's environment without what is not the same for every side. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name)));
}

/** One thread of arithmetic, as Slipway gives to a replica of one CPU thread. */
export const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  NUMEXPR_NUM_THREADS: "1",
} as const;
