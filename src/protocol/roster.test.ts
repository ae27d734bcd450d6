import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areSoundTokens,
  isRosterOf,
  isSameMember,
  type JoinToken,
  MemberRole,
  newMember,
  packRoster,
  readRoster,
} from './roster.ts';

const full = newMember({
  replicaId: 7,
  host: 'replica-7.exchange.example',
  udpPort: 7_107,
  tcpPort: 7_207,
  controlPort: 7_307,
  role: MemberRole.witness,
  zone: 'a',
  release: '0.1.0',
  fingerprint: new Uint8Array(32).fill(0xab),
});
const bare = newMember({ replicaId: 1, host: '10.0.0.1' });

test('a roster is read as it was written, and is much shorter than its records', () => {
  const packed = packRoster({ roster: [bare, full], tokens: [] });
  assert.equal(packed.length % 8, 0);
  assert.ok(packed.length < 160, `${packed.length}`);
  const read = readRoster(packed);
  assert.equal(read?.roster.length, 2);
  assert.ok(isSameMember(read!.roster[0]!, bare) && isSameMember(read!.roster[1]!, full));
});

test('a roster without records has no bytes', () => {
  assert.equal(packRoster({ roster: [], tokens: [] }).length, 0);
  assert.deepEqual(readRoster(new Uint8Array(0)), { roster: [], tokens: [] });
});

test('open join tokens stand beside the roster, and take some 45 bytes each', () => {
  const token = (replicaId: number): JoinToken => ({
    replicaId,
    role: MemberRole.voter,
    replaces: 0,
    expiresAtMs: 1_800_000_000_000,
    key: new Uint8Array(32).fill(replicaId),
  });
  const both = { roster: [bare], tokens: [token(4), token(5)] };
  const packed = packRoster(both);
  assert.ok(packed.length - packRoster({ ...both, tokens: [] }).length <= 2 * 48);
  assert.deepEqual(readRoster(packed)?.tokens, both.tokens);
  assert.deepEqual(readRoster(packRoster({ roster: [], tokens: [token(4)] }))?.roster, []);
  assert.ok(areSoundTokens(both.tokens));
  assert.ok(!areSoundTokens([token(5), token(4)]));
  assert.ok(!areSoundTokens([1, 2, 3, 4].map(token)));
});

test('bytes that say the same in another way are no roster', () => {
  const packed = packRoster({ roster: [bare], tokens: [] });
  const longer = new Uint8Array(packed.length + 8);
  longer.set(packed);
  assert.equal(readRoster(longer), undefined);
  const other = packed.slice();
  other[0] = 9;
  assert.equal(readRoster(other), undefined, 'a later version');
  assert.equal(readRoster(packed.subarray(0, 8)), undefined, 'a part');
});

test('a roster has each member once, in order, and no stranger', () => {
  assert.ok(isRosterOf([bare, full], [1, 2, 7]));
  assert.ok(!isRosterOf([full, bare], [1, 7]));
  assert.ok(!isRosterOf([bare, bare], [1, 7]));
  assert.ok(!isRosterOf([full], [1, 2, 3]));
});
