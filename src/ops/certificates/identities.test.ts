import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Certificates, partyText, serialOf } from '../../trust/certificates.ts';
import type { Identity } from '../../trust/identity.ts';
import type { Party } from '../../trust/parties.ts';
import { answererOf, callerOf, settle } from '../../trust/testing/parties.ts';
import {
  addRevocations,
  authorityCertificate,
  clusterOf,
  createAuthority,
  issuedBy,
  signRequest,
} from './authority.ts';
import {
  addAuthorities,
  addRevocationsTo,
  createRequest,
  identityFolder,
  installCertificate,
  removeAuthority,
  renewIdentity,
} from './identities.ts';
import { openOwnIdentity } from './own-identity.ts';
import { authorityFolder, makeIdentities } from './own-machine.ts';

const replica2: Party = { kind: PartyKind.replica, id: 2 };
const gateway1: Party = { kind: PartyKind.gateway, id: 1 };

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-certificates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a caller and a replica, whose clock is so far behind, prove themselves to each other. */
function come(caller: Identity, replica: Identity, behindSeconds = 0): boolean {
  const clock = () => Date.now() / 1_000;
  const one = callerOf(caller.own, new Certificates(caller.authorities, clock), {
    replicaId: replica.own.party.id,
  });
  const behind = () => clock() - behindSeconds;
  const other = answererOf(replica.own, new Certificates(replica.authorities, behind));
  settle(one, other);
  return one.peer !== undefined && other.peer !== undefined;
}

test('an authority on one machine, a request on another, a certificate: two parties come together', async (t) => {
  const [signer, machine] = [temporaryFolder(t), temporaryFolder(t)];
  await createAuthority(signer, 10);
  const authorities = authorityCertificate(signer);
  for (const party of [replica2, gateway1]) {
    const request = await createRequest(identityFolder(machine, party), party, { authorities });
    assert.equal(request.includes('PRIVATE'), false);
    const certificate = await signRequest(signer, request, { party, days: 90 });
    const identity = installCertificate(identityFolder(machine, party), certificate);
    assert.deepEqual(identity.own.party, party);
  }
  const [replica, gateway] = [replica2, gateway1].map((party) =>
    openIdentity(identityFolder(machine, party)),
  );
  assert.ok(come(gateway!, replica!));
  const days = (replica!.certificate.validToDate.getTime() - Date.now()) / 86_400_000;
  assert.ok(days > 89 && days <= 90);
  assert.deepEqual(
    issuedBy(signer).map(({ party }) => party),
    ['replica/2', 'gateway/1'],
  );
});

test('a list of what was signed that is spoiled is refused, and nothing is signed over it', async (t) => {
  const signer = temporaryFolder(t);
  await createAuthority(signer, 10);
  const request = await createRequest(identityFolder(temporaryFolder(t), replica2), replica2, {
    authorities: authorityCertificate(signer),
  });
  for (const text of [
    '',
    '{"a":1}',
    '[null]',
    '[{"serial":1}]',
    '[{"serial":"1","party":"x","expiresAt":"soon"}]',
  ]) {
    writeFileSync(join(signer, 'issued.json'), text, { mode: 0o600 });
    assert.throws(() => issuedBy(signer), /issued\.json is damaged: .*Restore it from a backup/, text);
    await assert.rejects(
      signRequest(signer, request, { party: replica2, days: 90 }),
      /issued\.json is damaged/,
    );
    assert.equal(readFileSync(join(signer, 'issued.json'), 'utf8'), text);
  }
});

test('every file is for its owner alone, and one that others may open is refused', async (t) => {
  const folder = temporaryFolder(t);
  await makeIdentities(folder, [replica2, gateway1]);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  assert.ok(all.length > 8);
  for (const entry of all) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    assert.equal(mode, entry.isDirectory() ? 0o700 : 0o600, entry.name);
  }
  const path = join(identityFolder(folder, replica2), 'identity.pem');
  chmodSync(path, 0o640);
  assert.throws(() => openIdentity(identityFolder(folder, replica2)), /holds secrets, and others may open/);
});

