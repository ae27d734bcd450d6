/**
 * Drills that start clusters of their own from the latest backup: a restore, a leader that is killed, and the loss of a
 * whole site. They run the commands that a person would run, and touch nothing of the exchange but its backups, which
 * they read.
 */
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chain } from '../../backup/chains.ts';
import { everything } from '../../backup/replay.ts';
import { restore } from '../../backup/restore.ts';
import type { ReadFrom } from '../../backup/walk.ts';
import type { Client } from '../../client/index.ts';
import { folderMode } from '../../io/disk/private-files.ts';
import { writeRestored } from '../backup-process/restored-folder.ts';
import { makeBackupKey } from '../backup-process/targets.ts';
import { Failure } from '../failure.ts';
import type { DrillResult, DrillSteps } from '../standing/drill-report.ts';
import { FailoverMeter, lostBetween, type SessionGap } from './failover-meter.ts';
import { ScratchCluster, sameHashes, withSession } from './scratch-cluster.ts';

export interface DrillSource {
  readonly from: ReadFrom;
  readonly chains: readonly Chain[];
  readonly durability: string;
  /** How far the exchange itself is; undefined where it does not answer. */
  readonly live: { readonly seq: number; readonly timeUs: number } | undefined;
}

export interface DrillSettings {
  /** Empty, and removed afterwards. */
  readonly folder: string;
  readonly replicas: number;
  readonly steps: DrillSteps;
}

const microsecondsPerMs = 1_000;
/** Commands before and after the standby is level. */
const commandsMin = 200;
const southFrom = 11;
/** An order that cannot be there: its cancel is refused, and acknowledged like any other command. */
const harmless = { accountId: 1, orderId: Number.MAX_SAFE_INTEGER };

const idsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => first + n);

/** Puts the newest state of the backup into a data folder. */
async function restoreNewest(
  { from, chains }: DrillSource,
  cluster: ScratchCluster,
): Promise<{ readonly seq: number; readonly timeUs: number }> {
  if (chains.length === 0)
    throw new Failure(`${from.target.place} holds no backup of cluster ${from.clusterId}.`);
  const { replay } = await restore(from, chains, everything);
  if (replay.position.index === 0)
    throw new Failure('The backup holds no frame: there is nothing to start from.');
  const ids = cluster.replicas.map(({ id }) => id);
  writeRestored(cluster.dataFolder, replay, from.clusterId, ids);
  return replay.position;
}

/** A restore of the latest backup, until the cluster that begins from it acknowledges a command. */
export async function drillRestore(source: DrillSource, settings: DrillSettings): Promise<DrillResult> {
  const { steps } = settings;
  const cluster = await ScratchCluster.make(join(settings.folder, 'restored'), idsFrom(1, settings.replicas));
  cluster.configure({ clusterId: source.from.clusterId, durability: source.durability });
  try {
    const { seq, timeUs } = await restoreNewest(source, cluster);
    steps.done(`the newest state of the backup, seq ${seq}, is written`);
    cluster.start();
    const { rtoMs, hashes } = await withSession(cluster, async (client) => ({
      rtoMs: steps.done('the cluster that begins from it has opened a session'),
      hashes: await sameHashes(cluster, client, idsFrom(1, settings.replicas)),
    }));
    steps.done('the states of all its replicas were compared');
    const { live } = source;
    const lost = live && {
      rpoSeqs: Math.max(0, live.seq - seq),
      rpoMs: live.seq > seq ? Math.round((live.timeUs - timeUs) / microsecondsPerMs) : 0,
    };
    return { rtoMs, ...lost, hashes };
  } finally {
    await cluster.stop();
  }
}

/** A leader that is killed under commands, in a cluster that begins from the latest backup. */
export async function drillFailover(source: DrillSource, settings: DrillSettings): Promise<DrillResult> {
  const { steps, replicas } = settings;
  if (replicas < 3) throw new Failure('One replica has none that could take over: give --replicas 3 or 5.');
  const cluster = await ScratchCluster.make(join(settings.folder, 'failover'), idsFrom(1, replicas));
  cluster.configure({ clusterId: source.from.clusterId, durability: source.durability });
  try {
    await restoreNewest(source, cluster);
    cluster.start();
    return await withSession(cluster, async (client) => {
      await wholeCluster(cluster, replicas);
      steps.done('a cluster that begins from the latest backup is whole');
      const gap = await gapOfKill(cluster, steps);
      await wholeCluster(cluster, replicas);
      const hashes = await sameHashes(cluster, client, idsFrom(1, replicas));
      steps.done('the killed replica is back, and the states of all were compared');
      return { rtoMs: Math.round(gap.gapMs), ...lostBetween(gap), hashes };
    });
  } finally {
    await cluster.stop();
  }
}

