/** `lockstep site seed`: makes the data folder of a standby site from what the site that writes has shipped. */
import { everything } from '../../../backup/replay.ts';
import { restore } from '../../../backup/restore.ts';
import { writtenLast } from '../../../backup/tail.ts';
import { timeText } from '../../../backup/time-text.ts';
import { refuseFilled, writeStandby } from '../../backup-process/restored-folder.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { ownSite, siteNames } from '../../configuration/site-keys.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { chainsOf, chooseTarget, refuseMixed, withBar } from '../backups/backup-options.ts';
import { tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { chainsOfOrder } from './site-order.ts';
import type { SiteOptions } from './site-status.ts';

export async function seedSite(
  options: SiteOptions & { readonly into: string },
  terminal: Terminal,
): Promise<void> {
  refuseFilled(options.into);
  const loaded = loadConfiguration(options);
  const { configuration } = loaded;
  if (ownSite(configuration) === 0)
    throw usageFailure('The configuration names no sites: set "sites" and "site".');
  const { target } = configuration.site;
  const open = await chooseTarget({ ...options, ...(target !== undefined && { target }) });
  const chains = chainsOfOrder(await chainsOf(open), siteNames(configuration), open);
  const chain = writtenLast(chains, open.instance);
  if (chain === undefined)
    throw new Failure(
      `Nothing was shipped to ${open.target.place} yet. Start the site that writes with this target first.`,
    );
  refuseMixed(open, chains, chain);
  const { replay } = await withBar(open, terminal, (from) => restore(from, [chain], everything));
  const { position, exchange, instance } = replay;
  if (position.index === 0 || instance === 0)
    throw new Failure('The shipped log does not say yet which exchange it is. Try again in a moment.');
  const replicaIds = configuration.replicas.map(({ id }) => id).toSorted((a, b) => a - b);
  writeStandby(options.into, replay, open.clusterId, replicaIds);
  const stateHash = exchange.stateHash();
  tell(
    terminal,
    options.json,
    {
      ok: true,
      into: options.into,
      seq: position.seq,
      timeUs: position.timeUs,
      stateHash,
      replicas: replicaIds,
    },
    `${options.into} holds the exchange at seq ${position.seq} (${timeText(position.timeUs)}), state hash ${stateHash}.\n` +
      'Put keys.json and gateway-root.key of the other site, and identities of the same authority, beside it; then start this site: ' +
      `"lockstep up --data ${options.into}". It follows from there.`,
  );
}
