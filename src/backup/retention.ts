/**
 * What a target may forget. Kept is what reaches back as far as the configuration says, at least so many starts, and
 * what has been proved last: an age alone would remove everything when the clock is wrong or the backup stood still.
 */
import type { Chain, StartPoint } from './chains.ts';
import type { BackupKey } from './encryption.ts';
import { writeNote } from './notes.ts';
import { FullError, type Target } from './targets/target.ts';

export interface Retention {
  /** Starts that are kept whatever their age. */
  readonly count: number;
  /** Everything that was stamped within so many microseconds can be restored. */
  readonly ageUs: number;
}

/** What may go of one chain. */
export interface Removal {
  readonly chain: Chain;
  /** First number that stays; behind the last object where nothing stays. */
  readonly floor: number;
  readonly names: readonly string[];
}

interface Coverage {
  readonly chain: Chain;
  readonly start: StartPoint;
  /** The last moment that a restore from this start, and not from the next one, gives. */
  readonly endUs: number;
}

/** What is no longer needed at `nowUs`, chain by chain. */
export function removals(chains: readonly Chain[], { count, ageUs }: Retention, nowUs: number): Removal[] {
  const coverages = chains.flatMap((chain) =>
    chain.starts.map((start, at): Coverage => {
      const endUs = chain.starts[at + 1]?.timeUs ?? chain.timeUs;
      return { chain, start, endUs };
    }),
  );
  // A chain that began earlier goes further, where its site writes again.
  const newest = coverages.toSorted((a, b) => a.endUs - b.endUs).slice(-Math.max(1, count));
  const proved = coverages.findLast(
    ({ chain, start }) =>
      chain.proof !== undefined &&
      start.number <= chain.proof.toNumber &&
      (start.number === 0 || start.number >= chain.proof.fromNumber),
  );
  const kept = coverages.filter(
    (coverage) => coverage.endUs >= nowUs - ageUs || newest.includes(coverage) || coverage === proved,
  );
  return chains.flatMap((chain) => {
    const first = kept.find((coverage) => coverage.chain === chain)?.start;
    // The note of what was removed would be sealed with this key, and what is kept with another one.
    if (first !== undefined && isSealedOtherwise(chain)) return [];
    const last = chain.objects.at(-1)?.number ?? 0;
    const floor = first === undefined ? last + 1 : Math.min(first.logFrom, first.number || first.logFrom);
    const gone = [...chain.leftovers, ...chain.objects.filter(({ number }) => number < floor)];
    // The newest chain may have begun only now.
    const isEmptyNewest = first === undefined && chain === chains.at(-1);
    if (gone.length === 0 || isEmptyNewest) return [];
    return [{ chain, floor, names: gone.map(({ name }) => name) }];
  });
}

/** Its head cannot be read: with this key it may be good no more, or never was. */
export function isSealedOtherwise({ folder, objects, damage }: Chain): boolean {
  return objects.length > 0 && damage.some(({ object }) => object === `${folder}head`);
}

/** Removes it: the floor first, so that an interruption leaves objects over, and does not look like damage. */
export async function remove(
  target: Target,
  { chain, floor, names }: Removal,
  key?: BackupKey,
): Promise<void> {
  const note = (): Promise<void> => writeNote(target, chain.folder, 'floor', { number: floor }, key);
  const left = [...names];
  for (;;) {
    try {
      await note();
      break;
    } catch (error) {
      // Where there is no room for the note, the oldest objects make it.
      const [oldest] = left.splice(0, 1);
      if (!(error instanceof FullError) || oldest === undefined) throw error;
      await target.remove(oldest);
    }
  }
  for (const name of left) await target.remove(name);
}
