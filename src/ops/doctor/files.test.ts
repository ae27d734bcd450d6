import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAuthority, makeTlsPair } from '../certificates/authority.ts';
import { fileFindings } from './files.ts';

test('a certificate for TLS that ends soon, or is none, is found before callers refuse it', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const authority = join(folder, 'authority');
  await createAuthority(authority, 1);
  const path = join(folder, 'control.pem');
  const found = (): string => {
    const [finding] = fileFindings([{ key: 'control.tls.certificateFile', path }]);
    return `${finding!.grade}: ${finding!.text}`;
  };
  assert.match(found(), /^wrong: .* is missing/);
  const write = async (days: number): Promise<void> =>
    writeFileSync(path, (await makeTlsPair(authority, ['10.0.0.1'], days)).certificate);
  await write(300);
  assert.match(found(), /^good/);
  await write(5);
  assert.match(found(), /^warning: .*control\.pem \(control\.tls\.certificateFile\) ends at .*, in \d days/);
  writeFileSync(path, 'nonsense');
  assert.match(found(), /^wrong: .*holds no certificate/);
});
