/**
 * `lockstep restart --rolling`: restarts all replicas one after the other while the exchange trades. Followers come
 * first, the leader hands over before its turn, and each one waits until the one before counts again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  leaderOf,
  membersAlone,
  reached,
  type StatusAnswer,
  silenceOf,
  statusOfAll,
} from '../../clients/control-client.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { giveOrder } from '../../orders/control-orders.ts';
import {
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  loadRunning,
  tell,
  wholeNumber,
} from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { handOver } from './failover.ts';
import { heldUpBy, successorOf } from './successor.ts';

const pollMs = 50;
/** How often a leader that is to be stopped hands over, where leadership comes back to it. */
const handOversMax = 3;
/** Frames that a replica may be behind and count as caught up: its status and the leader's are of two moments. */
const lagFramesMax = 2_000;
/**
 * All replicas must be sound for so long without a break before the next one is stopped. One that has just started runs
 * code that is not compiled yet, and where another is stopped then, every order waits for this one.
 */
const warmMs = 1_000;
/** What a busy machine may take to answer, or to elect. */
const settleSecondsDefault = 15;
const backSecondsDefault = 120;
const waitSecondsMax = 3_600;

interface RestartOptions extends CommonOptions {
  readonly rolling?: boolean;
  readonly acceptStandstill?: boolean;
  readonly backSeconds: number;
  readonly settleSeconds: number;
  readonly json?: boolean;
}

/** A replica that was restarted. */
interface Restarted {
  readonly replicaId: number;
  /** From the order to stop until it counts again. */
  readonly seconds: number;
}

interface HandOver {
  readonly from: number;
  readonly to: number;
  /** Between two acknowledgements of a session; null where none could be opened. */
  readonly gapMs: number | null;
}

export function registerRestart(program: Command, terminal: Terminal): void {
  addJsonOption(addOrderCommand(program, 'restart', 'restart all replicas while the exchange trades'))
    .option('--rolling', 'one after the other, the leader last and after it has handed over')
    .option(
      '--accept-standstill',
      'do it although no order is served while a replica restarts (1 or 2 voters)',
    )
    .option(
      '--back-seconds <seconds>',
      'how long a replica may take to be back; "lockstep up" or the service manager starts it again',
      wholeNumber(1, waitSecondsMax),
      backSecondsDefault,
    )
    .option(
      '--settle-seconds <seconds>',
      'how long it is waited, before each replica, until all others are up to date and one leads',
      wholeNumber(1, waitSecondsMax),
      settleSecondsDefault,
    )
    .action(async (options: RestartOptions) => {
      if (!options.rolling)
        throw usageFailure(
          'Nothing was restarted: say --rolling. To end the whole cluster, end "lockstep up".',
        );
      const loaded = loadRunning(options);
      const configuration = await membersAlone(loaded.configuration);
      await restartAll({ ...loaded, configuration }, options, terminal);
    });
}

