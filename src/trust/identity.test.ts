import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyKind } from '../protocol/parties.ts';
import { serialOf } from './certificates.ts';
import { type IdentityFiles, type IdentityProblem, readIdentity, readRevocations } from './identity.ts';
import { certificateOf, certificatesOf, september, textOf, years } from './testing/certificates.ts';
import { answererOf, callerOf, clusterUuid, settle } from './testing/parties.ts';

const replicaFiles: IdentityFiles = {
  identity: textOf('replica-2') + textOf('replica-2.link'),
  authorities: textOf('authority'),
  revoked: undefined,
};
const gatewayFiles: IdentityFiles = {
  ...replicaFiles,
  identity: textOf('gateway-1') + textOf('gateway-1.link'),
};

function good(files: IdentityFiles, life?: number) {
  const identity = readIdentity(files, () => september, life);
  assert.ok('own' in identity, JSON.stringify(identity));
  return identity;
}

function problem(changes: Partial<IdentityFiles>, seconds = september): IdentityProblem {
  const identity = readIdentity({ ...replicaFiles, ...changes }, () => seconds);
  assert.ok('problem' in identity);
  // The secret is in two forms: that of the file, and its bytes in hexadecimal digits.
  const secret = good(replicaFiles).own.staticKey.secretKey;
  const lines = textOf('replica-2.link').split('\n');
  const secrets = [...lines.filter((line) => line !== '' && !line.startsWith('-'))];
  for (const text of [...secrets, Buffer.from(secret).toString('hex')])
    assert.ok(!JSON.stringify(identity).includes(text), 'no problem tells the secret');
  return identity;
}

function revocation(serial: string): string {
  const entry = { serial, party: 'replica/2', revokedAt: '2026-09-01T00:00:00Z', reason: 'lost' };
  return JSON.stringify({ revoked: [entry] });
}

test('two identities from files come together, each known to the other', () => {
  const [replica, gateway] = [good(replicaFiles, 17), good(gatewayFiles)];
  assert.deepEqual(replica.own.party, { kind: PartyKind.replica, id: 2 });
  assert.deepEqual(replica.own.clusterUuid, clusterUuid);
  const { certificates } = certificatesOf();
  const caller = callerOf(gateway.own, certificates, { replicaId: 2 });
  const answerer = answererOf(replica.own, certificates);
  settle(caller, answerer);
  assert.deepEqual(caller.peer?.party, replica.own.party);
  assert.equal(caller.peer?.life, 17);
  assert.deepEqual(answerer.peer?.party, gateway.own.party);
});

test('an identity that others would refuse is refused where it lies, in words', () => {
  assert.match(problem({ authorities: '' }).problem, /no certificate/);
  const [certificate, key] = [textOf('replica-2'), textOf('replica-2.link')];
  assert.match(problem({ identity: key }).problem, /no certificate/);
  assert.match(problem({ identity: textOf('without-name') + key }).problem, /names no party/);
  assert.match(problem({ identity: certificate }).problem, /no X25519 key/);
  assert.match(problem({ identity: certificate + key + key }).problem, /no X25519 key/);
  assert.match(
    problem({ identity: certificate + textOf('gateway-1.link') }).problem,
    /another key than its own/,
  );
  assert.match(
    problem({ authorities: textOf('twin-authority') }).problem,
    /no authority known here signed it/,
  );
  assert.match(problem({}, years.y2027).problem, /others refuse.*expired 0 s ago/);
  assert.match(problem({}, years.y2026 - 3_600).problem, /60 minutes from now.*Is that clock right\?/);
  const serial = serialOf(certificateOf('replica-2'));
  assert.match(problem({ revoked: revocation(serial) }).problem, /is revoked/);
  assert.equal(problem({ revoked: '{"revoked":1}' }).file, 'revoked');
});

test('a file of revocations is read whole or not at all', () => {
  assert.deepEqual([...good({ ...replicaFiles, revoked: revocation('1f') }).authorities.revoked], ['1f']);
  assert.deepEqual(readRevocations('{"revoked":[]}'), []);
  for (const text of [
    '',
    '[]',
    'null',
    '{}',
    '{"revoked":[null]}',
    '{"revoked":["1f"]}',
    revocation('1F'),
    revocation('01'),
    revocation(''),
    revocation('1f').replace('"reason":"lost"', '"reason":1'),
  ])
    assert.equal(readRevocations(text), undefined, text);
});
