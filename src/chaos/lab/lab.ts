/**
 * An exchange on hosts of their own: three replicas with a disk each, two gateways, and clients. Racks 1 to 3 have a
 * replica each, racks 1 and 2 a gateway each too, rack 4 the clients.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBackupKey } from '../../ops/backup-process/targets.ts';
import { identityFolder } from '../../ops/certificates/identities.ts';
import { ownOperator } from '../../ops/certificates/own-identity.ts';
import { makeIdentities } from '../../ops/certificates/own-machine.ts';
import { standardReplicas } from '../../ops/configuration/replicas.ts';
import type { ReplicaStatus } from '../../ops/health/status.ts';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { programFile } from '../../ops/version.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Party } from '../../trust/parties.ts';
import { Disk } from '../hosts/disk.ts';
import { Groups, groupsRefusal } from '../hosts/groups.ts';
import { Hosts, hostsRefusal } from '../hosts/hosts.ts';
import { monotonicMs } from '../monotonic.ts';
import { until, type WaitOptions } from '../waits.ts';
import { AgentLink } from './agent-link.ts';
import type {
  Account,
  AgentOrder,
  AgentSettings,
  ApiKeyWords,
  Gaps,
  JournalPlace,
  ServiceAnswers,
} from './agent-orders.ts';
import {
  backupHost,
  clientHost,
  everyHost,
  gatewayHosts,
  gatewayPort,
  type HostWords,
  hostConfiguration,
  replicaHosts,
  spareHosts,
  standbyHost,
  witnessHost,
} from './host-configuration.ts';
import { KeptSegments } from './kept-segments.ts';
import type { LabOptions } from './lab-options.ts';
import { ProcessLog } from './process-log.ts';
import { killed, SecondSite, standbyParty } from './second-site.ts';

const racks: readonly number[] = [1, 2, 3, 1, 2, 4, 5, 2, 3];

const agentFile = fileURLToPath(new URL(`./agent.worker${extname(import.meta.url)}`, import.meta.url));
/** Frames that a replica may be behind and count as caught up: its status and the leader's are of two moments. */
const lagMax = 200;
/** How a replica says that it cannot trust itself on a machine that gave it no turn: it is to be started again. */
const endsItself = 'this process ends itself';
/** Beside the hosts, which count from 1. */
const operatorGroup = 0;
const operatorWeight = 1 / 8;
const clientParty: Party = { kind: PartyKind.operator, id: 9 };

/** Why this machine cannot have a lab; undefined where it can. */
export function labRefusal(): string | undefined {
  return hostsRefusal() ?? groupsRefusal();
}

export class Lab {
  readonly hosts: Hosts;
  readonly log: ProcessLog;
  readonly secondSite = new SecondSite(this);
  /** What goes away with the run. */
  readonly folder: string;
  /** The replicas that are members. */
  members: readonly number[] = replicaHosts;
  /** False once the log does not reach back to the beginning any more, or has gone on at another site. */
  isLogWhole: boolean;
  /** False once the stream may leave out what it had not sent yet, as long as it says so. */
  isStreamWhole: boolean;
  readonly #options: LabOptions;
  readonly #disks = new Map<number, Disk>();
  readonly #groups = new Map<number, Groups>();
  readonly #processes = new Map<number, ChildProcess>();
  /** Of the hosts that run another build than the others. */
  readonly #programs = new Map<number, string>();
  /** An operator's machine: outside of all groups each of its threads would weigh as much as a host. */
  readonly #operatorGroups: Groups;
  #backup: ChildProcess | undefined;
  readonly #keys = { operator: secret(), root: secret() };
  readonly #apiKey = { keyId: 'lab', secret: secret() };
  readonly #floodKey = { keyId: 'flood', secret: secret() };
  #agent: AgentLink | undefined;
  /** Where snapshots are taken. */
  readonly #kept: KeptSegments | undefined;