/** Kills the leader under commands; gives the gap until the next one acknowledges them. */
async function gapOfKill(cluster: ScratchCluster, steps: DrillSteps): Promise<SessionGap> {
  const meter = await FailoverMeter.open(cluster.loaded);
  if (typeof meter === 'string') throw new Failure(meter);
  try {
    const leader = (await cluster.statuses()).find(({ role }) => role === 'leader');
    if (leader === undefined) throw new Failure('No replica of the cluster of the drill leads.');
    process.kill(leader.pid, 'SIGKILL');
    steps.done(`replica ${leader.replicaId}, which led, was killed`);
    const gap = await meter.gap;
    steps.done(
      `the next leader has acknowledged a command, ${gap.gapMs} ms after the last one of the old leader`,
    );
    return gap;
  } finally {
    await meter.end();
  }
}

function wholeCluster(cluster: ScratchCluster, replicas: number): Promise<void> {
  return cluster.until('the cluster is whole', async () => {
    const statuses = await cluster.statuses();
    const leader = statuses.find(({ serving }) => serving);
    return (
      statuses.length === replicas &&
      leader !== undefined &&
      statuses.every(({ leaderId, recovering }) => leaderId === leader.replicaId && !recovering)
    );
  });
}

/** Commands that the report of a returned site does not have, which says what is lost. */
export function notListed(report: string, seqs: readonly number[]): number[] {
  const { entries } = JSON.parse(report) as {
    readonly entries: readonly { readonly entries: readonly { readonly seq: number }[] }[];
  };
  const listed = new Set(entries.flatMap((account) => account.entries.map(({ seq }) => seq)));
  return seqs.filter((seq) => !listed.has(seq));
}

/** Two sites that begin from the latest backup: the one that writes is killed whole, the other one promoted. */
export async function drillSiteLoss(source: DrillSource, settings: DrillSettings): Promise<DrillResult> {
  const north = await ScratchCluster.make(join(settings.folder, 'north'), idsFrom(1, settings.replicas));
  const south = await ScratchCluster.make(
    join(settings.folder, 'south'),
    idsFrom(southFrom, settings.replicas),
  );
  configureSites(source, settings.folder, { north, south });
  mkdirSync(join(settings.folder, 'way'), { mode: folderMode });
  const pair = new DrilledPair(north, south, settings.steps);
  try {
    const { seq } = await restoreNewest(source, north);
    settings.steps.done(`the newest state of the backup, seq ${seq}, is written`);
    await pair.begin();
    return await pair.lose();
  } finally {
    await pair.end();
  }
}

function configureSites(
  { from, durability }: DrillSource,
  folder: string,
  clusters: Readonly<Record<'north' | 'south', ScratchCluster>>,
): void {
  const keyFile = join(folder, 'way.key');
  makeBackupKey(keyFile);
  const sites = (['north', 'south'] as const).map((name) => ({
    name,
    // The drill has killed it by then.
    fence: ['true'],
    replicas: clusters[name].replicas.map(({ id, tcpPort }) => ({ id, host: '127.0.0.1', tcpPort })),
  }));
  for (const name of ['north', 'south'] as const)
    clusters[name].configure({
      ...{ clusterId: from.clusterId, durability, sites },
      site: { name, target: 'way', everyMilliseconds: 100, openAfterSeconds: 0 },
      backup: {
        ...{ everySeconds: 1, verifyHours: 720 },
        folders: [{ name: 'way', folder: join(folder, 'way'), keyFile }],
      },
    });
}

/** Commands that change nothing, one after the other, and what was acknowledged of them. */
class CommandStream {
  /** Sequence numbers of what was acknowledged. */
  readonly acknowledged: number[] = [];
  lastMs = 0;
  readonly #client: Client;
  #isOver = false;
  readonly ended: Promise<void>;

  constructor(client: Client) {
    this.#client = client;
    this.ended = this.#send();
  }

  stop(): void {
    this.#isOver = true;
  }

  async #send(): Promise<void> {
    while (!this.#isOver) {
      const outcome = await this.#client.cancelOrder(harmless).catch(() => undefined);
      if (outcome === undefined) return;
      this.acknowledged.push(outcome.seq);
      this.lastMs = Date.now();
    }
  }
}

