// Runs node's test runner over the tests beside their subjects and the end-to-end tests.
// Arguments go to the runner; file names or globs among them replace the default selection. `--rewrite` is for tests
// that compare with a file, which they then write: the transcripts of src/raft/scenarios, and what is made of the keys
// of the configuration. The default selection leaves out test/long, whose tests take minutes each: `npm run test:long`.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/** For tests that hang, not for slow machines: on a quiet one none takes more than some ten seconds. */
const testTimeoutMs = 1_200_000;
const concurrency = 2;

const given = process.argv.slice(2);
const isRewriting = given.includes('--rewrite');
const options = given.filter((argument) => argument.startsWith('-') && argument !== '--rewrite');
const selected = given.filter((argument) => !argument.startsWith('-'));
const files =
  selected.length > 0
    ? selected
    : globSync(['src/**/*.test.ts', 'test/*.test.ts', 'scripts/**/*.test.ts']).sort();

if (files.length === 0) {
  console.log('There are no tests yet: neither src nor test holds a *.test.ts file.');
} else {
  const runner = [
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${testTimeoutMs}`,
    '--import=./scripts/test-leftovers.ts',
  ];
  const reporter = options.some((option) => option.startsWith('--test-reporter'))
    ? []
    : ['--test-reporter=spec'];
  const run = spawnSync(process.execPath, [...runner, ...reporter, ...options, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...(isRewriting && { REWRITE: '1' }) },
  });
  if (run.error) throw run.error;
  process.exitCode = run.status ?? 1;
}
