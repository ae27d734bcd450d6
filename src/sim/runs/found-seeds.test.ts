/** Seeds that showed a fault of replicas which no smaller test had shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProfileName } from '../faults/profiles.ts';
import { runSeed } from './run.ts';

const seeds: readonly (readonly [seed: number, profile: ProfileName | undefined, fault: string])[] = [
  [40_012_014, undefined, 'a named snapshot was forgotten for an older word that came on another tether'],
  [42_001_037, 'memory', 'a generation was to begin where a process had died on a command: it never did'],
  [
    11_710_004,
    'manual',
    'a removed replica that led once more applied what the members voided after its removal',
  ],
  [
    12_020_021,
    'membership',
    'a replica that was removed while it was away reached no member that came later',
  ],
  [
    12_030_017,
    'witness members',
    'a leader whose disk stands still handed over to no replica beside a witness',
  ],
  [
    12_040_022,
    'overload',
    'a leader whose disk stood still for the second time in half a minute kept its place',
  ],
  [
    13_203_061,
    undefined,
    'a process without a page for its mark died on a command, and the next one could not say that it had not applied it',
  ],
  [12_100_135, undefined, 'a founder that had been removed came back blank, and its file named no member'],
];

for (const [seed, profile, fault] of seeds) {
  test(`seed ${seed}: ${fault}`, () => {
    assert.deepEqual(runSeed({ seed, ...(profile && { profile }) }).violations, []);
  });
}
