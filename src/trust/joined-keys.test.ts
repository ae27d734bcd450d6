import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyKind } from '../protocol/parties.ts';
import { TrustFailure } from './failures.ts';
import { JoinedKeys, type ReadClaim } from './joined-keys.ts';
import type { Verifier } from './parties.ts';
import { Authority, identity } from './testing/parties.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const certified = identity('replica', 1);
/** Evidence of replica 4 by three bytes: its kind, the byte of its key, that of the token that signed it. */
const readClaim: ReadClaim = ([kind, own, signer, more]) =>
  more === undefined && kind !== undefined && own !== undefined
    ? {
        party: { kind: kind as PartyKind, id: 4 },
        linkKey: key(own),
        fingerprint: key(own + 100),
        isSignedBy: (token) => token[0] === signer,
      }
    : undefined;
const joined = Uint8Array.of(PartyKind.replica, 40, 90);
const token = { replicaId: 4, key: key(90) };

function newKeys(seeds: readonly { replicaId: number; fingerprint: Uint8Array }[] = []): JoinedKeys {
  return new JoinedKeys(new Authority([certified]), readClaim, seeds);
}

test('what an authority certified is believed whatever the log says', () => {
  const { evidence, staticKey, party } = certified;
  assert.deepEqual(newKeys().partyOf(evidence, staticKey.publicKey), party);
});

test('a key is believed while the token that signed it is open, and then as that of a member', () => {
  const keys = newKeys();
  const isBelieved = (): boolean => typeof keys.partyOf(joined, key(40)) !== 'number';
  assert.equal(isBelieved(), false);
  assert.match(keys.lastRefusal, /join token for replica 4 that is not open/);
  keys.believe({ members: [], tokens: [token] });
  assert.deepEqual(keys.partyOf(joined, key(40)), { kind: PartyKind.replica, id: 4, fingerprint: key(140) });
  keys.believe({ members: [{ replicaId: 4, fingerprint: key(140) }], tokens: [] });
  assert.equal(isBelieved(), true);
  keys.believe({ members: [{ replicaId: 4, fingerprint: key(141) }], tokens: [] });
  assert.equal(isBelieved(), false, 'another machine has become replica 4');
});

test('a token of another number, another key than the signed one, and parties that are no replica are refused', () => {
  const keys = newKeys();
  keys.believe({ members: [], tokens: [{ replicaId: 5, key: key(90) }] });
  assert.equal(keys.partyOf(joined, key(40)), TrustFailure.notCertified);
  keys.believe({ members: [], tokens: [{ replicaId: 4, key: key(91) }] });
  assert.equal(keys.partyOf(joined, key(40)), TrustFailure.notCertified);
  keys.believe({ members: [], tokens: [token] });
  assert.equal(keys.partyOf(joined, key(41)), TrustFailure.anotherKey);
  const operator = Uint8Array.of(PartyKind.operator, 40, 90);
  assert.equal(keys.partyOf(operator, key(40)), TrustFailure.notCertified);
  assert.equal(keys.partyOf(Uint8Array.of(1, 2, 3, 4), key(2)), TrustFailure.notCertified);
});

test('a key of the own file counts until the log says something else of that replica', () => {
  const keys = newKeys([{ replicaId: 4, fingerprint: key(140) }]);
  assert.equal(typeof keys.partyOf(joined, key(40)), 'object');
  keys.believe({ members: [{ replicaId: 4, fingerprint: key(141) }], tokens: [] });
  assert.equal(keys.partyOf(joined, key(40)), TrustFailure.notCertified);
  keys.believe({ members: [{ replicaId: 4, fingerprint: key(140) }], tokens: [] });
  assert.equal(typeof keys.partyOf(joined, key(40)), 'object');
  keys.believe({ members: [], tokens: [] });
  assert.equal(keys.partyOf(joined, key(40)), TrustFailure.notCertified, 'it is no member any more');
});

test('a certificate that is taken back is not believed, whatever the log, a token or the own file says', () => {
  let isTaken = false;
  const authorities: Verifier = {
    partyOf: () => TrustFailure.notCertified,
    isRevoked: (evidence) => isTaken && evidence === joined,
  };
  const member = { replicaId: 4, fingerprint: key(140) };
  const keys = new JoinedKeys(authorities, readClaim, [member]);
  const isBelieved = (): boolean => typeof keys.partyOf(joined, key(40)) !== 'number';
  const beliefs = [
    () => undefined,
    () => keys.believe({ members: [], tokens: [token] }),
    () => keys.believe({ members: [member], tokens: [] }),
  ];
  for (const believe of beliefs) {
    believe();
    isTaken = false;
    assert.equal(isBelieved(), true);
    isTaken = true;
    assert.equal(keys.partyOf(joined, key(40)), TrustFailure.revoked);
    assert.match(keys.lastRefusal, /replica 4, and its serial number is revoked/);
  }
});
