/**
 * The clock of this machine beside those of the members: the middle one of all is their time, and a replica whose own
 * is far from it learns that it is the wrong one. Fewer than three clocks cannot say which of them is wrong. No stamp
 * follows that time: what was heard may have waited on its way, and a stamp that is too early would let an order run
 * that was given up.
 */
import type { Clock } from '../ports.ts';

const clocksMin = 3;
/** What is heard of a member counts for so many times; of a member that was not heard for so long nothing is known. */
const heardKept = 4;
const heardUsMax = 5_000_000;
/** What was heard of one clock differs by less where no message waited. */
const agreedUs = 250_000;
/** Less than this is a message that was on its way. */
const ignoredUs = 50_000;

/** How far a clock was ahead of the own one, at the last times. */
interface Heard {
  readonly aheadUs: number[];
  heardUs: number;
}

export class MemberClocks {
  readonly #clock: Clock;
  readonly #members = new Map<number, Heard>();
  /** Of a follower: the members' time, as its leader says it. */
  readonly #leader: Heard = { aheadUs: [], heardUs: Number.NEGATIVE_INFINITY };
  #correctionUs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The members' time, as far as it is known; else that of this machine. */
  wallUs(): number {
    return this.#clock.wallUs() + this.#correctionUs;
  }

  /** The clock of this machine, as others are to see it. */
  get ownWallUs(): number {
    return this.#clock.wallUs();
  }

  /** How far the own clock is ahead of the members' time. */
  get aheadUs(): number {
    return 0 - this.#correctionUs;
  }

  /** Leader: how far the clock of a member is ahead of the members' time; 0 where that is not known. */
  aheadOf(memberId: number): number {
    const heard = this.#members.get(memberId);
    const aheadUs = heard === undefined ? undefined : agreed(heard);
    return aheadUs === undefined ? 0 : shown(aheadUs - this.#correctionUs);
  }

  /** Leader: the clock of a member shows this. */
  heard(memberId: number, wallUs: number): void {
    const heard = this.#members.get(memberId) ?? { aheadUs: [], heardUs: 0 };
    this.#members.set(memberId, heard);
    this.#note(heard, wallUs);
  }

  /** Leader: finds the middle of what was heard lately and of its own clock. */
  lead(): void {
    const nowUs = this.#clock.nowUs();
    for (const [id, { heardUs }] of this.#members) if (nowUs - heardUs > heardUsMax) this.#members.delete(id);
    const others = [...this.#members.values()].map(agreed).filter((aheadUs) => aheadUs !== undefined);
    const clocks = [0, ...others].sort((a, b) => a - b);
    const middleUs = clocks[(clocks.length - 1) >> 1]!;
    this.#correctionUs = clocks.length < clocksMin ? 0 : shown(middleUs);
  }

  /** Follower: the members' time, as its leader says it. */
  follow(timeUs: number): void {
    this.#members.clear();
    this.#note(this.#leader, timeUs);
    const aheadUs = agreed(this.#leader);
    if (aheadUs !== undefined) this.#correctionUs = shown(aheadUs);
  }

  #note(heard: Heard, wallUs: number): void {
    const nowUs = this.#clock.nowUs();
    if (nowUs - heard.heardUs > heardUsMax) heard.aheadUs.length = 0;
    heard.heardUs = nowUs;
    heard.aheadUs.push(wallUs - this.#clock.wallUs());
    if (heard.aheadUs.length > heardKept) heard.aheadUs.shift();
  }
}

/**
 * How far a clock is ahead, once all that was heard lately agrees. A message that waited makes its sender's clock seem
 * behind, and several that waited together each by another time.
 */
function agreed({ aheadUs }: Heard): number | undefined {
  const mostUs = Math.max(...aheadUs);
  const isAgreed = aheadUs.length === heardKept && mostUs - Math.min(...aheadUs) < agreedUs;
  return isAgreed ? mostUs : undefined;
}

function shown(us: number): number {
  return Math.abs(us) < ignoredUs ? 0 : us;
}
