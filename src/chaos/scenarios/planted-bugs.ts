/**
 * Planted bugs in the product that runs on the hosts: each must be found by the lab, while the clients and the checkers
 * are those of this build. Most are the simulator's.
 */
import { mutants } from '../../sim/mutants/catalog.ts';
import type { Mutant } from '../../sim/mutants/mutant.ts';
import { faultNamed } from '../faults/all.ts';
import { HostLedger } from '../hosts/ledger.ts';
import type { LabOptions } from '../lab/lab-options.ts';
import { plantedBuild } from '../planted-build.ts';
import { runPiece, type ScenarioPiece } from './piece.ts';

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
        find: 'Promise<void> => hook.deliver(notice, signal);',
        replace: 'Promise<void> => Promise.resolve(void signal);',
      },
    ],
  },
];

/** How a bug is found. */
interface PlantedTrace {
  readonly faults: readonly string[];
  /** A problem that tells of it: a scenario that fails for another reason has not found it. */
  readonly problem: RegExp;
}

const byCheckers =
  /^(agreement|durability|sequence|leadership|exactly-once|positions|feed|linearizability|equivalence|invariants): /;
/** Clients with other beliefs than the exchange, or replicas that have not all of what was acknowledged. */
const byLoss = /^\d+ acknowledged orders are lost|has ended\.|did not come true that |differ after seq/;
const byAnyLoss = new RegExp(`${byCheckers.source}|${byLoss.source}`);

export const plantedBugs: Readonly<Record<string, PlantedTrace>> = {
  'flush-skipped': { faults: ['power-cut-all'], problem: byAnyLoss },
  'alarm-never-sent': { faults: ['leader-killed'], problem: /^no hook got a notice of leaderChanged$/ },
  'stale-leader-obeyed': { faults: ['leader-frozen', 'leader-stopped-2000ms'], problem: byAnyLoss },
  'commit-before-quorum': { faults: ['leader-mute', 'leader-deaf'], problem: byAnyLoss },
  'events-before-commit': { faults: ['leader-mute', 'leader-deaf'], problem: byAnyLoss },
  // Clients send again what a leader has not applied: a connection must break while orders wait there.
  'repeats-run-again': { faults: ['leader-connections-reset'], problem: byCheckers },
  'maker-without-position': { faults: ['follower-killed'], problem: byCheckers },
  'position-of-another': { faults: ['follower-killed'], problem: byCheckers },
  'crossed-book': { faults: ['follower-killed'], problem: byCheckers },
  'resume-without-events': {
    faults: ['leader-killed', 'leader-rejected'],
    problem: /every call of the SDK has/,
  },
  'wrong-key-let-in': {
    faults: ['wrong-key'],
    problem: /The fault did not take effect|no hook got a notice/,
  },
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
  /** What tells of it; undefined: it was not found. */
  readonly foundBy: string | undefined;
  readonly piece: ScenarioPiece;
}

/** Runs the product with a bug until a fault shows it, or has not. */
export async function hunt(name: string, progress: (step: string) => void, lab: LabOptions): Promise<Hunt> {
  const ledger = await HostLedger.open();
  try {
    const { program } = plantedBuild(plantedBug(name).edits, ledger.makeFolder('lockstep-planted'));
    const faults = plantedBugs[name]!.faults.map(faultNamed);
    const piece = await runPiece(faults, { repeats, progress, lab: { ...lab, program } });
    return { name, foundBy: traceOf(name, problemsOfPiece(piece)), piece };
  } finally {
    await ledger.clear();
  }
}

/** The problem that tells of a planted bug. */
export function traceOf(name: string, problems: readonly string[]): string | undefined {
  return problems.find((problem) => plantedBugs[name]!.problem.test(problem));
}

function problemsOfPiece({ problems, scenarios }: ScenarioPiece): string[] {
  return [...problems, ...scenarios.flatMap((scenario) => scenario.problems)];
}

export function huntText({ name, foundBy, piece }: Hunt): string {
  if (foundBy !== undefined) return `${name}: found. ${foundBy}`;
  const [other = 'nothing'] = problemsOfPiece(piece);
  return `${name}: NOT FOUND. What was found: ${other}`;
}
