/** One round over mutants: each is put into a copy of the sources and hunted; then the sources as they are. */
import type { ProfileName } from '../faults/profiles.ts';
import { batchesOf, batchesUpTo, type HuntFinding, hunt } from './hunt.ts';
import type { ProofLedger } from './ledger.ts';
import { type Mutant, seedsMaxDefault } from './mutant.ts';
import { SourceCopy } from './source-copy.ts';

/** `survived`: no expected checker reported. `stale`: the sources have changed, and the edit has no place any more. */
export type MutantVerdict = 'found' | 'survived' | 'stale';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly verdict: MutantVerdict;
  /** Missing where the mutant is stale. */
  readonly finding?: HuntFinding;
  /** Of the sources in which it was hunted. */
  readonly commit?: string;
  /** For a person, where the verdict is bad. */
  readonly problem?: string;
}

/** The sources as they are, in the seeds in which mutants were found: nothing may be reported. */
export interface CleanResult {
  readonly profile: ProfileName | undefined;
  readonly finding: HuntFinding;
  readonly commit: string;
}

export interface RoundOptions {
  /** Of the project. */
  readonly root: string;
  readonly mutants: readonly Mutant[];
  /** In place of what each mutant has. */
  readonly seedsMax?: number | undefined;
  /** Simulators that run at a time. */
  readonly jobs: number;
  /** What is known already, and takes what is found. */
  readonly ledger: ProofLedger;
  /** Whether time is left to begin with another hunt. */
  readonly mayGoOn?: () => boolean;
  readonly found?: (result: MutantResult) => void;
  readonly clean?: (result: CleanResult) => void;
}

export interface RoundResult {
  readonly mutants: readonly MutantResult[];
  readonly clean: readonly CleanResult[];
  /** Mutants that time did not suffice for, and clean hunts. */
  readonly left: number;
}

/** Whether every mutant was found, and nothing where there is none. */
export function isGood({ mutants, clean, left }: RoundResult): boolean {
  return (
    left === 0 &&
    mutants.every(({ verdict }) => verdict === 'found') &&
    clean.every(({ finding }) => finding.checkers.length === 0)
  );
}

/** Hunts all mutants, in their order or several at a time, and then none. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const results = new Map<Mutant, MutantResult>();
  await inTurns(options, options.mutants, async (copy, mutant) => {
    const result = await huntMutant(copy, mutant, options);
    results.set(mutant, result);
    options.found?.(result);
  });
  const mutants = options.mutants.flatMap((mutant) => results.get(mutant) ?? []);

  const seedsOf = new Map<ProfileName | undefined, number[]>();
  for (const { mutant, finding } of mutants) {
    if (finding === undefined || finding.seed === 0) continue;
    seedsOf.set(mutant.profile, [...(seedsOf.get(mutant.profile) ?? []), finding.seed]);
  }
  const clean: CleanResult[] = [];
  await inTurns(options, [...seedsOf], async ({ folder }, [profile, seeds]) => {
    const prey = { expected: [], profile, batches: batchesOf(seeds) };
    const { finding, commit } =
      options.ledger.find(prey) ?? options.ledger.note(prey, await hunt(folder, prey));
    const result = { profile, finding, commit };
    clean.push(result);
    options.clean?.(result);
  });
  return { mutants, clean, left: options.mutants.length - mutants.length + seedsOf.size - clean.length };
}

async function huntMutant(
  copy: SourceCopy,
  mutant: Mutant,
  { seedsMax, ledger }: RoundOptions,
): Promise<MutantResult> {
  const problem = copy.apply(mutant);
  if (problem !== undefined) return { mutant, verdict: 'stale', problem };
  try {
    const { expected, profile, knownSeed } = mutant;
    const batches = batchesUpTo(seedsMax ?? mutant.seedsMax ?? seedsMaxDefault, knownSeed);
    const { finding, commit } =
      ledger.find(mutant) ?? ledger.note(mutant, await hunt(copy.folder, { expected, profile, batches }));
    if (finding.seed > 0) return { mutant, verdict: 'found', finding, commit };
    return { mutant, verdict: 'survived', finding, commit, problem: survivalProblem(mutant, finding) };
  } finally {
    copy.restore();
  }
}

function survivalProblem({ expected }: Mutant, { seeds, checkers, example }: HuntFinding): string {
  const wanted = expected.join(' or ');
  if (checkers.length === 0) return `in ${seeds} seeds nobody reported; expected of ${wanted}`;
  return `in ${seeds} seeds only ${checkers.join(', ')} reported, not ${wanted}: ${example}`;
}

/** Does all items, `jobs` at a time, each worker with a copy of its own. */
async function inTurns<T>(
  { root, jobs, mayGoOn = () => true }: RoundOptions,
  items: readonly T[],
  work: (copy: SourceCopy, item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    const copy = new SourceCopy(root);
    const close = (): void => copy.close();
    process.once('exit', close);
    try {
      while (mayGoOn()) {
        const item = waiting.shift();
        if (item === undefined) break;
        await work(copy, item);
      }
    } finally {
      process.off('exit', close);
      close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}
