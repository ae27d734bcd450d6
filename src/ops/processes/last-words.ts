/**
 * The log of a process that may have to end itself at once: its last line is written before it does. pino writes on
 * another thread, which on a busy machine would begin once the process is gone.
 */
import { type Logger, pino } from 'pino';
import { standardOutput, withPriorities } from './process-log.ts';

/** Longest wait for the last line: its reader may hang, or the disk that it goes to. */
const lastLineMsMax = 1_000;

export class LastWords {
  readonly log: Logger;
  readonly #output = pino.destination(standardOutput);

  /** `base` is in each line. */
  constructor(base: Readonly<Record<string, unknown>>) {
    const options = { base, timestamp: pino.stdTimeFunctions.isoTime };
    // A stream without a way to flush it: pino would use that for fatal lines, and wait for a disk that hangs.
    this.log = pino(
      options,
      withPriorities((line) => this.#output.write(line)),
    );
  }

  /** Ends this process, by a signal, once its last line is written; soon in any case. */
  endSaying(text: string, waitMsMax = lastLineMsMax): void {
    this.#output.once('drain', endAtOnce);
    setTimeout(endAtOnce, waitMsMax);
    this.log.fatal(text);
  }
}

/** Without a look at what a thread still does: one in a call of the system cannot be ended otherwise. */
export function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}
