/**
 * Tells at the target that a standby site is about to be promoted: a site that wrote until it stood still reads it
 * there before it goes on. Two operators may promote the site at once: a promotion that comes to nothing takes back
 * what it has written itself, and nothing of the other one.
 */
import { randomBytes } from 'node:crypto';
import { newestOf, readHeads } from '../../backup/chains.ts';
import { type ClaimNote, readNote, writeNote } from '../../backup/notes.ts';
import { targetNamed } from '../backup-process/targets.ts';
import type { Loaded } from '../configuration/load.ts';
import { messageOf } from '../failure.ts';

/** A promotion waits no longer for a target that may be lost with its site. */
const claimMs = 500;

export class EpochClaim {
  readonly #loaded: Loaded;
  readonly #epoch: number;
  /** By this the note is known as that of this promotion. */
  readonly #by = randomBytes(8).toString('hex');
  /** What was begun last; a target that is slow may come to it later than it was waited for. */
  #work: Promise<unknown> = Promise.resolve();

  /** @param epoch that the site is to begin. */
  constructor(loaded: Loaded, epoch: number) {
    this.#loaded = loaded;
    this.#epoch = epoch;
  }

  /** Says why the target does not hold it; empty where it does. What another promotion wrote stays that one's. */
  async make(): Promise<string> {
    const site = this.#loaded.configuration.site.name ?? '';
    const epoch = this.#epoch;
    return this.#inTurn((found) => {
      const isThere = found?.site === site && found.epoch === epoch;
      return isThere ? found : { site, epoch, madeUs: 0, by: this.#by };
    });
  }

  /** Nothing came of this promotion. */
  async takeBack(): Promise<string> {
    const epoch = this.#epoch - 1;
    return this.#inTurn((found) => (found?.by === this.#by ? { ...found, epoch } : undefined));
  }

  /** Behind what was begun before: a claim that comes late is not left behind by its withdrawal. */
  #inTurn(after: (found: ClaimNote | undefined) => ClaimNote | undefined): Promise<string> {
    const work = this.#work.then(() => this.#replace(after));
    this.#work = work.catch(() => undefined);
    return bounded(work);
  }

  /** Writes what is to be there from now on; undefined: that is there. */
  async #replace(after: (found: ClaimNote | undefined) => ClaimNote | undefined): Promise<void> {
    const { backup, site, clusterId } = this.#loaded.configuration;
    const { target, packing } = targetNamed(backup, site.target);
    const newest = newestOf(await readHeads(target, clusterId, packing.key));
    if (newest === undefined) throw new Error('nothing was shipped to the target');
    const found = await readNote(target, newest.folder, 'claim', packing.key);
    const note = after(typeof found === 'object' ? found : undefined);
    if (note === undefined) return;
    await writeNote(target, newest.folder, 'claim', { ...note, madeUs: Date.now() * 1_000 }, packing.key);
  }
}

async function bounded(work: Promise<void>): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`the target does not answer within ${claimMs} ms`), claimMs);
  const done = work.then(
    () => '',
    (error: unknown) => messageOf(error),
  );
  const said = await Promise.race([done, late]);
  clearTimeout(timer);
  return said;
}
