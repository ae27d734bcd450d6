/**
 * Whether another site may have been promoted over this one: its replicas stood still, were started, or had no leader,
 * for longer than that takes at the least. Until the process of the site has looked at the target whether another one
 * writes, its leader stamps nothing and lets no event leave; where nothing could be looked at for `withinUs`, it goes
 * on. A standby site doubts too: a log that was just opened may yet show that its site writes. What was granted as a
 * lease says more: with one there is no doubt.
 */
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Log } from '../ports.ts';

/** Doubts are told apart by their numbers, in a byte; 0 is none. */
const numbers = 255;

export class SiteDoubt {
  readonly #times: ReplicaOptions['siteDoubt'];
  readonly #log: Pick<ReplicatedLog, 'leaderId'>;
  readonly #out: Log;
  #number = 0;
  #isOpen: boolean;
  /** What was looked at says that another site is about to write. */
  #isHeld = false;
  /** Since when the doubt is open and a leader is known. */
  #sinceUs: number;
  #turnedUs: number;
  #ledUs: number;

  constructor(
    { siteDoubt }: Pick<ReplicaOptions, 'siteDoubt'>,
    log: Pick<ReplicatedLog, 'leaderId'>,
    out: Log,
    nowUs: number,
  ) {
    this.#times = siteDoubt;
    this.#log = log;
    this.#out = out;
    this.#isOpen = siteDoubt !== undefined;
    this.#number = this.#isOpen ? 1 : 0;
    this.#sinceUs = nowUs;
    this.#turnedUs = nowUs;
    this.#ledUs = nowUs;
  }

  /** Whether this site may not write now. @hot */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What is to be answered; 0: there is none. */
  get open(): number {
    return this.#isOpen ? this.#number : 0;
  }

  /** When it is to be called again at the latest, so that a standstill is known as one. @hot */
  get deadlineUs(): number {
    return this.#times === undefined ? Number.POSITIVE_INFINITY : this.#turnedUs + this.#times.afterUs / 2;
  }

  /** A cycle begins, or goes on. @hot */
  turn(nowUs: number): void {
    if (this.#times === undefined) return;
    const passedUs = nowUs - this.#turnedUs;
    this.#turnedUs = nowUs;
    if (passedUs > this.#times.afterUs) this.#begin(nowUs, 'this replica stood still');
    else if (this.#log.leaderId === 0) {
      this.#sinceUs = nowUs;
      if (nowUs - this.#ledUs > this.#times.afterUs) this.#begin(nowUs, 'this site had no leader');
    } else {
      this.#ledUs = nowUs;
      if (this.#isOpen && !this.#isHeld && nowUs - this.#sinceUs >= this.#times.withinUs)
        this.#goOn('nothing said whether another site writes, for as long as site.lookSeconds');
    }
  }

  /** The process of the site has looked, for the doubt of this number, and no other one writes or is about to. */
  answered(number: number, isClear: boolean): void {
    if (number !== this.open || number === 0) return;
    this.#isHeld = !isClear;
    if (isClear) this.#goOn('no other site writes');
  }

  #begin(nowUs: number, why: string): void {
    if (!this.#isOpen)
      this.#out.warn(`${why}, so it looks first whether another site was promoted meanwhile`, {});
    this.#isOpen = true;
    this.#isHeld = false;
    this.#number = (this.#number % numbers) + 1;
    this.#sinceUs = nowUs;
    this.#ledUs = nowUs;
  }

  #goOn(why: string): void {
    this.#isOpen = false;
    this.#out.info(`this site may write: ${why}`, {});
  }
}
