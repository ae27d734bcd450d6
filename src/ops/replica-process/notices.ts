/**
 * The hooks of a replica's process: looks at its core four times a second, tells the other replicas what it sees and
 * what was sent, and runs what is to be run. All of it is on the main thread; the core knows nothing of it. It is made
 * where the configuration has hooks.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { counter } from '../../replica/counters.ts';
import { Breakers } from '../breakers.ts';
import { targetsOf } from '../configuration/backup-keys.ts';
import { kindOf, type RoleEvent, roleEvents } from '../configuration/event-kinds.ts';
import type { Loaded } from '../configuration/load.ts';
import { ownSite, type SiteSettings } from '../configuration/site-keys.ts';
import type { CanaryDesk } from '../control-port/canary-desk.ts';
import { type NoticeAnswer, NoticePeers, type NoticeQuestion } from '../control-port/notice-peers.ts';
import type { SideDesk } from '../control-port/side-desk.ts';
import { orWords } from '../failure.ts';
import type { ResourceMeter } from '../health/resources.ts';
import { isLeading, lagFrames } from '../health/status.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import { grayIn, type LocalFacts, type ReplicaFacts } from '../notify/facts.ts';
import { hooksOf } from '../notify/hooks.ts';
import { clusterName, Notifier } from '../notify/notifier.ts';
import { isEntry } from '../notify/report-check.ts';
import { RoleHook } from '../notify/role-hooks.ts';
import { breakerConditions, endingSoon, type HeardSide } from '../notify/side-report.ts';
import type { FenceReport } from '../operator-orders/order-bodies.ts';
import { runCommand } from '../processes/command-run.ts';
import { KeptFile } from '../processes/kept-file.ts';
import { StartHistory } from '../processes/start-history.ts';
import { alarmsOf, type BackupStanding, loadStanding } from '../standing/backup-standing.ts';
import { overdueDrills } from '../standing/drill-report.ts';
import { loadSiteStanding, type SiteStanding, siteAlarms, undecided } from '../standing/site-standing.ts';
import { readUpFile, replicaFolder } from '../supervisor/cluster-folder.ts';

const stepMs = 250;
/** What failover would have done is settled in seconds, and sent to hooks then. */
const withheldMax = 8;
const saveMs = 1_000;
const localFactsMs = 5_000;
/** What the backup wrote longer ago says nothing of its breakers. */
const standingMsMax = 30_000;

export interface NoticeParts {
  readonly machine: ReplicaThreads;
  readonly replicaId: number;
  readonly loaded: Loaded;
  readonly log: Logger;
  readonly canary: Pick<CanaryDesk, 'heard'>;
  readonly sides: Pick<SideDesk, 'heard'>;
  readonly resources: Pick<ResourceMeter, 'shortage'>;
  /** What ends when, of certificates. */
  certificates(): LocalFacts['certificates'];
}

