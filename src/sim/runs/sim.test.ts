/** The simulator's own proof, and the everyday share of its work: a few hundred worlds under every kind of fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from '../../std/crc32.ts';
import { type ProfileName, profileNames, profiles, profilesInTurn } from '../faults/profiles.ts';
import { type RunResult, runSeed } from './run.ts';

/** Some dozens of worlds; fewer where a world has much to do. `npm run sim` goes through any number of others. */
const seedsUsual = 5;
/** Each world ends with some of the trials, so that the worlds of a profile go through all of them. */
const trialsApart = 3;
const seedsOf: Partial<Record<ProfileName, number>> = {
  calm: 3,
  overload: 3,
  eviction: 3,
  files: 8,
  witness: 3,
  'witness members': 2,
  manual: 3,
};

function complaints({ seed, violations }: RunResult): string[] {
  return violations.map(({ checker, what }) => `npm run sim -- --seed ${seed} --trace   ${checker}: ${what}`);
}

for (const profile of profileNames) {
  test(`clusters of 1, 3 and 5 replicas keep every promise and recover: ${profile}`, () => {
    const found: string[] = [];
    const happened = new Set<string>();
    let acknowledged = 0;
    const seeds = seedsOf[profile] ?? seedsUsual;
    for (let n = 0; n < seeds; n++) {
      const result = runSeed({
        seed: (n + 1) * profilesInTurn.length + Math.max(profilesInTurn.indexOf(profile), 0),
        profile,
        trialsApart,
      });
      assert.equal(result.profile, profile);
      found.push(...complaints(result));
      for (const { kind } of result.struck) happened.add(kind);
      acknowledged += result.acknowledged;
    }
    assert.deepEqual(found, []);
    assert.ok(acknowledged > seeds * 100, `clients did something: ${acknowledged} outcomes`);
    for (const [kind, weight] of Object.entries(profiles[profile].weights)) {
      assert.ok(weight < 2 || happened.has(kind), `${kind} happened`);
    }
  });
}

test('a seed gives the same run to the byte, another seed another', () => {
  const trace = (seed: number): string => {
    const lines: string[] = [];
    runSeed({ seed, sink: (line) => lines.push(line), trialsApart });
    return lines.join('\n');
  };
  for (const [n, profile] of profilesInTurn.entries()) {
    const seed = profilesInTurn.length + n;
    const first = new TextEncoder().encode(trace(seed));
    const second = new TextEncoder().encode(trace(seed));
    assert.equal(first.length, second.length);
    assert.equal(crc32(first, 0, first.length), crc32(second, 0, second.length), profile);
  }
  assert.notEqual(trace(1), trace(2));
});

test('a cluster whose disks lie about flushing is found out: the checkers can fail', () => {
  let convicted = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { violations } = runSeed({ seed, profile: 'power', hasLyingDisks: true, trialsApart });
    if (violations.length > 0) convicted += 1;
  }
  assert.ok(convicted >= 3, `only ${convicted} of 12 runs were found out`);
});
