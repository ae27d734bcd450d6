/**
 * Several hosts on one machine: a network namespace each, with an address of its own, and a router between them in a
 * namespace of its own. The router's kernel forwards packets; those of a bent link go through a process
 * (router.ts) that delays, loses, doubles or spoils them. Nothing outside these namespaces is touched.
 *
 * It needs root, `ip` of iproute2 and TUN devices; {@link hostsRefusal} names what is missing.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isRunning, ownIdentity } from '../../ops/process-identity.ts';
import type { Conditions, LinkOrder } from './conditions.ts';
import { systemCommand } from './system-command.ts';

const namespacesFolder = '/var/run/netns';
const namePrefix = 'lockstep';
const hostsMax = 250;
const device = 'bend';
const table = '90';
const routerFile = fileURLToPath(new URL('./router.ts', import.meta.url));

/** Rules are looked at in this order; the kernel's own ones come after. */
const cutPreference = '10';
const bendPreference = '20';

/** How the packets of a cut direction end: without a word, or with an ICMP message to their sender. */
export type CutKind = 'drop' | 'reject';

/** Why this machine cannot have hosts, found out by trying; undefined where it can. */
export function hostsRefusal(): string | undefined {
  if (process.getuid?.() !== 0) return 'Hosts in network namespaces need root.';
  const name = `${namePrefix}-${process.pid}-probe`;
  for (const words of [
    ['netns', 'add', name],
    ['-n', name, 'tuntap', 'add', 'dev', device, 'mode', 'tun'],
    ['netns', 'delete', name],
  ]) {
    const { error, status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
    if (error !== undefined)
      return `Hosts need the program ip (${error.message}): install the package iproute2.`;
    if (status !== 0)
      return `Hosts need namespaces and TUN devices: \`ip ${words.join(' ')}\` said: ${stderr.trim()}`;
  }
  return undefined;
}

export class Hosts {
  readonly #count: number;
  readonly #name: string;
  readonly #processes = new Set<ChildProcess>();
  readonly #bent = new Set<string>();
  #router: ChildProcess | undefined;
  #answers: Interface | undefined;

  private constructor(count: number) {
    const { pid, startedTicks } = ownIdentity();
    this.#count = count;
    this.#name = `${namePrefix}-${pid}-${startedTicks}`;
  }

  /** Hosts 1 to `count`, each of which reaches each other one. Removes what a killed run has left. */
  static async make(count: number): Promise<Hosts> {
    const refusal = hostsRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    if (count < 1 || count > hostsMax) throw new Error(`There can be 1 to ${hostsMax} hosts, not ${count}.`);
    await removeLeftovers();
    const hosts = new Hosts(count);
    try {
      await hosts.#build();
    } catch (error) {
      await hosts.end();
      throw error;
    }
    return hosts;
  }

  address(host: number): string {
    if (!(host >= 1 && host <= this.#count))
      throw new Error(`The hosts are 1 to ${this.#count}, not ${host}.`);
    return `10.90.${host}.2`;
  }

  /** Starts a program on a host. It ends with {@link end} at the latest. */
  spawn(host: number, program: string, words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    // `ip netns exec` becomes the program: the process id is the program's own.
    const child = spawn('ip', ['netns', 'exec', this.#namespace(host), program, ...words], options);
    this.#processes.add(child);
    child.on('exit', () => this.#processes.delete(child));
    return child;
  }

  /** Packets from one host to another go no further than the router, in this direction. */
  async cut(from: number, to: number, kind: CutKind = 'drop'): Promise<void> {
    await this.mend(from, to);
    await this.#rule('add', cutPreference, from, to, kind === 'drop' ? 'blackhole' : 'unreachable');
  }

  /** Takes a cut back; without one nothing changes. */
  async mend(from: number, to: number): Promise<void> {
    const rules = await this.#ip('rule', 'show', 'from', this.address(from), 'to', this.address(to));
    for (const line of rules.split('\n')) {
      if (line.startsWith(`${cutPreference}:`)) await this.#rule('del', cutPreference, from, to);
    }
  }

  /** From now on packets in this direction suffer this; null: they pass as before. */
  async bend(from: number, to: number, conditions: Conditions | null): Promise<void> {
    const order: LinkOrder = { from: this.address(from), to: this.address(to), conditions };
    await this.#order(order);
    const direction = `${from}>${to}`;
    if (conditions === null && this.#bent.delete(direction)) {
      await this.#rule('del', bendPreference, from, to);
    } else if (conditions !== null && !this.#bent.has(direction)) {
      this.#bent.add(direction);
      await this.#rule('add', bendPreference, from, to, 'lookup', table);
    }
  }

  /** Pulls the cable of a host, or puts it back. */
  async plug(host: number, isPlugged: boolean): Promise<void> {
    this.address(host);
    await this.#ip('link', 'set', `h${host}`, isPlugged ? 'up' : 'down');
  }

  /** Ends all processes of the hosts, and removes them. */
  async end(): Promise<void> {
    const ending = [...this.#processes].map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    });
    await Promise.all(ending);
    if (this.#router !== undefined && this.#router.exitCode === null) {
      const exit = once(this.#router, 'exit');
      this.#router.stdin!.end();
      await exit;
    }
    await removeNamespaces((name) => name.startsWith(`${this.#name}-`));
  }

  async #build(): Promise<void> {
    const router = this.#namespace(0);
    await systemCommand('ip', 'netns', 'add', router);
    await this.#ip('link', 'set', 'lo', 'up');
    const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'];
    for (const setting of settings) {
      const [name = '', value = ''] = setting.split('=');
      const file = `/proc/sys/net/ipv4/${name.replaceAll('.', '/')}`;
      await systemCommand('ip', 'netns', 'exec', router, 'sh', '-c', `echo ${value} > ${file}`);
    }
    await this.#ip('tuntap', 'add', 'dev', device, 'mode', 'tun');
    await this.#ip('link', 'set', device, 'up');
    await this.#ip('route', 'add', 'default', 'dev', device, 'table', table);
    for (let host = 1; host <= this.#count; host++) await this.#addHost(host);
    await this.#startRouter();
  }

  async #addHost(host: number): Promise<void> {
    const namespace = this.#namespace(host);
    const inside = ['-n', namespace];
    await systemCommand('ip', 'netns', 'add', namespace);
    await this.#ip('link', 'add', `h${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await this.#ip('address', 'add', `10.90.${host}.1/24`, 'dev', `h${host}`);
    await this.#ip('link', 'set', `h${host}`, 'up');
    await systemCommand('ip', ...inside, 'address', 'add', `${this.address(host)}/24`, 'dev', 'eth0');
    for (const name of ['lo', 'eth0']) await systemCommand('ip', ...inside, 'link', 'set', name, 'up');
    await systemCommand('ip', ...inside, 'route', 'add', 'default', 'via', `10.90.${host}.1`);
  }

  async #startRouter(): Promise<void> {
    const words = ['netns', 'exec', this.#namespace(0), process.execPath, routerFile, device, '1'];
    this.#router = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface(this.#router.stdout!);
    // An order that changes nothing: the answer shows that the router runs.
    await this.#order({ from: '', to: '', conditions: null });
  }

  async #order(order: LinkOrder): Promise<void> {
    const isAnswered = new AbortController();
    const { signal } = isAnswered;
    const answer = once(this.#answers!, 'line', { signal });
    const ended = once(this.#router!, 'exit', { signal }).then(() => {
      throw new Error('The process that bends links has ended; what it said stands above.');
    });
    answer.catch(() => undefined);
    ended.catch(() => undefined);
    this.#router!.stdin!.write(`${JSON.stringify(order)}\n`);
    await Promise.race([answer, ended]).finally(() => isAnswered.abort());
  }

  async #rule(
    change: 'add' | 'del',
    preference: string,
    from: number,
    to: number,
    ...action: readonly string[]
  ): Promise<void> {
    const which = ['from', this.address(from), 'to', this.address(to)];
    const cable = preference === bendPreference ? ['iif', `h${from}`] : [];
    await this.#ip('rule', change, 'preference', preference, ...which, ...cable, ...action);
  }

  #ip(...words: readonly string[]): Promise<string> {
    return systemCommand('ip', '-n', this.#namespace(0), ...words);
  }

  /** Host 0 is the router. */
  #namespace(host: number): string {
    return `${this.#name}-${host}`;
  }
}

/** Those of runs whose process is not there any more. */
async function removeLeftovers(): Promise<void> {
  await removeNamespaces((name) => {
    const [prefix, pid, startedTicks = ''] = name.split('-');
    return prefix === namePrefix && !isRunning({ pid: Number(pid), startedTicks });
  });
}

async function removeNamespaces(isMeant: (name: string) => boolean): Promise<void> {
  let names: string[];
  try {
    names = readdirSync(namespacesFolder);
  } catch {
    return;
  }
  for (const name of names.filter(isMeant)) {
    const pids = await systemCommand('ip', 'netns', 'pids', name);
    for (const pid of pids.split('\n').filter((line) => line !== '')) endProcess(Number(pid));
    await systemCommand('ip', 'netns', 'delete', name);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
