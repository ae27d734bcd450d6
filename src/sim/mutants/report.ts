/** What a round found, for the terminal and for docs/MUTANTS.md. */
import { findersOf } from './checkers.ts';
import type { HuntFinding } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import type { CleanResult, MutantResult, RoundResult } from './round.ts';

const nameWidth = 36;

/** One line of the terminal for one mutant. */
export function lineOf({ mutant, verdict, finding, problem }: MutantResult): string {
  const name = mutant.name.padEnd(nameWidth);
  if (verdict !== 'found' || finding === undefined)
    return `${verdict.toUpperCase().padEnd(9)} ${name} ${problem}`;
  const { seed, seeds, seconds, checkers } = finding;
  const isOff = mutant.knownSeed !== undefined && seed !== mutant.knownSeed;
  const advice = isOff ? ` (no more at seed ${mutant.knownSeed}, which the catalogue knows)` : '';
  const effort = `${seedsText(seeds)}, ${seconds.toFixed(1)} s`;
  return `found     ${name} at seed ${seed}${advice}, ${effort}, by ${checkers.join(', ')}`;
}

/** One line for a hunt without a mutant. */
export function lineOfClean({ profile, finding }: CleanResult): string {
  const { seeds, seconds, checkers, example } = finding;
  const where = `without a mutant, ${profileText(profile)}: ${seedsText(seeds)}, ${seconds.toFixed(1)} s`;
  return checkers.length === 0
    ? `clean     ${where}`
    : `REPORTED  ${where}: ${checkers.join(', ')}: ${example}`;
}

function seedsText(seeds: number): string {
  return seeds === 1 ? '1 seed' : `${seeds} seeds`;
}

function profileText(profile: string | undefined): string {
  return profile === undefined ? 'all profiles' : `profile ${profile}`;
}

/** The page about the mutants: a round in which all were found. */
export function documentOf({ mutants, clean }: Pick<RoundResult, 'mutants' | 'clean'>): string {
  const rows = mutants.map(({ mutant, finding }) => {
    if (finding === undefined) return '';
    const by = finding.checkers.map((checker) =>
      mutant.expected.includes(checker) ? checker : `(${checker})`,
    );
    const cells = [
      `\`${mutant.name}\``,
      mutant.defect,
      filesOf(mutant),
      String(mutant.breaks),
      by.join(', '),
      profileCell(mutant),
      seedCell(mutant, finding),
      finding.seconds.toFixed(1),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const cleanText = clean.map(
    ({ profile, finding }) => `${profileText(profile)}, ${seedsText(finding.seeds)}`,
  );
  const finders = [...findersOf(mutants)].map(
    ([checker, names]) => `| \`${checker}\` | ${names.map((name) => `\`${name}\``).join(', ')} |`,
  );
  return `# Planted bugs

This page is written by \`npm run sim:mutants -- --write-docs\`. Do not edit it.

A simulator that reports nothing proves something only if it would report a defect. So each defect below is planted into
a copy of the sources (\`src/sim/mutants/catalog.ts\`), and the simulator runs there, one seed after the other, until one
of the checkers that should see it reports. \`assertion\` means that a replica found the fault in itself and stopped. A
number under "breaks" is the invariant in [ARCHITECTURE](ARCHITECTURE.md#invariants); in brackets stand checkers that
reported as well. ${mutants.length} of ${mutants.length} mutants were found.

A hunt goes through the seeds from 1 on, so the seed in the table is how many it took. Where that is long, or a campaign met
the defect, the catalogue knows a seed (*) and a hunt tries it first; if the sources have changed and nothing is reported
there any more, it goes on from 1.

| mutant | defect | in \`src/\` | breaks | found by | profile | at seed | seconds |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## What each checker has found

| checker | mutants |
|---|---|
${finders.join('\n')}

## And nothing where there is nothing

Without a mutant nothing was reported in the very seeds in which mutants were found: ${cleanText.join('; ')}.
`;
}

function filesOf({ edits }: Mutant): string {
  return [...new Set(edits.map(({ file }) => `\`${file}\``))].join(', ');
}

function seedCell({ knownSeed }: Mutant, { seed }: HuntFinding): string {
  return seed === knownSeed ? `${seed} \\*` : String(seed);
}

function profileCell({ profile }: Mutant): string {
  return profile ?? 'all';
}
