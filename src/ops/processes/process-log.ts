/** The log of a process: lines of JSON on its standard output, in the journal of systemd with their priority. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { isJournal } from './journal.ts';

export const standardOutput = 1;
/** Of syslog(3), each from a level of pino on. */
const priorities = [
  { level: 60, priority: 2 },
  { level: 50, priority: 3 },
  { level: 40, priority: 4 },
  { level: 30, priority: 6 },
] as const;
const debugPriority = 7;

/** A stream that has it is given the level of each line before the line. */
const wantsLevel: unique symbol = Symbol.for('pino.metadata');

/** `base` is in each line. */
export function processLog(base: Readonly<Record<string, unknown>>): Logger {
  return pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, logOutput());
}

/** Standard output, as a log has to write to it. */
export function logOutput(): DestinationStream {
  const output = pino.destination(standardOutput);
  if (!isJournal(standardOutput)) return output;
  const lines = new PrioritizedLines((line) => output.write(line));
  // Before a process ends, pino asks for it.
  return Object.assign(lines, { flushSync: () => output.flushSync() });
}

/** Puts the priority before each line, where standard output is the journal. */
export function withPriorities(write: (line: string) => void): DestinationStream {
  return isJournal(standardOutput) ? new PrioritizedLines(write) : { write };
}

class PrioritizedLines implements DestinationStream {
  readonly [wantsLevel] = true;
  lastLevel = 0;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  write(line: string): void {
    const found = priorities.find(({ level }) => this.lastLevel >= level);
    this.#write(`<${found?.priority ?? debugPriority}>${line}`);
  }
}