  private constructor(hosts: Hosts, options: LabOptions) {
    this.hosts = hosts;
    this.#options = options;
    this.#operatorGroups = new Groups(hosts.ledger, operatorGroup, operatorWeight);
    this.log = new ProcessLog(options.logFile);
    this.folder = hosts.ledger.makeFolder('lockstep-lab');
    const { hasSnapshots = false, hasOrderedSnapshots = false, hasBackup = false } = options;
    if (hasSnapshots || hasOrderedSnapshots || hasBackup)
      this.#kept = new KeptSegments(join(this.folder, 'kept'), () => this.#journals());
    this.isLogWhole = options.hasSecondSite !== true;
    // What is before a snapshot, a replica that begins with it cannot show to a reader that had not read it.
    this.isStreamWhole = options.hasSnapshots !== true;
  }

  /** Starts all, and waits until orders are answered. */
  static async start(options: LabOptions = {}): Promise<Lab> {
    const refusal = labRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    const { hasSecondSite = false, hasSpareHosts = false } = options;
    const count = hasSpareHosts ? spareHosts.at(-1)! : hasSecondSite ? standbyHost : everyHost.length;
    const hosts = await Hosts.make(count, { rackOf: (host) => racks[host - 1]! });
    try {
      const lab = new Lab(hosts, options);
      await lab.#found();
      return lab;
    } catch (error) {
      await hosts.end();
      throw error;
    }
  }

  /** The hosts of replicas with an engine. */
  get engineHosts(): readonly number[] {
    return this.members.filter((host) => this.#options.hasWitness !== true || host !== witnessHost);
  }

  /** Where backups are. */
  get backupFolder(): string {
    return join(this.folder, 'backup');
  }

  get #backupKeyFile(): string {
    return join(this.folder, 'backup.key');
  }

  /** Of a host without a disk of its own. */
  dataFolder(host: number): string {
    return join(this.folder, `data-${host}`);
  }

  disk(host: number): Disk {
    return this.#disks.get(host)!;
  }

  groups(host: number): Groups {
    return this.#groups.get(host)!;
  }

  /** Where a replica takes calls of clients, or a gateway requests. */
  tcpPort(host: number): number {
    if (gatewayHosts.includes(host)) return gatewayPort;
    return standardReplicas(replicaHosts.length)[host - 1]!.tcpPort;
  }

  /** The replica's or gateway's process on a host. */
  pidOf(host: number): number {
    return this.#processes.get(host)!.pid!;
  }

