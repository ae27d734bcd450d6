/**
 * Invariant 2: what a session saw is in every later leader, and at the end in every replica, with the same effect.
 * An acknowledgement is any event that reached a session.
 */
import type { AgreementChecker } from './agreement.ts';
import type { Report } from './violations.ts';

/** Remembers what was acknowledged and asks for it again. */
export class DurabilityChecker {
  readonly #report: Report;
  readonly #agreement: AgreementChecker;
  #acknowledgedSeq = 0;
  #count = 0;

  constructor(report: Report, agreement: AgreementChecker) {
    this.#report = report;
    this.#agreement = agreement;
  }

  /** Highest seq of which a session saw an event. */
  get acknowledgedSeq(): number {
    return this.#acknowledgedSeq;
  }

  /** Events that sessions saw. */
  get count(): number {
    return this.#count;
  }

  /** A session saw the event (seq, n), whose checksum is `crc`. */
  acknowledged(clientId: number, seq: number, n: number, crc: number): void {
    this.#count += 1;
    this.#acknowledgedSeq = Math.max(this.#acknowledgedSeq, seq);
    const known = this.#agreement.commands[seq]?.events[n];
    if (known === undefined) {
      this.#report(
        'durability',
        `client ${clientId} saw event ${n} of seq ${seq}, which no replica has applied`,
      );
    } else if (known !== crc) {
      this.#report(
        'durability',
        `client ${clientId} saw another event ${n} of seq ${seq} than the replicas have`,
      );
    }
  }

  /** A replica begins to serve sessions as a leader, with everything up to `appliedSeq` applied. */
  serves(replicaId: number, appliedSeq: number): void {
    if (appliedSeq < this.#acknowledgedSeq) {
      this.#report(
        'durability',
        `replica ${replicaId} serves from seq ${appliedSeq}, but seq ${this.#acknowledgedSeq} was acknowledged`,
      );
    }
  }

  /** The run is over and everything is healed: a replica has applied everything up to `appliedSeq`. */
  ends(replicaId: number, appliedSeq: number): void {
    if (appliedSeq < this.#acknowledgedSeq) {
      this.#report(
        'durability',
        `replica ${replicaId} ends at seq ${appliedSeq}, but seq ${this.#acknowledgedSeq} was acknowledged`,
      );
    }
  }
}