async function restartAll(loaded: Loaded, options: RestartOptions, terminal: Terminal): Promise<void> {
  const answers = await statusOfAll(loaded.configuration);
  const { acceptStandstill = false, backSeconds, settleSeconds } = options;
  const problem = problemOf(answers) ?? standstillOf(answers, acceptStandstill);
  if (problem !== undefined) throw new Failure(`Nothing was restarted: ${problem}`);
  const ids = reached(answers).map(({ replicaId }) => replicaId);
  const left = new Set(ids);
  const restarted: Restarted[] = [];
  const handOvers: HandOver[] = [];
  try {
    while (left.size > 0) {
      // Another one may lead than before: the one that leads now is the last, and hands over before its turn.
      const steadyMs = restarted.length === 0 ? 0 : warmMs;
      const { replicaId: leaderId, voters } = await soundLeader(loaded, settleSeconds, steadyMs);
      const id = [...left].find((each) => each !== leaderId) ?? leaderId;
      if (id === leaderId && voters.length > 1)
        handOvers.push(...(await handOverFrom(loaded, id, settleSeconds)));
      const seconds = await restartOne(loaded, id, backSeconds);
      left.delete(id);
      restarted.push({ replicaId: id, seconds });
      terminal.print(`Replica ${id} was restarted and counts again, after ${seconds} s.`);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${error.message} ${restartedSoFar(restarted)}`, error.exitCode, { restarted });
  }
  const gaps = handOvers.map(
    ({ from, to, gapMs }) =>
      ` Replica ${from} handed over to ${to}, gap ${gapMs === null ? 'not measured' : `${gapMs} ms`}.`,
  );
  const text = `All ${ids.length} replicas were restarted.${gaps.join('')}`;
  tell(terminal, options.json, { ok: true, restarted, handOvers }, text);
}

function restartedSoFar(restarted: readonly Restarted[]): string {
  const ids = restarted.map(({ replicaId }) => replicaId).join(', ');
  return `${ids === '' ? 'No replica was restarted before.' : `Restarted so far: ${ids}.`} When all is well, give the command again: it begins with the first replica.`;
}

/** Why no replica may be stopped now; undefined where all run, follow one leader and have caught up. */
export function problemOf(answers: readonly StatusAnswer[]): string | undefined {
  for (const answer of answers) {
    if ('error' in answer)
      return `replica ${answer.replica.id} does not answer (${answer.error}). Start it, or take it out of the cluster, first.`;
  }
  const leader = leaderOf(answers);
  if (leader === undefined) return 'no replica leads and serves. See "lockstep status" for the reason.';
  for (const status of reached(answers)) {
    const reason = notCounting(status, leader);
    if (reason !== undefined)
      return `replica ${status.replicaId} ${reason}. Wait until it counts, or repair it.`;
  }
  return undefined;
}

/** Why a replica is not as good as it was before its restart. */
function notCounting(status: ReplicaStatus, leader: ReplicaStatus): string | undefined {
  const { replicaId, role, recovering, diskFull, lagFrames, durableIndex } = status;
  if (role === 'starting') return 'still starts';
  if (status.leaderId !== leader.replicaId) return `does not follow replica ${leader.replicaId}, which leads`;
  if (recovering) return 'is recovering, so it neither votes nor counts';
  if (diskFull) return 'has a full disk';
  const heldUp = heldUpBy(status);
  if (heldUp !== undefined) return heldUp;
  const seen = leader.progress.find(({ memberId }) => memberId === replicaId);
  if (seen !== undefined && seen.state !== 'following') return 'is still being sent what it missed';
  const behind = Math.max(lagFrames ?? 0, leader.durableIndex - durableIndex);
  return behind > lagFramesMax ? `is ${behind} frames behind` : undefined;
}

function standstillOf(answers: readonly StatusAnswer[], isAccepted: boolean): string | undefined {
  const voters = leaderOf(answers)!.voters.length;
  if (voters >= 3 || isAccepted) return undefined;
  const all = voters === 1 ? 'the only voter' : 'each of the two voters';
  return `${all} is needed for every order, so none is served while it restarts. Add --accept-standstill to do it.`;
}

/**
 * The leader, of a cluster in which any one replica may be stopped, and could have been for so long without a break;
 * what passes by itself is waited for.
 */
async function soundLeader(
  { configuration }: Loaded,
  settleSeconds: number,
  steadyMs: number,
): Promise<ReplicaStatus> {
  let soundFromMs: number | undefined;
  for (const untilMs = performance.now() + settleSeconds * 1_000; ; await sleep(pollMs)) {
    const answers = await statusOfAll(configuration);
    const problem = problemOf(answers);
    const nowMs = performance.now();
    if (problem === undefined) {
      soundFromMs ??= nowMs;
      if (nowMs - soundFromMs >= steadyMs) return leaderOf(answers)!;
      continue;
    }
    soundFromMs = undefined;
    if (nowMs > untilMs)
      throw new Failure(`The restart stopped here, after ${settleSeconds} s of waiting: ${problem}`);
  }
}

/**
 * Hands leadership away from a replica that is to be stopped. A leader that fares worse may hand it back, so this looks
 * again, a bounded number of times, once all replicas have been well for a while.
 */
async function handOverFrom(loaded: Loaded, from: number, settleSeconds: number): Promise<HandOver[]> {
  const handOvers: HandOver[] = [];
  for (let attempt = 1; attempt <= handOversMax; attempt++) {
    const leader = await soundLeader(loaded, settleSeconds, attempt === 1 ? 0 : warmMs);
    if (leader.replicaId !== from) break;
    handOvers.push(...(await handOverOnce(loaded, leader, settleSeconds)));
  }
  return handOvers;
}

/** Hands over once; nothing where another one has taken leadership meanwhile. */
async function handOverOnce(
  loaded: Loaded,
  leader: ReplicaStatus,
  settleSeconds: number,
): Promise<readonly HandOver[]> {
  const from = leader.replicaId;
  const best = successorOf(await statusOfAll(loaded.configuration), leader);
  if (best === undefined)
    throw new Failure(
      'The restart stopped here: no other replica could lead. Each of the others is a witness, has no vote, is ' +
        'recovering or has a full disk. See "lockstep status".',
    );
  try {
    // A plan that two persons sign is one to stop.
    const { gap } = await handOver({ ...loaded, plan: undefined }, leader, best.replicaId);
    return [{ from, to: best.replicaId, gapMs: gap?.gapMs ?? null }];
  } catch (error) {
    if (!(error instanceof Failure) || (await soundLeader(loaded, settleSeconds, 0)).replicaId === from)
      throw error;
    return [];
  }
}

/** Stops a replica and waits until it is back under another process and counts; gives the seconds. */
async function restartOne(loaded: Loaded, id: number, backSeconds: number): Promise<number> {
  const { configuration } = loaded;
  const looked = await statusOfAll(configuration);
  const before = reached(looked).find(({ replicaId }) => replicaId === id);
  // Without it nothing would show later whether it is another process.
  if (before === undefined)
    throw new Failure(
      `The restart stopped here: replica ${id} ${silenceOf(looked, id)}, and was not stopped.`,
    );
  const startedMs = performance.now();
  await giveOrder(loaded, id, 'stop');
  let reason = 'does not answer';
  while (performance.now() - startedMs < backSeconds * 1_000) {
    await sleep(pollMs);
    const answers = await statusOfAll(configuration);
    const status = reached(answers).find(({ replicaId }) => replicaId === id);
    const leader = leaderOf(answers);
    if (status === undefined) reason = silenceOf(answers, id);
    else if (status.pid === before.pid && status.startedTicks === before.startedTicks)
      reason = 'has not ended yet';
    else if (leader === undefined) reason = 'is back, but no replica leads and serves';
    else {
      const found = notCounting(status, leader);
      if (found === undefined) return Math.round((performance.now() - startedMs) / 100) / 10;
      reason = `is back, but ${found}`;
    }
  }
  throw new Failure(
    `Replica ${id} was stopped and ${reason}, ${backSeconds} s later. Its log says why; start it where nothing starts it again by itself.`,
  );
}