  isRunning(host: number): boolean {
    const child = this.#processes.get(host);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts a replica or a gateway on its host; does nothing where it runs. */
  start(host: number, ...words: readonly string[]): void {
    if (this.isRunning(host)) return;
    const command = gatewayHosts.includes(host) ? ['gateway'] : ['replica', '--id', `${host}`];
    this.#processes.set(host, this.spawn(host, [...command, ...words]));
  }

  /** A host runs another build from its next start on; undefined: that of the others again. */
  runsOn(host: number, program: string | undefined): void {
    if (program === undefined) this.#programs.delete(host);
    else this.#programs.set(host, program);
  }

  startBackup(): void {
    this.#backup = this.spawn(backupHost, ['backup', 'run']);
  }

  /** `kill -9` of the process that ships backups. */
  killBackup(): Promise<void> {
    return killed(this.#backup!);
  }

  /** A new machine runs the command that `lockstep members token` has printed. */
  join(host: number, printed: string): void {
    const [, at, token] = /replica join --at (\S+) --token (\S+)/.exec(printed) ?? [];
    if (at === undefined || token === undefined) throw new Error(`No join token was printed: ${printed}`);
    const own = ['--host', this.hosts.address(host), '--data', this.disk(host).path, '--insecure'];
    this.#processes.set(host, this.spawn(host, ['replica', 'join', '--at', at, '--token', token, ...own]));
  }

  /** The replica of a host is gone for good, and nothing of it is left; a machine that joined has no keys either. */
  async forget(host: number): Promise<void> {
    await this.kill(host);
    const folder = this.disk(host).outside();
    const names = replicaHosts.includes(host) ? [basename(replicaFolder(folder, host))] : readdirSync(folder);
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
    if (!replicaHosts.includes(host)) rmSync(this.configFile(host), { force: true });
  }

  /** Runs a command of the program on a host, in its control groups. */
  spawn(host: number, words: readonly string[]): ChildProcess {
    const program = this.#programs.get(host) ?? this.#options.program ?? programFile;
    const line = [process.execPath, program, ...words, '--config', this.configFile(host)] as const;
    const env = { ...process.env, ...this.#options.environment?.(this, host) };
    const options = { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true } as const;
    const child = this.hosts.spawn(
      host,
      line,
      { ...options, stdio: [...options.stdio] },
      this.groups(host).memberFiles,
    );
    this.log.follow(host, child);
    return child;
  }

  /** Runs a command of the system on a host, in its control groups; fails where it does. */
  async runIn(host: number, ...line: readonly [string, ...string[]]): Promise<void> {
    const options = { stdio: 'ignore', detached: true } as const;
    const child = this.hosts.spawn(host, line, options, this.groups(host).memberFiles);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`\`${line.join(' ')}\` failed on host ${host}: ${code}`);
  }

  /** `kill -9`, and waits until it is gone. */
  async kill(...hosts: readonly number[]): Promise<void> {
    const running = hosts.filter((host) => this.isRunning(host)).map((host) => this.#processes.get(host)!);
    const gone = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    // A frozen process ends once it is thawed.
    for (const host of hosts) await this.groups(host).freeze(false);
    await Promise.all(gone);
  }

  /** Ends it in good order. */
  async stop(host: number): Promise<void> {
    if (!this.isRunning(host)) return;
    const child = this.#processes.get(host)!;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  /** Runs a command of the program as an operator on the clients' host; fails with what it printed. */
  command(...words: readonly string[]): Promise<string> {
    return this.commandOn(clientHost, ...words);
  }

  commandOn(host: number, ...words: readonly string[]): Promise<string> {
    const line = [this.#options.program ?? programFile, ...words, '--config', this.configFile(host)];
    return this.hosts.runIn(this.#operatorGroups.memberFiles, host, process.execPath, ...line);
  }

  /** The key of a member that sends more than it may. */
  get floodKey(): ApiKeyWords {
    return this.#floodKey;
  }

  /** What a gateway says to one request of each kind. */
  probe(gateway: number): Promise<ServiceAnswers> {
    return this.#ask<ServiceAnswers>({ what: 'probe', gateway: gatewayHosts.indexOf(gateway) });
  }

  gaps(fromMs: number): Promise<Gaps> {
    return this.#ask<Gaps>({ what: 'gaps', fromMs });
  }

  endDay(): Promise<null> {
    return this.#ask<null>({ what: 'endDay' });
  }

  statuses(): Promise<readonly ReplicaStatus[]> {
    return this.#ask<readonly ReplicaStatus[]>({ what: 'statuses' });
  }

  async leader(): Promise<number> {
    return (await this.leading()).replicaId;
  }

  /** The replica that serves, once there is one. */
  async leading(): Promise<ReplicaStatus> {
    let leader: ReplicaStatus | undefined;
    await this.until('a replica leads', async () => {
      const serving = (await this.statuses()).filter((status) => status.serving);
      leader = serving.toSorted((a, b) => b.term - a.term)[0];
      return leader !== undefined;
    });
    return leader!;
  }

  /** All replicas run, follow one leader and have what it has: each of them may fail. */
  async whole(): Promise<void> {
    let reached = 0;
    /** What all must have is more by the minute; those that come back come nearer to what it was at first. */
    let wantedIndex: number | undefined;
    const isWhole = async (): Promise<boolean> => {
      for (const host of this.members) this.#startAgain(host);
      const statuses = await this.statuses();
      const leader = statuses.find(({ serving }) => serving);
      if (leader === undefined) return false;
      const wanted = wantedIndex ?? leader.commitIndex;
      wantedIndex = wanted;
      reached = statuses.reduce((sum, { durableIndex }) => sum + Math.min(durableIndex, wanted), 0);
      return (
        statuses.length === this.members.length &&
        statuses.every(
          ({ leaderId, recovering, durableIndex }) =>
            leaderId === leader.replicaId && !recovering && durableIndex + lagMax >= leader.commitIndex,
        )
      );
    };
    await this.until('every replica has what the leader has', isWhole, { progress: () => reached });
  }

  /** The part of the service manager. A replica that ended for another reason than its machine is a finding. */
  #startAgain(host: number): void {
    if (this.isRunning(host)) return;
    const words = this.log.lastWordsOf(host);
    if (!words.includes(endsItself)) throw new Error(`Replica ${host} has ended. ${words}`);
    this.log.mark(`replica ${host} has ended itself, and is started again`);
    this.start(host);
  }

  /** Clients with the SDK and over HTTP have so many more answers. */
  async answered(count: number): Promise<void> {
    const fromMs = monotonicMs();
    let reached = 0;
    const isAnswered = async (): Promise<boolean> => {
      const { sdkAnswers, httpAnswers } = await this.gaps(fromMs);
      reached = Math.min(sdkAnswers, count) + Math.min(httpAnswers, count);
      return reached === 2 * count;
    };
    await this.until(`clients have ${count} more answers`, isAnswered, { progress: () => reached });
  }

  /** Ends the load, and judges everything since the start. */
  account(): Promise<Account> {
    this.#kept?.look();
    const folders = this.#journals();
    const { areClocksTrue = true } = this.#options;
    const leaders = this.log.leaders();
    return this.#ask<Account>({
      what: 'end',
      folders,
      leaders,
      isLogWhole: this.isLogWhole,
      isStreamWhole: this.isStreamWhole,
      areClocksTrue,
      listed: [...this.secondSite.listed],
    });
  }

  until(what: string, isDone: () => boolean | Promise<boolean>, options?: WaitOptions): Promise<void> {
    return until(what, isDone, options);
  }

  /** An operator hands leadership over; again, where that replica could not take over in time. */
  handOver(to: number): Promise<void> {
    return this.until(`replica ${to} leads`, async () => {
      await this.command('failover', '--to', `${to}`).catch(() => undefined);
      return (await this.leader()) === to;
    });
  }

  async end(): Promise<void> {
    this.#kept?.end();
    await this.hosts.end();
  }

  configFile(host: number): string {
    return join(this.folder, `host-${host}.json`);
  }

  /** What an authority has signed for a party, for the whole run. */
  identity(party: Party): string {
    return identityFolder(join(this.folder, 'made'), party);
  }

  async #found(): Promise<void> {
    const { ledger } = this.hosts;
    mkdirSync(join(this.folder, 'disk'));
    if (this.#ships) {
      mkdirSync(this.backupFolder);
      makeBackupKey(this.#backupKeyFile);
    }
    const gateways = gatewayHosts.map((_, n): Party => ({ kind: PartyKind.gateway, id: n + 1 }));
    const replicas = replicaHosts.map((id): Party => ({ kind: PartyKind.replica, id }));
    const made = join(this.folder, 'made');
    await makeIdentities(made, [...replicas, ...gateways, clientParty, ownOperator, standbyParty]);
    if (this.#options.hasSecondSite === true) {
      this.#groups.set(standbyHost, new Groups(ledger, standbyHost));
      this.#configure(standbyHost, this.dataFolder(standbyHost));
    }
    for (const host of this.#options.hasSpareHosts === true ? spareHosts : []) {
      this.#groups.set(host, new Groups(ledger, host));
      await this.#makeDisk(host);
    }
    for (const host of everyHost) {
      this.#groups.set(host, new Groups(ledger, host));
      const party = replicas[host - 1] ?? gateways[host - gatewayHosts[0]!];
      const hasDisk = replicaHosts.includes(host);
      const dataFolder = hasDisk ? (await this.#makeDisk(host)).path : this.dataFolder(host);
      this.#configure(host, dataFolder);
      const seenFromHere = this.#disks.get(host)?.outside() ?? dataFolder;
      for (const each of [ownOperator, ...(party ? [party] : [])])
        cpSync(this.identity(each), identityFolder(seenFromHere, each), { recursive: true });
    }
    // What an operator has brought lies safely on the disks before a power is cut.
    for (const host of replicaHosts) await this.disk(host).run('sync', '--file-system', this.disk(host).path);
    for (const host of replicaHosts) this.start(host, '--bootstrap');
    for (const host of gatewayHosts) this.start(host);
    this.#startAgent();
    if (this.#ships) this.startBackup();
    this.#kept?.start();
    await this.answered(1);
    await this.whole();
    if (this.#options.hasSecondSite === true) await this.secondSite.found();
  }

  /** Whether backups are shipped, or a standby site is; both are shipped in the same way. */
  get #ships(): boolean {
    const { hasBackup = false, hasSecondSite = false } = this.#options;
    return hasBackup || hasSecondSite;
  }

  /** Of the replicas with an engine. */
  #journals(): JournalPlace[] {
    return this.engineHosts.map((id) => ({
      id,
      folder: replicaFolder(this.disk(id).outside(), id),
      ...(this.#kept && { keptFolder: this.#kept.folderOf(id) }),
    }));
  }

  async #makeDisk(host: number): Promise<Disk> {
    const disk = await Disk.make(this.folder, host, this.#options.fileSystem ?? 'xfs');
    await disk.mountFor(this.hosts.keeper(host), this.hosts.ledger);
    this.#disks.set(host, disk);
    return disk;
  }

  #configure(host: number, dataFolder: string): void {
    const words: HostWords = {
      host,
      dataFolder,
      backup: this.#ships ? { folder: this.backupFolder, keyFile: this.#backupKeyFile } : undefined,
      addressOf: (each) => this.hosts.address(each),
      keys: this.#keys,
      apiKey: this.#apiKey,
      hasWitness: this.#options.hasWitness === true,
      hasSecondSite: this.#options.hasSecondSite === true,
      hasSpareHosts: this.#options.hasSpareHosts === true,
      hasSnapshots: this.#options.hasSnapshots === true,
      durability: this.#options.durability ?? 'disk',
      floodKey: this.#floodKey,
    };
    writeFileSync(this.configFile(host), JSON.stringify(hostConfiguration(words)), { mode: 0o600 });
  }

  #startAgent(): void {
    const { sdkPerSecond = 200, httpPerSecond = 50, recorded } = this.#options;
    const settings: AgentSettings = {
      config: this.configFile(clientHost),
      identity: this.identity(clientParty),
      gatewayUrls: gatewayHosts.map((host) => `http://${this.hosts.address(host)}:${gatewayPort}`),
      apiKey: this.#apiKey,
      sdkPerSecond,
      httpPerSecond,
      ...(recorded !== undefined && { recorded }),
    };
    const line = [process.execPath, agentFile, JSON.stringify(settings)] as const;
    const groups = this.groups(clientHost).memberFiles;
    const options: SpawnOptions = { stdio: ['pipe', 'pipe', 'inherit'], detached: true };
    this.#agent = new AgentLink(this.hosts.spawn(clientHost, line, options, groups));
  }

  #ask<T>(order: AgentOrder): Promise<T> {
    return this.#agent!.ask<T>(order);
  }
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
