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

// The ones below name what was and what should be. They take no function, so loops over all orders may use them.

/** Throws when two values differ. */
export function assertEqual<T extends number | string | boolean | undefined>(
  actual: T,
  expected: T,
  message: string,
): void {
  if (actual !== expected) throw new AssertionError(`${message}: ${actual} is not ${expected}`);
}

/** Throws unless `actual` is `most` or less. */
export function assertAtMost(actual: number, most: number, message: string): void {
  if (!(actual <= most)) throw new AssertionError(`${message}: ${actual} is not at most ${most}`);
}

/** Throws unless `actual` is `least` or more. */
export function assertAtLeast(actual: number, least: number, message: string): void {
  if (!(actual >= least)) throw new AssertionError(`${message}: ${actual} is not at least ${least}`);
}

/** Throws unless `actual` is less than `bound`. */
export function assertBelow(actual: number, bound: number, message: string): void {
  if (!(actual < bound)) throw new AssertionError(`${message}: ${actual} is not below ${bound}`);
}

/** Throws unless `actual` is more than `bound`. */
export function assertAbove(actual: number, bound: number, message: string): void {
  if (!(actual > bound)) throw new AssertionError(`${message}: ${actual} is not above ${bound}`);
}
