/** `lockstep up`: a whole cluster on this machine, from checks before the start to the last line after the stop. */

import { resolve } from 'node:path';
import { msPerDay } from '../../std/units.ts';
import { partyText } from '../../trust/certificates.ts';
import { partiesOf } from '../certificates/own-identity.ts';
import { makeIdentities } from '../certificates/own-machine.ts';
import { gatewayUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { openKeys } from '../configuration/keys.ts';
import { type Loaded, loadConfiguration, type Overrides } from '../configuration/load.ts';
import { loadServerIdentity } from '../configuration/tls-files.ts';
import { messageOf } from '../failure.ts';
import { onEndSignals } from '../processes/end-signals.ts';
import { calledAs } from '../version.ts';
import { trustOf } from '../web-request.ts';
import { banner } from './banner.ts';
import {
  clearFolder,
  closeDataFolder,
  formatFolder,
  formattedFor,
  lockFolder,
  writeRunning,
} from './cluster-folder.ts';
import { checkPortsFree } from './free-ports.ts';
import { becomesReady } from './gateway-watch.ts';
import { Supervisor } from './supervisor.ts';

const readyTimeoutMs = 60_000;
/** How often a cluster on one machine looks which of its certificates end soon. */
const renewalMs = msPerDay;

export interface UpOptions extends Overrides {
  readonly demo?: boolean;
  /** Remove what the folder holds of an earlier cluster. */
  readonly fresh?: boolean;
}

/** Prints a line for the person at the terminal. */
type Say = (line: string) => void;

/** Runs until SIGINT or SIGTERM. */
export async function up(options: UpOptions, say: Say): Promise<void> {
  const loaded = loadForUp(options);
  const { configuration, dataFolder } = loaded;
  const unlock = lockFolder(dataFolder);
  try {
    await checkPortsFree(configuration);
    checkCertificates(configuration);
    if (options.fresh) clearFolder(dataFolder);
    const { founded, blank } = formatFolder(dataFolder, configuration);
    if (closeDataFolder(dataFolder))
      say(`Other users could look into ${dataFolder}; it is for its owner alone from now on.`);
    openKeys(configuration, dataFolder);
    await makeIdentities(dataFolder, partiesOf(configuration));
    writeRunning(dataFolder, configuration, loaded.secretPlaces);
    say(`${founded ? 'A new cluster is made' : 'The cluster starts'} in ${dataFolder} …`);
    for (const id of blank) say(`Replica ${id} has no data: it copies everything before it votes.`);
    await supervise(loaded, options, say);
  } finally {
    unlock();
  }
}

/** Throws a Failure here, where a process of the cluster would die of it again and again. */
function checkCertificates({ gateway, control }: ConfigurationFile): void {
  const pairs = {
    'gateway.tls': gateway.tls,
    'gateway.operatorTls': gateway.operatorTls,
    'control.tls': control.tls,
  };
  for (const [key, files] of Object.entries(pairs))
    if (files !== undefined) loadServerIdentity(files, key, Date.now());
}

/** Without a word about replicas, an existing folder says how many there are. */
function loadForUp(options: UpOptions): Loaded {
  const loaded = loadConfiguration(options);
  const known = loaded.namesReplicas || options.fresh ? undefined : formattedFor(loaded.dataFolder);
  if (known === undefined) return loaded;
  return loadConfiguration({ ...options, replicas: known.replicas.length });
}

async function supervise({ configuration, dataFolder }: Loaded, options: UpOptions, say: Say): Promise<void> {
  const demo = options.demo ?? false;
  const url = gatewayUrl(configuration);
  const trust = trustOf(configuration.gateway.tls);
  const supervisor = new Supervisor({ configuration, dataFolder, gatewayUrl: url, demo, say });
  const stopped = new AbortController();
  const stopListening = onEndSignals({
    end: () => stopped.abort(),
    endAtOnce: () => {
      say(
        'Stopping at once: processes are killed. The journals are safe; the next start repairs what is open.',
      );
      supervisor.kill();
    },
  });
  const renewal = setInterval(() => void renewIdentities(dataFolder, configuration, say), renewalMs);
  const ended = new Promise((resolve) => stopped.signal.addEventListener('abort', resolve, { once: true }));
  try {
    supervisor.start();
    let isReady = await becomesReady(url, trust, readyTimeoutMs, stopped.signal);
    if (!isReady && !stopped.signal.aborted) {
      say(
        `After ${readyTimeoutMs / 1_000} s the exchange does not take orders yet. See "${calledAs()} status" and ` +
          `${dataFolder}/logs; the processes are kept running.`,
      );
      isReady = await becomesReady(url, trust, Number.POSITIVE_INFINITY, stopped.signal);
    }
    if (isReady) say(banner(configuration, dataFolder, url, demo, optionsToFind(options)));
    await ended;
    say('Stopping: the edge first, then the replicas …');
    await supervisor.stop();
    say('Stopped. Nothing was lost; the same command starts it again.');
  } finally {
    clearInterval(renewal);
    stopListening();
  }
}

/** Processes that run take the new certificates by themselves. */
async function renewIdentities(
  dataFolder: string,
  configuration: ConfigurationFile,
  say: Say,
): Promise<void> {
  try {
    const renewed = await makeIdentities(dataFolder, partiesOf(configuration));
    if (renewed.length > 0)
      say(`Certificates that end soon are renewed: ${renewed.map(partyText).join(', ')}.`);
  } catch (error) {
    say(`Certificates that end soon cannot be renewed: ${messageOf(error)}`);
  }
}

/** What other commands must be given to find the same cluster. */
function optionsToFind({ config, data }: UpOptions): string {
  return `${pathOption('config', config)}${pathOption('data', data)}`;
}

/** A path that holds in every folder, for a shell. */
function pathOption(name: string, path: string | undefined): string {
  if (path === undefined) return '';
  const whole = resolve(path);
  return ` --${name} ${/^[\w./-]+$/.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`}`;
}