/** What belongs to the exchange and not to the log of a site. */
const sharedNames = ['keys.json', 'gateway-root.key', 'authority', 'identities'];

/** Something of this site is at the target. */
async function hasShipped(site: ScratchCluster): Promise<boolean> {
  const { code, out } = await site.try('backup', 'status');
  return code === 0 && /"chain":"\w/.test(out);
}

class DrilledPair {
  readonly #north: ScratchCluster;
  readonly #south: ScratchCluster;
  readonly #steps: DrillSteps;
  readonly #clients: Client[] = [];

  constructor(north: ScratchCluster, south: ScratchCluster, steps: DrillSteps) {
    this.#north = north;
    this.#south = south;
    this.#steps = steps;
  }

  /** Until the standby is level. */
  async begin(): Promise<void> {
    const [north, south] = [this.#north, this.#south];
    north.start();
    const client = await north.session();
    await client.close();
    this.#steps.done('the site that writes has opened a session');
    await north.until('it has shipped', () => hasShipped(north));
    await south.run('site', 'seed', '--into', south.dataFolder);
    for (const name of sharedNames) {
      const path = join(north.dataFolder, name);
      if (existsSync(path)) cpSync(path, join(south.dataFolder, name), { recursive: true });
    }
    south.start();
    await this.#level(south, (await north.statuses())[0]?.appliedSeq ?? 0);
    this.#steps.done('the standby site is level');
  }

  /** The site that writes is killed under commands; the standby takes its place, and the lost one returns. */
  async lose(): Promise<DrillResult> {
    const [north, south, steps] = [this.#north, this.#south, this.#steps];
    const client = await this.#session(north);
    const stream = new CommandStream(client);
    await north.until('commands flow', async () => stream.acknowledged.length >= commandsMin);
    await this.#level(south, stream.acknowledged[0]!);
    const killedMs = Date.now();
    await north.kill();
    const killedAtMs = steps.done('every process of the site that writes was killed, under commands');
    stream.stop();
    void client.close({ keepSession: true });
    const promoted = await south.run('site', 'promote', 'south', '--yes');
    steps.done('the standby site was promoted');
    const successor = await this.#session(south);
    await successor.cancelOrder(harmless);
    const rtoMs = steps.done('it has acknowledged a command') - killedAtMs;
    const promotedSeq = Number(promoted['seq']);
    await south.until('the promoted site has shipped', () => hasShipped(south));
    const lost = await north.run('site', 'return');
    const report = readFileSync(String(lost['report']), 'utf8');
    const missing = notListed(
      report,
      stream.acknowledged.filter((seq) => seq > promotedSeq),
    );
    if (missing.length > 0)
      throw new Failure(
        `Acknowledged and lost, and not in ${lost['report']}: seq ${missing.slice(0, 5).join(', ')}.`,
      );
    steps.done(`the lost site has returned; ${lost['commands']} commands are lost, and listed`);
    north.start();
    await this.#level(north, (await south.statuses())[0]?.appliedSeq ?? 0);
    const ids = [...south.replicas, ...north.replicas].map(({ id }) => id);
    const hashes = await sameHashes(south, successor, ids);
    steps.done('it follows, is level, and the states of both sites were compared');
    const rpoSeqs = Number(lost['commands']);
    const shippedMs = Number(promoted['timeUs']) / microsecondsPerMs;
    const rpoMs = rpoSeqs === 0 ? 0 : Math.max(0, Math.round(Math.min(stream.lastMs, killedMs) - shippedMs));
    return { rtoMs, rpoSeqs, rpoMs, hashes };
  }

  /** A session that ends with the drill, whatever comes of it. */
  async #session(site: ScratchCluster): Promise<Client> {
    const client = await site.session();
    this.#clients.push(client);
    return client;
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close({ keepSession: true })));
    await Promise.all([this.#north.stop(), this.#south.stop()]);
  }

  #level(site: ScratchCluster, seq: number): Promise<void> {
    return site.until('the standby site is level', async () => {
      const { code, out } = await site.try('site', 'status');
      if (code !== 0) return false;
      const { appliedSeq, isStandby } = JSON.parse(out.trim().split('\n').at(-1)!) as {
        readonly appliedSeq: number;
        readonly isStandby: boolean;
      };
      return isStandby && appliedSeq >= seq;
    });
  }
}
