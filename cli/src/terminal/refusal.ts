/** A failure that a person can act on. It is printed as it is, without a stack trace. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
