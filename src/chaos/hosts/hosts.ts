/**
 * Several hosts on one machine: a network namespace and a mount namespace each, with an address of its own. The hosts
 * of a rack hang on a switch, and the switches on a router in a namespace of its own, which forwards every packet, also
 * of neighbours. Those of a bent link go through a process (router.ts) that delays, loses, doubles or spoils them.
 * Nothing outside these namespaces is touched, and all of it is in a ledger.
 *
 * It needs root, `ip` of iproute2 and TUN devices; {@link hostsRefusal} names what is missing.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { identityOf, type ProcessIdentity } from '../../ops/processes/process-identity.ts';
import type { Conditions, LinkOrder } from './conditions.ts';
import { HostLedger } from './ledger.ts';
import { systemCommand, systemCommandOn } from './system-command.ts';

const namePrefix = 'lockstep';
const hostsMax = 200;
const addressBase = 10;
const device = 'bend';
const table = '90';
const routerFile = fileURLToPath(new URL('./router.ts', import.meta.url));
const kernelSettingsFile = new URL('../../../deploy/sysctl/60-lockstep.conf', import.meta.url);

/** Rules are looked at in this order; the kernel's own ones come after. */
const cutPreference = '10';
const bendPreference = '20';

/** Packets that wait before a narrow cable: bursts, and then packets for so long. */
const narrowQueue = ['burst', '32kb', 'latency', '400ms'];

/** How the packets of a cut direction end: without a word, or with an ICMP message to their sender. */
export type CutKind = 'drop' | 'reject';

/** The direction from one host to another. */
export type Way = readonly [from: number, to: number];

/** Shell lines that give a host those settings of an installed machine that a network namespace has of its own. */
function kernelSettings(): string {
  const settings = readFileSync(kernelSettingsFile, 'utf8').matchAll(/^-?(net\.ipv4\.\S+) = (\d+)$/gm);
  return [...settings]
    .map(([, name, value]) => `echo ${value} > /proc/sys/${name!.replaceAll('.', '/')} || true\n`)
    .join('');
}

