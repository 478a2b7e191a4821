/** The names of the environment variables that the data plane reads. Nothing else in it touches `process.env`. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  return {
    home: environment.SLIPWAY_HOME,
    host: environment.SLIPWAY_HOST,
    endpointPort: environment.SLIPWAY_ENDPOINT_PORT,
    gatewayProcesses: environment.SLIPWAY_GATEWAY_PROCESSES,
    python: environment.SLIPWAY_PYTHON,
    uv: environment.SLIPWAY_UV,
    logLevel: environment.SLIPWAY_LOG_LEVEL,
    workerUid: environment.SLIPWAY_WORKER_UID,
    bodyBytesMax: environment.SLIPWAY_BODY_BYTES_MAX,
    modelCacheBytesMax: environment.SLIPWAY_MODEL_CACHE_BYTES_MAX,
    requestTimeoutMs: environment.SLIPWAY_REQUEST_TIMEOUT_MS,
    loadTimeoutMs: environment.SLIPWAY_LOAD_TIMEOUT_MS,
    smokeTestTimeoutMs: environment.SLIPWAY_SMOKE_TEST_TIMEOUT_MS,
    drainTimeoutMs: environment.SLIPWAY_DRAIN_TIMEOUT_MS,
    forTools: pick(environment, (name) => TOOL_VARIABLE.test(name)),
    forWorkers: pick(environment, (name) => WORKER_VARIABLE.test(name)),
  };
}
export type EnvironmentValues = ReturnType<typeof readEnvironment>;

/** What uv and the download need of the host: where to find things, proxies, certificate authorities, uv's own settings. */
const TOOL_VARIABLE =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|NETRC|XDG_.*|PYENV_ROOT|UV_(?!PYTHON$|CACHE_DIR$).*|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|AWS_CA_BUNDLE|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)$/;

/** What a worker may know of the host: its clock, its certificate authorities and what its processor can do. */
const WORKER_VARIABLE = /^(LANG|LC_.*|TZ|SSL_CERT_(FILE|DIR)|OPENBLAS_CORETYPE)$/;

function pick(environment: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  );
}
