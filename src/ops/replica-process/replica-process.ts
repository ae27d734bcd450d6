/**
 * The process of one replica. The core thread does the work; this main thread starts it, watches it, serves the control
 * endpoint and writes the log. Whatever the core cannot survive ends the process: a supervisor starts the next one.
 */
import { lookup } from 'node:dns/promises';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { present } from '../../gateway/http/tls.ts';
import { putBehindCore } from '../../io/threads/priorities.ts';
import { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { counter } from '../../replica/counters.ts';
import type { Identity as OwnFiles } from '../../trust/identity.ts';
import { IdentityWatch } from '../certificates/watch.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { openKeys } from '../configuration/keys.ts';
import { configHash, type Loaded } from '../configuration/load.ts';
import { controlHostOf } from '../configuration/replicas.ts';
import { endRequested } from '../end-signals.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { ownIdentity } from '../process-identity.ts';
import { closeDataFolder, endFounding, isFounder, replicaFolder } from '../supervisor/cluster-folder.ts';
import { TlsWatch } from '../tls-watch.ts';
import { version } from '../version.ts';
import { type ControlSubject, controlServer, type Order, type OrderAnswer } from './control-server.ts';
import { LeaderWatch, leads, live, ProgressWatch, ready, sampleMs, stallFatalMs } from './health.ts';
import { ResourceMeter } from './resources.ts';
import { machineSettings, replicaOptions } from './settings.ts';
import { type Identity, statusOf } from './status.ts';

/** How long the operator waits for the core's answer. */
const orderTimeoutMs = 10_000;
/** How long the core may take to say what its end leads to. */
const stopAnswerMs = 1_000;
/** Time for an answer to reach the operator before the process ends. */
const answerMs = 100;
/** Longest end of a process whose core has failed. */
const failedEndMs = 3_000;
const resourceSampleMs = 1_000;
/** An absence of the leader is reported after this, or after so many election timeouts where they are long. */
const leaderlessMsMin = 2_000;
const leaderlessElections = 4;
const entry = new URL(`./core.worker${extname(import.meta.url)}`, import.meta.url);

/** Runs replica `replicaId` until it receives an end signal; throws a Failure where it cannot go on. */
export async function runReplica(loaded: Loaded, replicaId: number): Promise<void> {
  const { configuration, dataFolder } = loaded;
  const log = pino({ base: { replica: replicaId }, timestamp: pino.stdTimeFunctions.isoTime });
  const keys = openKeys(configuration, dataFolder);
  if (keys.created) {
    log.warn(
      `keys were made in ${dataFolder}; replicas and gateways on other machines need a copy of keys.json`,
    );
  }
  if (closeDataFolder(dataFolder))
    log.warn({ dataFolder }, 'other users could look into the data folder; it is for its owner alone now');
  const bootstrap = isFounder(dataFolder, replicaId);
  const party = { kind: PartyKind.replica, id: replicaId };
  const identityWatch = new IdentityWatch(dataFolder, party);
  const settings = await machineSettings(
    configuration,
    replicaId,
    linkIdentity(identityWatch.identity),
    keys,
    replicaFolder(dataFolder, replicaId),
  );
  let server: FastifyInstance | undefined;
  const certificate = certificateWatch(configuration, log, () => server);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);

  const machine = new ReplicaThreads(settings, entry, replicaOptions(configuration, replicaId, bootstrap), {
    // Its number is in every line already.
    log: (level, text, { replica: _, ...fields }) => log[level](fields, text),
    ready: ({ udpPort, tcpPort }) => {
      // It has a state of its own from here on.
      endFounding(dataFolder, replicaId);
      putBehindCore();
      log.info({ udpPort, tcpPort, bootstrap }, 'replica runs');
    },
    failed: (error, isConfiguration) => fail(isConfiguration ? usageFailure(error.message) : error),
  });
  const identity: Identity = {
    clusterId: configuration.clusterId,
    replicaId,
    ...ownIdentity(),
    version,
    configHash: configHash(configuration),
    startedAtMs: Date.now(),
  };
  const watch = watchCore(machine, configuration, log, fail);
  identityWatch.start({
    changed: (changed) => {
      machine.changeIdentity(linkIdentity(changed));
      log.info('the identity of this replica has changed; new links use it');
    },
    warn: (text) => log.warn(text),
  });
  try {
    const { promise: stopOrdered, resolve: orderStop } = Promise.withResolvers<string>();
    server = controlOf({
      machine,
      identity,
      loaded,
      operatorToken: keys.operator,
      watch,
      certificate,
      identityWatch,
      stop: () => orderStop('the operator'),
    });
    await listen(server, loaded, replicaId);
    const ended = endRequested(() => {
      certificate?.reload();
      identityWatch.look(Date.now());
    });
    const reason = await Promise.race([ended, stopOrdered, failed]);
    log.info({ reason }, 'replica stops');
  } catch (error) {
    await endFailed(machine, log, error);
  } finally {
    identityWatch.end();
    watch.end();
    certificate?.end();
    await server?.close();
  }
  await machine.stop();
  log.info('replica stopped in good order');
}

/** What crosses into the core. */
function linkIdentity({ own, authorities }: OwnFiles): Pick<OwnFiles, 'own' | 'authorities'> {
  return { own, authorities };
}

interface CoreWatch {
  readonly progress: ProgressWatch;
  readonly resources: ResourceMeter;
  end(): void;
}

