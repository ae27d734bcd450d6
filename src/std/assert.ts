/** Assertions that stay on in production: a broken invariant must stop a replica before it can spread. */

/** Thrown when an invariant is broken: a defect of ours, never an answer to bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * Throws when `condition` is false. A message that names what was and what should be comes as a function, which is
 * called only then; on hot paths it is a constant, because to make a function takes memory each time.
 */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message());
}

/** Throws when two values differ, and names both. It takes no function, so loops over all orders may use it. */
export function assertEqual<T extends number | string | boolean | undefined>(
  actual: T,
  expected: T,
  message: string,
): void {
  if (actual !== expected) throw new AssertionError(`${message}: ${actual} is not ${expected}`);
}
