/** A site without data must not found an exchange beside the one that is there. */

import { readChains } from '../../../backup/chains.ts';
import { targetNamed } from '../../backup-process/targets.ts';
import { loadConfiguration, type Overrides } from '../../configuration/load.ts';
import { ownSite } from '../../configuration/site-keys.ts';
import { usageFailure } from '../../failure.ts';
import { replicasWithData } from '../../supervisor/cluster-folder.ts';
import { inWords } from './backup-options.ts';

/** Throws a Failure where the target of the sites holds what one of them wrote, and this one has no data. */
export async function refuseSecondExchange(options: Overrides): Promise<void> {
  const { configuration, dataFolder } = loadConfiguration(options);
  if (ownSite(configuration) === 0 || replicasWithData(dataFolder).length > 0) return;
  const { target } = configuration.site;
  const open = targetNamed(configuration.backup, target);
  const chains = await inWords(readChains(open.target, configuration.clusterId, open.packing.key));
  if (chains.every(({ objects }) => objects.length === 0)) return;
  throw usageFailure(
    `${open.target.place} holds what a site of this exchange wrote, and ${dataFolder} has no data: a new exchange would be ` +
      'founded beside that one. Make the folder of this site with "lockstep site seed --into FOLDER", or name the one that ' +
      'holds its data with --data.',
  );
}
