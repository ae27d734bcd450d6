import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyKind } from '../protocol/parties.ts';
import {
  type Certificates,
  nameIn,
  partyText,
  partyUri,
  readAuthorities,
  readPartyUri,
  serialOf,
} from './certificates.ts';
import { TrustFailure, trustFailureText } from './failures.ts';
import type { EvidenceFailure, Party } from './parties.ts';
import {
  authoritiesOf,
  certificateOf,
  certificatesOf,
  day,
  september,
  shownBy,
  textOf,
  years,
} from './testing/certificates.ts';
import { bytesFrom, clusterUuid } from './testing/parties.ts';

const replica2: Party = { kind: PartyKind.replica, id: 2 };

/** What comes of a certificate that is shown with the key that is in it. */
function found(certificates: Certificates, name: string, key?: Uint8Array): Party | EvidenceFailure {
  const { evidence, linkKey } = shownBy(name);
  return certificates.partyOf(evidence, key ?? linkKey);
}

function assertRefused(certificates: Certificates, name: string, failure: EvidenceFailure, why: RegExp) {
  const result = found(certificates, name);
  assert.equal(result, failure, `${name}: ${JSON.stringify(result)} ${certificates.lastRefusal}`);
  assert.match(certificates.lastRefusal, why);
}

test('a certificate that an authority signed says whose the key is', () => {
  const { certificates } = certificatesOf(['authority', 'p256-authority', 'rsa-authority']);
  for (const name of ['replica-2', 'of-p256', 'of-rsa', 'other-names-beside']) {
    assert.deepEqual(found(certificates, name), replica2, name);
  }
  assert.deepEqual(found(certificates, 'gateway-1'), { kind: PartyKind.gateway, id: 1 });
  assert.deepEqual(found(certificates, 'program-4294967295'), { kind: PartyKind.program, id: 0xffff_ffff });
  assert.deepEqual(found(certificates, 'operator-7'), { kind: PartyKind.operator, id: 7 });
});

test('a certificate by any other issuer is refused, also by one of the same name', () => {
  const { certificates } = certificatesOf();
  for (const name of [
    'of-twin',
    'of-twin-without-key-id',
    'of-p256',
    'of-rsa',
    'of-replica-2',
    'of-the-leaf-authority',
  ])
    assertRefused(certificates, name, TrustFailure.notCertified, /no authority known here signed it/);
  assertRefused(certificates, 'authority', TrustFailure.notCertified, /that of an authority/);
  assertRefused(certificates, 'leaf-that-is-an-authority', TrustFailure.notCertified, /that of an authority/);
  assert.deepEqual(found(certificatesOf(['twin-authority']).certificates, 'of-twin'), replica2);
});

test('an authority signs under its own name', () => {
  const { certificates } = certificatesOf(['renamed-authority']);
  assertRefused(certificates, 'of-former-name', TrustFailure.notCertified, /issued by CN=Former name/);
});

test('a signature that can be forged is refused', () => {
  const { certificates } = certificatesOf(['sha1-authority']);
  assertRefused(certificates, 'of-sha1', TrustFailure.notCertified, /sha1.*not safe/i);
});

test('a certificate names one party of this cluster, in a URI', () => {
  const { certificates } = certificatesOf();
  assertRefused(certificates, 'without-name', TrustFailure.badEvidence, /names no party/);
  assertRefused(certificates, 'other-uri', TrustFailure.badEvidence, /names no party/);
  assertRefused(certificates, 'name-in-dns', TrustFailure.badEvidence, /names no party/);
  assertRefused(certificates, 'name-in-email', TrustFailure.badEvidence, /names no party/);
  assertRefused(certificates, 'two-names', TrustFailure.badEvidence, /names 2 parties/);
  assertRefused(certificates, 'quoted-name', TrustFailure.badEvidence, /not of the form/);
  assertRefused(certificates, 'replica-300', TrustFailure.badEvidence, /not of the form/);
  assertRefused(certificates, 'other-cluster', TrustFailure.wrongCluster, /of cluster 08080808-/);
});

