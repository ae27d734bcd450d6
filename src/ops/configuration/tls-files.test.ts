import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeAuthority, makeCertificate } from '../../gateway/testing/certificates.ts';
import { msPerHour } from '../../std/units.ts';
import { ExitCode, Failure } from '../failure.ts';
import { loadServerIdentity } from './tls-files.ts';

const pair = makeCertificate();

function files(context: TestContext, certificate: string, key: string, mode = 0o600) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const found = { certificateFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem') };
  writeFileSync(found.certificateFile, certificate);
  writeFileSync(found.keyFile, key, { mode });
  chmodSync(found.keyFile, mode);
  return found;
}

test('a pair is read with the certificates behind its own', (context) => {
  const authority = makeAuthority('a');
  const { certificate, key } = makeCertificate({ issuer: authority, toMs: 2e12 });
  const chain = `a comment\n${certificate}${authority.certificate}`;
  const identity = loadServerIdentity(files(context, chain, key), 'gateway.tls', Date.now());
  assert.equal(identity.certificates.match(/BEGIN/g)?.length, 2);
  assert.equal(identity.expiresAtMs, 2e12);
});

const encrypted = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
}).privateKey;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const refused: readonly (readonly [why: string, certificate: string, key: string, message: RegExp])[] = [
  ['no certificate', 'x', pair.key, /certificateFile: .*c\.pem holds no certificate in PEM/],
  ['a spoiled certificate', pair.certificate.replace('MII', 'AAA').slice(0, 300), pair.key, /no certificate/],
  ['no key', pair.certificate, 'secret words', /keyFile: .*k\.pem holds no private key in PEM/],
  ['an encrypted key', pair.certificate, encrypted, /keyFile: .* is encrypted, .* Store it decrypted/],
  ['the key of another', pair.certificate, makeCertificate().key, /not that of the certificate in .*c\.pem/],
  [
    'a key of another kind',
    pair.certificate,
    String(weak.export({ type: 'pkcs8', format: 'pem' })),
    /not that of the certificate/,
  ],
];
for (const [why, certificate, key, message] of refused) {
  test(`${why} is refused in words, and nothing of the key is repeated`, (context) => {
    assert.throws(
      () => loadServerIdentity(files(context, certificate, key), 'gateway.tls', Date.now()),
      (error: Error) => {
        assert.ok(error instanceof Failure && error.exitCode === ExitCode.usage);
        assert.match(error.message, /^gateway\.tls\./);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /BEGIN|secret words/);
        return true;
      },
    );
  });
}

test('a certificate of another time is refused with both times', (context) => {
  const now = Date.now();
  const load = (fromMs: number, toMs: number) => () => {
    const { certificate, key } = makeCertificate({ fromMs, toMs });
    return loadServerIdentity(files(context, certificate, key), 'control.tls', now);
  };
  assert.throws(
    load(now - 2 * msPerHour, now - msPerHour),
    /control\.tls\.certificateFile: .* expired at 20.*now\. Renew/,
  );
  assert.throws(
    load(now + msPerHour, now + 2 * msPerHour),
    /not valid before 20.* set the clock of this machine/,
  );
});

test('a key that others may read is refused with the command that closes it; so is one beside a certificate', (context) => {
  const open = files(context, pair.certificate, pair.key, 0o644);
  assert.throws(() => loadServerIdentity(open, 'gateway.tls', Date.now()), /run "chmod 600 .*k\.pem"/);
  const both = files(context, pair.certificate + pair.key, pair.key);
  chmodSync(both.certificateFile, 0o640);
  assert.throws(() => loadServerIdentity(both, 'gateway.tls', Date.now()), /chmod 600 .*c\.pem/);
  const { keyFile } = both;
  rmSync(keyFile);
  chmodSync(both.certificateFile, 0o600);
  assert.throws(() => loadServerIdentity(both, 'gateway.tls', Date.now()), /k\.pem cannot be read: ENOENT/);
});
