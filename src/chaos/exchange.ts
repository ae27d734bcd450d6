/** A whole exchange of real processes for one test: in a folder of its own, on free ports, gone afterwards. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client/index.ts';
import { identityFolder } from '../ops/certificates/identities.ts';
import { makeIdentities } from '../ops/certificates/own-machine.ts';
import { leaderOf, reached, statusOfAll } from '../ops/clients/control-client.ts';
import { connectToExchange } from '../ops/clients/exchange-client.ts';
import { gatewayUrl, operatorUrl } from '../ops/configuration/addresses.ts';
import { type KeysInUse, openKeys } from '../ops/configuration/keys.ts';
import { type Loaded, loadConfiguration } from '../ops/configuration/load.ts';
import type { ReplicaStatus } from '../ops/health/status.ts';
import { freePorts } from '../ops/replay/own-exchange.ts';
import { replicaFolder } from '../ops/supervisor/cluster-folder.ts';
import { programFile } from '../ops/version.ts';
import { PartyKind } from '../protocol/parties.ts';
import type { Party } from '../trust/parties.ts';

/** A wait hangs when nothing has come nearer to its end for so long, however slow the machine is. */
const standstillMs = 180_000;
const pollMs = 50;
/** Looks at the control ports of replicas that run. */
const controlLooks = 40;
/** A request without an answer is given up; the test that waits asks again. */
const answerMsMax = 30_000;
/** Characters of what the cluster printed that an error repeats. */
const shownMax = 4_000;

/** What a replica says that found no leader in time; on a busy machine it may have led all the while. */
export const silence = 'no leader was heard';
/** What it says of the second step of an election. */
const wouldWin = 'a majority would vote for it';

export interface ExchangeOptions {
  readonly replicas?: number;
  /** More keys of the configuration file. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Disks of their own for some replicas, so small that they can be filled; see {@link smallDiskProblem}. */
  readonly smallDisks?: SmallDisks;
  /** Run in place of this build's `bin/lockstep.js`. */
  readonly program?: string;
}

export interface SmallDisks {
  readonly replicaIds: readonly number[];
  /** Of each. */
  readonly megabytes: number;
}

/** Mounts $1 megabytes at each folder up to "--", and becomes the program that follows. */
const mountScript =
  'size=$1; shift; while [ "$1" != -- ]; do mount -t tmpfs -o size="$size"m tmpfs "$1" || exit; shift; done; shift; exec "$@"';

/** A program with disks that only it and its children see, and that are gone with the last of them. */
function withDisks(
  megabytes: number,
  folders: readonly string[],
  program: readonly string[],
): readonly string[] {
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const script = ['sh', '-c', mountScript, 'sh', String(megabytes), ...folders, '--'];
  return ['unshare', ...namespaces, ...script, ...program];
}

/** Why no small disk can be made here; undefined where it can. */
export function smallDiskProblem(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-disk-'));
  const [command, ...words] = withDisks(1, [folder], ['true']);
  const { status, stderr, error } = spawnSync(command!, words, { encoding: 'utf8' });
  rmdirSync(folder);
  if (status === 0) return undefined;
  return `no disk can be mounted in a namespace of its own here: ${error?.message ?? stderr.trim()}`;
}

/** A gateway beside that of `lockstep up`, in the process of a test, and an operator. */
export const gatewayOfTests: Party = { kind: PartyKind.gateway, id: 2 };
export const operatorOfTests: Party = { kind: PartyKind.operator, id: 2 };

export class TestExchange {
  readonly folder: string;
  readonly configFile: string;
  readonly gatewayUrl: string;
  readonly operatorUrl: string;
  readonly loaded: Loaded;
  readonly keys: KeysInUse;
  readonly #program: string;
  readonly #smallDisks: SmallDisks | undefined;
  readonly #clients: Client[] = [];
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(
    folder: string,
    configFile: string,
    program: string,
    smallDisks: SmallDisks | undefined,
  ) {
    this.#program = program;
    this.folder = folder;
    this.#smallDisks = smallDisks;
    this.configFile = configFile;
    this.loaded = loadConfiguration({ config: configFile });
    this.keys = openKeys(this.loaded.configuration, this.loaded.dataFolder);
    this.gatewayUrl = gatewayUrl(this.loaded.configuration);
    this.operatorUrl = operatorUrl(this.loaded.configuration);
  }