function watchCore(
  machine: ReplicaThreads,
  { failover, timing }: Configuration,
  log: Logger,
  fail: (error: Error) => void,
): CoreWatch {
  const progress = new ProgressWatch();
  const leaderlessMs = Math.max(leaderlessMsMin, leaderlessElections * timing.electionTimeoutMs);
  const leader = new LeaderWatch(leaderlessMs);
  const resources = new ResourceMeter();
  const progressTimer = setInterval(() => {
    const nowMs = performance.now();
    progress.sample(machine.counters[counter.cycles]!, nowMs);
    const isReading = machine.counters[counter.cycles] === 0;
    if (!isReading && leader.sample(machine.counters[counter.leaderId]!, nowMs)) {
      const lastIndex = machine.counters[counter.lastIndex];
      const absence = `nobody has led for ${leaderlessMs / 1_000} s`;
      if (failover === 'manual')
        log.warn(
          { lastIndex },
          `${absence}; automatic failover would hold an election now, but failover is manual: "lockstep failover" decides`,
        );
      else if (machine.counters[counter.founding] !== 0)
        log.warn(
          `${absence}; a new cluster begins once all its founders run with the same members; one that is recovering ` +
            'takes part once its loss is accepted ("lockstep recover")',
        );
      else log.warn({ lastIndex }, `${absence}; a majority of the replicas must run and reach each other`);
    }
    if (progress.stalledMs > stallFatalMs) {
      fail(
        new Failure(`the duty cycle has stood still for ${stallFatalMs / 1_000} s; this process ends itself`),
      );
    }
  }, sampleMs);
  const resourceTimer = setInterval(() => resources.sample(), resourceSampleMs);
  const end = (): void => {
    clearInterval(progressTimer);
    clearInterval(resourceTimer);
  };
  return { progress, resources, end };
}

/** Keeps the certificate of the control endpoint current; undefined without TLS. */
function certificateWatch(
  { control: { tls } }: Configuration,
  log: Logger,
  server: () => FastifyInstance | undefined,
): TlsWatch | undefined {
  if (tls === undefined) return undefined;
  return new TlsWatch({
    files: tls,
    key: 'control.tls',
    log,
    onRenewed: (identity) => {
      const listening = server();
      if (listening !== undefined) present(listening.server, identity);
    },
  });
}

interface ControlParts {
  readonly machine: ReplicaThreads;
  readonly identity: Identity;
  readonly loaded: Loaded;
  readonly operatorToken: string;
  readonly watch: CoreWatch;
  readonly certificate: TlsWatch | undefined;
  readonly identityWatch: IdentityWatch;
  readonly stop: () => void;
}

function controlOf({
  machine,
  identity,
  loaded: { configuration },
  operatorToken,
  watch: { progress, resources },
  certificate,
  identityWatch,
  stop,
}: ControlParts): FastifyInstance {
  const read = (slot: number): number => machine.counters[slot]!;
  const order = async ({ kind, replicaId, force }: Order): Promise<OrderAnswer | undefined> => {
    const waitMs = kind === 'stop' ? stopAnswerMs : orderTimeoutMs;
    const answered = machine.order(kind, replicaId, force);
    const answer = await Promise.race([answered, sleep(waitMs, undefined, { ref: false })]);
    if (kind !== 'stop') return answer;
    // The process ends its core in good order, also one that does not answer; the answer goes out first.
    setTimeout(stop, answerMs);
    return answer ?? { ok: true, text: `Replica ${identity.replicaId} stops.` };
  };
  const subject: ControlSubject = {
    replicaId: identity.replicaId,
    clusterId: identity.clusterId,
    operatorToken,
    read,
    stalledMs: () => progress.stalledMs,
    certificateExpiresAtMs: () => certificate?.identity.expiresAtMs,
    identityExpiresAtMs: () => identityWatch.expiresAtMs,
    status: () => statusOf(identity, read, Date.now(), machine.members),
    live: () => live(progress.stalledMs),
    ready: () => ready(read, progress.stalledMs, resources.used(), configuration.limits),
    leads: () => leads(read, progress.stalledMs),
    order,
  };
  return controlServer(subject, { identity: certificate?.identity });
}

async function listen(server: FastifyInstance, { configuration }: Loaded, replicaId: number): Promise<void> {
  const at = configuration.replicas.findIndex(({ id }) => id === replicaId);
  const { controlPort } = configuration.replicas[at]!;
  const host = controlHostOf(configuration.replicas[at]!);
  try {
    // One address: for a name with two, the framework would open a second server that is held to no bounds.
    const { address } = await lookup(host, { family: 4 });
    await server.listen({ host: address, port: controlPort });
  } catch (error) {
    throw new Failure(
      `The control endpoint of replica ${replicaId} cannot listen on ${host}, port ${controlPort}: ${messageOf(error)}. ` +
        `Change the key replicas[${at}].controlPort, or end the program that uses the port.`,
    );
  }
}

/** The log gets the stack, the person the paragraph, the supervisor the exit code. */
async function endFailed(machine: ReplicaThreads, log: Logger, error: unknown): Promise<never> {
  log.fatal({ err: error }, 'replica ends');
  // A thread that hangs in a system call of a failing disk must not keep the process.
  setTimeout(() => process.exit(1), failedEndMs).unref();
  await machine.stop();
  throw error instanceof Failure ? error : new Failure(`The replica cannot go on: ${messageOf(error)}`);
}
