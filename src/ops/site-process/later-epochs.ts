/**
 * Looks whether another site writes in a later epoch than this one, or was just ordered to: at the target, and over the
 * links to its replicas. This site is then held back, and a leader that is in doubt of it hears what was seen. Two
 * sites that write in one epoch take themselves for the same one, by their files: neither goes on once it is in doubt.
 */
import { isOfOtherOrder } from '../../backup/chains.ts';
import type { ChainTail, NewestChain } from '../../backup/tail.ts';
import type { OtherSites } from './other-sites.ts';

/** So long after it was first seen here a promotion came to something or to nothing: its own clock may be off. */
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
  /** Names of all, in their order. */
  readonly sites: readonly string[];
  /** The chain that this site writes; empty where it has shipped nothing. */
  ownChain(): string;
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
  /** Another site writes in the epoch of this one. */
  #rival = '';
  /** The newest claim that was seen, and since when. */
  #claim = { text: '', sinceMs: 0 };
  /** Of the newest chain at the target. */
  folder = '';

  constructor(parts: LaterEpochsParts) {
    this.#parts = parts;
  }

  /** Why this site is not to write, for people; empty where it may. */
  get over(): string {
    return this.#heldBack || this.#rival || this.#claimed;
  }

  /** This site follows, as it should. */
  forget(): void {
    this.#heldBack = '';
    this.#claimed = '';
    this.#rival = '';
  }

  async look({ epoch, doubt, isStandby }: DoubtingPlace, nowMs: number): Promise<void> {
    const { tail, others, holdBack, answer } = this.#parts;
    const own = Math.max(firstEpoch, epoch);
    const { epoch: shipped = 0, folder = '', chains = [] } = (await tail.newest()) ?? {};
    this.folder = folder;
    const later = Math.max(shipped, ...others.seen.map((site) => (site.isReached ? site.epoch : 0)));
    const said = later > own && isStandby === 0 ? await holdBack(later) : '';
    if (said !== '')
      this.#heldBack =
        `Another site writes in epoch ${later}, and this one was still writing in an earlier one: it was held back. ` +
        `"lockstep site return" makes it a standby. ${said}`;
    this.#rival = isStandby === 0 ? this.#lookForRival(own) || this.#lookForOtherOrder(own, chains) : '';
    if (doubt === 0) return;
    this.#claimed = await this.#lookForClaim(own, nowMs);
    answer(doubt, later <= own && this.#rival === '' && this.#claimed === '');
  }

  #lookForRival(own: number): string {
    const { site, others } = this.#parts;
    const rival = others.seen.find(
      ({ isReached, writes, epoch }) => isReached && writes && Math.max(firstEpoch, epoch) === own,
    );
    if (rival === undefined) return '';
    return (
      `Site ${rival.name} writes in epoch ${own}, and so does this one, ${site}: the files of one of them name the ` +
      "sites in another order, or have the other one's name in site.name, or its replicas. Stop the site that was not " +
      'to write, correct "sites" and "site.name" of all its machines, and run "lockstep site return" there.'
    );
  }

  /** One that is not reached may show at the target that its file is another one. */
  #lookForOtherOrder(own: number, chains: NewestChain['chains']): string {
    const { site, sites, ownChain } = this.#parts;
    const other = chains.find(
      ({ id, head }) =>
        (head.epoch ?? firstEpoch) === own &&
        head.ended === undefined &&
        isOfOtherOrder({ head }, sites) &&
        id !== ownChain(),
    );
    if (other === undefined) return '';
    return (
      `Chain ${other.id} at the target was written by a site whose file names the sites as "${other.head.sites}", and that of this one, ` +
      `${site}, as "${sites.join(' ')}": both write in epoch ${own}. Stop the site that was not to write, correct "sites" of all its ` +
      'machines, and run "lockstep site return" there.'
    );
  }

  /** A promotion of another site that may be under way; empty where there is none. */
  async #lookForClaim(own: number, nowMs: number): Promise<string> {
    const { site, tail, others } = this.#parts;
    const claim = await tail.claim();
    if (claim === undefined || claim.epoch <= own || claim.site === site) return '';
    const text = JSON.stringify(claim);
    if (text !== this.#claim.text) this.#claim = { text, sinceMs: nowMs };
    const seen = others.seen.find(({ name }) => name === claim.site);
    // It is seen to follow, long after the order to promote it.
    if (seen?.isReached === true && seen.epoch <= own && nowMs - this.#claim.sinceMs > claimMs) return '';
    const made = new Date(claim.madeUs / 1_000).toISOString();
    return (
      `Site ${claim.site} was to begin epoch ${claim.epoch} at ${made}, and this site stood still or was ` +
      'started since: it takes nothing until it is known what came of that. Repeat "lockstep site promote" there, or let this site ' +
      'reach its replicas.'
    );
  }
}
