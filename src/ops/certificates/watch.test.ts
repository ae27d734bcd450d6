import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { identityOf } from '../../client/identity.ts';
import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { msPerDay } from '../../std/units.ts';
import { serialOf } from '../../trust/certificates.ts';
import { TrustFailure } from '../../trust/failures.ts';
import type { Identity } from '../../trust/identity.ts';
import type { Party } from '../../trust/parties.ts';
import { revocationsText } from './authority.ts';
import { replaceFile } from './files.ts';
import { identityFolder, renewIdentity } from './identities.ts';
import { authorityFolder, makeIdentities } from './own-machine.ts';
import { IdentityWatch } from './watch.ts';

const gateway1: Party = { kind: PartyKind.gateway, id: 1 };

async function watched(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-watch-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await makeIdentities(folder, [gateway1]);
  const changes: Identity[] = [];
  const warnings: string[] = [];
  const watch = new IdentityWatch(folder, gateway1);
  const { identity } = watch;
  watch.start({
    changed: (changed) => changes.push(changed),
    warn: (text) => warnings.push(text),
  });
  t.after(() => watch.end());
  const renew = (days: number) =>
    renewIdentity(identityFolder(folder, gateway1), gateway1, authorityFolder(folder), days);
  return { folder, identity, watch, renew, changes, warnings };
}

test('a renewed identity is read once', async (t) => {
  const { identity, watch, renew, changes, warnings } = await watched(t);
  watch.look(Date.now());
  assert.equal(changes.length, 0);
  await renew(365);
  watch.look(Date.now());
  watch.look(Date.now());
  assert.equal(changes.length, 1);
  assert.notDeepEqual(changes.at(-1)?.own.staticKey.publicKey, identity.own.staticKey.publicKey);
  assert.deepEqual(warnings, []);
});

test('what is revoked counts once the file says it, and two files with other serial numbers are told apart', async (t) => {
  const { folder, watch } = await watched(t);
  const hashes = ['', '1a', '2b'].map((serial) => {
    const revoked = serial === '' ? [] : [{ serial, party: 'gateway/2', revokedAt: '', reason: '' }];
    replaceFile(join(identityFolder(folder, gateway1), 'revoked.json'), revocationsText(revoked));
    watch.look(Date.now());
    assert.equal(watch.revoked.count, revoked.length);
    return watch.revoked.hash;
  });
  assert.equal(new Set(hashes).size, 3);
});

test('what is revoked counts also where the own certificate is among it', async (t) => {
  const { folder, identity, watch, changes, warnings } = await watched(t);
  const serials = [serialOf(identity.certificate), '1a'];
  const revoked = serials.map((serial) => ({ serial, party: 'gateway/1', revokedAt: '', reason: '' }));
  replaceFile(join(identityFolder(folder, gateway1), 'revoked.json'), revocationsText(revoked));
  watch.look(Date.now());
  watch.look(Date.now());
  assert.deepEqual([...watch.identity.authorities.revoked], serials);
  assert.deepEqual([watch.revoked.count, changes.length, warnings.length], [2, 1, 1]);
  assert.match(warnings[0]!, /is revoked.*goes on with the identity that it has/);
});

test('a client hears of what is revoked also where the own certificate is among it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-watch-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const replica1: Party = { kind: PartyKind.replica, id: 1 };
  await makeIdentities(folder, [gateway1, replica1]);
  const [own, other] = [gateway1, replica1].map((party) => openIdentity(identityFolder(folder, party)));
  const client = identityOf(identityFolder(folder, gateway1));
  const { evidence, staticKey } = other!.own;
  assert.deepEqual(client.verifier.partyOf(evidence, staticKey.publicKey), replica1);
  const revoked = [own!, other!].map(({ certificate }) => ({
    serial: serialOf(certificate),
    party: '',
    revokedAt: '',
    reason: '',
  }));
  replaceFile(join(identityFolder(folder, gateway1), 'revoked.json'), revocationsText(revoked));
  assert.deepEqual(client.own.party, gateway1);
  assert.equal(client.verifier.partyOf(evidence, staticKey.publicKey), TrustFailure.revoked);
});

test('files that cannot be used change nothing, are said once, and are read again until they can', async (t) => {
  const { folder, watch, renew, changes, warnings } = await watched(t);
  const path = join(identityFolder(folder, gateway1), 'authorities.pem');
  writeFileSync(path, 'x');
  utimesSync(path, 1, 1);
  watch.look(Date.now());
  watch.look(Date.now());
  assert.deepEqual(changes, []);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /authorities\.pem: it holds no certificate.*goes on with the identity that it has/,
  );
  rmSync(path);
  await renew(365);
  watch.look(Date.now());
  assert.equal(changes.length, 1);
});

test('files that cannot even be looked at are said once, and are good again once they can', async (t) => {
  const { folder, identity, watch, changes, warnings } = await watched(t);
  const path = join(identityFolder(folder, gateway1), 'identity.pem');
  for (let times = 1; times <= 2; times++) {
    renameSync(path, `${path}.aside`);
    // A name that leads to itself fails as one on a disk that fails does, and not as one that is not there.
    symlinkSync(path, path);
    watch.look(Date.now());
    watch.look(Date.now());
    assert.equal(warnings.length, times);
    assert.match(warnings.at(-1)!, /goes on with the identity that it has/);
    renameSync(`${path}.aside`, path);
    watch.look(Date.now());
  }
  assert.ok(changes.length <= 2);
  assert.deepEqual(watch.identity.own.staticKey.publicKey, identity.own.staticKey.publicKey);
});

test('a certificate that ends soon is said once a day until it is renewed', async (t) => {
  const { watch, renew, changes, warnings } = await watched(t);
  await renew(29);
  const now = Date.now();
  for (const hours of [0, 1, 25, 26]) watch.look(now + hours * 3_600_000);
  assert.equal(changes.length, 1);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /ends at .*, in (?:28|29) days.*lockstep certificates renew/);
  await renew(365);
  watch.look(now + 3 * msPerDay);
  assert.deepEqual([changes.length, warnings.length], [2, 2]);
});
