// Runs every check of the project, one after the other, and says at the end which ones failed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** Its findings are shown but do not fail the run. */
  readonly isAdvice?: boolean;
}

/** Until the program's entry is there, what is finished but not used yet looks dead. */
const isIncomplete = !existsSync('src/ops/cli/main.ts');
const page = 'src/dashboard/page/tsconfig.json';

const checks: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'rooms and rules', command: ['node', 'scripts/tidy.ts'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  ...(existsSync(page) ? [{ name: 'types of the page', command: ['tsc', '-p', page] }] : []),
  {
    name: 'types of the package',
    command: ['tsc', '-p', 'tsconfig.build.json', '--noEmit'],
    isAdvice: isIncomplete,
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'], isAdvice: isIncomplete },
];

const failed: string[] = [];
for (const { name, command, isAdvice } of checks) {
  const startedMs = performance.now();
  const [program = '', ...rest] = command;
  const run = spawnSync(program, rest, { stdio: 'inherit' });
  if (run.error) throw run.error;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const verdict = run.status === 0 ? 'ok' : isAdvice ? 'advice' : 'FAILED';
  console.log(`${verdict.padEnd(6)} ${name} (${program}, ${seconds} s)`);
  if (verdict === 'FAILED') failed.push(name);
}
if (failed.length > 0) {
  console.error(`\n${failed.length} of ${checks.length} checks failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
