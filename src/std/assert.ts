/** Assertions that stay on in production: a broken invariant must stop a replica before it can spread. */

/** Thrown when an invariant is broken: a defect of ours, never an answer to bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws when `condition` is false. Keep `message` a constant: it is built even when nothing fails. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