test('identities of one machine are made once, and by one authority', async (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual(await makeIdentities(folder, [replica2]), [replica2]);
  const before = readFileSync(join(identityFolder(folder, replica2), 'identity.pem'), 'utf8');
  assert.deepEqual(await makeIdentities(folder, [replica2, gateway1]), [gateway1]);
  assert.equal(readFileSync(join(identityFolder(folder, replica2), 'identity.pem'), 'utf8'), before);
  assert.ok(
    come(openIdentity(identityFolder(folder, gateway1)), openIdentity(identityFolder(folder, replica2))),
  );
  const other = temporaryFolder(t);
  await makeIdentities(other, [gateway1]);
  assert.ok(
    !come(openIdentity(identityFolder(other, gateway1)), openIdentity(identityFolder(folder, replica2))),
    'a party of another cluster',
  );
});

test('a certificate that ends soon is renewed where the authority is at hand', async (t) => {
  const folder = temporaryFolder(t);
  await makeIdentities(folder, [replica2]);
  const own = identityFolder(folder, replica2);
  const first = await renewIdentity(own, replica2, authorityFolder(folder), 20);
  assert.deepEqual(await makeIdentities(folder, [replica2]), [replica2]);
  const second = openIdentity(own);
  assert.notDeepEqual(second.own.staticKey.publicKey, first.own.staticKey.publicKey, 'new keys');
  assert.deepEqual(await makeIdentities(folder, [replica2]), []);
});

test('a replica whose clock is hours behind knows one whose certificate was made just now', async (t) => {
  const folder = temporaryFolder(t);
  await makeIdentities(folder, [replica2, gateway1]);
  const [replica, gateway] = [replica2, gateway1].map((party) => openIdentity(identityFolder(folder, party)));
  assert.ok(come(gateway!, replica!, 23 * 3_600));
  assert.equal(come(gateway!, replica!, 25 * 3_600), false);
});

test('both certificates of a party are good until one is revoked', async (t) => {
  const folder = temporaryFolder(t);
  await makeIdentities(folder, [replica2, gateway1]);
  const replica = openIdentity(identityFolder(folder, replica2));
  const old = openIdentity(identityFolder(folder, gateway1));
  const renewed = await renewIdentity(
    identityFolder(folder, gateway1),
    gateway1,
    authorityFolder(folder),
    365,
  );
  assert.ok(come(old, replica));
  assert.ok(come(renewed, replica));
  const serial = serialOf(old.certificate);
  const entry = { serial, party: partyText(gateway1), revokedAt: new Date().toISOString(), reason: 'lost' };
  const text = addRevocations(authorityFolder(folder), [entry]);
  addRevocations(authorityFolder(folder), [entry]);
  writeFileSync(join(identityFolder(folder, replica2), 'revoked.json'), text);
  const after = openIdentity(identityFolder(folder, replica2));
  assert.ok(!come(old, after));
  assert.ok(come(renewed, after));
});

/** Another authority of the same cluster, which the identities in a folder believe beside theirs. */
async function nextAuthority(folder: string, next: string, parties: readonly Party[]): Promise<void> {
  const cluster = clusterOf([new X509Certificate(authorityCertificate(authorityFolder(folder)))]);
  await createAuthority(next, 10, cluster);
  for (const party of parties) addAuthorities(identityFolder(folder, party), authorityCertificate(next));
}

test('what one authority has revoked stays so when another one renews, and revokes itself', async (t) => {
  const [folder, next] = [temporaryFolder(t), temporaryFolder(t)];
  await makeIdentities(folder, [replica2, gateway1]);
  const stolen = openIdentity(identityFolder(folder, gateway1));
  const entryOf = (serial: string) => ({ serial, party: 'gateway/1', revokedAt: '2026', reason: 'stolen' });
  addRevocations(authorityFolder(folder), [entryOf(serialOf(stolen.certificate))]);
  await renewIdentity(identityFolder(folder, replica2), replica2, authorityFolder(folder), 20);
  assert.ok(!come(stolen, openIdentity(identityFolder(folder, replica2))));
  await nextAuthority(folder, next, [replica2, gateway1]);
  await renewIdentity(identityFolder(folder, replica2), replica2, next, 365);
  assert.ok(!come(stolen, openIdentity(identityFolder(folder, replica2))), 'both authorities count');
  const renewed = await renewIdentity(identityFolder(folder, gateway1), gateway1, next, 365);
  assert.ok(come(renewed, openIdentity(identityFolder(folder, replica2))));
  addRevocationsTo(
    identityFolder(folder, replica2),
    addRevocations(next, [entryOf(serialOf(renewed.certificate))]),
  );
  const after = openIdentity(identityFolder(folder, replica2));
  assert.deepEqual([come(stolen, after), come(renewed, after)], [false, false]);
});

