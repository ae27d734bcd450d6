/**
 * With `failover: manual`: what automatic failover would have done, when and why, and whether it would have been wrong,
 * so that an operator can judge by the past whether to let it. It decides nothing.
 */
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports, WouldBe } from '../ports.ts';

/** The same hand-over is not noted again for so long: what it is for lasts. */
const sameAgainUs = 30_000_000;

type ReviewPorts = Pick<Ports, 'clock' | 'control' | 'counters' | 'log'>;

export class ManualReview {
  readonly #isManual: boolean;
  readonly #ports: ReviewPorts;
  #number = 0;
  /** An election that would have been held, until a leader is known again. */
  #open: { readonly would: WouldBe; readonly atUs: number } | undefined;
  #handOverUs = Number.NEGATIVE_INFINITY;

  constructor(failover: ReplicaOptions['failover'], ports: ReviewPorts) {
    this.#isManual = failover === 'manual';
    this.#ports = ports;
  }

  /** This replica would campaign: `formerId` led in `term`, and is lost. Noted once for each absence. */
  wouldStand(formerId: number, term: number, reason: string): void {
    if (!this.#isManual || this.#open !== undefined) return;
    const would = this.#note('election', formerId, term, reason);
    this.#open = { would, atUs: this.#ports.clock.nowUs() };
    this.#ports.log.warn(`automatic failover would hold an election now: ${reason}; failover is manual`, {
      leader: formerId,
      term,
    });
  }

  /** This leader would hand over. False: failover is not manual, so that it may. */
  wouldHandOver(leaderId: number, term: number, reason: string): boolean {
    if (!this.#isManual) return false;
    const { clock, log } = this.#ports;
    if (clock.nowUs() - this.#handOverUs < sameAgainUs) return true;
    this.#handOverUs = clock.nowUs();
    this.#note('handOver', leaderId, term, reason);
    log.warn(`automatic failover would hand leadership over now: ${reason}; failover is manual`, { term });
    return true;
  }

  /** A leader is known. The same one in the same term was never gone: an election would have been wrong. */
  led(leaderId: number, term: number): void {
    if (this.#open === undefined) return;
    const { would, atUs } = this.#open;
    this.#open = undefined;
    const { clock, control, counters, log } = this.#ports;
    const afterUs = clock.nowUs() - atUs;
    const outcome = leaderId === would.leaderId && term === would.term ? 'cameBack' : 'replaced';
    control.showWouldBe({ ...would, outcome, afterUs });
    const ms = Math.round(afterUs / 1_000);
    if (outcome === 'cameBack') {
      counters.add(counter.failoversNeedless, 1);
      log.info(`the leader came back ${ms} ms later: an election would have been wrong`, {
        leader: leaderId,
      });
    } else
      log.info(`another leadership began ${ms} ms later than an election would have`, { leader: leaderId });
  }

  #note(kind: WouldBe['kind'], leaderId: number, term: number, reason: string): WouldBe {
    this.#number += 1;
    const { clock, control, counters } = this.#ports;
    counters.add(counter.failoversWithheld, 1);
    const wallUs = clock.wallUs();
    const would: WouldBe = {
      number: this.#number,
      kind,
      leaderId,
      term,
      reason,
      wallUs,
      outcome: 'open',
      afterUs: 0,
    };
    control.showWouldBe(would);
    return would;
  }
}
