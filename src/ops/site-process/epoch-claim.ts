/**
 * Tells at the target that a standby site is about to be promoted: a site that wrote until it stood still reads it
 * there before it goes on.
 */
import { newestOf, readHeads } from '../../backup/chains.ts';
import { writeNote } from '../../backup/notes.ts';
import { targetNamed } from '../backup-process/targets.ts';
import type { Loaded } from '../configuration/load.ts';
import { messageOf } from '../failure.ts';

/** A promotion waits no longer for a target that may be lost with its site. */
const claimMs = 500;

/** Says why the target does not hold it; empty where it does. */
export async function claimEpoch(loaded: Loaded, epoch: number): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`the target does not answer within ${claimMs} ms`), claimMs);
  const written = writeClaim(loaded, epoch).then(
    () => '',
    (error: unknown) => messageOf(error),
  );
  const said = await Promise.race([written, late]);
  clearTimeout(timer);
  return said;
}

async function writeClaim({ configuration }: Loaded, epoch: number): Promise<void> {
  const { backup, site, clusterId } = configuration;
  const { target, packing } = targetNamed(backup, site.target);
  const newest = newestOf(await readHeads(target, clusterId, packing.key));
  if (newest === undefined) throw new Error('nothing was shipped to the target');
  const note = { site: site.name ?? '', epoch, madeUs: Date.now() * 1_000 };
  await writeNote(target, newest.folder, 'claim', note, packing.key);
}
