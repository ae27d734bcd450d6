/** An exchange of three replicas on hosts of their own, and a client on a fourth one that says what it sees of it. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ownOperator } from '../ops/certificates/own-identity.ts';
import { makeIdentities } from '../ops/certificates/own-machine.ts';
import { programFile } from '../ops/version.ts';
import { PartyKind } from '../protocol/parties.ts';
import { Hosts } from './network/hosts.ts';

export const replicaHosts = [1, 2, 3] as const;
export const clientHost = 4;
const probeFile = fileURLToPath(new URL(`./order-probe.worker${extname(import.meta.url)}`, import.meta.url));
const waitMs = 60_000;
const pollMs = 5;
const nsPerMs = 1e6;

/** One acknowledgement, by the monotonic clock. */
export interface Acknowledgement {
  readonly atMs: number;
  readonly leaderId: number;
}

/** What became of all that was acknowledged. */
export interface Account {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
}

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / nsPerMs;
}

export class HostedExchange {
  readonly hosts: Hosts;
  readonly acknowledgements: Acknowledgement[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'lockstep-hosts-'));
  readonly #replicas = new Map<number, ChildProcess>();
  #probe: ChildProcess | undefined;
  #account: Account | undefined;

  private constructor(hosts: Hosts) {
    this.hosts = hosts;
  }

  /** Starts all, and waits until orders are acknowledged. `timing` stands in the file as it is. */
  static async start(timing: object = {}): Promise<HostedExchange> {
    const exchange = new HostedExchange(await Hosts.make(clientHost));
    try {
      await exchange.#found(timing);
    } catch (error) {
      await exchange.end();
      throw error;
    }
    return exchange;
  }

  async #found(timing: object): Promise<void> {
    const dataFolder = join(this.#folder, 'data');
    const file = {
      dataFolder,
      timing,
      keys: { operator: randomBytes(32).toString('hex') },
      control: { insecure: true },
      replicas: replicaHosts.map((id) => ({ id, host: this.hosts.address(id) })),
    };
    writeFileSync(this.#configFile, JSON.stringify(file), { mode: 0o600 });
    const parties = replicaHosts.map((id) => ({ kind: PartyKind.replica, id }));
    await makeIdentities(dataFolder, [...parties, ownOperator]);
    for (const id of replicaHosts) this.startReplica(id, '--bootstrap');
    this.#startProbe();
    await this.acknowledged(1);
  }

  startReplica(id: number, ...words: readonly string[]): void {
    const program = [programFile, 'replica', '--id', `${id}`, ...words, '--config', this.#configFile];
    this.#replicas.set(id, this.hosts.spawn(id, process.execPath, program, { stdio: 'ignore' }));
  }

  pidOf(id: number): number {
    return this.#replicas.get(id)!.pid!;
  }

  /** Ends the processes of all replicas at once, as a power switch does that keeps the disks. */
  async killAll(): Promise<void> {
    const ends = replicaHosts.map((id) => once(this.#replicas.get(id)!, 'exit'));
    for (const id of replicaHosts) process.kill(this.pidOf(id), 'SIGKILL');
    await Promise.all(ends);
  }

  /** The replica that acknowledged last. */
  get leaderId(): number {
    return this.acknowledgements.at(-1)!.leaderId;
  }

  /** Waits for so many more acknowledgements. */
  async acknowledged(count: number): Promise<void> {
    const wanted = this.acknowledgements.length + count;
    await this.#until(`${count} more orders are acknowledged`, () => this.acknowledgements.length >= wanted);
  }

  /** The longest time without an acknowledgement that ended after `fromMs`. */
  longestGapMs(fromMs: number): number {
    let longestMs = 0;
    for (let n = 1; n < this.acknowledgements.length; n++) {
      const { atMs } = this.acknowledgements[n]!;
      if (atMs >= fromMs) longestMs = Math.max(longestMs, atMs - this.acknowledgements[n - 1]!.atMs);
    }
    return longestMs;
  }

  /** Lets the client ask for all that was acknowledged to it. */
  async account(): Promise<Account> {
    this.#probe!.stdin!.write('end\n');
    await this.#until('the client has asked for its orders', () => this.#account !== undefined);
    return this.#account!;
  }

  async end(): Promise<void> {
    await this.hosts.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #configFile(): string {
    return join(this.#folder, 'lockstep.json');
  }

  #startProbe(): void {
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    this.#probe = this.hosts.spawn(clientHost, process.execPath, [probeFile, this.#configFile], {
      stdio: [...stdio],
    });
    createInterface(this.#probe.stdout!).on('line', (line) => {
      const told = JSON.parse(line) as Acknowledgement | Account;
      if ('atMs' in told) this.acknowledgements.push(told);
      else this.#account = told;
    });
  }

  async #until(what: string, isDone: () => boolean): Promise<void> {
    const deadlineMs = monotonicMs() + waitMs;
    while (!isDone()) {
      if (this.#probe!.exitCode !== null) throw new Error(`The client has ended before ${what}.`);
      if (monotonicMs() > deadlineMs) throw new Error(`In ${waitMs} ms it did not come true that ${what}.`);
      await sleep(pollMs);
    }
  }
}
