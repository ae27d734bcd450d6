/**
 * Errors for the person at the terminal: one clear paragraph, no stack, and an exit code that scripts can tell apart.
 */

/** Exit codes of the command line. */
export const ExitCode = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What a person can act on: what happened, to what, and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  /** What `--json` tells beside the message. */
  readonly details: object;

  constructor(message: string, exitCode: ExitCode = ExitCode.failed, details: object = {}) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** The command or the configuration is wrong: nothing was started. */
export function usageFailure(message: string): Failure {
  return new Failure(message, ExitCode.usage);
}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `load` gives, or the words of a Failure: for processes that say what is wrong and go on. */
export function orWords<T>(load: () => T): T | string {
  try {
    return load();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
