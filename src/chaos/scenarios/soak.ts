/** Faults drawn at random, two or three at a time, on one exchange; a seed repeats the schedule. */

import { Random } from '../../std/random.ts';
import { crowds } from '../faults/crowds.ts';
import { diskFaults, powerFaults } from '../faults/disks.ts';
import type { Fault } from '../faults/fault.ts';
import { networkFaults } from '../faults/network.ts';
import { processFaults } from '../faults/processes.ts';
import { Lab, type LabOptions } from '../lab/lab.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Scenario, ScenarioPiece, StrikeFigures } from './piece.ts';
import { judged, strikeOnce } from './piece.ts';

/** One of each kind at the most, so that two do not undo each other. */
const kinds: readonly (readonly Fault[])[] = [
  processFaults,
  networkFaults,
  [...diskFaults, ...powerFaults],
  crowds,
].map((faults) => faults.filter((fault) => !fault.isAlone && fault.lab === undefined));
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
const msPerMinute = 60_000;

/** The faults of one seed, without an end. */
export function* schedule(seed: number): Generator<readonly Fault[]> {
  const random = new Random(seed);
  for (;;) {
    const open = [...kinds];
    const count = random.between(atOnceMin, atOnceMax);
    const drawn = Array.from({ length: count }, () => {
      const [kind] = open.splice(random.below(open.length), 1);
      return random.pick(kind!);
    });
    yield drawn.toSorted((a, b) => inOrder.indexOf(a) - inOrder.indexOf(b));
  }
}

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

export async function soak({
  minutes,
  seed,
  progress = () => undefined,
  lab: options = {},
}: SoakOptions): Promise<ScenarioPiece> {
  const scenarios: Scenario[] = [];
  progress('starts');
  const lab = await Lab.start(options);
  const endMs = monotonicMs() + minutes * msPerMinute;
  return judged(lab, scenarios, progress, async () => {
    for (const faults of schedule(seed)) {
      if (monotonicMs() > endMs) break;
      const name = faults.map((fault) => fault.name).join(' + ');
      progress(`${scenarios.length + 1}: ${name}`);
      const strikes: StrikeFigures[] = [];
      scenarios.push({ name, strikes, problems: [] });
      strikes.push(await strikeOnce(lab, ...faults));
    }
    return true;
  });
}
