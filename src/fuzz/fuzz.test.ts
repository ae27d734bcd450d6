import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Fuzzer } from '../std/testing/fuzzing.ts';
import { plantedCanary } from './canary.fuzz.ts';
import { canaries, decoders, fuzzers, notDecoders } from './registry.ts';
import { runCases } from './run.ts';
import { runWatched } from './watched.ts';

for (const fuzzer of fuzzers) {
  test(`${fuzzer.name}: ${fuzzer.property}`, async () => {
    const { failure, iterations } = await runCases(fuzzer, { seed: 1, casesMax: fuzzer.casesInTests });
    assert.equal(failure, undefined, `npm run fuzz -- ${fuzzer.name} --seed ${failure?.seed} --cases 1`);
    assert.ok(iterations > 0 && iterations === fuzzer.casesInTests);
  });
}

test('every file called *.fuzz.ts is in the registry, under a name of its own', async () => {
  const known = new Set<unknown>([...fuzzers, ...canaries]);
  let found = 0;
  for (const file of globSync('src/**/*.fuzz.ts')) {
    const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, Fuzzer>>;
    assert.notEqual(Object.keys(exported).length, 0, `${file} exports a fuzzer`);
    for (const [name, fuzzer] of Object.entries(exported)) {
      assert.ok(known.has(fuzzer), `${name} of ${file} is in src/fuzz/registry.ts`);
      found++;
    }
  }
  assert.equal(found, known.size);
  assert.equal(new Set([...fuzzers, ...canaries].map(({ name }) => name)).size, known.size);
});

test('every file that exports a decoder or a parser is attacked by a fuzzer', () => {
  const isForTests = /\.(?:test|fuzz)\.ts$|\/testing\/|^src\/(?:checkers|sim|chaos|bench|fuzz)\//;
  const exportsOne = /^export (?:async )?function\*? (?:read|decode|parse)(?=[A-Z])/m;
  const found = globSync('src/**/*.ts').filter(
    (file) => !isForTests.test(file) && exportsOne.test(readFileSync(file, 'utf8')),
  );
  assert.ok(found.length > 10, 'decoders are found by the names of what they export');
  for (const file of found) {
    const name = file.slice('src/'.length);
    const isKnown = Object.hasOwn(decoders, name) || Object.hasOwn(notDecoders, name);
    assert.ok(
      isKnown,
      `${file} reads something: write a fuzzer beside it, and name both in src/fuzz/registry.ts`,
    );
  }
  const attackers = new Set(Object.values(decoders).flat());
  for (const fuzzer of fuzzers)
    assert.ok(attackers.has(fuzzer), `the table says what ${fuzzer.name} attacks`);
  for (const name of [...Object.keys(decoders), ...Object.keys(notDecoders)])
    assert.ok(existsSync(`src/${name}`), `src/${name} is there`);
});

test('the canary fails, and its seed repeats the failure alone', async () => {
  const casesMax = plantedCanary.casesInTests;
  const { failure } = await runCases(plantedCanary, { seed: 1, casesMax });
  assert.ok(failure);
  assert.equal(failure.seed, 1 + failure.iteration);
  assert.match(failure.text, /written as the same bytes/);
  const again = await runCases(plantedCanary, { seed: failure.seed, casesMax: 1 });
  assert.equal(again.failure?.seed, failure.seed);
  const watched = await runWatched({ name: 'canary', seed: 1, casesMax, millisecondsMax: 60_000 });
  assert.equal(watched.failure?.iteration, failure.iteration, 'a thread finds the same');
});

test('the command fails with the canary, and prints how to repeat that', () => {
  const run = (...options: string[]) => {
    const { status, stdout } = spawnSync(process.execPath, ['src/fuzz/main.ts', ...options], {
      encoding: 'utf8',
    });
    return { status, stdout };
  };
  const failed = run('canary', '--seed', '1');
  assert.equal(failed.status, 1);
  const again = /again: npm run fuzz -- (.+)$/m.exec(failed.stdout)?.[1];
  assert.ok(again, failed.stdout);
  assert.equal(run(...again.split(' ')).status, 1);
  assert.equal(run('raft-configuration', '--cases', '10').status, 0);
  assert.equal(run('no-such-fuzzer').status, 2);
});

test('a case that does not end and a case that takes all memory are failures', async () => {
  const options = { seed: 7, casesMax: 10, millisecondsMax: 60_000 };
  const endless = await runWatched({ ...options, name: 'canary-endless', caseMillisecondsMax: 200 });
  assert.equal(endless.failure?.seed, 7);
  assert.match(endless.failure.text, /did not end/);
  const greedy = await runWatched({ ...options, name: 'canary-greedy', megabytesMax: 64 });
  assert.equal(greedy.failure?.seed, 7);
  assert.match(greedy.failure.text, /memory/);
});
