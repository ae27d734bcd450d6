/**
 * One run from one seed: a cluster and its clients, first under faults (safety), then healed (liveness): every command
 * must be answered and every replica must come to the same state within a bounded virtual time.
 */

import type { Report, Violation } from '../../checkers/violations.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import { SimulatedOperator } from '../actors/operator.ts';
import { Strangers } from '../actors/strangers.ts';
import { Faults, type Struck } from '../faults/faults.ts';
import { besideOf, type Profile, type ProfileName, profiles, profilesInTurn } from '../faults/profiles.ts';
import { withdrawPoisons } from '../faults/strikes/poison.ts';
import type { AtlasKind, Tally } from '../world/atlas.ts';
import { drawClusterOptions, SimulatedCluster } from '../world/cluster.ts';
import { fork } from '../world/scheduler.ts';
import { World } from '../world/world.ts';
import { voidInAbsence } from './absence-trial.ts';
import { makeClients } from './client-draw.ts';
import { foundAgainst } from './disputed-founding.ts';
import {
  addMachine,
  awaitCopies,
  cutFollowerOff,
  fillBesideCancel,
  nameOwnMembers,
  replaceDisk,
  sendClientAway,
} from './final-trials.ts';
import { grayLeader } from './gray-trial.ts';
import { Judge } from './judge.ts';
import { loseAnswer } from './lost-answer-trial.ts';
import { loseSoundReplica, spoilMemory } from './memory-trial.ts';
import { reportOrdersAgain } from './note-trial.ts';
import { PastCluster } from './past-cluster.ts';
import { poisonCommand } from './poison-trial.ts';
import { preferLeader, surviveAlone, withdrawPreferences } from './preference-trial.ts';
import { rebuildFromSurvivor } from './rebuild-trial.ts';
import { cutClientsOff, delayHandOver, freezeAll, silenceLeader, stopFlushes } from './silence-trials.ts';
import { returnInTime, standStill } from './standstill-trial.ts';
import { runTwoSites } from './two-sites.ts';
import { UpgradeTrial } from './upgrade-trial.ts';
import { loseReplicas } from './witness-trial.ts';

export interface RunOptions {
  readonly seed: number;
  /** Where it is not given, consecutive seeds go through all of them. */
  readonly profile?: ProfileName;
  /** Disks that say they flushed and did not: a run that must fail, to show that the checkers see what they should. */
  readonly hasLyingDisks?: boolean;
  /** Numbers of the faults that may happen; without it all do. */
  readonly onlyFaults?: ReadonlySet<number>;
  /** Time under faults, where the seed shall not draw it. */
  readonly safetyUs?: number;
  /** A run ends with one trial out of so many, which consecutive rounds of all profiles take in turn; 1 is all. */
  readonly trialsApart?: number;
  /** Takes the calls of the clients, at the end. */
  readonly historySink?: (line: string) => void;
  /** Takes the lines of the trace. */
  readonly sink?: (line: string) => void;
}

export interface RunResult {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly size: number;
  readonly durability: 'memory' | 'disk';
  readonly virtualSeconds: number;
  /** Commands in the history of the exchange. */
  readonly commands: number;
  /** Outcomes that clients got. */
  readonly acknowledged: number;
  readonly elections: number;
  readonly faults: Readonly<Partial<Record<AtlasKind, number>>>;
  /** How often each of the staged cases was played. */
  readonly staged: Readonly<Record<string, number>>;
  /** The faults that happened, in order. */
  readonly struck: readonly Struck[];
  /** Virtual time under faults. */
  readonly safetyUs: number;
  readonly stateHash: string;
  readonly violations: readonly Violation[];
}

/** Numbers of replicas: consecutive seeds go through them, once all profiles had their turn. */
const sizes = [3, 5, 3, 1, 3] as const;
/** A cluster without faults must serve within this time. */
const firstLeaderUs = 3_000_000;
const safetyUsMin = 300_000;
/** In a world beside that of the seed. */
const besideUs = 500_000;
const safetyUsUsual = 1_800_000;
/** After everything is healed, all must be well within this time. */
const livenessUs = 15_000_000;
const lastCommands = 3;

/** What a run is made of. */
interface Parts {
  readonly world: World;
  readonly judge: Judge;
  readonly cluster: SimulatedCluster;
  readonly clients: readonly ClientActor[];
  readonly strangers: Strangers;
  readonly faults: Faults;
  readonly operator: SimulatedOperator;
  readonly profile: Profile;
}

