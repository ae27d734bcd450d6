// Runs node's test runner over the tests beside their subjects and the end-to-end tests.
// Arguments select: files, folders or globs in place of the default selection, `--test-name-pattern` tests by name.
// `--rewrite` is for tests that compare with a file, which they then write: the transcripts of src/raft/scenarios, and
// what is made of declared JSON (src/ops/json). The default selection leaves out test/long, whose tests take minutes
// each: `npm run test:long`.
import { globSync, statSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

/** For tests that hang, not for slow machines: on a quiet one none takes more than some ten seconds. */
const timeout = 1_200_000;
const concurrency = 2;
/** What takes longest begins first, so that both workers end at the same time: exchanges of processes, then worlds. */
const globs = [
  'test/*.test.ts',
  'src/{sim,fuzz,chaos}/**/*.test.ts',
  'src/**/*.test.ts',
  'scripts/**/*.test.ts',
];

const { values, positionals } = parseArgs({
  options: { rewrite: { type: 'boolean' }, 'test-name-pattern': { type: 'string', multiple: true } },
  allowPositionals: true,
});
const selected =
  positionals.length > 0
    ? positionals.map((name) =>
        statSync(name, { throwIfNoEntry: false })?.isDirectory() ? `${name}/**/*.test.ts` : name,
      )
    : globs;
const files = [...new Set(selected.flatMap((glob) => globSync(glob).sort()))];

if (files.length === 0) {
  console.error(`No file is called ${selected.join(' or ')}.`);
  process.exitCode = 1;
} else {
  if (values.rewrite) process.env['REWRITE'] = '1';
  const execArgv = ['--import=./scripts/test-leftovers.ts'];
  const testNamePatterns = values['test-name-pattern'] ?? [];
  run({ files, concurrency, timeout, execArgv, testNamePatterns })
    .on('test:fail', () => {
      process.exitCode = 1;
    })
    .compose(spec)
    .pipe(process.stdout);
}
