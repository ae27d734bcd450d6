/** What is wrong now, in the log: each alarm once when it begins, and once when it is over. */

const figures = /(?<![\w-])\d[\d.:TZ-]*/g;

/** Without figures and times, which go on while the same thing is wrong; digits of a name, as in `disk-2`, are none. */
export function withoutFigures(text: string): string {
  return text.replaceAll(figures, '#');
}

export class AlarmWatch {
  /** As in `BACKUP ALARM`. */
  readonly #what: string;
  readonly #log: { error(text: string): void; warn(text: string): void };
  #known: ReadonlyMap<string, string> = new Map();

  constructor(what: string, log: { error(text: string): void; warn(text: string): void }) {
    this.#what = what;
    this.#log = log;
  }

  /** An alarm with other figures in it is the same alarm. */
  look(alarms: readonly string[]): void {
    const now = new Map(alarms.map((text) => [withoutFigures(text), text]));
    for (const [id, text] of now) if (!this.#known.has(id)) this.#log.error(`${this.#what} ALARM: ${text}`);
    for (const [id, text] of this.#known) if (!now.has(id)) this.#log.warn(`over: ${text}`);
    this.#known = now;
  }
}
