/** The simulator's own proof, and the everyday share of its work: some dozens of worlds under every kind of fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from '../../std/crc32.ts';
import { type ProfileName, profileNames, profiles, profilesInTurn } from '../faults/profiles.ts';
import { type RunOptions, type RunResult, runSeed } from './run.ts';

/**
 * The worlds of a profile, by their rounds: of 5, 3, 3 and 1 replicas, and more. Each ends with a third of the trials,
 * the first three with all of them, where there are replicas enough. `npm run sim` goes through any number of others.
 */
const rounds = [1, 2, 9, 3, 4, 5, 6, 7] as const;
const trialsApart = 3;
const worldsUsual = 4;
/** Fewer where a world has much to do, more where much is to happen. */
const worldsOf: Partial<Record<ProfileName, number>> = {
  calm: 3,
  power: 5,
  overload: 3,
  eviction: 3,
  files: 8,
  witness: 3,
  'witness members': 2,
  manual: 3,
};
/** Of a world whose trials are of no interest. */
const noTrials = 1_000;
const lyingWorlds = 12;
const convictedMin = 3;

interface TracedRun {
  readonly result: RunResult;
  readonly length: number;
  readonly checksum: number;
}

/** The first world of each profile, which is run again to see that it is the same. */
const firstRuns = new Map<ProfileName, TracedRun>();

function seedOf(profile: ProfileName, round: number): number {
  return round * profilesInTurn.length + Math.max(profilesInTurn.indexOf(profile), 0);
}

function traced(options: RunOptions): TracedRun {
  const lines: string[] = [];
  const result = runSeed({ ...options, sink: (line) => lines.push(line) });
  const bytes = new TextEncoder().encode(lines.join('\n'));
  return { result, length: bytes.length, checksum: crc32(bytes, 0, bytes.length) };
}

function firstRunOf(profile: ProfileName): TracedRun {
  const run = firstRuns.get(profile) ?? traced({ seed: seedOf(profile, rounds[0]), profile, trialsApart });
  firstRuns.set(profile, run);
  return run;
}

function complaints({ seed, violations }: RunResult): string[] {
  return violations.map(({ checker, what }) => `npm run sim -- --seed ${seed} --trace   ${checker}: ${what}`);
}

for (const profile of profileNames) {
  test(`clusters of 1, 3 and 5 replicas keep every promise and recover: ${profile}`, () => {
    const found: string[] = [];
    const happened = new Set<string>();
    let acknowledged = 0;
    const worlds = rounds.slice(0, worldsOf[profile] ?? worldsUsual);
    for (const [n, round] of worlds.entries()) {
      const result =
        n === 0
          ? firstRunOf(profile).result
          : runSeed({ seed: seedOf(profile, round), profile, trialsApart });
      assert.equal(result.profile, profile);
      found.push(...complaints(result));
      for (const { kind } of result.struck) happened.add(kind);
      acknowledged += result.acknowledged;
    }
    assert.deepEqual(found, []);
    assert.ok(acknowledged > worlds.length * 100, `clients did something: ${acknowledged} outcomes`);
    for (const [kind, weight] of Object.entries(profiles[profile].weights)) {
      assert.ok(weight < 2 || happened.has(kind), `${kind} happened`);
    }
  });
}

test('a seed gives the same run to the byte, another seed another', () => {
  const checksums = new Set<number>();
  for (const profile of profilesInTurn) {
    const { result, length, checksum } = firstRunOf(profile);
    // Its profile is that of its turn.
    const again = traced({ seed: result.seed, trialsApart });
    assert.equal(again.result.profile, profile);
    assert.equal(again.length, length);
    assert.equal(again.checksum, checksum, profile);
    checksums.add(checksum);
  }
  assert.equal(checksums.size, profilesInTurn.length);
});

test('a cluster whose disks lie about flushing is found out: the checkers can fail', () => {
  let convicted = 0;
  for (let seed = 1; seed <= lyingWorlds && convicted < convictedMin; seed++) {
    const { violations } = runSeed({ seed, profile: 'power', hasLyingDisks: true, trialsApart: noTrials });
    if (violations.length > 0) convicted += 1;
  }
  assert.equal(convicted, convictedMin, `only ${convicted} of ${lyingWorlds} runs were found out`);
});
