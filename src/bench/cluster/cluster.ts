/**
 * A cluster to be measured: replicas as processes of the real program on this machine, in a folder of its own that is
 * removed afterwards. There is no supervisor between, so that a suite decides when a dead replica starts again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientOptions } from '../../client/index.ts';
import { gatewayOf, partiesOf, tlsPairOf } from '../../ops/certificates/own-identity.ts';
import { makeIdentities } from '../../ops/certificates/own-machine.ts';
import { leaderOf, reached, statusOfAll } from '../../ops/clients/control-client.ts';
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { openKeys } from '../../ops/configuration/keys.ts';
import { type Loaded, loadConfiguration } from '../../ops/configuration/load.ts';
import { freePorts } from '../../ops/replay/own-exchange.ts';
import type { ReplicaStatus } from '../../ops/health/status.ts';
import {
  formatFolder,
  replicaFolder,
  runningFile,
  writeRunning,
} from '../../ops/supervisor/cluster-folder.ts';
import { programFile } from '../../ops/version.ts';
import { LogBook } from './log-book.ts';

const wholeTimeoutMs = 90_000;
const pollMs = 20;
/** Frames that a follower of a whole cluster may be behind. */
const lagFramesMax = 2_000;
const stopTimeoutMs = 15_000;

export interface LocalClusterOptions {
  readonly replicas?: number;
  readonly durability?: 'memory' | 'disk';
  readonly idle?: 'spin' | 'yield' | 'backoff';
  /** Other keys of the configuration file. */
  readonly keys?: Readonly<Record<string, unknown>>;
  /** Limits of the gateway; without them a single key cannot load it. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether the gateway takes TLS alone, with the certificate of its identity. */
  readonly isSecure?: boolean;
  /** API keys beside the first one, which is made with the cluster. */
  readonly apiKeys?: readonly object[];
  /** A replica that dies is started again after this; by default it stays dead. */
  readonly restartMs?: number;
}

export class LocalCluster {
  readonly log = new LogBook();
  readonly loaded: Loaded;
  readonly gatewayPort: number;
  readonly #folder: string;
  readonly #restartMs: number | undefined;
  readonly #processes = new Map<string, ChildProcess>();
  #isStopping = false;