export class Notices {
  readonly #parts: NoticeParts;
  readonly #notifier: Notifier;
  readonly #roleHooks: readonly RoleHook[];
  readonly #peers: NoticePeers;
  readonly #kept: KeptFile;
  readonly #starts: StartHistory;
  #local: LocalFacts;
  /** Why crash loops of other processes are not seen; empty where they are. */
  #upProblem = '';
  #localAtMs = Number.NEGATIVE_INFINITY;
  #savedVersion = 0;
  #savedAtMs = 0;
  #isSaving = false;
  #hasLoaded = false;
  #role: RoleEvent | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: NoticeParts) {
    const { loaded, replicaId, log } = parts;
    const { notify, clusterId, backup, limits } = loaded.configuration;
    this.#parts = parts;
    const folder = replicaFolder(loaded.dataFolder, replicaId);
    this.#local = { crashLoops: [], certificates: [] };
    const say = (hook: string, line: string): void => log.info({ hook }, line);
    const warn = (text: string): void => log.warn(text);
    // The other replicas have the notices too; a full disk shows when the ledger is written.
    this.#kept = new KeptFile(join(folder, 'notices.json'), 'what hooks were told', warn);
    this.#starts = new StartHistory(join(folder, 'starts.json'), warn);
    const random = (): number => Math.random();
    const hooks = hooksOf(notify, clusterId, say);
    this.#notifier = new Notifier({
      replicaId,
      clusterId,
      hooks,
      breakers: new Breakers(hooks.map(({ name }) => name)),
      lagFramesMax: limits.lagFramesMax,
      hasBackup: targetsOf(backup).length > 0,
      hasSites: ownSite(loaded.configuration) !== 0,
      giveUpMs: notify.giveUpMinutes * 60_000,
      random,
      warn,
    });
    this.#roleHooks = notify.commands
      .filter(({ on }) => roleEvents.some((event) => on.includes(event)))
      .map(({ name, run, on, timeoutMs }) => {
        const ofRole = async (event: RoleEvent, term: number, signal: AbortSignal): Promise<void> => {
          if (!on.includes(event)) return;
          const facts = {
            LOCKSTEP_EVENT: event,
            LOCKSTEP_TERM: String(term),
            LOCKSTEP_CLUSTER: String(clusterId),
            LOCKSTEP_REPLICA: String(replicaId),
          };
          await runCommand({ name, run, facts, signal, say });
        };
        return new RoleHook({ name, timeoutMs, run: ofRole }, warn, random);
      });
    this.#peers = new NoticePeers(parts, this.#notifier);
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), stepMs);
    this.#peers.start();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#peers.end();
    this.#notifier.end();
    for (const hook of this.#roleHooks) hook.end();
  }

  standing(): readonly HookStanding[] {
    return this.#notifier.standing();
  }

  /** An operator ran a fence command, and reported it to this replica. */
  fenced({ target, number, hash, isDone, said }: FenceReport, by: string): void {
    const subject = `${target} ${number}`;
    const what = `The fence command of ${subject}, run by ${by}, ${isDone ? 'has succeeded' : 'FAILED'}`;
    const text = `${what}${said === '' ? '.' : `: ${said}`}`;
    const severity = isDone ? kindOf('fenceRan').severity : 'critical';
    const facts = { target, number, hash, isDone, by };
    const value = isDone ? 'done' : 'failed';
    this.#notifier.note({ kind: 'fenceRan', subject, value, text, severity, facts }, Date.now());
  }

  /** Operators, by their names, have decided that a command is voided. */
  voidDecided(seq: number, by: string): void {
    const text = `${by} decided that command ${seq}, on which processes of replicas died, is voided.`;
    const { severity } = kindOf('voidDecided');
    const subject = `command ${seq}`;
    this.#notifier.note(
      { kind: 'voidDecided', subject, value: by, text, severity, facts: { seq, by } },
      Date.now(),
    );
  }

  /** The answer to another replica that asks. */
  answer(question: NoticeQuestion): NoticeAnswer {
    return this.#peers.answer(question, this.#facts(Date.now()));
  }

  #step(): void {
    const wallMs = Date.now();
    const steadyMs = performance.now();
    const own = this.#facts(wallMs);
    if (own.instance !== 0 && !this.#hasLoaded) this.#load(clusterName(this.#clusterId, own.instance));
    this.#peers.cluster = own.instance === 0 ? '' : clusterName(this.#clusterId, own.instance);
    this.#notifier.step(own, this.#parts.machine.stopped, { wallMs, steadyMs });
    this.#followRole(own);
    for (const hook of this.#roleHooks) hook.step(steadyMs);
    void this.#save(steadyMs);
  }

  get #clusterId(): number {
    return this.#parts.loaded.configuration.clusterId;
  }

  #followRole({ isServing, term }: ReplicaFacts): void {
    if (this.#read(counter.cycles) === 0) return;
    const role = isServing ? 'becomeLeader' : 'becomeFollower';
    if (role === this.#role) return;
    this.#role = role;
    for (const hook of this.#roleHooks) hook.changed(role, term);
  }

  readonly #read = (slot: number): number => this.#parts.machine.counters[slot]!;

  #facts(wallMs: number): ReplicaFacts {
    if (wallMs - this.#localAtMs >= localFactsMs || wallMs < this.#localAtMs) {
      this.#localAtMs = wallMs;
      this.#local = this.#look(wallMs);
    }
    const read = this.#read;
    const lag = lagFrames(read);
    const canaries = this.#parts.canary.heard().filter(({ report }) => report.faults.length > 0);
    return {
      replicaId: this.#parts.replicaId,
      instance: read(counter.instance),
      term: read(counter.term),
      leaderId: read(counter.leaderId),
      isServing: isLeading(read),
      voters: read(counter.voters),
      learners: read(counter.learners),
      heard: read(counter.peersHeard),
      spares: this.#parts.machine.spares,
      isRecovering: read(counter.recovering) !== 0,
      isDiskFull: read(counter.diskFull) !== 0,
      ...this.#parts.resources.shortage(this.#parts.loaded.configuration.limits),
      isParked: read(counter.parked) !== 0,
      isDisputed: read(counter.stateDisputed) !== 0,
      isStalled: read(counter.commitsStalled) !== 0,
      stoppedBefore: read(counter.stoppedBeforeSeq),
      voided: this.#parts.machine.voided,
      ...(lag !== null && { lagFrames: lag }),
      isManual: this.#parts.loaded.configuration.failover === 'manual',
      withheld: this.#parts.machine.wouldBe.slice(-withheldMax),
      gray: grayIn(this.#parts.machine.conditions),
      ...(canaries.length > 0 && { canaries }),
      wallMs,
      ...this.#local,
      sides: [...this.#parts.sides.heard(), ...(this.#local.sides ?? [])],
    };
  }

  /** What files of this machine say. */
  #look(wallMs: number): LocalFacts {
    const { loaded, replicaId } = this.#parts;
    const { configuration, dataFolder } = loaded;
    const { objectives } = configuration;
    const up = orWords(() => readUpFile(dataFolder));
    if (typeof up === 'string' && up !== this.#upProblem) this.#parts.log.warn(up);
    this.#upProblem = typeof up === 'string' ? up : '';
    const looping = (typeof up === 'object' ? up.children : [])
      .filter(({ state }) => state === 'crash loop')
      .map(({ name }) => name);
    const own = `replica ${replicaId}`;
    if (this.#starts.isLoop(wallMs) && !looping.includes(own)) looping.push(own);
    const hasBackup = targetsOf(configuration.backup).length > 0;
    const standing = hasBackup ? orWords(() => loadStanding(dataFolder)) : undefined;
    const site = ownSite(configuration) === 0 ? undefined : orWords(() => loadSiteStanding(dataFolder));
    const certificates = endingSoon(this.#parts.certificates(), wallMs);
    return {
      crashLoops: looping,
      certificates,
      ...(typeof standing === 'string' && { backup: spoiled(standing, wallMs) }),
      ...(typeof standing === 'object' && {
        sides: targetSides(standing, wallMs),
        backup: {
          writtenMs: standing.writtenMs,
          alarms: alarmsOf(standing, configuration.backup, wallMs).map(({ text }) => text),
        },
      }),
      ...(objectives.drills.length > 0 && { drills: overdueDrills(dataFolder, objectives, wallMs) }),
      ...(typeof site === 'string' && { site: spoiled(site, wallMs) }),
      ...(typeof site === 'object' && { site: siteFacts(site, configuration.site, wallMs) }),
    };
  }

  /** What an earlier life of this replica knew. */
  #load(cluster: string): void {
    this.#hasLoaded = true;
    const found = this.#kept.load(hasEntries);
    if (found === undefined) return;
    this.#notifier.take(found.entries.filter(isEntry), cluster);
    this.#savedVersion = this.#notifier.ledger.version;
  }

  async #save(steadyMs: number): Promise<void> {
    const { ledger } = this.#notifier;
    const isDue = ledger.version !== this.#savedVersion && steadyMs - this.#savedAtMs >= saveMs;
    if (!isDue || this.#isSaving || !this.#hasLoaded) return;
    this.#isSaving = true;
    this.#savedAtMs = steadyMs;
    const { version } = ledger;
    if (await this.#kept.write(JSON.stringify({ entries: ledger.all() }))) this.#savedVersion = version;
    this.#isSaving = false;
  }
}

/** What a process wrote of itself cannot be read: an alarm of its own. */
function spoiled(words: string, writtenMs: number): NonNullable<LocalFacts['backup']> {
  return { writtenMs, alarms: [words] };
}

function siteFacts(
  site: SiteStanding,
  { alarmSeconds, decideSeconds }: Pick<SiteSettings, 'alarmSeconds' | 'decideSeconds'>,
  wallMs: number,
): NonNullable<LocalFacts['site']> {
  const question = undecided(site, decideSeconds, wallMs);
  return {
    writtenMs: site.writtenMs,
    alarms: siteAlarms(site, alarmSeconds, wallMs),
    ...(question !== undefined && { undecided: question }),
  };
}

/** The breakers of its targets, while the process of the backup writes what it knows. */
function targetSides({ targets, writtenMs }: BackupStanding, wallMs: number): HeardSide[] {
  const ageMs = wallMs - writtenMs;
  if (ageMs < 0 || ageMs > standingMsMax) return [];
  return targets.map(({ name, breaker = 'closed', error }) => {
    const conditions = breakerConditions(breaker, `The target ${name} of the backup`, error);
    return { source: `backup to ${name}`, breaker, conditions, ageMs };
  });
}

function hasEntries(json: unknown): json is { readonly entries: readonly unknown[] } {
  return typeof json === 'object' && json !== null && 'entries' in json && Array.isArray(json.entries);
}
