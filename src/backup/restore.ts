/**
 * Brings a state back from a target: from the newest start that is good and not behind the goal, through the objects
 * of the log up to the goal. What is damaged is named; a start that is damaged is passed over for an earlier one, and
 * where the log itself is, the nearest places that can be reached are offered.
 */
import { byNewestState, type Chain, type Damage, type ListedObject, type StartPoint } from './chains.ts';
import type { Goal, LogReplay } from './replay.ts';
import { timeText } from './time-text.ts';
import { damageOf, ObjectReader, type ReadFrom, replayAt } from './walk.ts';

/** A place that a restore can reach. */
export interface GoodPoint {
  readonly chain: string;
  readonly seq: number;
  readonly timeUs: number;
}

export class RestoreFault extends Error {
  override readonly name = 'RestoreFault';
  readonly damage: readonly Damage[];
  /** The nearest good points, before and behind. */
  readonly nearest: readonly GoodPoint[];

  constructor(message: string, damage: readonly Damage[], nearest: readonly GoodPoint[]) {
    super(message);
    this.damage = damage;
    this.nearest = nearest;
  }
}

export interface Restored {
  readonly replay: LogReplay;
  readonly chain: Chain;
  readonly start: StartPoint;
  /** The chain holds nothing behind this place, so that what came later is not known. */
  readonly isAtEnd: boolean;
  /** What was found damaged on the way and could be passed over. */
  readonly damage: readonly Damage[];
}

interface Reached {
  readonly replay: LogReplay;
  readonly isAtEnd: boolean;
  /** What the log is stopped by. */
  readonly damage?: Damage;
}

/**
 * The exchange at the goal, from a start that is not behind `startBefore`. Throws a RestoreFault where it cannot be
 * reached.
 */
export async function restore(
  from: ReadFrom,
  chains: readonly Chain[],
  goal: Goal,
  startBefore: Goal = goal,
): Promise<Restored> {
  const damage: Damage[] = [];
  for (const { chain, start } of startsFor(byNewestState(chains, from.instance), goal, startBefore)) {
    let replay: LogReplay;
    try {
      replay = await replayAt(from, chain, start);
    } catch (error) {
      damage.push(damageOf(error, chain.objects.find(({ number }) => number === start.number)!));
      continue;
    }
    const { isAtEnd, damage: stop } = await goOn(from, chain, start, goal, replay);
    const { seq, timeUs } = replay.position;
    if (stop === undefined && (goal.seq === Number.POSITIVE_INFINITY || seq === goal.seq))
      return { replay, chain, start, isAtEnd, damage };
    if (stop !== undefined) damage.push(stop);
    throw unreachable(chains, goal, damage, [{ chain: chain.id, seq, timeUs }]);
  }
  throw unreachable(chains, goal, damage, []);
}

/** Starts that are not behind the goal, the best first: of the first chain that reaches it, the newest start. */
function startsFor(
  chains: readonly Chain[],
  goal: Goal,
  startBefore: Goal,
): { chain: Chain; start: StartPoint }[] {
  // One that has lost all its objects is no chain that came to an end: it is the newest, and cannot be given.
  const newestFirst = chains.filter(({ objects, lostTail }) => objects.length > 0 || lostTail !== undefined);
  const isLatest = goal.seq === Number.POSITIVE_INFINITY && goal.timeUs === Number.POSITIVE_INFINITY;
  const reaching = newestFirst.filter(
    (chain, n) =>
      (isLatest && n === 0) ||
      (!isLatest && (goal.timeUs < Number.POSITIVE_INFINITY || chain.seq >= goal.seq)),
  );
  return reaching.flatMap((chain) =>
    chain.starts
      .filter(({ seq, timeUs }) => seq <= startBefore.seq && timeUs <= startBefore.timeUs)
      .toReversed()
      .map((start) => ({ chain, start })),
  );
}