  /** Makes the folder and starts the cluster in it. */
  static async start({
    replicas = 3,
    configuration = {},
    smallDisks,
    program = programFile,
  }: ExchangeOptions = {}): Promise<TestExchange> {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
    const configFile = join(folder, 'lockstep.json');
    const ports = await freePorts(replicas * 3 + 4);
    const addresses = Array.from({ length: replicas }, (_, n) => ({
      id: n + 1,
      udpPort: ports[n * 3],
      tcpPort: ports[n * 3 + 1],
      controlPort: ports[n * 3 + 2],
    }));
    const gateway = {
      port: ports[replicas * 3],
      operatorPort: ports[replicas * 3 + 2],
      ...(configuration['gateway'] as object),
    };
    const replication = { port: ports[replicas * 3 + 1], ...(configuration['replication'] as object) };
    const journal = { segmentMegabytes: 1 };
    const backup = { port: ports[replicas * 3 + 3], ...(configuration['backup'] as object) };
    const file = {
      dataFolder: join(folder, 'data'),
      journal,
      ...configuration,
      replicas: addresses,
      gateway,
      replication,
      backup,
    };
    writeFileSync(configFile, JSON.stringify(file), { mode: 0o600 });
    const exchange = new TestExchange(folder, configFile, program, smallDisks);
    try {
      await makeIdentities(exchange.loaded.dataFolder, [gatewayOfTests, operatorOfTests]);
      await exchange.up();
    } catch (error) {
      await exchange.end();
      throw error;
    }
    return exchange;
  }

  /** The folder of an identity. */
  identity(party: Party): string {
    return identityFolder(this.loaded.dataFolder, party);
  }

  /** What `lockstep up` printed since the start. */
  get output(): string {
    return this.#output;
  }

  /** The process of `lockstep up`. */
  get supervisorPid(): number {
    return this.#process!.pid!;
  }

  /** The process of the gateway that `lockstep up` started. */
  gatewayPid(): number {
    const pid = this.supervisorPid;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    const isGateway = (child: number): boolean =>
      readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0').includes('gateway');
    return children.find(isGateway)!;
  }