test('a certificate is good with its own key only', () => {
  const { certificates } = certificatesOf();
  for (let round = 0; round < 2; round++) {
    assert.equal(found(certificates, 'replica-2', shownBy('gateway-1').linkKey), TrustFailure.anotherKey);
    assert.match(certificates.lastRefusal, /that of replica\/2, and is shown with another key/);
    assert.deepEqual(found(certificates, 'replica-2'), replica2);
  }
});

test('a certificate counts from its first second to before its last, with 5 minutes for clocks at its start', () => {
  for (const isRemembered of [false, true]) {
    const { certificates, clock } = certificatesOf();
    if (isRemembered) found(certificates, 'replica-2');
    clock.seconds = years.y2026 - 301;
    assertRefused(certificates, 'replica-2', TrustFailure.notYetValid, /5 minutes from now, by the clock of/);
    clock.seconds = years.y2026 - 300;
    assert.deepEqual(found(certificates, 'replica-2'), replica2);
    clock.seconds = years.y2027 - 1;
    assert.deepEqual(found(certificates, 'replica-2'), replica2);
    clock.seconds = years.y2027;
    assertRefused(
      certificates,
      'replica-2',
      TrustFailure.expired,
      /expired 0 s ago, by the clock of this machine/,
    );
    clock.seconds = years.y2027 + 3 * day;
    assertRefused(certificates, 'replica-2', TrustFailure.expired, /replica\/2, and expired 3 days ago/);
    clock.seconds = september;
    assert.deepEqual(found(certificates, 'replica-2'), replica2);
  }
});

test('what an authority signed counts no longer than the authority', () => {
  const { certificates, clock } = certificatesOf(['authority-until-june']);
  assertRefused(certificates, 'replica-2', TrustFailure.expired, /the certificate of its authority expired/);
  clock.seconds = years.y2026 + day;
  assert.deepEqual(found(certificates, 'replica-2'), replica2);
  const both = certificatesOf(['authority-until-june', 'authority']);
  assert.deepEqual(found(both.certificates, 'replica-2'), replica2, 'the renewed one of the same key counts');
});

test('a revoked certificate is refused, remembered or not, and the other one of the same party is not', () => {
  const { certificates, clock } = certificatesOf();
  clock.seconds = years.y2026 + 320 * day;
  assert.deepEqual(found(certificates, 'replica-2'), replica2);
  assert.deepEqual(found(certificates, 'replica-2-renewed'), replica2);
  const serial = serialOf(certificateOf('replica-2'));
  certificates.replace(authoritiesOf(['authority'], [serial]));
  assertRefused(
    certificates,
    'replica-2',
    TrustFailure.revoked,
    new RegExp(`serial number ${serial} is revoked`),
  );
  assert.deepEqual(found(certificates, 'replica-2-renewed'), replica2);
  certificates.replace(authoritiesOf(['authority'], [serialOf(certificateOf('authority'))]));
  assertRefused(certificates, 'replica-2', TrustFailure.revoked, /the authority that signed it is revoked/);
});

test('other authorities count at once, and those before them no more', () => {
  const { certificates } = certificatesOf();
  assert.deepEqual(found(certificates, 'replica-2'), replica2);
  certificates.replace(authoritiesOf(['twin-authority', 'authority']));
  assert.deepEqual(found(certificates, 'replica-2'), replica2);
  assert.deepEqual(found(certificates, 'of-twin'), replica2);
  certificates.replace(authoritiesOf(['twin-authority']));
  assertRefused(certificates, 'replica-2', TrustFailure.notCertified, /no authority known here/);
});

test('the same cluster number under another authority, or the same authority for another cluster: refused', () => {
  const { certificates } = certificatesOf();
  certificates.replace(authoritiesOf(['authority'], [], bytesFrom('another', 16)));
  assertRefused(certificates, 'replica-2', TrustFailure.wrongCluster, /replica\/2 of cluster 07070707-/);
});

test('evidence has one form, and is not too long', () => {
  const { certificates } = certificatesOf();
  const { evidence, linkKey } = shownBy('replica-2');
  const pem = Buffer.from(textOf('replica-2'));
  const longer = Buffer.concat([evidence, Buffer.alloc(1)]);
  for (const bytes of [pem, longer, evidence.subarray(1), evidence.subarray(0, -1), Buffer.alloc(0)])
    assert.equal(certificates.partyOf(bytes, linkKey), TrustFailure.badEvidence);
  assert.ok(shownBy('long').evidence.length > 4_096);
  assertRefused(certificates, 'long', TrustFailure.badEvidence, /too long/);
});

