/** What a round found, for the terminal and for docs/MUTANTS.md. */
import { checkerNames } from '../../checkers/violations.ts';
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

/** Where the tables of the page begin, and the commit that ends each of their rows. */
const rowPattern = /^\| `([a-z0-9-]+)` \|(?: [^|]+ \|){7} (?:[0-9a-f]{8}\+?|-) \|$/;
const cleanPattern = /^\| `([0-9a-f]{8}\+?|-)` \| .+ \|$/;
const foundByAt = 5;

/** The rows of a page, by the names of their mutants. */
export function rowsIn(page: string): ReadonlyMap<string, string> {
  return new Map(
    page.split('\n').flatMap((line) => (rowPattern.test(line) ? [[nameIn(line), line] as const] : [])),
  );
}

/**
 * The page about the mutants of the catalogue: what a round has found, and rows that the page has of those that it did
 * not hunt.
 */
export function documentOf(
  { mutants, clean }: Pick<RoundResult, 'mutants' | 'clean'>,
  catalogue: readonly Mutant[],
  page: string,
): string {
  const found = new Map(
    mutants.filter(({ verdict }) => verdict === 'found').map((each) => [each.mutant.name, each]),
  );
  const before = rowsIn(page);
  const rows = catalogue.flatMap((mutant) => {
    const result = found.get(mutant.name);
    const row = result === undefined ? before.get(mutant.name) : rowOf(result);
    return row === undefined ? [] : [row];
  });
  const shown = new Set(rows.map(nameIn));
  const lacking = catalogue.filter(({ name }) => !shown.has(name)).map(({ name }) => `\`${name}\``);
  const verdict =
    lacking.length === 0
      ? `All ${rows.length} mutants were found.`
      : `${rows.length} of ${catalogue.length} mutants were found. No row yet: ${lacking.join(', ')}.`;
  return `# Planted bugs

This page is written by \`npm run sim:mutants -- --write-docs\`. Do not edit it.

A simulator that reports nothing proves something only if it would report a defect. So each defect below is planted into
a copy of the sources (\`src/sim/mutants/catalog.ts\`), and the simulator runs there, one seed after the other, until one
of the checkers that should see it reports. \`assertion\` means that a replica found the fault in itself and stopped. A
number under "breaks" is the invariant in [ARCHITECTURE](ARCHITECTURE.md#invariants); in brackets are checkers that
reported as well. A row holds for the commit at its end.

${verdict}

A hunt goes through the seeds from 1 on, so the seed in the table is how many it took. Where that is long, or a campaign met
the defect, the catalogue knows a seed (*) and a hunt tries it first; if the sources have changed and nothing is reported
there any more, it goes on from 1.

| mutant | defect | in \`src/\` | breaks | found by | profile | at seed | seconds | commit |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## What each checker has found

| checker | mutants |
|---|---|
${checkerRows(rows).join('\n')}

## And nothing where there is nothing

Without a mutant nothing was reported in the very seeds in which mutants were found:

| commit | profiles |
|---|---|
${cleanRows(clean, page).join('\n')}
`;
}

/** For each commit the seeds in which nothing was reported, with those that the page has. */
function cleanRows(clean: RoundResult['clean'], page: string): string[] {
  const rows = new Map(
    page.split('\n').flatMap((line) => {
      const [, commit] = cleanPattern.exec(line) ?? [];
      return commit === undefined ? [] : [[commit, line] as const];
    }),
  );
  for (const [commit, results] of Map.groupBy(clean, (each) => each.commit)) {
    const texts = results.map(
      ({ profile, finding }) => `${profileText(profile)}, ${seedsText(finding.seeds)}`,
    );
    rows.set(commit, `| \`${commit}\` | ${texts.join('; ')} |`);
  }
  return [...rows.values()];
}

function rowOf({ mutant, finding, commit = '-' }: MutantResult): string {
  if (finding === undefined) return '';
  const by = finding.checkers.map((checker) =>
    mutant.expected.some((each) => each === checker) ? checker : `(${checker})`,
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
    commit,
  ];
  return `| ${cells.join(' | ')} |`;
}

function nameIn(row: string): string {
  return rowPattern.exec(row)?.[1] ?? '';
}

/** Which mutants each checker has reported, whether it was expected to or not. */
function checkerRows(rows: readonly string[]): string[] {
  return checkerNames.flatMap((checker) => {
    const names = rows.filter((row) => {
      const cell = row.split(' | ')[foundByAt - 1]!;
      return cell.split(', ').some((each) => each === checker || each === `(${checker})`);
    });
    if (names.length === 0) return [];
    return [`| \`${checker}\` | ${names.map((row) => `\`${nameIn(row)}\``).join(', ')} |`];
  });
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
