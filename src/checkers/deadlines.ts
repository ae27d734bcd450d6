/**
 * Invariant 5 for what callers give up: no command runs that its leader took later than its caller waited for it, by
 * the caller's own clock, but for what clocks can part (decision 11). It looks at when leaders stamp and not at what
 * they write, and knows nothing of the deadlines that commands carry.
 */

import { outcome } from '../protocol/events.ts';
import { getU53 } from '../std/integers.ts';
import { didNothing } from './requests.ts';
import type { Report } from './violations.ts';

/** Deadlines are whole milliseconds. */
const roundedUs = 1_000;

interface Wait {
  readonly sinceUs: number;
  readonly forUs: number;
  readonly lateUsMax: number;
}

/** What a leader stamped in one go. */
interface Stamp {
  readonly atUs: number;
  /** The time that it wrote. */
  readonly timeUs: number;
}

export class DeadlinesChecker {
  /**
   * A part of the time that a caller waits, by which a leader's clock may be late at the end of it: 2 % for a clock of
   * the simulator that runs slow, and what the exchange's time is moved.
   */
  partingPart = 1 / 40;
  readonly #report: Report;
  /** By client and ticket. */
  readonly #waits = new Map<string, Wait>();
  /** The leaders that stamped a seq, and when: more than one where leaders die before it is committed. */
  readonly #stamps: Stamp[][] = [];
  /** What the log of each replica gave next. */
  readonly #nextSeqs = new Map<number, number>();
  /** Seq and time of the commands that ran, by session and number. */
  readonly #ran = new Map<string, { readonly seq: number; readonly timeUs: number }>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A client submits a command, and gives it up after `forUs`. */
  submitted(clientId: number, ticket: number, sinceUs: number, forUs: number): void {
    const lateUsMax = forUs * this.partingPart + roundedUs;
    this.#waits.set(`${clientId}/${ticket}`, { sinceUs, forUs, lateUsMax });
  }

  /**
   * The log of a replica gives `nextSeq` next: if it leads, it stamped what is new, the last of it with the time given.
   */
  reached(replicaId: number, isLeader: boolean, nextSeq: number, stamp: Stamp): void {
    const fromSeq = this.#nextSeqs.get(replicaId) ?? 1;
    this.#nextSeqs.set(replicaId, nextSeq);
    if (!isLeader) return;
    for (let seq = fromSeq; seq < nextSeq; seq++) (this.#stamps[seq] ??= []).push(stamp);
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, timeUs: number, sessionId: number, commandNumber: number): void {
    this.#ran.set(`${sessionId}/${commandNumber}`, { seq, timeUs });
  }

  /** A client has the outcome of a command. */
  answered(clientId: number, ticket: number, sessionId: number, view: DataView, at: number): void {
    const wait = this.#waits.get(`${clientId}/${ticket}`);
    const ran = this.#ran.get(`${sessionId}/${getU53(view, at + outcome.at.commandNumber)}`);
    this.#waits.delete(`${clientId}/${ticket}`);
    if (wait === undefined || ran === undefined || didNothing.has(view.getUint8(at + outcome.at.code)))
      return;
    const away = (stamp: Stamp): number => Math.abs(stamp.timeUs - ran.timeUs);
    const [stamp] = [...(this.#stamps[ran.seq] ?? [])].sort((a, b) => away(a) - away(b));
    if (stamp === undefined) return;
    const lateUs = stamp.atUs - wait.sinceUs - wait.forUs;
    if (lateUs <= wait.lateUsMax) return;
    this.#report(
      'deadlines',
      `seq ${ran.seq} was taken ${lateUs} us after client ${clientId}, who waited ${wait.forUs} us, had given it up`,
    );
  }
}
