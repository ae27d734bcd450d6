/** Lines for a person, from a core thread to the main thread, which writes them. */
import type { Log } from '../replica/ports.ts';
import type { CoreControl, LogFields } from './control.ts';

export class CoreLog implements Log {
  readonly #control: CoreControl;

  constructor(control: CoreControl) {
    this.#control = control;
  }

  info(text: string, fields: LogFields = {}): void {
    this.#control.tell({ kind: 'log', level: 'info', text, fields });
  }

  warn(text: string, fields: LogFields = {}): void {
    this.#control.tell({ kind: 'log', level: 'warn', text, fields });
  }
}
