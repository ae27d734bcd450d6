/** A cluster that a drill starts: processes of this program, in a folder of its own, on free ports of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { fileMode, folderMode } from '../../io/disk/private-files.ts';
import { reached, statusOfAll } from '../clients/control-client.ts';
import { connectToExchange } from '../clients/exchange-client.ts';
import { type Loaded, loadConfiguration } from '../configuration/load.ts';
import { Failure, messageOf } from '../failure.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { freePorts } from '../replay/own-exchange.ts';
import type { DrillHash } from '../standing/drill-report.ts';
import { programFile } from '../version.ts';

/** What hangs is given up; a slow machine may take its time. */
const standstillMs = 180_000;
const pollMs = 50;
const callMs = 2_000;
/** Characters of what a process said that an error repeats. */
const saidMax = 2_000;

export interface ScratchReplica {
  readonly id: number;
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly controlPort: number;
  /** Absent: it has an engine. */
  readonly role?: 'witness';
}

export class ScratchCluster {
  readonly folder: string;
  readonly replicas: readonly ScratchReplica[];
  readonly #ports: readonly number[];
  #up: ChildProcess | undefined;
  #said = '';

  private constructor(folder: string, replicas: readonly ScratchReplica[], ports: readonly number[]) {
    this.folder = folder;
    this.replicas = replicas;
    this.#ports = ports;
  }

  /** Makes its folder; `configure` writes its file. */
  static async make(folder: string, ids: readonly number[], witnessId = 0): Promise<ScratchCluster> {
    mkdirSync(folder, { recursive: true, mode: folderMode });
    const ports = await freePorts(ids.length * 3 + 5);
    const replicas = ids.map((id, n) => {
      const [udpPort, tcpPort, controlPort] = ports.slice(n * 3) as [number, number, number];
      return { id, udpPort, tcpPort, controlPort, ...(id === witnessId && { role: 'witness' as const }) };
    });
    return new ScratchCluster(folder, replicas, ports.slice(ids.length * 3));
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  get configFile(): string {
    return join(this.folder, 'lockstep.json');
  }

  get loaded(): Loaded {
    return loadConfiguration({ config: this.configFile });
  }

  /** Writes the configuration; `more` are keys beside the addresses. */
  configure(more: Readonly<Record<string, object | string | number>>): void {
    const [gateway, operator, group, backup, site] = this.#ports;
    const own = {
      dataFolder: this.dataFolder,
      replicas: this.replicas,
      gateway: { port: gateway, operatorPort: operator },
      replication: { port: group },
    };
    const file = {
      ...more,
      ...own,
      backup: { port: backup, ...(more['backup'] as object) },
      site: { port: site, ...(more['site'] as object) },
    };
    writeFileSync(this.configFile, JSON.stringify(file, undefined, 2), { mode: fileMode });
  }

  start(): void {
    // It ends with this process, whatever ends that.
    const child = spawn(process.execPath, [programFile, 'up', '--config', this.configFile], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#said = (this.#said + chunk.toString()).slice(-saidMax);
      });
    this.#up = child;
  }

  /** A session with it, once it acknowledges commands; through any site that its configuration names. */
  async session(): Promise<Client> {
    let client: Client | undefined;
    await this.until('it takes sessions', async () => {
      client = await connectToExchange(this.loaded, {
        feed: 'own',
        commandTimeoutMs: standstillMs,
        connectTimeoutMs: callMs,
      }).catch(() => undefined);
      return client !== undefined;
    });
    return client!;
  }

  async statuses(): Promise<ReplicaStatus[]> {
    return reached(await statusOfAll(this.loaded.configuration));
  }

  /** Runs a command of the program on it; gives its JSON. Throws a Failure with what it said where it fails. */
  async run(...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const { code, out, err } = await this.try(...words);
    if (code !== 0)
      throw new Failure(`lockstep ${words.join(' ')} ended with ${code}: ${err.trim().slice(-saidMax)}`);
    return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Readonly<Record<string, unknown>>;
  }

  async try(
    ...words: readonly string[]
  ): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
    const child = spawn(process.execPath, [programFile, ...words, '--json', '--config', this.configFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  /** Every process at once, in no good order. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pids = this.pids();
    for (const pid of pids) process.kill(pid, signal);
    if (signal === 'SIGKILL') await this.#ended();
  }

  /** The supervisor, and all that it started. */
  pids(): number[] {
    const pid = this.#up?.pid;
    if (pid === undefined || this.#isOver) return [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...(children === '' ? [] : children.split(' ').map(Number))];
  }

  /** Stops it in good order; its data stay. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#up?.kill('SIGTERM');
    await this.#ended();
  }

  get #isOver(): boolean {
    const child = this.#up;
    return child === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  async #ended(): Promise<void> {
    const child = this.#up;
    if (child !== undefined && !this.#isOver) await once(child, 'exit');
  }

  /** Throws a Failure where it does not come true for long. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + standstillMs;
    while (!(await isSo())) {
      if (this.#up !== undefined && this.#isOver)
        throw new Failure(`The cluster of the drill ended before ${what}:\n${this.#said}`);
      if (performance.now() > endMs)
        throw new Failure(`It did not come true that ${what}, for ${standstillMs / 1_000} s.\n${this.#said}`);
      await sleep(pollMs);
    }
  }
}

/** Does something with a session of a cluster, and ends that: one that a failure left open would keep the process. */
export async function withSession<C extends Pick<Client, 'close'>, T>(
  cluster: { session(): Promise<C> },
  act: (client: C) => Promise<T>,
): Promise<T> {
  const client = await cluster.session();
  try {
    return await act(client);
  } finally {
    await client.close({ keepSession: true });
  }
}

/** The state of these replicas, once all have applied the same command. */
export async function sameHashes(
  cluster: Pick<ScratchCluster, 'until'>,
  client: Pick<Client, 'hashes'>,
  ids: readonly number[],
): Promise<DrillHash[]> {
  let found: DrillHash[] = [];
  let problem = '';
  await cluster
    .until('all replicas have applied the same', async () => {
      try {
        const rows = await Promise.all(ids.map((id) => client.hashes({ from: id })));
        found = rows.map(({ appliedSeq, stateHash }, n) => ({
          place: `replica ${ids[n]}`,
          seq: appliedSeq,
          stateHash,
        }));
        return new Set(found.map(({ seq }) => seq)).size === 1;
      } catch (error) {
        problem = messageOf(error);
        return false;
      }
    })
    .catch((error: unknown) => {
      throw new Failure(`${messageOf(error)} ${problem}`.trim());
    });
  return found;
}
