// Runs every check of the project, one after the other, and says at the end which ones failed.
import { spawnSync } from 'node:child_process';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const checks: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '--no-errors-on-unmatched'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
];

const failed: string[] = [];
for (const { name, command } of checks) {
  const started = performance.now();
  const [program = '', ...rest] = command;
  const run = spawnSync(program, rest, { stdio: 'inherit' });
  if (run.error) throw run.error;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${run.status === 0 ? 'ok    ' : 'FAILED'} ${name} (${command[0]}, ${seconds} s)`);
  if (run.status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\n${failed.length} of ${checks.length} checks failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
