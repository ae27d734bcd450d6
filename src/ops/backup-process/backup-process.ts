/**
 * The process that ships backups: one worker for each target, so that a slow target holds up no other. It reads the
 * files of a replica beside it and never speaks with a core thread but for its status; its priority is low.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { lockFolder } from '../../io/disk/folder-lock.ts';
import { folderMode } from '../../io/disk/private-files.ts';
import { targetsOf } from '../configuration/backup-keys.ts';
import type { Loaded } from '../configuration/load.ts';
import { ownSite, siteNames } from '../configuration/site-keys.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { giveOrder } from '../orders/control-orders.ts';
import { AlarmWatch } from '../processes/alarm-watch.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { processLog } from '../processes/process-log.ts';
import { servedUntilEnd } from '../processes/service-manager.ts';
import { linkToOwn, rest, type ShippingLink } from '../shipping/shipping-link.ts';
import { alarmsOf, type BackupStanding, standingFile } from '../standing/backup-standing.ts';
import { runningFile, writeText } from '../supervisor/cluster-folder.ts';
import { programFile } from '../version.ts';
import { backupServer } from './backup-server.ts';
import { LedgerWriter, ledgerPath } from './ledger-writer.ts';
import { Proofs } from './proofs.ts';
import { ReplicaChoice } from './replica-choice.ts';
import { TargetWorker } from './target-worker.ts';
import { type OpenTarget, openTargets } from './targets.ts';

const writeEveryMs = 1_000;
/** The last shipment of a process that ends. */
const endMsMax = 5_000;

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runBackup(loaded: Loaded): Promise<void> {
  const { configuration, dataFolder } = loaded;
  const { backup } = configuration;
  if (targetsOf(backup).length === 0)
    throw usageFailure(
      'The configuration names no target of backups: add one to backup.folders or backup.buckets.',
    );
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const folder = join(dataFolder, 'backup');
  mkdirSync(folder, { recursive: true, mode: folderMode });
  const unlock = takeFolder(folder);
  const log = processLog({ component: 'backup' });
  const ending = new AbortController();
  const proofs = new Proofs((target) => verification(loaded, target));
  const workers = openTargets(backup).map((open) => newWorker(loaded, open, proofs, log));
  const startedMs = Date.now();
  const standing = (): BackupStanding => ({
    ...ownIdentity(),
    startedMs,
    writtenMs: Date.now(),
    replicaId: workers.find(({ choice }) => choice.replicaId !== 0)?.choice.replicaId ?? 0,
    targets: workers.map(({ worker }) => worker.standing),
  });
  const server = await backupServer(loaded, standing);
  const watch = new AlarmWatch('BACKUP', log);
  const writing = setInterval(() => {
    for (const { worker } of workers) void worker.observe(Date.now());
    try {
      const now = standing();
      writeText(standingFile(dataFolder), `${JSON.stringify(now, undefined, 2)}\n`);
      watch.look(alarmsOf(now, backup, Date.now()).map(({ text }) => text));
    } catch (error) {
      log.warn(`the state of the backup cannot be written: ${messageOf(error)}`);
    }
  }, writeEveryMs);
  log.info({ targets: workers.map(({ worker }) => worker.standing.place) }, 'backup runs');
  const { site } = configuration;
  const links = site.target === undefined ? [] : linksToOwn(loaded, log);
  const running = workers.map(({ worker }) => {
    if (worker.standing.name !== site.target)
      return keepTurning(worker, backup.everySeconds * 1_000, [], ending.signal);
    // Members wait for the last frame of a site that ends.
    return keepTurning(worker, site.everyMilliseconds, links, ending.signal);
  });
  const reason = await servedUntilEnd();
  log.info({ reason }, 'backup stops');
  ending.abort();
  proofs.end();
  const ended = Promise.all(running).then(() => Promise.all(workers.map(({ ledger }) => ledger.settled())));
  await Promise.race([ended, sleep(endMsMax, undefined, { ref: false })]);
  clearInterval(writing);
  for (const link of links) link.close();
  server.close();
  server.closeAllConnections();
  unlock();
}

function newWorker(
  loaded: Loaded,
  open: OpenTarget,
  proofs: Proofs,
  log: Logger,
): { readonly worker: TargetWorker; readonly choice: ReplicaChoice; readonly ledger: LedgerWriter } {
  const { configuration, dataFolder } = loaded;
  const { clusterId, backup } = configuration;
  const choice = new ReplicaChoice(loaded);
  const ledger = new LedgerWriter(ledgerPath(dataFolder, open.name));
  const worker = new TargetWorker({
    open,
    ledger,
    choice,
    settings: { ...backup, clusterId, site: ownSite(configuration), sites: siteNames(configuration) },
    log,
    orderSnapshot: async (replicaId) => {
      await giveOrder(loaded, replicaId, 'snapshot');
    },
    verify: (name) => proofs.prove(name),
  });
  return { worker, choice, ledger };
}

/** Without them the last frame of a site that ends waits for its turn. */
function linksToOwn(loaded: Loaded, log: Logger): ShippingLink[] {
  try {
    return [linkToOwn(loaded)];
  } catch (error) {
    log.warn(`that this site ends is not heard at once: ${messageOf(error)}`);
    return [];
  }
}

/** `links`: what a target ships at once when it changes there. */
async function keepTurning(
  worker: TargetWorker,
  everyMs: number,
  links: readonly ShippingLink[],
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const begunMs = performance.now();
    await worker.turn(Date.now(), newestEpoch(links));
    await rest(links, Math.max(0, everyMs - (performance.now() - begunMs)), ended);
  }
  // What was committed since the last turn.
  await worker.turn(Date.now());
}

/** As the replicas at the other ends of these links say; 0 where none is reached. */
function newestEpoch(links: readonly ShippingLink[]): number {
  return Math.max(0, ...links.flatMap(({ places }) => places.map(({ epoch }) => epoch)));
}

/** One backup of a data folder runs at a time. */
function takeFolder(folder: string): () => void {
  try {
    const descriptor = lockFolder(folder);
    return () => void descriptor;
  } catch (error) {
    const text = messageOf(error).replace('two replicas cannot share it', 'a backup runs there already');
    throw new Failure(text.replace('give this replica a folder of its own', 'see "lockstep backup status"'));
  }
}

/** "lockstep backup verify" of a target. */
function verification({ file, dataFolder }: Loaded, target: string): ChildProcess {
  const config = file ?? runningFile(dataFolder);
  const options = existsSync(config) ? ['--config', config] : [];
  const words = ['backup', 'verify', '--target', target, '--data', dataFolder, ...options];
  return spawn(process.execPath, [programFile, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
}
