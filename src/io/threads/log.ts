/**
 * Lines for a person, from a core thread to the main thread, which writes them. Each carries the time at which it was
 * written, by the clock that all processes of a machine share: elections are over before a main thread has written its
 * first line.
 */
import type { Clock, Log } from '../../replica/ports.ts';
import type { CoreControl, LogFields } from './control.ts';

export class CoreLog implements Log {
  readonly #control: CoreControl;
  readonly #clock: Clock;

  constructor(control: CoreControl, clock: Clock) {
    this.#control = control;
    this.#clock = clock;
  }

  info(text: string, fields: LogFields = {}): void {
    this.#tell('info', text, fields);
  }

  warn(text: string, fields: LogFields = {}): void {
    this.#tell('warn', text, fields);
  }

  #tell(level: 'info' | 'warn', text: string, fields: LogFields): void {
    this.#control.tell({ kind: 'log', level, text, fields: { ...fields, atUs: this.#clock.nowUs() } });
  }
}
