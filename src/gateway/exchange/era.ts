/**
 * Which exchange answers. Each of the gateway's sessions may find that another has taken the place of the one before;
 * all parts hear it from here. What was read for one exchange is not sent to the next, and nothing of it is shown.
 * Where another site of the same exchange writes, requests go on, and what is remembered is read again: a promoted site
 * may lack the last of what the one before had.
 */
import { CoreError } from '../admission/refusals.ts';

export class Era {
  readonly #listeners: (() => void)[] = [];
  readonly #siteListeners: (() => void)[] = [];
  #current = 0;

  /** Another number for each exchange that has answered. */
  get current(): number {
    return this.#current;
  }

  /** `listener` is called each time when another exchange answers. */
  onReplaced(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A session has found another exchange. */
  replaced(): void {
    this.#current += 1;
    for (const listener of this.#listeners) listener();
  }

  /** `listener` is called each time when another site of the same exchange writes. */
  onOtherSite(listener: () => void): void {
    this.#siteListeners.push(listener);
  }

  /** Another site writes from here on. */
  otherSite(): void {
    for (const listener of this.#siteListeners) listener();
  }

  /** Throws a CoreError where another exchange answers since a request was read: its instruments may be others. */
  requireSame(era: number): void {
    if (era !== this.#current) throw new CoreError('exchangeReplaced');
  }
}
