/** Measures a failover as a client feels it: from the loss of the leader to the first acknowledgement afterwards. */
import type { SessionListener } from './ports.ts';

export class FailoverGap {
  readonly #listener: SessionListener;
  #lostAtUs = -1;
  #leaderId = 0;
  #term = 0;
  #resent = 0;
  /** A failover took place and nothing has been acknowledged since. */
  #isOpen = false;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  /** The leader is gone since `lostAtUs`; what counts is the first loss before the next acknowledgement. */
  lost(lostAtUs: number): void {
    if (this.#lostAtUs < 0) this.#lostAtUs = lostAtUs;
  }

  /** The session goes on. With nothing `pending` there is nothing to acknowledge, so the gap ends here. */
  bound(leaderId: number, term: number, resent: number, pending: boolean, nowUs: number): void {
    if (this.#leaderId !== 0 && (leaderId !== this.#leaderId || term !== this.#term)) {
      this.#isOpen = true;
      this.#resent = resent;
    }
    this.#leaderId = leaderId;
    this.#term = term;
    if (!pending) this.acknowledged(nowUs);
  }

  /** An outcome came, or could have. @hot */
  acknowledged(nowUs: number): void {
    if (this.#lostAtUs < 0) return;
    const gapUs = nowUs - this.#lostAtUs;
    this.#lostAtUs = -1;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#listener.failover(this.#term, this.#leaderId, gapUs, this.#resent);
  }
}