/** Why this machine cannot have hosts, found out by trying; undefined where it can. */
export function hostsRefusal(): string | undefined {
  if (process.getuid?.() !== 0) return 'Hosts in network namespaces need root.';
  const name = `${namePrefix}-${process.pid}-probe`;
  const ip = (...words: readonly string[]): string | undefined => {
    const { error, status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
    if (error !== undefined)
      return `Hosts need the program ip (${error.message}): install the package iproute2.`;
    if (status === 0) return undefined;
    return `Hosts need namespaces and TUN devices: \`ip ${words.join(' ')}\` said: ${stderr.trim()}`;
  };
  const refusal = ip('netns', 'add', name) ?? ip('-n', name, 'tuntap', 'add', 'dev', device, 'mode', 'tun');
  // Also where a Ctrl-C has ended one of these commands half way.
  const removal = ip('netns', 'delete', name);
  return refusal ?? removal;
}

export interface HostsOptions {
  /** The rack of a host, 1 to 200; each has a switch of its own. */
  readonly rackOf?: (host: number) => number;
}

export class Hosts {
  readonly ledger: HostLedger;
  readonly #count: number;
  readonly #rackOf: (host: number) => number;
  readonly #keepers = new Map<number, ProcessIdentity>();
  readonly #processes = new Set<ChildProcess>();
  /** The rules that take directions to the router's process, and those that end their packets. */
  readonly #bent = new Map<string, string>();
  readonly #cut = new Map<string, string>();
  #router: ChildProcess | undefined;
  #answers: Interface | undefined;

  private constructor(count: number, rackOf: (host: number) => number, ledger: HostLedger) {
    this.#count = count;
    this.#rackOf = rackOf;
    this.ledger = ledger;
  }

  /** Hosts 1 to `count`, each of which reaches all others. Removes the leftovers of a killed run. */
  static async make(count: number, { rackOf = (host) => host }: HostsOptions = {}): Promise<Hosts> {
    const refusal = hostsRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    if (count < 1 || count > hostsMax) throw new Error(`There can be 1 to ${hostsMax} hosts, not ${count}.`);
    const hosts = new Hosts(count, rackOf, await HostLedger.open());
    try {
      await hosts.#build();
    } catch (error) {
      await hosts.end();
      throw error;
    }
    return hosts;
  }

  get all(): readonly number[] {
    return Array.from({ length: this.#count }, (_, n) => n + 1);
  }

  address(host: number): string {
    if (!(host >= 1 && host <= this.#count))
      throw new Error(`The hosts are 1 to ${this.#count}, not ${host}.`);
    return `10.90.${this.#rackOf(host)}.${addressBase + host}`;
  }

  /** The process that keeps the namespaces of a host alive. */
  keeper(host: number): ProcessIdentity {
    return this.#keepers.get(host)!;
  }

  /**
   * Starts a program on a host, in the control groups with these files. It ends with {@link end} at the latest, and its
   * process id is the child's.
   */
  spawn(
    host: number,
    line: readonly [string, ...string[]],
    options: SpawnOptions = {},
    memberFiles: readonly string[] = [],
  ): ChildProcess {
    this.ledger.assertOpen();
    const child = spawn('sh', this.#entering(host, memberFiles, line), options);
    this.#processes.add(child);
    child.on('exit', () => this.#processes.delete(child));
    return child;
  }

  /** Runs a command of the system on a host, and gives what it printed. */
  run(host: number, program: string, ...words: readonly string[]): Promise<string> {
    const enter = ['--target', `${this.keeper(host).pid}`, '--net', '--mount', '--'];
    return systemCommand('nsenter', ...enter, program, ...words);
  }

  /** The same in the control groups with these files. */
  runIn(
    memberFiles: readonly string[],
    host: number,
    ...line: readonly [string, ...string[]]
  ): Promise<string> {
    return systemCommand('sh', ...this.#entering(host, memberFiles, line));
  }

  /** What a shell is given to join control groups, and to become a program on a host. */
  #entering(host: number, memberFiles: readonly string[], line: readonly string[]): string[] {
    const script =
      'n=$1; shift; while [ $n -gt 0 ]; do echo $$ > $1; shift; n=$((n-1)); done; exec nsenter "$@"';
    const enter = ['--target', `${this.keeper(host).pid}`, '--net', '--mount', '--', ...line];
    return ['-c', script, 'sh', `${memberFiles.length}`, ...memberFiles, ...enter];
  }

  /** Packets in these directions go no further than the router. */
  cut(ways: readonly Way[], kind: CutKind = 'drop'): Promise<void> {
    const action = kind === 'drop' ? 'blackhole' : 'unreachable';
    return this.#rules(
      this.#cut,
      ways,
      (way) => `preference ${cutPreference} ${this.#fromTo(way)} ${action}`,
    );
  }

  /** Takes cuts back; where there is none nothing changes. */
  mend(ways: readonly Way[]): Promise<void> {
    return this.#rules(this.#cut, ways, undefined);
  }

  /** From now on packets in these directions suffer this; null: they pass as before. */
  async bend(ways: readonly Way[], conditions: Conditions | null): Promise<void> {
    for (const [from, to] of ways)
      await this.#order({ from: this.address(from), to: this.address(to), conditions });
    const ruleOf = (way: Way): string =>
      `preference ${bendPreference} ${this.#fromTo(way)} iif rack${this.#rackOf(way[0])} lookup ${table}`;
    await this.#rules(this.#bent, ways, conditions === null ? undefined : ruleOf);
  }

  /** Pulls the cable of a host, or puts it back. */
  async plug(host: number, isPlugged: boolean): Promise<void> {
    this.address(host);
    await this.#ip('link', 'set', `h${host}`, isPlugged ? 'up' : 'down');
  }

  /** Switches the switch of a host's rack off, or on. */
  async power(host: number, isOn: boolean): Promise<void> {
    this.address(host);
    await this.#ip('link', 'set', `rack${this.#rackOf(host)}`, isOn ? 'up' : 'down');
  }

  /** From now on a host's cable carries so many Mbit/s in each direction; null: as much as it can. */
  async narrow(host: number, megabits: number | null): Promise<void> {
    const ends = [
      [this.#namespace(0), `h${host}`],
      [this.#namespace(host), 'eth0'],
    ] as const;
    for (const [namespace, device] of ends) {
      const which = ['-n', namespace, 'qdisc', megabits === null ? 'del' : 'replace', 'dev', device, 'root'];
      const rate = megabits === null ? [] : ['tbf', 'rate', `${megabits}mbit`, ...narrowQueue];
      await systemCommand('tc', ...which, ...rate);
    }
  }

  /** Ends all processes of the hosts, and removes them. */
  async end(): Promise<void> {
    const ending = [...this.#processes].map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    });
    if (this.#router !== undefined && this.#router.exitCode === null) this.#router.stdin!.end();
    // What stands still does not end before the ledger lets it go on.
    await this.ledger.clear();
    await Promise.all(ending);
  }

  async #build(): Promise<void> {
    const router = await this.#addNamespace(0);
    await this.#ip('link', 'set', 'lo', 'up');
    const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'];
    for (const name of ['all', 'default']) settings.push(`conf.${name}.send_redirects=0`);
    for (const setting of settings) {
      const [name = '', value = ''] = setting.split('=');
      const file = `/proc/sys/net/ipv4/${name.replaceAll('.', '/')}`;
      await systemCommand('ip', 'netns', 'exec', router, 'sh', '-c', `echo ${value} > ${file}`);
    }
    await this.#ip('tuntap', 'add', 'dev', device, 'mode', 'tun');
    await this.#ip('link', 'set', device, 'up');
    await this.#ip('route', 'add', 'default', 'dev', device, 'table', table);
    for (const rack of new Set(this.all.map(this.#rackOf))) {
      await this.#ip('link', 'add', `rack${rack}`, 'type', 'bridge');
      await this.#ip('address', 'add', `10.90.${rack}.1/24`, 'dev', `rack${rack}`);
      await this.#ip('link', 'set', `rack${rack}`, 'up');
    }
    for (const host of this.all) await this.#addHost(host);
    await this.ledger.whileOpen(() => this.#startRouter());
  }

  async #addNamespace(host: number): Promise<string> {
    const name = this.#namespace(host);
    await this.ledger.make({ kind: 'namespace', name }, () => systemCommand('ip', 'netns', 'add', name));
    return name;
  }

  async #addHost(host: number): Promise<void> {
    const namespace = await this.#addNamespace(host);
    const inside = ['-n', namespace];
    const rack = this.#rackOf(host);
    await this.#ip('link', 'add', `h${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await this.#ip('link', 'set', `h${host}`, 'master', `rack${rack}`, 'up');
    // Neighbours, too, reach each other through the router.
    await systemCommand('ip', ...inside, 'address', 'add', `${this.address(host)}/32`, 'dev', 'eth0');
    for (const name of ['lo', 'eth0']) await systemCommand('ip', ...inside, 'link', 'set', name, 'up');
    await systemCommand('ip', ...inside, 'route', 'add', `10.90.${rack}.1`, 'dev', 'eth0');
    await systemCommand('ip', ...inside, 'route', 'add', 'default', 'via', `10.90.${rack}.1`);
    await this.ledger.whileOpen(() => this.#startKeeper(host, namespace));
  }

  /** In a group of its own, so that a Ctrl-C in the terminal does not reach it. */
  async #startKeeper(host: number, namespace: string): Promise<void> {
    const script = `${kernelSettings()}echo ready; exec sleep infinity`;
    const keeper = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    this.#processes.add(keeper);
    const said = once(keeper.stdout!, 'data').then(() => true);
    const isReady = await Promise.race([said, once(keeper, 'exit').then(() => false)]);
    if (!isReady) throw new Error(`The process that keeps host ${host} has ended.`);
    this.#keepers.set(host, identityOf(keeper.pid!));
  }

  async #startRouter(): Promise<void> {
    const words = ['netns', 'exec', this.#namespace(0), process.execPath, routerFile, device, '1'];
    this.#router = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.#answers = createInterface(this.#router.stdout!);
    // An order that changes nothing: the answer shows that the router runs.
    await this.#order({ from: '', to: '', conditions: null });
  }

  async #order(order: LinkOrder): Promise<void> {
    const isAnswered = new AbortController();
    const { signal } = isAnswered;
    const answer = once(this.#answers!, 'line', { signal });
    const ended = once(this.#router!, 'exit', { signal }).then(() => {
      throw new Error('The process that bends links has ended; what it said is above.');
    });
    answer.catch(() => undefined);
    ended.catch(() => undefined);
    this.#router!.stdin!.write(`${JSON.stringify(order)}\n`);
    await Promise.race([answer, ended]).finally(() => isAnswered.abort());
  }

  #fromTo([from, to]: Way): string {
    return `from ${this.address(from)} to ${this.address(to)}`;
  }

  /** Gives each direction its rule, in place of its former rule, by one command. */
  async #rules(
    known: Map<string, string>,
    ways: readonly Way[],
    ruleOf: ((way: Way) => string) | undefined,
  ): Promise<void> {
    const lines: string[] = [];
    for (const way of ways) {
      const direction = way.join('>');
      const before = known.get(direction);
      const now = ruleOf?.(way);
      if (before === now) continue;
      if (before !== undefined) lines.push(`rule del ${before}`);
      if (now !== undefined) lines.push(`rule add ${now}`);
      if (now === undefined) known.delete(direction);
      else known.set(direction, now);
    }
    if (lines.length === 0) return;
    await systemCommandOn(`${lines.join('\n')}\n`, 'ip', '-n', this.#namespace(0), '-batch', '-');
  }

  #ip(...words: readonly string[]): Promise<string> {
    return systemCommand('ip', '-n', this.#namespace(0), ...words);
  }

  /** Host 0 is the router. */
  #namespace(host: number): string {
    return `${namePrefix}-${this.ledger.name}-${host}`;
  }
}
