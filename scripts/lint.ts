// Runs every check of the project, one after the other, and says at the end which ones failed.
import { spawnSync } from 'node:child_process';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const unorderedKeys = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order'];
const checks: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'rooms and rules', command: ['node', 'scripts/tidy.ts'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the package', command: ['tsc', '-p', 'tsconfig.build.json', '--noEmit'] },
  { name: 'image', command: ['dockerfile-utils', 'lint', 'deploy/container/Dockerfile'] },
  {
    name: 'compose file',
    // Its services are in the order of the machines of DEPLOY.
    command: [
      'dclint',
      'deploy/container/compose.yaml',
      '--max-warnings',
      '0',
      '--disable-rule',
      ...unorderedKeys,
    ],
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
];

const failed: string[] = [];
for (const { name, command } of checks) {
  const startedMs = performance.now();
  const [program = '', ...rest] = command;
  const run = spawnSync(program, rest, { stdio: 'inherit' });
  if (run.error) throw run.error;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const verdict = run.status === 0 ? 'ok' : 'FAILED';
  console.log(`${verdict.padEnd(6)} ${name} (${program}, ${seconds} s)`);
  if (verdict === 'FAILED') failed.push(name);
}
if (failed.length > 0) {
  console.error(`\n${failed.length} of ${checks.length} checks failed: ${failed.join(', ')}.`);
  process.exitCode = 1;
}
