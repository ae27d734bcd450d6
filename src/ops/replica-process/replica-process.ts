/**
 * The process of one replica. The core thread does the work; this main thread starts it, watches it, serves the control
 * endpoint and writes the log. Whatever the core cannot survive ends the process: a supervisor starts the next one.
 */
import { X509Certificate } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { putBehindCore } from '../../io/threads/priorities.ts';
import { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { counter } from '../../replica/counters.ts';
import type { Identity as OwnFiles } from '../../trust/identity.ts';
import type { TlsWatch } from '../certificates/tls-watch.ts';
import { IdentityWatch } from '../certificates/watch.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { tellFileChanges } from '../configuration/file-changes.ts';
import { configHash, type Loaded } from '../configuration/load.ts';
import { CanaryDesk } from '../control-port/canary-desk.ts';
import { SideDesk } from '../control-port/side-desk.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { watchCore } from '../health/core-watch.ts';
import { live } from '../health/health.ts';
import type { ReplicaIdentity } from '../health/status.ts';
import { endRequested } from '../processes/end-signals.ts';
import { endAtOnce, LastWords } from '../processes/last-words.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { serviceManager } from '../processes/service-manager.ts';
import {
  closeDataFolder,
  endFounding,
  isFounder,
  markFounder,
  replicaFolder,
} from '../supervisor/cluster-folder.ts';
import { version } from '../version.ts';
import type { ControlEndpoint } from './control-endpoint.ts';
import type { NoticeParts, Notices } from './notices.ts';
import { machineSettings, replicaOptions } from './settings.ts';

/** Longest end of a process whose core has failed. */
const failedEndMs = 3_000;
/** Longest wait of the control port for a core that starts, and for one that runs to know its leader. */
const startMsMax = 2_000;
const joinMsMax = 300;
const joinPollMs = 10;
const entry = new URL(`./core.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Runs replica `replicaId` until it receives an end signal; throws a Failure where it cannot go on. `founds`: the
 * cluster is new, and this is the first start of one of its founders.
 */
export async function runReplica(loaded: Loaded, replicaId: number, founds = false): Promise<void> {
  const { configuration, dataFolder } = loaded;
  if (founds) markFounder(dataFolder, replicaId, configuration);
  const words = new LastWords({ replica: replicaId });
  const { log } = words;
  openDataFolder(loaded, log);
  const bootstrap = isFounder(dataFolder, replicaId);
  const folder = replicaFolder(dataFolder, replicaId);
  const identityWatch = new IdentityWatch(dataFolder, { kind: PartyKind.replica, id: replicaId });
  const ownFiles = linkIdentity(identityWatch.identity);
  const settings = await machineSettings(configuration, replicaId, ownFiles, folder);
  let endpoint: ControlEndpoint | undefined;
  let notices: Notices | undefined;
  const certificate = await certificateWatch(configuration, log, () => endpoint);
  const manager = await serviceManager();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const { promise: running, resolve: runs } = Promise.withResolvers<void>();
  const machine = new ReplicaThreads(settings, entry, replicaOptions(configuration, replicaId, bootstrap), {
    // Its number is in every line already.
    log: (level, text, { replica: _, ...fields }) => log[level](fields, text),
    ready: ({ udpPort, tcpPort }) => {
      // It has a state of its own from here on.
      endFounding(dataFolder, replicaId);
      runs();
      log.info({ udpPort, tcpPort, bootstrap }, 'replica runs');
    },
    failed: (error, isConfiguration) => fail(isConfiguration ? usageFailure(error.message) : error),
  });
  const identity = identityOf(configuration, replicaId);
  const watch = watchCore(machine, configuration, { replicaId, words, replicaFolder: folder }, fail);
  followIdentity(identityWatch, machine, log, () => endpoint?.identityChanged());
  try {
    const { promise: stopOrdered, resolve: orderStop } = Promise.withResolvers<string>();
    const ended = endRequested(() => {
      lookAgain(certificate, identityWatch);
      tellFileChanges(loaded, log);
    });
    // What it loads would take time from the core, and that of others on this machine, while clients wait.
    await Promise.race([joined(running, machine), ended, failed]);
    machine.startWriter();
    const control = await import('./control-endpoint.ts');
    const desks = { canary: canaryDesk(machine), sides: new SideDesk() };
    const parts = { machine, replicaId, log, ...desks, resources: watch.resources };
    notices = await noticesOf(loaded, parts, () => certificateEnds(identityWatch, certificate));
    endpoint = new control.ControlEndpoint({
      machine,
      identity,
      loaded,
      watch,
      certificate,
      identityWatch,
      notices,
      ...desks,
      log,
      stop: () => orderStop('the operator'),
    });
    await endpoint.listen();
    notices?.start();
    // One that is killed does not get to it, and its next start would be a slow one.
    flushCompileCache();
    // Not before: what it loads would take seconds where the core needs all processors.
    void running.then(putBehindCore);
    manager.ready(() => live(watch.progress.stalledMs).ok);
    const reason = await Promise.race([ended, stopOrdered, failed]);
    manager.stopping();
    log.info({ reason }, 'replica stops');
  } catch (error) {
    await endFailed(machine, log, error);
  } finally {
    notices?.end();
    identityWatch.end();
    await watch.end();
    certificate?.end();
    await endpoint?.close();
  }
  await machine.stop();
  log.info('replica stopped in good order');
}

/** Resolves once the replica knows a leader; soon at the latest, since operators must reach one that finds none. */
async function joined(running: Promise<void>, { counters }: ReplicaThreads): Promise<void> {
  const unheld = { ref: false };
  await Promise.race([running, sleep(startMsMax, undefined, unheld)]);
  for (let waitedMs = 0; counters[counter.leaderId] === 0 && waitedMs < joinMsMax; waitedMs += joinPollMs)
    await sleep(joinPollMs, undefined, unheld);
}

function canaryDesk({ counters }: ReplicaThreads): CanaryDesk {
  return new CanaryDesk(
    () => performance.now(),
    () => counters[counter.standby] !== 0,
  );
}

/** What others could read or do in the folder is mended. */
function openDataFolder({ dataFolder }: Loaded, log: Logger): void {
  if (closeDataFolder(dataFolder))
    log.warn({ dataFolder }, 'other users could look into the data folder; it is for its owner alone now');
}

/** What the status says of this process. */
function identityOf(configuration: ConfigurationFile, replicaId: number): ReplicaIdentity {
  return {
    clusterId: configuration.clusterId,
    replicaId,
    ...ownIdentity(),
    version,
    configHash: configHash(configuration),
    startedAtMs: Date.now(),
    lagFramesMax: configuration.limits.lagFramesMax,
  };
}

/** Undefined where the configuration has no hooks: then nothing of them is loaded. */
async function noticesOf(
  loaded: Loaded,
  parts: Pick<NoticeParts, 'machine' | 'replicaId' | 'log' | 'canary' | 'sides' | 'resources'>,
  expiries: () => readonly CertificateEnd[],
): Promise<Notices | undefined> {
  const { webhooks, commands } = loaded.configuration.notify;
  if (webhooks.length + commands.length === 0) return undefined;
  const { Notices } = await import('./notices.ts');
  const certificates = (): ReturnType<NoticeParts['certificates']> =>
    expiries().flatMap(([of, endsAtMs]) => (endsAtMs === undefined ? [] : [{ of, endsAtMs }]));
  return new Notices({ ...parts, loaded, certificates });
}

type CertificateEnd = readonly [of: string, endsAtMs: number | undefined];

/** Where the authority ends, all certificates do. */
function certificateEnds(
  { expiresAtMs, identity: { authorities } }: IdentityWatch,
  certificate: TlsWatch | undefined,
): readonly CertificateEnd[] {
  const ends = authorities.certificates.map((der) => new X509Certificate(der).validToDate.getTime());
  return [
    ['links', expiresAtMs],
    ['the control port', certificate?.identity.expiresAtMs],
    ...ends.map((endsAtMs) => ['the authority', endsAtMs] as const),
  ];
}

/** At SIGHUP. */
function lookAgain(certificate: TlsWatch | undefined, identityWatch: IdentityWatch): void {
  certificate?.reload();
  identityWatch.look(Date.now());
}

/** A renewed identity counts without a restart. */
function followIdentity(
  watch: IdentityWatch,
  machine: ReplicaThreads,
  log: Logger,
  onChanged: () => void,
): void {
  watch.start({
    changed: (changed) => {
      machine.changeIdentity(linkIdentity(changed));
      onChanged();
      log.info('the identity of this replica has changed; new links use it');
    },
    warn: (text) => log.warn(text),
  });
}

/** What crosses into the core. */
function linkIdentity({ own, authorities }: OwnFiles): Pick<OwnFiles, 'own' | 'authorities'> {
  return { own, authorities };
}

/** Keeps the certificate of the control endpoint current; undefined without TLS. */
async function certificateWatch(
  { control: { tls } }: ConfigurationFile,
  log: Logger,
  endpoint: () => ControlEndpoint | undefined,
): Promise<TlsWatch | undefined> {
  if (tls === undefined) return undefined;
  const { TlsWatch } = await import('../certificates/tls-watch.ts');
  const onRenewed = (identity: ServerIdentity): void => endpoint()?.present(identity);
  return new TlsWatch({ files: tls, key: 'control.tls', log, onRenewed });
}

/** The log gets the stack, the person the paragraph, the supervisor the exit code. */
async function endFailed(machine: ReplicaThreads, log: Logger, error: unknown): Promise<never> {
  log.fatal({ err: error }, 'replica ends');
  // A thread that hangs in a system call of a failing disk must not keep the process.
  setTimeout(endAtOnce, failedEndMs).unref();
  await machine.stop();
  throw error instanceof Failure ? error : new Failure(`The replica cannot go on: ${messageOf(error)}`);
}
