/**
 * Planted bugs in the product that runs on the hosts: each must be found by the lab, while the clients and the checkers
 * are those of this build. Most are the simulator's.
 */
import { mutants } from '../../sim/mutants/catalog.ts';
import type { Mutant } from '../../sim/mutants/mutant.ts';
import { faultNamed } from '../faults/all.ts';
import type { LabOptions } from '../lab/lab.ts';
import { plantedBuild } from '../planted-build.ts';
import { hasPassed, runPiece, type ScenarioPiece } from './piece.ts';

type PlantedEdit = Pick<Mutant, 'name' | 'defect' | 'edits'>;

/** Bugs of what the simulator has a model for: disks, and what processes say. */
const ofTheMachine: readonly PlantedEdit[] = [
  {
    name: 'flush-skipped',
    defect: 'The flusher says that it has flushed, and has not.',
    edits: [
      {
        file: 'io/disk/flush-requests.ts',
        find: 'if (msync(address, length, MS_SYNC) < 0) throw',
        replace: 'if (address + length < MS_SYNC * 0) throw',
      },
    ],
  },
  {
    name: 'alarm-never-sent',
    defect: 'A notice counts as delivered, and no hook gets it.',
    edits: [
      {
        file: 'ops/notify/dispatcher.ts',
        find: 'hook.deliver(notice, AbortSignal.any([signal, this.#ending.signal])),',
        replace: 'Promise.resolve(signal),',
      },
    ],
  },
];

/** With which faults each shows. */
export const plantedBugs: Readonly<Record<string, readonly string[]>> = {
  'flush-skipped': ['power-cut-all'],
  'alarm-never-sent': ['leader-killed'],
  'stale-leader-obeyed': ['leader-frozen', 'leader-stopped-2000ms'],
  'commit-before-quorum': ['leader-mute', 'leader-deaf'],
  'events-before-commit': ['leader-mute', 'leader-deaf'],
  // Clients send again what a leader has not applied: a connection must break while orders wait there.
  'repeats-run-again': ['loss-30', 'leader-flaps'],
  'maker-without-position': ['follower-killed'],
  'position-of-another': ['follower-killed'],
  'crossed-book': ['follower-killed'],
  'resume-without-events': ['leader-killed', 'leader-rejected'],
  'silence-never-suspect': ['leader-frozen'],
  'wrong-key-let-in': ['wrong-key'],
};

export function plantedBug(name: string): PlantedEdit {
  const bug = [...ofTheMachine, ...mutants].find((known) => known.name === name);
  const names = Object.keys(plantedBugs);
  if (bug !== undefined && names.includes(name)) return bug;
  throw new Error(`There is no planted bug "${name}"; allowed: ${names.join(', ')}.`);
}

const repeats = 2;

export interface Hunt {
  readonly name: string;
  readonly isFound: boolean;
  readonly piece: ScenarioPiece;
}

/** Runs the product with a bug until a fault shows it, or has not. */
export async function hunt(name: string, progress: (step: string) => void, lab: LabOptions): Promise<Hunt> {
  const { program, remove } = plantedBuild(plantedBug(name).edits);
  try {
    const faults = plantedBugs[name]!.map(faultNamed);
    const piece = await runPiece(faults, { repeats, progress, lab: { ...lab, program } });
    return { name, isFound: !hasPassed(piece), piece };
  } finally {
    remove();
  }
}

export function huntText({ name, isFound, piece }: Hunt): string {
  // What the checkers say tells more than a notice that did not come.
  const problems = [...piece.problems, ...piece.scenarios.flatMap((scenario) => scenario.problems)];
  return `${name}: ${isFound ? `found. ${problems[0]}` : 'NOT FOUND'}`;
}
