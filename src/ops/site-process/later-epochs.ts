/**
 * Looks whether another site writes in a later epoch than this one, or was just ordered to: at the target, and over the
 * links to its replicas. This site is then held back, and a leader that is in doubt of it hears what was seen.
 */
import type { ChainTail } from '../../backup/tail.ts';
import type { OtherSites } from './other-sites.ts';

/** After so long a promotion came to something or to nothing. */
const claimMs = 60_000;
const firstEpoch = 1;

/** What the leader of this site says of it. */
export interface DoubtingPlace {
  readonly epoch: number;
  readonly doubt: number;
  readonly isStandby: number;
}

export interface LaterEpochsParts {
  readonly site: string;
  readonly tail: Pick<ChainTail, 'newest' | 'claim'>;
  readonly others: Pick<OtherSites, 'seen'>;
  /** Tells the leader what was seen, for its doubt of that number. */
  answer(doubt: number, isClear: boolean): void;
  /** Ends what this site writes, where it does so in an epoch before this one; gives what was said of it. */
  holdBack(epoch: number): Promise<string>;
}

export class LaterEpochs {
  readonly #parts: LaterEpochsParts;
  #heldBack = '';
  #claimed = '';
  /** Of the newest chain at the target. */
  folder = '';

  constructor(parts: LaterEpochsParts) {
    this.#parts = parts;
  }

  /** Why this site is not to write, for people; empty where it may. */
  get over(): string {
    return this.#heldBack || this.#claimed;
  }

  /** This site follows, as it should. */
  forget(): void {
    this.#heldBack = '';
    this.#claimed = '';
  }

  async look({ epoch, doubt, isStandby }: DoubtingPlace, nowMs: number): Promise<void> {
    const { tail, others, holdBack, answer } = this.#parts;
    const own = Math.max(firstEpoch, epoch);
    const { epoch: shipped = 0, folder = '' } = (await tail.newest()) ?? {};
    this.folder = folder;
    const later = Math.max(shipped, ...others.seen.map((site) => (site.isReached ? site.epoch : 0)));
    const said = later > own && isStandby === 0 ? await holdBack(later) : '';
    if (said !== '')
      this.#heldBack =
        `Another site writes in epoch ${later}, and this one was still writing in an earlier one: it was held back. ` +
        `"lockstep site return" makes it a standby. ${said}`;
    if (doubt === 0) return;
    this.#claimed = await this.#lookForClaim(own, nowMs);
    answer(doubt, later <= own && this.#claimed === '');
  }

  /** A promotion of another site that may be under way; empty where there is none. */
  async #lookForClaim(own: number, nowMs: number): Promise<string> {
    const { site, tail, others } = this.#parts;
    const claim = await tail.claim();
    if (claim === undefined || claim.epoch <= own || claim.site === site) return '';
    const madeMs = claim.madeUs / 1_000;
    const seen = others.seen.find(({ name }) => name === claim.site);
    // It is seen to follow, long after the order to promote it.
    if (seen?.isReached === true && seen.epoch <= own && nowMs - madeMs > claimMs) return '';
    return (
      `Site ${claim.site} was to begin epoch ${claim.epoch} at ${new Date(madeMs).toISOString()}, and this site stood still or was ` +
      'started since: it takes nothing until it is known what came of that. Repeat "lockstep site promote" there, or let this site ' +
      'reach its replicas.'
    );
  }
}