  /** Starts the cluster and waits until its gateway takes orders. */
  async up(): Promise<void> {
    const [command, ...words] = this.#upCommand();
    const child = spawn(command!, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    await this.until('the gateway is ready', async () => {
      if (child.exitCode !== null) throw new Error(`lockstep up ended:\n${this.#output}`);
      return (await this.get('/health/ready'))?.status === 200;
    });
    // A replica joins the others before it opens its control port; a replica that does not run has no port.
    for (let n = 0; n < controlLooks && !(await this.#hasAllPorts()); n++) await sleep(pollMs);
  }

  async #hasAllPorts(): Promise<boolean> {
    return (await this.statuses()).length === this.loaded.configuration.replicas.length;
  }

  /** Stops the cluster in good order; its data stays. */
  async down(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** The exit code of a process of this exchange once it ends; 128 and more where a signal ended it. */
  async ended(child: ChildProcess = this.#process!): Promise<number> {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 128;
  }

  /** Starts another process of the program with this configuration; the caller ends it. */
  spawn(...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [programFile, ...words, '--config', this.configFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Stops everything and removes the folder. */
  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close({ keepSession: true })));
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A client of this exchange; `end` closes it. */
  async client(feed: 'own' | 'all' = 'own'): Promise<Client> {
    const client = await connectToExchange(this.loaded, { feed, commandTimeoutMs: standstillMs });
    this.#clients.push(client);
    return client;
  }

  async statuses(): Promise<ReplicaStatus[]> {
    return reached(await statusOfAll(this.loaded.configuration));
  }

  /** The serving leader, once there is one. */
  async leader(): Promise<ReplicaStatus> {
    let leader: ReplicaStatus | undefined;
    await this.until('a replica leads', async () => {
      leader = leaderOf(await statusOfAll(this.loaded.configuration));
      return leader !== undefined;
    });
    return leader!;
  }

  /** Waits until all replicas run, count as voters and follow one leader. */
  async whole(): Promise<void> {
    let applied = 0;
    const isWhole = async (): Promise<boolean> => {
      const statuses = await this.statuses();
      applied = statuses.reduce((sum, { appliedSeq }) => sum + appliedSeq, 0);
      const leaderId = leaderOf(await statusOfAll(this.loaded.configuration))?.replicaId;
      return (
        leaderId !== undefined &&
        statuses.length === this.loaded.configuration.replicas.length &&
        statuses.every((status) => status.leaderId === leaderId && !status.recovering)
      );
    };
    await this.until('the cluster is whole', isWhole, () => applied);
  }

  /** The state hash of every replica, once all have applied the same command. */
  async stateHash(client: Client): Promise<{ readonly stateHash: string; readonly appliedSeq: number }> {
    let agreed: { stateHash: string; appliedSeq: number } | undefined;
    let applied = 0;
    const isSame = async (): Promise<boolean> => {
      const ids = this.loaded.configuration.replicas.map(({ id }) => id);
      const rows = await Promise.all(ids.map((id) => client.hashes({ from: id }).catch(() => undefined)));
      const [first] = rows;
      applied = rows.reduce((sum, row) => sum + (row?.appliedSeq ?? 0), 0);
      if (first === undefined || rows.some((row) => row?.appliedSeq !== first.appliedSeq)) return false;
      if (rows.some((row) => row?.stateHash !== first.stateHash)) {
        throw new Error(
          `replicas differ after seq ${first.appliedSeq}: ${rows.map((row) => row?.stateHash)}`,
        );
      }
      agreed = first;
      return true;
    };
    await this.until('all replicas have the same state', isSame, () => applied);
    return agreed!;
  }

  /**
   * Polls until `isDone`. Fails when `progress`, which grows as the end comes nearer, stays the same; the failure names
   * the awaited condition and what the cluster printed.
   */
  async until(what: string, isDone: () => Promise<boolean>, progress: () => number = () => 0): Promise<void> {
    let sinceMs = Date.now();
    for (let seen = progress(); !(await isDone()); ) {
      const now = progress();
      if (now > seen) {
        seen = now;
        sinceMs = Date.now();
      }
      if (Date.now() > sinceMs + standstillMs)
        throw new Error(
          `It did not come true that ${what}: nothing happened for ${standstillMs} ms.\n${this.#output.slice(-shownMax)}`,
        );
      await sleep(pollMs);
    }
  }

  /** A request to the gateway, or to its operator address; undefined while it does not answer. */
  async get(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    const isOperator = path === '/metrics' || path.startsWith('/v1/operator/');
    const url = isOperator ? this.operatorUrl : this.gatewayUrl;
    try {
      return await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(answerMsMax) });
    } catch {
      return undefined;
    }
  }

  /** A file of the running cluster, as this process can open it. */
  pathOf(path: string): string {
    return this.#smallDisks === undefined ? path : `/proc/${this.supervisorPid}/root${path}`;
  }

  /** Takes all space that is left on the small disk of a replica; the returned call gives it back. */
  fillDisk(replicaId: number): () => void {
    const path = this.pathOf(join(replicaFolder(this.loaded.dataFolder, replicaId), 'filler'));
    const file = openSync(path, 'w');
    for (const bytes of [1_048_576, 4_096]) {
      const zeros = new Uint8Array(bytes);
      try {
        for (;;) writeSync(file, zeros);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    closeSync(file);
    return () => rmSync(path);
  }

  /** The whole log of one process of the cluster. */
  logOf(name: string): string {
    return readFileSync(join(this.loaded.dataFolder, 'logs', `${name}.log`), 'utf8');
  }

  /** Why replicas stood for election since they began, {@link silence} among it. */
  electionReasons(): string[] {
    const ids = this.loaded.configuration.replicas.map(({ id }) => id);
    const lines = ids.flatMap((id) => this.logOf(`replica-${id}`).split('\n'));
    const stood = /"reason":"([^"]+)".*"msg":"this replica asks (?:whether it would be elected|for votes)"/;
    return lines.flatMap((line) => stood.exec(line)?.[1] ?? []).filter((reason) => reason !== wouldWin);
  }

  /** Runs another command of the program on this cluster; gives what it printed and its exit code. */
  async run(
    ...words: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const child = this.spawn(...words);
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  }

  #upCommand(): readonly string[] {
    const program = [process.execPath, this.#program, 'up', '--config', this.configFile];
    if (this.#smallDisks === undefined) return program;
    const { replicaIds, megabytes } = this.#smallDisks;
    const folders = replicaIds.map((id) => replicaFolder(this.loaded.dataFolder, id));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    return withDisks(megabytes, folders, program);
  }
}