/** Runs one seed. */
export function runSeed(options: RunOptions): RunResult {
  const world = new World(options.seed, options.sink);
  const profile = options.profile ?? takeTurns(profilesInTurn, options.seed);
  const round = Math.floor(options.seed / profilesInTurn.length);
  const { size = takeTurns(sizes, round) } = profiles[profile];
  const durability = world.random.pick(['memory', 'disk'] as const);
  const { safetyUsMax = safetyUsUsual } = profiles[profile];
  const parts = makeParts(options, world, profile, size, durability);
  const safetyUs = watchSafety(parts, options.safetyUs, safetyUsMax);
  watchLiveness(parts, (trial) => (round + trial) % (options.trialsApart ?? 1) === 0);

  const { judge, cluster, faults } = parts;
  const result: RunResult = {
    seed: options.seed,
    profile,
    size,
    durability,
    virtualSeconds: world.scheduler.nowUs / 1_000_000,
    commands: judge.agreement.lastSeq,
    acknowledged: judge.acknowledged,
    elections: judge.leadership.elections,
    faults: world.tally.counts,
    staged: faults.staged,
    struck: faults.struck,
    safetyUs,
    stateHash: cluster.machines[0]?.replica?.state.engine.stateHash() ?? '',
    violations: judge.violations.found,
  };
  world.trace.note('run', JSON.stringify(result));
  if (options.historySink !== undefined)
    for (const line of judge.history.lines(options.seed)) options.historySink(line);
  return result;
}

/** Makes what the run needs, and starts the cluster and its clients. Draws are made in this order. */
function makeParts(
  options: RunOptions,
  world: World,
  name: ProfileName,
  size: number,
  durability: RunResult['durability'],
): Parts {
  const { random, trace } = world;
  const profile = profiles[name];
  const judge = new Judge(world);
  const clusterOptions = { ...drawClusterOptions(fork(random), size, durability), ...profile.cluster };
  trace.note(
    'run',
    `seed ${options.seed}, ${name}, ${size} replicas, ${durability}: ${JSON.stringify(clusterOptions)}`,
  );
  const cluster = new SimulatedCluster(world, clusterOptions, judge, profile.spares);
  for (const { disk } of cluster.machines) disk.isLying = options.hasLyingDisks === true;
  const clients = makeClients(world, cluster, judge, profile);
  const strangers = new Strangers(world, clients, judge.violations.report, fork(random));
  const only = options.onlyFaults;
  const faults = new Faults({ world, cluster, clients, strangers, profile, random: fork(random), only });
  const operator = new SimulatedOperator(world, cluster, fork(random));

  if (profile.foundsAgainst) foundAgainst(options.seed, clusterOptions, judge.violations.report);
  if (profile.hasTwoSites)
    world.tally.addAll(
      runTwoSites({ seed: options.seed, isLeased: false, sink: options.sink }, judge.violations.report),
    );
  if (profile.hasLeasedSites)
    world.tally.addAll(
      runTwoSites({ seed: options.seed, isLeased: true, sink: options.sink }, judge.violations.report),
    );
  const beside = besideOf(name, options.seed);
  if (beside !== undefined) runBeside(options, beside, judge.violations.report, world.tally);
  world.pastCluster = new PastCluster(options.seed, clusterOptions, profile);
  cluster.start();
  if (clusterOptions.failover === 'manual') operator.start();
  for (const client of clients) client.start();
  return { world, judge, cluster, clients, strangers, faults, operator, profile };
}

/** Another cluster, in a world of its own that draws nothing of this one. */
function runBeside({ seed, sink }: RunOptions, profile: ProfileName, report: Report, tally: Tally): void {
  const { violations, faults } = runSeed({
    seed,
    profile,
    safetyUs: besideUs,
    trialsApart: trials.length + 1,
    ...(sink !== undefined && { sink }),
  });
  for (const { checker, what } of violations) report(checker, `${profile}: ${what}`);
  tally.addAll(faults);
}

/** Faults strike for so long, or for a time that is drawn; returns it. */
function watchSafety({ world, judge, faults }: Parts, givenUs: number | undefined, maxUs: number): number {
  const { random, scheduler } = world;
  const hasLeader = scheduler.runUntilHolds(firstLeaderUs, () => judge.acknowledged > 0);
  if (!hasLeader)
    judge.violations.report('liveness', `nobody serves ${firstLeaderUs} us after the first start`);
  else faults.start();
  const drawnUs = random.between(safetyUsMin, maxUs);
  const safetyUs = givenUs ?? drawnUs;
  scheduler.runUntil(scheduler.nowUs + safetyUs);
  return safetyUs;
}

