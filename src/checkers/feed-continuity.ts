/** What a client is sent: each event once and in order; on a feed of everything, also without a hole. */
import type { AgreementChecker } from './agreement.ts';
import type { Report } from './violations.ts';

interface Place {
  seq: number;
  n: number;
}

/** Follows the feed of each client. */
export class FeedContinuityChecker {
  readonly #report: Report;
  readonly #agreement: AgreementChecker;
  readonly #places = new Map<number, Place>();

  constructor(report: Report, agreement: AgreementChecker) {
    this.#report = report;
    this.#agreement = agreement;
  }

  /** A client received the notice that it missed something: its next event may be any later one. */
  missed(clientId: number): void {
    this.#places.delete(clientId);
  }

  /** A client was sent the event (seq, n). `isComplete`: its feed holds everything. */
  saw(clientId: number, seq: number, n: number, isComplete: boolean): void {
    const last = this.#places.get(clientId);
    if (last === undefined) {
      this.#places.set(clientId, { seq, n });
      return;
    }
    if (seq < last.seq || (seq === last.seq && n <= last.n)) {
      this.#report(
        'feed',
        `client ${clientId} saw event ${n} of seq ${seq} after event ${last.n} of seq ${last.seq}`,
      );
    } else if (isComplete) {
      const next = this.#after(last);
      if (next.seq !== seq || next.n !== n) {
        this.#report(
          'feed',
          `client ${clientId} saw event ${n} of seq ${seq} where event ${next.n} of seq ${next.seq} follows`,
        );
      }
    }
    last.seq = seq;
    last.n = n;
  }

  /** The place of the next event of the history. */
  #after(place: Place): Place {
    const { commands } = this.#agreement;
    if (place.n + 1 < (commands[place.seq]?.events.length ?? 0)) return { seq: place.seq, n: place.n + 1 };
    let seq = place.seq + 1;
    while (seq < commands.length && commands[seq]?.events.length === 0) seq++;
    return { seq, n: 0 };
  }
}