test('an authority that was removed does not count again by a renewal, where it is still at hand', async (t) => {
  const [folder, next] = [temporaryFolder(t), temporaryFolder(t)];
  await makeIdentities(folder, [replica2]);
  const own = identityFolder(folder, replica2);
  await assert.rejects(
    renewIdentity(own, replica2, folder.replace(/$/, '-none'), 20),
    /There is no authority in/,
  );
  await nextAuthority(folder, next, []);
  await assert.rejects(renewIdentity(own, replica2, next, 20), /does not believe the authority.*--add/);
  await nextAuthority(folder, join(next, 'second'), [replica2]);
  await renewIdentity(own, replica2, join(next, 'second'), 20);
  const [old] = openIdentity(own).authorities.certificates.map((der) => new X509Certificate(der));
  removeAuthority(own, serialOf(old!));
  assert.deepEqual(await makeIdentities(folder, [replica2, gateway1]), [], 'its end is near');
  await assert.rejects(renewIdentity(own, replica2, authorityFolder(folder), 20), /it was removed there/);
  assert.equal(openIdentity(own).authorities.certificates.length, 1);
});

test('a request is repeated for the same keys until its certificate comes', async (t) => {
  const [signer, machine] = [temporaryFolder(t), temporaryFolder(t)];
  await createAuthority(signer, 10);
  const folder = identityFolder(machine, gateway1);
  const authorities = authorityCertificate(signer);
  const first = await createRequest(folder, gateway1, { authorities });
  await createRequest(folder, gateway1);
  installCertificate(folder, await signRequest(signer, first, { party: gateway1, days: 1 }));
  assert.throws(
    () => installCertificate(folder, new X509Certificate(authorities).toString()),
    /no certificate was asked for/,
  );
});

test('what cannot be certified or installed is refused in words', async (t) => {
  const [signer, other, machine] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
  await createAuthority(signer, 10);
  await createAuthority(other, 10);
  await assert.rejects(createAuthority(signer, 10), /There is an authority in .* already/);
  const folder = identityFolder(machine, replica2);
  await assert.rejects(createRequest(folder, replica2), /knows no authority yet.*--authorities/);
  const authorities = authorityCertificate(signer);
  await assert.rejects(
    createRequest(folder, replica2, { authorities, cluster: 'x' }),
    /--cluster x is no number of a cluster/,
  );
  const request = await createRequest(folder, replica2, { authorities });
  const sign = (from: string, text: string, party: Party) => signRequest(from, text, { party, days: 1 });
  await assert.rejects(sign(signer, request, gateway1), /is for replica\/2, and gateway\/1 is to be signed/);
  await assert.rejects(sign(other, request, replica2), /request is for cluster .*, and the authority in/);
  await assert.rejects(sign(machine, request, replica2), /There is no authority in/);
  await assert.rejects(sign(signer, 'x', replica2), /no certificate request/);
  const lines = request.split('\n');
  const at = lines.length - 4;
  lines[at] = lines[at]!.replace(/[a-z]/, (letter) => (letter === 'a' ? 'b' : 'a'));
  await assert.rejects(
    sign(signer, lines.join('\n'), replica2),
    /not signed by its own key|no certificate request/,
  );
  assert.throws(() => installCertificate(folder, request), /This is no certificate/);
  const foreign = identityFolder(machine, gateway1);
  const foreignRequest = await createRequest(foreign, gateway1, { authorities });
  const certificate = await sign(signer, foreignRequest, gateway1);
  assert.throws(() => installCertificate(folder, certificate), /cannot be used.*another key than its own/);
  installCertificate(foreign, certificate);
});

test('a process without an identity, with a damaged one, or with that of another is refused in words', async (t) => {
  const folder = temporaryFolder(t);
  assert.throws(
    () => openOwnIdentity(folder, replica2),
    /no identity of replica\/2 in .*certificates request replica\/2/,
  );
  await makeIdentities(folder, [gateway1]);
  cpSync(identityFolder(folder, gateway1), identityFolder(folder, replica2), { recursive: true });
  assert.throws(
    () => openOwnIdentity(folder, replica2),
    /holds the identity of gateway\/1, and replica\/2 is needed/,
  );
  writeFileSync(join(identityFolder(folder, gateway1), 'identity.pem'), 'x');
  assert.throws(
    () => openOwnIdentity(folder, gateway1),
    /identity\.pem: it holds no certificate.*certificates renew gateway\/1/,
  );
});