/** What a healthy cluster is put through, one after the other. */
const trials = [
  ({ world, judge, cluster, clients }: Parts) =>
    replaceDisk(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster }: Parts) => cutFollowerOff(world, cluster, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    spoilMemory(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    poisonCommand(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    sendClientAway(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster }: Parts) => freezeAll(world, cluster, judge.violations.report),
  ({ world, judge, cluster }: Parts) => silenceLeader(world, cluster, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    cutClientsOff(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    stopFlushes(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) => grayLeader(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster }: Parts) => addMachine(world, cluster, judge.violations.report),
  ({ world, judge, cluster }: Parts) => reportOrdersAgain(world, cluster, judge.violations.report),
  ({ world, judge, cluster }: Parts) => standStill(world, cluster, judge),
  ({ world, judge, cluster, clients }: Parts) => loseAnswer(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster }: Parts) => delayHandOver(world, cluster, judge.violations.report),
  ({ world, judge, cluster }: Parts) => fillBesideCancel(world, cluster, judge),
  ({ world, judge, cluster }: Parts) => returnInTime(world, cluster, judge),
];

/** What one is put through, beyond that, whose operators change much. */
const changeTrials = [
  ({ world, judge, cluster, clients }: Parts) =>
    preferLeader(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    voidInAbsence(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    surviveAlone(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients }: Parts) =>
    loseSoundReplica(world, cluster, clients, judge.violations.report),
  ({ world, judge, cluster, clients, strangers }: Parts) =>
    nameOwnMembers(world, cluster, clients, strangers.impostor, judge.violations.report),
];

/** Heals all, and sees that everything is answered and what must hold of a healthy cluster. */
function watchLiveness(parts: Parts, isDue: (trial: number) => boolean): void {
  const { world, judge, cluster, clients, strangers, faults, operator, profile } = parts;
  const { random, scheduler } = world;
  faults.heal();
  for (const client of clients) client.stopSending();
  const isAnswered = (): boolean => clients.every((client) => client.pending === 0);
  const settled =
    scheduler.runUntilHolds(livenessUs, isAnswered) &&
    sendLast(clients) &&
    scheduler.runUntilHolds(livenessUs, () => isAnswered() && cluster.isLevel);
  if (settled) {
    withdrawPoisons(world, cluster);
    withdrawPreferences(world, cluster, judge.violations.report);
    loseReplicas(world, cluster, clients, judge.violations.report);
    for (const [n, trial] of trials.entries()) if (isDue(n)) trial(parts);
    if (profile.hasChangeTrials) for (const trial of changeTrials) trial(parts);
    if (profile.hasUpgrade) new UpgradeTrial(world, cluster, judge.violations.report).run();
    awaitCopies(world, cluster);
    judge.end(cluster.membership, fork(random));
    strangers.end(cluster.machines);
    operator.end(judge.leadership.elections, faults.count('transfer'), judge.violations.report);
    // What it loses is meant to be lost: the other checkers have said what they had to.
    judge.violations.only = new Set(['generations', 'two persons', 'assertion', 'invariants']);
    if (isDue(trials.length)) rebuildFromSurvivor(world, cluster, clients, judge.violations.report);
  } else
    judge.violations.report('liveness', `after ${livenessUs} us of health: ${describe(cluster, clients)}`);
}

function takeTurns<T>(items: readonly T[], turn: number): T {
  return items[turn % items.length]!;
}

function sendLast(clients: readonly ClientActor[]): true {
  for (const client of clients) client.sendMore(lastCommands);
  return true;
}

/** The state of each replica and client, for a person who looks for the cause. */
function describe(cluster: SimulatedCluster, clients: readonly ClientActor[]): string {
  const replicas = cluster.machines.map(({ id, state, process }) => {
    if (process === undefined) return `replica ${id} ${state}`;
    const { log, applier, state: exchange } = process;
    const { raft, journal } = log;
    const recovering = raft.isRecovering ? ' recovering' : '';
    return `replica ${id} ${state}${recovering} role ${raft.role} term ${raft.term} leader ${raft.leaderId} log ${journal.firstIndex}-${journal.lastIndex} commit ${raft.commitIndex} applied ${applier.appliedIndex} seq ${exchange.lastSeq}`;
  });
  const waiting = clients
    .filter(({ pending }) => pending > 0)
    .map(
      ({ id, pending, session }) =>
        `client ${id} waits for ${pending} (${session.isBound ? 'bound' : 'unbound'})`,
    );
  return [...replicas, ...waiting].join('; ');
}
