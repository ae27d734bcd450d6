/** Faults drawn at random, two or three at a time, on one exchange after the other; a seed repeats the schedule. */

import { Random } from '../../std/random.ts';
import { msPerMinute } from '../../std/units.ts';
import { crowds } from '../faults/crowds.ts';
import { diskFaults, powerFaults } from '../faults/disks.ts';
import type { Fault } from '../faults/fault.ts';
import { networkFaults } from '../faults/network.ts';
import { processFaults } from '../faults/processes.ts';
import { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/lab-options.ts';
import { monotonicMs } from '../monotonic.ts';
import { attempt, judged, nameOf, type Scenario, type ScenarioPiece, strikeOnce } from './piece.ts';

/** A fault that holds longer by its nature keeps the others waiting. */
const ownHoldMsMax = 5_000;
/** One of each kind at the most, so that two do not undo each other. */
const kinds: readonly (readonly Fault[])[] = [
  processFaults,
  networkFaults,
  [...diskFaults, ...powerFaults],
  crowds,
].map((faults) =>
  faults.filter(
    ({ isAlone, lab, holdMs }) => isAlone !== true && lab === undefined && holdMs <= ownHoldMsMax,
  ),
);
/** Each can show that it took effect before a later one takes the network, the process or the machine away. */
const inOrder: readonly Fault[] = [
  ...crowds,
  ...diskFaults,
  ...networkFaults,
  ...processFaults,
  ...powerFaults,
];
const atOnceMin = 2;
const atOnceMax = 3;
/** So that what was found is judged now and then, and an exchange that is broken ends no soak. */
const strikesPerExchange = 50;
const holdMsMin = 200;
const holdMsMax = 1_500;
const recoveryChance = 0.6;

/** Faults that are made at once. */
export interface SoakStrike {
  readonly faults: readonly Fault[];
  readonly holdMs: number;
  /** The next ones strike while the exchange recovers from these. */
  readonly isFollowedAtOnce: boolean;
}

/** The strikes of one seed, without an end. */
export function* schedule(seed: number): Generator<SoakStrike> {
  const random = new Random(seed);
  for (let faults = drawn(random); ; ) {
    const next = drawn(random);
    const isSpoiling = [...faults, ...next].some(({ spoilsDisk }) => spoilsDisk === true);
    const holdMs = random.between(holdMsMin, holdMsMax);
    yield { faults, holdMs, isFollowedAtOnce: random.chance(recoveryChance) && !isSpoiling };
    faults = next;
  }
}

function drawn(random: Random): Fault[] {
  const open = [...kinds];
  const faults = Array.from({ length: random.between(atOnceMin, atOnceMax) }, () => {
    const [kind] = open.splice(random.below(open.length), 1);
    return random.pick(kind!);
  });
  return faults.toSorted((a, b) => inOrder.indexOf(a) - inOrder.indexOf(b));
}

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

/** Every other exchange writes snapshots, so that replicas also begin with one, and with journals that are cut. */
export function soakLab(seed: number, exchange: number): LabOptions {
  return (seed + exchange) % 2 === 0 ? { hasSnapshots: true } : {};
}

/** A piece for each exchange that was made, judged and ended. */
export async function* soak(options: SoakOptions): AsyncGenerator<ScenarioPiece> {
  const { minutes, seed } = options;
  const strikes = schedule(seed);
  const endMs = monotonicMs() + minutes * msPerMinute;
  for (let exchange = 1; monotonicMs() < endMs; exchange++) {
    const lab = { ...soakLab(seed, exchange), ...options.lab };
    yield await soakPiece(strikes, endMs, { ...options, lab });
  }
}

async function soakPiece(
  strikes: Generator<SoakStrike>,
  endMs: number,
  { progress = () => undefined, lab: options = {} }: SoakOptions,
): Promise<ScenarioPiece> {
  const scenarios: Scenario[] = [];
  progress('starts');
  const lab = await Lab.start(options);
  return judged(lab, scenarios, progress, async () => {
    let isAtOnce = false;
    while (scenarios.length < strikesPerExchange && monotonicMs() < endMs) {
      const { faults, holdMs, isFollowedAtOnce } = strikes.next().value as SoakStrike;
      const scenario: Scenario = { name: nameOf(faults), strikes: [], problems: [] };
      progress(`${scenarios.length + 1}: ${scenario.name}`);
      scenarios.push(scenario);
      // No notice is waited for.
      const pace = { calmMs: isAtOnce ? null : 0, holdMs, alarms: [], isFollowedAtOnce };
      const goesOn = await attempt(lab, scenario, progress, async () => {
        scenario.strikes.push(await strikeOnce(lab, faults, pace));
      });
      if (!goesOn) return false;
      isAtOnce = isFollowedAtOnce;
    }
    await lab.whole();
    return true;
  });
}
