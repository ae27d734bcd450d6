/**
 * The order in which files name the sites: by it each site has its number, so a file with another one lets two sites
 * write. What was shipped under another order than that of this file is no chain to begin from.
 */
import { type Chain, clusterFolder, isOfOtherOrder } from '../../../backup/chains.ts';
import type { BackupLedger } from '../../../backup/ledger.ts';
import { readNote, writeNote } from '../../../backup/notes.ts';
import { Failure } from '../../failure.ts';
import type { ChosenTarget } from '../backups/backup-options.ts';

/** Those of the order of this file. Throws a Failure where what is there is of another one alone. */
export function chainsOfOrder(
  chains: readonly Chain[],
  sites: readonly string[],
  { target }: ChosenTarget,
): readonly Chain[] {
  const found = chains.filter((chain) => !isOfOtherOrder(chain, sites));
  const other = chains.findLast((chain) => isOfOtherOrder(chain, sites));
  if (other === undefined || found.some(({ objects }) => objects.length > 0)) return found;
  throw new Failure(
    `What is at ${target.place} was written by a site whose file names the sites as "${other.head?.sites}", and this file names them as ` +
      `"${sites.join(' ')}": both sites would write. Make "sites" the same in all files. Nothing was done.`,
  );
}

/** What this site wrote under another order ends: it holds up no site that is in doubt. */
export async function endChainOfOtherOrder(
  { target, clusterId, packing: { key } }: ChosenTarget,
  { chain }: Pick<BackupLedger, 'chain'>,
  sites: readonly string[],
): Promise<void> {
  const folder = `${clusterFolder(clusterId)}${chain}/`;
  const head = await readNote(target, folder, 'head', key);
  if (typeof head !== 'object' || !isOfOtherOrder({ head }, sites)) return;
  const ended = 'its site named the sites in another order, and has returned as a standby';
  await writeNote(target, folder, 'head', { ...head, ended }, key);
}