test('each changed bit of a certificate, and each certificate that is cut, is refused', () => {
  const { certificates } = certificatesOf();
  const { evidence, linkKey } = shownBy('replica-2');
  for (let at = 0; at < evidence.length; at++) {
    const bytes = evidence.slice();
    bytes[at] = bytes[at]! ^ (1 << (at % 8));
    assert.equal(typeof certificates.partyOf(bytes, linkKey), 'number', `byte ${at}`);
    assert.equal(typeof certificates.partyOf(evidence.subarray(0, at), linkKey), 'number', `${at} bytes`);
  }
});

test('what a stranger writes into a certificate spoils no line of a log', () => {
  const { certificates } = certificatesOf(['p256-authority']);
  found(certificates, 'of-twin');
  assert.match(certificates.lastRefusal, /^[ -~]{1,300}$/);
  assert.match(certificates.lastRefusal, /CN=Lockstep authority/);
  found(certificates, 'of-odd-name');
  assert.match(certificates.lastRefusal, /^[ -~]*issued by CN=Sch[ -~]*$/);
});

test('every refusal of a certificate has its words', () => {
  for (const failure of [TrustFailure.wrongCluster, TrustFailure.anotherKey, TrustFailure.revoked])
    assert.match(trustFailureText[failure], /\.$/);
});

test('the name of a party is read as it is written, and in no other form', () => {
  const linkKey = bytesFrom('a key');
  for (const [kind, id] of [
    ['replica', 1],
    ['replica', 255],
    ['gateway', 2],
    ['program', 0xffff_ffff],
    ['operator', 10],
  ] as const) {
    const party = { kind: PartyKind[kind], id };
    const uri = partyUri({ clusterUuid, party, linkKey });
    assert.deepEqual(readPartyUri(uri), { clusterUuid, party, linkKey });
    assert.equal(partyText(party), `${kind}/${id}`);
  }
  const good = partyUri({ clusterUuid, party: replica2, linkKey });
  const key = good.slice(-43);
  const lastLetter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const next = lastLetter[lastLetter.indexOf(key.at(-1)!) + 1]!;
  for (const bad of [
    '',
    good.toUpperCase(),
    ` ${good}`,
    `${good}\n`,
    `${good}=`,
    `${good}/`,
    good.slice(0, -1) + next,
    good.replace('/2/', '/02/'),
    good.replace('/2/', '/0/'),
    good.replace('/2/', '/-2/'),
    good.replace('/2/', '/2.0/'),
    good.replace('/2/', '/256/'),
    good.replace('replica/2', 'program/4294967296'),
    good.replace('replica', 'constructor'),
    good.replace('replica', 'Replica'),
    good.replace('07070707-', '07070707'),
    good.replace('0', 'g'),
    good.replace('lockstep:', 'lockstep2:'),
    good.replace('//', '///'),
  ])
    assert.equal(readPartyUri(bad), undefined, bad);
});

test('a file of authorities holds 1 to 4 of them and nothing else', () => {
  const authority = textOf('authority');
  const both = readAuthorities(`words before\n${authority}\n${textOf('p256-authority')}`);
  assert.ok(typeof both !== 'string');
  assert.deepEqual(
    both.map(({ subject }) => subject),
    ['CN=Lockstep authority', 'CN=P-256 authority'],
  );
  assert.match(readAuthorities('') as string, /holds no certificate/);
  assert.match(readAuthorities(authority.repeat(5)) as string, /holds 5 certificates, and at most 4/);
  assert.match(readAuthorities(authority + textOf('replica-2')) as string, /certificate 2 .*is no authority/);
  assert.match(
    readAuthorities(authority.replace('MII', 'MIX')) as string,
    /certificate 1 in it cannot be read/,
  );
});

test('the name in a certificate is the one of its party', () => {
  const name = nameIn(certificateOf('other-names-beside'));
  assert.ok(typeof name !== 'string');
  assert.deepEqual([name.party, name.clusterUuid], [replica2, clusterUuid]);
});