/** Applies the log behind a start, up to the goal or to what is damaged. */
async function goOn(
  from: ReadFrom,
  chain: Chain,
  { logFrom }: StartPoint,
  goal: Goal,
  replay: LogReplay,
): Promise<Reached> {
  // A snapshot may be the goal itself.
  if (replay.position.seq >= goal.seq) return { replay, isAtEnd: false };
  const logs = chain.objects.filter(({ kind, number }) => kind === 'log' && number >= logFrom);
  const needed = neededOf(logs, goal);
  const reader = new ObjectReader(from, chain, needed);
  for (const [at, object] of needed.entries()) {
    try {
      const { content } = await reader.read(at);
      if (replay.apply(content, goal)) return { replay, isAtEnd: false };
    } catch (error) {
      return { replay, isAtEnd: false, damage: damageOf(error, object) };
    }
  }
  // What the head names and the list does not show may have been needed.
  return { replay, isAtEnd: true, ...(chain.lostTail && { damage: chain.lostTail }) };
}

/** Those that are needed for the goal: up to the first one that goes beyond it. */
function neededOf(logs: readonly ListedObject[], goal: Goal): readonly ListedObject[] {
  const last = logs.findIndex(({ seq, timeUs }) => seq >= goal.seq || timeUs > goal.timeUs);
  return last < 0 ? logs : logs.slice(0, last + 1);
}

function unreachable(
  chains: readonly Chain[],
  goal: Goal,
  damage: readonly Damage[],
  reached: readonly GoodPoint[],
): RestoreFault {
  const before = reached.length > 0 ? reached : lastBefore(chains, goal);
  // Seq 0 is before everything.
  const nearest = [...before, ...nextGood(chains, goal, damage)].filter(({ seq }) => seq > 0);
  const known = damage.length > 0 ? damage : chains.flatMap((chain) => chain.damage);
  const why = [
    ...known.map(({ object, reason }) => `${object}: ${reason}.`),
    ...(damage.length > 0 ? [] : [rangesText(chains)]),
  ].join(' ');
  const points = nearest.map(({ seq, timeUs }) => `seq ${seq} (${timeText(timeUs)})`).join(' and ');
  const offer = points === '' ? '' : ` Nearest good points: ${points}.`;
  return new RestoreFault(`This target cannot give ${goalText(goal)}. ${why}${offer}`, known, nearest);
}

function goalText({ seq, timeUs }: Goal): string {
  if (seq !== Number.POSITIVE_INFINITY) return `seq ${seq}`;
  return timeUs === Number.POSITIVE_INFINITY ? 'the newest state' : `the state at ${timeText(timeUs)}`;
}

/** The end of a chain that does not reach the goal, as the list shows it. */
function lastBefore(chains: readonly Chain[], goal: Goal): GoodPoint[] {
  const short = chains.filter(({ starts, seq, timeUs }) => {
    return starts.length > 0 && seq < goal.seq && timeUs <= goal.timeUs;
  });
  const [best] = short.toSorted((a, b) => b.seq - a.seq);
  return best === undefined ? [] : [{ chain: best.id, seq: best.seq, timeUs: best.timeUs }];
}

/** The first start behind the goal that was not found damaged. */
function nextGood(chains: readonly Chain[], goal: Goal, damage: readonly Damage[]): GoodPoint[] {
  const [behind] = chains
    .flatMap((chain) => chain.starts.map((start) => ({ chain, start })))
    .filter(({ chain, start }) => {
      const object = chain.objects.find(({ number }) => number === start.number);
      const isBad = damage.some((each) => each.object === object?.name);
      return !isBad && (start.seq > goal.seq || start.timeUs > goal.timeUs);
    })
    .toSorted((a, b) => a.start.seq - b.start.seq);
  if (behind === undefined) return [];
  return [{ chain: behind.chain.id, seq: behind.start.seq, timeUs: behind.start.timeUs }];
}

function rangesText(chains: readonly Chain[]): string {
  const ranges = chains.flatMap(({ starts, seq, timeUs }) => {
    const [first] = starts;
    if (first === undefined) return [];
    const from = first.number === 0 ? 'the beginning' : `seq ${first.seq} (${timeText(first.timeUs)})`;
    return [`from ${from} to seq ${seq} (${timeText(timeUs)})`];
  });
  return ranges.length === 0 ? 'It holds no backup of this cluster.' : `It reaches ${ranges.join(', and ')}.`;
}