  private constructor(folder: string, loaded: Loaded, restartMs: number | undefined) {
    this.#folder = folder;
    this.loaded = loaded;
    this.#restartMs = restartMs;
    this.gatewayPort = loaded.configuration.gateway.port;
    process.once('exit', this.#abandon);
  }

  /** Starts it and waits until a leader serves and all others follow. */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    const {
      replicas = 3,
      durability = 'memory',
      idle = 'yield',
      keys = {},
      limits = {},
      apiKeys = [],
      isSecure = false,
      restartMs,
    } = options;
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
    const ports = await freePorts(replicas * 3 + 2);
    const addresses = Array.from({ length: replicas }, (_, n) => ({
      id: n + 1,
      udpPort: ports[n * 3],
      tcpPort: ports[n * 3 + 1],
      controlPort: ports[n * 3 + 2],
    }));
    const config = join(folder, 'lockstep.json');
    const tls = { certificateFile: join(folder, 'gateway.pem'), keyFile: join(folder, 'gateway.key') };
    const gateway = {
      port: ports[replicas * 3],
      operatorPort: ports[replicas * 3 + 1],
      limits,
      apiKeys,
      ...(isSecure && { tls }),
    };
    const dataFolder = join(folder, 'data');
    const file = { gateway, ...keys, durability, idle, dataFolder, replicas: addresses };
    writeFileSync(config, JSON.stringify(file), { mode: 0o600 });
    const loaded = loadConfiguration({ config });
    formatFolder(dataFolder, loaded.configuration);
    openKeys(loaded.configuration, dataFolder);
    await makeIdentities(dataFolder, partiesOf(loaded.configuration));
    if (isSecure) {
      const { certificate, key } = tlsPairOf(dataFolder, gatewayOf(loaded.configuration));
      writeFileSync(tls.certificateFile, certificate);
      writeFileSync(tls.keyFile, key, { mode: 0o600 });
    }
    writeRunning(dataFolder, loaded.configuration);
    const cluster = new LocalCluster(folder, loaded, restartMs);
    try {
      for (const id of cluster.ids) cluster.startReplica(id);
      await cluster.whole();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get ids(): number[] {
    return this.loaded.configuration.replicas.map(({ id }) => id);
  }

  startReplica(id: number): void {
    this.#spawn(`replica ${id}`, ['replica', '--id', String(id)], this.#restartMs);
  }

  startGateway(): void {
    this.#spawn('gateway', ['gateway'], undefined);
  }

  /** `lockstep watch` with this number. */
  startWatcher(watcher: string): void {
    this.#spawn(`watcher ${watcher}`, ['watch', '--watcher', watcher], undefined);
  }

  /** Runs a command to its end. */
  async run(...words: readonly string[]): Promise<void> {
    const child = this.#spawn(words.join(' '), words, undefined);
    if (child === undefined) return;
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`lockstep ${words.join(' ')} ended with ${code}.`);
  }

  pidOf(id: number): number {
    return this.#process(id).pid!;
  }

  signal(id: number, signal: NodeJS.Signals): void {
    this.#process(id).kill(signal);
  }

  /** Resolves when the process of a replica that was asked to end is gone. */
  async ended(id: number): Promise<void> {
    const child = this.#processes.get(`replica ${id}`);
    if (child !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit');
  }

  /** Where a replica keeps its journal and snapshots. */
  folderOf(id: number): string {
    return replicaFolder(this.loaded.dataFolder, id);
  }

  /** Bytes of all files of a replica. */
  fileBytes(id: number): number {
    const folder = this.folderOf(id);
    let bytes = 0;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      // A file may be removed between the two calls.
      bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    }
    return bytes;
  }

  connect(
    options: Pick<ClientOptions, 'feed' | 'commandTimeoutMs' | 'windowCommandsMax'> = {},
  ): Promise<Client> {
    return connectToExchange(this.loaded, { commandTimeoutMs: 60_000, ...options });
  }

  async statuses(): Promise<ReplicaStatus[]> {
    return reached(await statusOfAll(this.loaded.configuration));
  }

  /** The leader, once it serves and every replica that should run follows it. */
  async whole(running = this.ids.length): Promise<ReplicaStatus> {
    const deadlineMs = Date.now() + wholeTimeoutMs;
    while (Date.now() < deadlineMs) {
      const answers = await statusOfAll(this.loaded.configuration);
      const leader = leaderOf(answers);
      const statuses = reached(answers);
      if (leader !== undefined && statuses.length >= running) {
        const follows = (status: ReplicaStatus): boolean =>
          status.leaderId === leader.replicaId &&
          !status.recovering &&
          leader.commitIndex - status.appliedIndex < lagFramesMax;
        if (statuses.filter(follows).length >= running) return leader;
      }
      await sleep(pollMs);
    }
    throw new Error(`The measured cluster did not become whole in ${wholeTimeoutMs / 1_000} s.`);
  }

  /** Ends what runs beside the replicas. */
  async stopAllButReplicas(): Promise<void> {
    const others = [...this.#processes].filter(([name]) => !name.startsWith('replica '));
    await Promise.all(others.map(([, child]) => endProcess(child)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#processes.values()].map(endProcess));
    process.off('exit', this.#abandon);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** This process ends in the midst of a run: nothing of it may stay. */
  readonly #abandon = (): void => {
    for (const child of this.#processes.values()) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  #process(id: number): ChildProcess {
    const child = this.#processes.get(`replica ${id}`);
    if (child?.pid === undefined) throw new Error(`Replica ${id} does not run.`);
    return child;
  }

  #spawn(name: string, words: readonly string[], restartMs: number | undefined): ChildProcess | undefined {
    if (this.#isStopping) return undefined;
    const config = runningFile(this.loaded.dataFolder);
    const child = spawn(process.execPath, [programFile, ...words, '--config', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#processes.set(name, child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.addLine(name, line));
    }
    child.on('exit', () => {
      if (restartMs !== undefined && !this.#isStopping) {
        setTimeout(() => this.#spawn(name, words, restartMs), restartMs);
      }
    });
    return child;
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}
