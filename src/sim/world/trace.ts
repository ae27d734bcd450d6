/** The readable record of one run: a line for each thing that happened, the same to the byte whenever the seed is. */
import type { Scheduler } from './scheduler.ts';

/** Takes lines; the text is built only when there is a listener. */
export class Trace {
  readonly isOn: boolean;
  readonly #scheduler: Scheduler;
  readonly #sink: ((line: string) => void) | undefined;

  constructor(scheduler: Scheduler, sink?: (line: string) => void) {
    this.#scheduler = scheduler;
    this.#sink = sink;
    this.isOn = sink !== undefined;
  }

  /** Notes what happened to `who`; ask {@link isOn} before building an expensive `text`. */
  note(who: string, text: string): void {
    if (this.#sink === undefined) return;
    const us = this.#scheduler.nowUs;
    const time = `${String(Math.floor(us / 1_000_000)).padStart(3)}.${String(us % 1_000_000).padStart(6, '0')}`;
    this.#sink(`${time}  ${who.padEnd(8)} ${text}`);
  }
}

/** Fields of a log line as `name=value`, in the order given. */
export function formatFields(fields: Readonly<Record<string, string | number | boolean>> = {}): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${String(value)}`)
    .join('');
}
