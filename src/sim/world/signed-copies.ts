/** Signed requests as they pass gateways: a reader of one may send it again, through any session. */
import type { Random } from '../../std/random.ts';
import type { Intent } from './intent.ts';

/** Requests that are kept to be sent again. */
const keptMax = 64;

/** The last signed requests of all clients. */
export class SignedCopies {
  readonly #kept: Intent[] = [];

  keep(request: Intent): void {
    this.#kept.push(request);
    if (this.#kept.length > keptMax) this.#kept.shift();
  }

  /** One of them; undefined while there is none. */
  pick(random: Random): Intent | undefined {
    return this.#kept.length === 0 ? undefined : random.pick(this.#kept);
  }
}
