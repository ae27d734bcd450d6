import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { makeCertificate, type TestCertificate } from '../../gateway/testing/certificates.ts';
import { msPerDay } from '../../std/units.ts';
import { TlsWatch } from './tls-watch.ts';

function watched(context: TestContext, pair: TestCertificate) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const files = { certificateFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem') };
  const put = ({ certificate, key }: TestCertificate): void => {
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.keyFile, key, { mode: 0o600 });
  };
  put(pair);
  const said: string[] = [];
  const say =
    (level: string) =>
    (...words: unknown[]): void =>
      void said.push(`${level}: ${words.at(-1)}`);
  const log = { info: say('info'), warn: say('warn'), error: say('error') };
  const renewed: ServerIdentity[] = [];
  const watch = new TlsWatch({
    files,
    key: 'gateway.tls',
    log: log as never,
    onRenewed: (identity) => renewed.push(identity),
  });
  context.after(() => {
    watch.end();
    rmSync(folder, { recursive: true, force: true });
  });
  return { watch, files, put, said, renewed };
}

test('a new pair is taken once both files stand; without a change nothing happens', (context) => {
  const { watch, put, renewed, said } = watched(context, makeCertificate());
  watch.look();
  watch.look();
  assert.equal(renewed.length, 0);
  const next = makeCertificate();
  put(next);
  watch.look();
  assert.equal(renewed.length, 0, 'the other file may follow');
  watch.look();
  watch.look();
  assert.deepEqual(
    renewed.map(({ key }) => key),
    [next.key],
  );
  assert.equal(watch.identity.key, next.key);
  assert.match(said.join('\n'), /^info: new connections get the certificate that ends at 20[^\n]*$/);
});

test('a bad pair is refused, said once, and the old one stays until a good one comes', (context) => {
  const first = makeCertificate();
  const { watch, files, put, renewed, said } = watched(context, first);
  writeFileSync(files.keyFile, makeCertificate().key, { mode: 0o600 });
  for (let n = 0; n < 5; n++) watch.look();
  assert.equal(renewed.length, 0);
  assert.equal(watch.identity.key, first.key);
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /^error: the new certificate is refused, and the old one.* stays in use\. gateway\.tls\.keyFile/,
  );
  put({ ...makeCertificate({ toMs: Date.now() - 1 }) });
  for (let n = 0; n < 5; n++) watch.look();
  assert.match(said[1]!, /expired at/);
  rmSync(files.certificateFile);
  for (let n = 0; n < 5; n++) watch.look();
  assert.match(said[2]!, /cannot be read/);
  // A name that leads to itself fails as one on a disk that fails does.
  symlinkSync(files.certificateFile, files.certificateFile);
  for (let n = 0; n < 5; n++) watch.look();
  assert.equal(said.length, 4);
  assert.match(said[3]!, /cannot be read/);
  rmSync(files.certificateFile);
  put(makeCertificate());
  for (let n = 0; n < 5; n++) watch.look();
  assert.equal(renewed.length, 1);
});

test('a reload that is asked for takes the files as they are', (context) => {
  const { watch, put, renewed } = watched(context, makeCertificate());
  put(makeCertificate());
  watch.reload();
  assert.equal(renewed.length, 1);
  watch.look();
  watch.look();
  assert.equal(renewed.length, 1, 'the same files are not taken twice');
});

test('from 30 days before its end on the log warns, once a day, until it is replaced', (context) => {
  const { watch, put, said } = watched(context, makeCertificate({ toMs: Date.now() + 29 * msPerDay }));
  for (let n = 0; n < 5; n++) watch.look();
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^warn: the certificate in .*c\.pem expires at 20.* Put a new pair in its place\.$/);
  put(makeCertificate());
  watch.reload();
  assert.equal(said.length, 2);
});
