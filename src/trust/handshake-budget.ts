/**
 * How much of a core's time strangers get: a message of a handshake costs a few hundred microseconds, and any caller
 * may send one. So no poll works off more than one, all hosts together get a bounded number in a second, and a host
 * that has never proven anything a smaller one. What is not worked off waits.
 */

/** A bucket of tokens: messages that may come at once, and that are added in a second. */
interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** For all hosts, and for one from which no link comes that has been proven. A handshake has two messages. */
const total: Rate = { burst: 64, perSecond: 500 };
const unproven: Rate = { burst: 80, perSecond: 40 };
/** Hosts that are remembered. */
const sourcesMax = 1_024;

/** `soon`: the next poll may do it. `later`: its host has to wait. */
export type Turn = 'now' | 'soon' | 'later';

class Bucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledUs: number;

  constructor(rate: Rate, nowUs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledUs = nowUs;
  }

  has(nowUs: number): boolean {
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((nowUs - this.#filledUs) * perSecond) / 1_000_000);
    this.#filledUs = nowUs;
    return this.#tokens >= 1;
  }

  take(): void {
    this.#tokens -= 1;
  }
}

export class HandshakeBudget {
  readonly #total: Bucket;
  /** By host, the one that was served longest ago first. */
  readonly #sources = new Map<number, Bucket>();
  #isSpent = false;

  constructor(nowUs: number) {
    this.#total = new Bucket(total, nowUs);
  }

  /** A poll begins. @hot */
  nextPoll(): void {
    this.#isSpent = false;
  }

  /** Takes the turn of a host for one message, where it has one. `isKnown`: a proven link comes from it. */
  take(source: number, isKnown: boolean, nowUs: number): Turn {
    const own = isKnown ? undefined : this.#bucketOf(source, nowUs);
    if (own?.has(nowUs) === false) return 'later';
    if (this.#isSpent || !this.#total.has(nowUs)) return 'soon';
    this.#isSpent = true;
    this.#total.take();
    own?.take();
    return 'now';
  }

  #bucketOf(source: number, nowUs: number): Bucket {
    const bucket = this.#sources.get(source) ?? new Bucket(unproven, nowUs);
    this.#sources.delete(source);
    this.#sources.set(source, bucket);
    if (this.#sources.size > sourcesMax) {
      const [oldest] = this.#sources.keys();
      this.#sources.delete(oldest!);
    }
    return bucket;
  }
}
