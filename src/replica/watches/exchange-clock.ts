/**
 * The exchange's time, as its leader keeps it: it runs on by the monotonic clock and is never set. Where it is not the
 * time of the members (member-clocks.ts) it nears that by 0.05 % of the time that passes, whatever was measured. So an
 * order that was given up after a second is refused half a millisecond late at the most (decision 11), and a wrong time
 * that reaches all machines moves it by 0.3 s in ten minutes.
 */
import type { Clock } from '../ports.ts';
import type { MemberClocks } from './member-clocks.ts';

/** The part of the time that passes by which the exchange's nears that of the members; as the kernel's `adjtime`. */
const nearingPart = 1 / 2_000;

export class ExchangeClock {
  readonly #clock: Pick<Clock, 'nowUs'>;
  readonly #members: Pick<MemberClocks, 'bounds' | 'beginningUs'>;
  #startTimeUs = 0;
  #startUs = 0;
  /** What it has come nearer since then; apart, since parts of a microsecond would be lost in a time. */
  #nearedUs = 0;
  #readUs = 0;

  constructor(clock: Pick<Clock, 'nowUs'>, members: Pick<MemberClocks, 'bounds' | 'beginningUs'>) {
    this.#clock = clock;
    this.#members = members;
  }

  /** A leadership begins: the time goes on where it was, and behind that of the last frame. */
  start(lastTimeUs: number): void {
    this.#startUs = this.#clock.nowUs();
    this.#readUs = this.#startUs;
    this.#nearedUs = 0;
    this.#startTimeUs = Math.max(lastTimeUs + 1, this.#startUs + this.#members.beginningUs);
  }

  /** Microseconds since 1970; never less than before. @hot */
  timeUs(): number {
    const nowUs = Math.max(this.#readUs, this.#clock.nowUs());
    const nearingUs = (nowUs - this.#readUs) * nearingPart;
    this.#readUs = nowUs;
    const { lowUs, highUs } = this.#members.bounds;
    const aheadUs = this.#startTimeUs - this.#startUs + this.#nearedUs;
    if (aheadUs < lowUs) this.#nearedUs += Math.min(lowUs - aheadUs, nearingUs);
    else if (aheadUs > highUs) this.#nearedUs -= Math.min(aheadUs - highUs, nearingUs);
    return this.#startTimeUs + Math.floor(nowUs - this.#startUs + this.#nearedUs);
  }
}
