/** Why a revision cannot be served: a stable word for programs, a sentence for people. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }

  /** Turns anything thrown into a failure; what is unexpected keeps its message, as nobody else would show it. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new Failure("InternalError", `Slipway met an unexpected error: ${message}`, { cause: thrown });
  }
}

export type FailureReason =
  | "DownloadFailed"
  | "EnvironmentFailed"
  | "PythonVersionMissing"
  | "LoadFailed"
  | "MemoryExceeded"
  | "SmokeTestFailed"
  | "ReplicasDown"
  | "InternalError";
