/** Replicas as on machines of their own: each with its own folder and its own configuration file, on the loopback. */
import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client/index.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import type { GatewaySettings } from '../gateway/settings.ts';
import { identityFolder } from '../ops/certificates/identities.ts';
import { ownOperator } from '../ops/certificates/own-identity.ts';
import { makeIdentities } from '../ops/certificates/own-machine.ts';
import { connectToExchange } from '../ops/clients/exchange-client.ts';
import { loadConfiguration } from '../ops/configuration/load.ts';
import type { ReplicaStatus } from '../ops/health/status.ts';
import { orderGiver, sendOrder } from '../ops/orders/control-orders.ts';
import type { OperatorOrder } from '../ops/orders/order-words.ts';
import { freePorts } from '../ops/replay/own-exchange.ts';
import { replicaFolder } from '../ops/supervisor/cluster-folder.ts';
import { programFile } from '../ops/version.ts';
import { PartyKind } from '../protocol/parties.ts';

/** A wait hangs when its condition has not come true after so long, however slow the machine is. */
const waitMs = 240_000;
const pollMs = 50;
const portsPerReplica = 3;
const gatewayParty = { kind: PartyKind.gateway, id: 1 } as const;

interface Answer {
  readonly status: number;
  readonly text: string;
}

export class Machines {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lockstep-machines-'));
  readonly #ports: readonly number[];
  readonly #processes = new Map<number, ChildProcess>();
  readonly #output = new Map<number, string>();
  /** Of the machines that run another build than this one. */
  readonly #programs = new Map<number, string>();
  readonly #clients: Client[] = [];

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  /** Machines 1 to `count`, with nothing on them; the authority of their cluster is on none. */
  static async make(count: number): Promise<Machines> {
    const machines = new Machines(await freePorts(count * portsPerReplica));
    const replicas = Array.from({ length: count }, (_, n) => ({ kind: PartyKind.replica, id: n + 1 }));
    await makeIdentities(machines.#folder, [...replicas, gatewayParty, ownOperator]);
    return machines;
  }

  /** Where a replica takes calls. */
  controlPort(id: number): number {
    return this.#port(id, 2);
  }

  tcpPort(id: number): number {
    return this.#port(id, 1);
  }

  /** As its entry under `replicas` of a file has them. */
  ports(id: number): { readonly udpPort: number; readonly tcpPort: number; readonly controlPort: number } {
    return { udpPort: this.#port(id, 0), tcpPort: this.#port(id, 1), controlPort: this.#port(id, 2) };
  }

  /** The folder of the identity that the authority has signed for a replica, and for the gateway. */
  identity(id: number): string {
    return identityFolder(this.#folder, { kind: PartyKind.replica, id });
  }

  get gatewayIdentity(): string {
    return identityFolder(this.#folder, gatewayParty);
  }

  /** Writes the configuration file of a machine: the replicas that it names, and more keys. */
  write(id: number, replicas: readonly number[], more: object = {}): void {
    const folder = this.#folderOf(id);
    mkdirSync(folder, { recursive: true });
    this.#bringIdentities(id);
    const file = {
      dataFolder: this.#dataFolder(id),
      journal: { segmentMegabytes: 1 },
      replicas: replicas.map((replica) => ({ id: replica, ...this.ports(replica) })),
      ...more,
    };
    writeFileSync(this.#configFile(id), JSON.stringify(file), { mode: 0o600 });
  }

  /** What the authority has signed for a machine. */
  #bringIdentities(id: number): void {
    for (const party of [{ kind: PartyKind.replica, id }, ownOperator]) {
      const to = identityFolder(this.#dataFolder(id), party);
      mkdirSync(to, { recursive: true, mode: 0o700 });
      cpSync(identityFolder(this.#folder, party), to, { recursive: true });
    }
  }

  start(id: number, ...words: readonly string[]): void {
    this.#run(id, this.#spawn(id, 'replica', '--id', `${id}`, ...words));
  }

  /** A machine without a file, keys or a certificate runs this command, `replica join`, on its own ports. */
  join(id: number, ...words: readonly string[]): void {
    mkdirSync(this.#folderOf(id), { recursive: true });
    const ports = ['--udp-port', '--tcp-port', '--control-port'].flatMap((name, n) => [
      name,
      `${this.#port(id, n)}`,
    ]);
    this.#run(id, this.#spawn(id, ...words, ...ports, '--data', this.#dataFolder(id)));
  }

  #run(id: number, child: ChildProcessByStdio<null, Readable, Readable>): void {
    this.#processes.set(id, child);
    this.#output.set(id, '');
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => this.#output.set(id, this.outputOf(id) + chunk.toString()));
    }
  }

  /** A machine has another build from its next start on. */
  runsOn(id: number, program: string): void {
    this.#programs.set(id, program);
  }

  /** The names in the data folder of a replica, and a text in there. */
  filesOf(id: number): string[] {
    return readdirSync(replicaFolder(this.#dataFolder(id), id));
  }

  textOf(id: number, name: string): string {
    return readFileSync(this.pathIn(id, name), 'utf8');
  }

  /** Where something in the data folder of a replica is. */
  pathIn(id: number, name: string): string {
    return join(replicaFolder(this.#dataFolder(id), id), name);
  }

  /** `kill -9`. */
  async kill(id: number): Promise<void> {
    await this.#signal(id, 'SIGKILL');
  }

  /** Ends a replica in good order. */
  async stop(id: number): Promise<void> {
    await this.#signal(id, 'SIGTERM');
  }

  /** Removes the data folder of a replica. */
  emptyFolder(id: number): void {
    rmSync(this.#dataFolder(id), { recursive: true });
    this.#bringIdentities(id);
  }

  /** Copies the data folder of a replica aside, with `cp -a`. */
  copyFolder(id: number): void {
    execFileSync('cp', ['-a', this.#dataFolder(id), this.#copyOf(id)]);
  }

  /** Puts the copy in the place of the data folder, or copies its files over those in it. */
  putCopyBack(id: number, how: 'in its place' | 'over its files'): void {
    if (how === 'in its place') rmSync(this.#dataFolder(id), { recursive: true });
    execFileSync('cp', ['-aT', this.#copyOf(id), this.#dataFolder(id)]);
  }

  /** A client that has the addresses and the key of a machine's file; `end` closes it. */
  async client(id: number): Promise<Client> {
    const loaded = loadConfiguration({ config: this.#configFile(id) });
    const client = await connectToExchange(loaded, { feed: 'own', commandTimeoutMs: waitMs });
    this.#clients.push(client);
    return client;
  }

  /** A gateway in this process that has the addresses and the key of a machine's file; the caller closes it. */
  gateway(
    id: number,
    settings: Pick<GatewaySettings, 'apiKeys' | 'operatorToken' | 'timeWindowMs' | 'limits'>,
  ): Promise<Gateway> {
    const { replicas } = loadConfiguration({ config: this.#configFile(id) }).configuration;
    return startGateway({
      port: 0,
      operatorPort: 0,
      identity: identityFolder(this.#folder, gatewayParty),
      operatorIdentity: identityFolder(this.#folder, ownOperator),
      replicas: replicas.map(({ id: replicaId, host, tcpPort }) => ({ id: replicaId, host, port: tcpPort })),
      logLevel: 'silent',
      ...settings,
    });
  }

  /** Runs a command of the program on a machine; gives its exit code and what it printed. */
  async run(
    id: number,
    ...words: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string }> {
    const child = this.#spawn(id, ...words);
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
    const [code] = (await once(child, 'close')) as [number];
    return { code, out };
  }

  /** The same, and Ctrl-C as soon as it has printed something like this. */
  async interrupted(id: number, printed: RegExp, ...words: readonly string[]): Promise<string> {
    const child = this.#spawn(id, ...words);
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (printed.test(out)) child.kill('SIGINT');
      });
    await once(child, 'close');
    return out;
  }

  /** The exit code of a replica that ends by itself. */
  async ended(id: number): Promise<number | null> {
    const child = this.#processes.get(id)!;
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  isRunning(id: number): boolean {
    const child = this.#processes.get(id);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What it printed since its start. */
  outputOf(id: number): string {
    return this.#output.get(id) ?? '';
  }

  async statusOf(id: number): Promise<ReplicaStatus | undefined> {
    const answer = await this.#fetch(id, '/status');
    return answer?.status === 200 ? (JSON.parse(answer.text) as ReplicaStatus) : undefined;
  }

  /** Gives an operator's order. */
  async order(id: number, order: OperatorOrder, body: object = {}): Promise<Answer> {
    const { configuration, dataFolder } = loadConfiguration({ config: this.#configFile(id) });
    const replica = { id, host: '127.0.0.1', controlHost: undefined, controlPort: this.#port(id, 2) };
    try {
      const { status, text, error } = await sendOrder(
        orderGiver(dataFolder, ownOperator),
        configuration,
        replica,
        order,
        body,
      );
      return { status, text: text ?? error ?? '' };
    } catch {
      return { status: 0, text: 'no answer' };
    }
  }

  /** Those of `ids` that serve. */
  async leaders(ids: readonly number[]): Promise<number[]> {
    const statuses = await Promise.all(ids.map((id) => this.statusOf(id)));
    return statuses.flatMap((status) => (status?.serving ? [status.replicaId] : []));
  }

  /** The replica among `ids` that leads, once one does. */
  async leader(ids: readonly number[]): Promise<number> {
    let found: number[] = [];
    await this.until(`one of ${ids.join(', ')} leads`, async () => {
      found = await this.leaders(ids);
      return found.length === 1;
    });
    return found[0]!;
  }

  async until(what: string, isDone: () => Promise<boolean>): Promise<void> {
    const deadlineMs = Date.now() + waitMs;
    while (!(await isDone())) {
      if (Date.now() > deadlineMs) {
        const printed = [...this.#output].map(([id, text]) => `-- ${id}:\n${text.slice(-1_500)}`);
        throw new Error(`In ${waitMs} ms it did not come true that ${what}.\n${printed.join('\n')}`);
      }
      await sleep(pollMs);
    }
  }

  /** Ends all processes and removes all folders. */
  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close({ keepSession: true })));
    await Promise.all([...this.#processes.keys()].map((id) => this.kill(id)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #folderOf(id: number): string {
    return join(this.#folder, `machine-${id}`);
  }

  #configFile(id: number): string {
    return join(this.#folderOf(id), 'lockstep.json');
  }

  #dataFolder(id: number): string {
    return join(this.#folderOf(id), 'data');
  }

  #copyOf(id: number): string {
    return join(this.#folderOf(id), 'copy');
  }

  #spawn(id: number, ...words: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    const program = this.#programs.get(id) ?? programFile;
    return spawn(process.execPath, [program, ...words, '--config', this.#configFile(id)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async #signal(id: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.#processes.get(id);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  #port(id: number, which: number): number {
    return this.#ports[(id - 1) * portsPerReplica + which]!;
  }

  async #fetch(id: number, path: string): Promise<Answer | undefined> {
    const url = `http://127.0.0.1:${this.#port(id, 2)}${path}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
      return { status: response.status, text: await response.text() };
    } catch {
      return undefined;
    }
  }
}
