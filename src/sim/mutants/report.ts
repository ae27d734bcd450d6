/** What a round found, for the terminal and for docs/MUTANTS.md. */
import { findersOf } from './checkers.ts';
import type { Mutant } from './mutant.ts';
import type { CleanResult, MutantResult, RoundResult } from './round.ts';

const nameWidth = 36;

/** One line of the terminal for one mutant. */
export function lineOf({ mutant, verdict, finding, problem }: MutantResult): string {
  const name = mutant.name.padEnd(nameWidth);
  if (verdict !== 'found' || finding === undefined)
    return `${verdict.toUpperCase().padEnd(9)} ${name} ${problem}`;
  const { foundAfter, seconds, checkers } = finding;
  return `found     ${name} after ${seedsText(foundAfter)}, ${seconds.toFixed(1)} s, by ${checkers.join(', ')}`;
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
      String(finding.foundAfter),
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

| mutant | defect | in \`src/\` | breaks | found by | profile | after seeds | seconds |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## What each checker has found

| checker | mutants |
|---|---|
${finders.join('\n')}

## And nothing where there is nothing

Without a mutant nothing was reported in the same seeds: ${cleanText.join('; ')}.
`;
}

function filesOf({ edits }: Mutant): string {
  return [...new Set(edits.map(({ file }) => `\`${file}\``))].join(', ');
}

function profileCell({ profile }: Mutant): string {
  return profile ?? 'all';
}
