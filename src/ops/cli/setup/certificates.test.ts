import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runWords } from '../testing/command-line.ts';

const run = (...words: string[]) => runWords('certificates', ...words);

/** What it printed as JSON, where it went well. */
async function good(...words: string[]) {
  const { code, out, error } = await run(...words, '--json');
  assert.equal(code, 0, error);
  return JSON.parse(out.split('\n').at(-1)!);
}

async function assertRefused(message: RegExp, ...words: string[]): Promise<void> {
  const { code, error } = await run(...words);
  assert.equal(code, 2, error);
  assert.match(error, message);
}

function temporaryFolders(t: TestContext, ...names: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-certificates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return names.map((name) => join(folder, name));
}

/** Makes an identity as people at two machines do it. */
async function enrol(party: string, machine: string, authority: string, ...options: string[]): Promise<void> {
  const [request, certificate] = [`${machine}.csr`, `${machine}.crt`];
  const authorities = join(authority, 'authority.pem');
  await good('request', party, '--data', machine, '--authorities', authorities, '--out', request);
  await good('sign', request, '--party', party, '--authority', authority, '--out', certificate, ...options);
  await good('install', party, certificate, '--data', machine);
}

test('an authority signs for two machines, and each shows what it has', async (t) => {
  const [authority, replica, gateway] = temporaryFolders(t, 'authority', 'replica', 'gateway');
  assert.match(
    (await run('init', '--authority', authority!)).out,
    /authority\.key signs certificates: keep it/,
  );
  await enrol('replica/1', replica!, authority!);
  await enrol('gateway/1', gateway!, authority!, '--days', '10');
  const { identities } = await good('show', '--data', replica!);
  assert.equal(identities.length, 1);
  assert.equal(identities[0].party, 'replica/1');
  const shown = await run('show', '--data', gateway!);
  assert.match(
    shown.out,
    /^gateway\/1 +[0-9a-f]{32} +good until \d{4}-\d\d-\d\d \((?:9|10) days: renew it\)/m,
  );
  const printed = await run(
    'request',
    'program/1',
    '--data',
    gateway!,
    '--authorities',
    join(authority!, 'authority.pem'),
  );
  assert.match(printed.out, /^-----BEGIN CERTIFICATE REQUEST-----.*-----END CERTIFICATE REQUEST-----$/s);
});

test('a revoked party is known on each machine that took over the list', async (t) => {
  const [authority, replica, gateway] = temporaryFolders(t, 'authority', 'replica', 'gateway');
  await good('init', '--authority', authority!);
  await enrol('replica/1', replica!, authority!);
  await enrol('gateway/1', gateway!, authority!);
  const { revoked, known } = await good(
    ...[
      'revoke',
      'gateway/1',
      '--reason',
      'its disk was sold',
      '--authority',
      authority!,
      '--data',
      replica!,
    ],
  );
  assert.deepEqual([revoked.length, known], [1, 1]);
  const list = join(authority!, 'revoked.json');
  assert.match(readFileSync(list, 'utf8'), /"gateway\/1".*"its disk was sold"/s);
  await good('authorities', '--revoked', list, '--data', gateway!);
  const shown = await run('show', '--data', gateway!);
  assert.match(shown.out, new RegExp(`gateway/1 .*serial number ${revoked[0]} is revoked`));
  await enrol('gateway/1', gateway!, authority!);
  assert.match((await run('show', '--data', gateway!)).out, /gateway\/1 .*good until/);
  const { revoked: bySerial } = await good(
    'revoke',
    '0AB',
    '--reason',
    'x',
    '--authority',
    authority!,
    '--data',
    replica!,
  );
  assert.deepEqual(bySerial, ['ab']);
});

test('one authority follows another without an identity that is not believed in between', async (t) => {
  const [old, next, machine] = temporaryFolders(t, 'old', 'next', 'machine');
  await good('init', '--authority', old!);
  await enrol('replica/1', machine!, old!);
  const { identities } = await good('show', '--data', machine!);
  await good('init', '--authority', next!, '--cluster', identities[0].cluster);
  await good('authorities', '--add', join(next!, 'authority.pem'), '--data', machine!);
  const both = await good('authorities', '--data', machine!);
  const [first, second] = both.identities[0].authorities;
  await assertRefused(
    /signed the identity.*Renew it/,
    'authorities',
    '--remove',
    first.serial,
    '--data',
    machine!,
  );
  await good('renew', '--authority', next!, '--data', machine!);
  await good('authorities', '--remove', first.serial, '--data', machine!);
  const after = await good('authorities', '--data', machine!);
  assert.deepEqual(after.identities[0].authorities, [second]);
  const renewed = await good('show', '--data', machine!);
  assert.ok(renewed.ok);
  assert.equal(renewed.identities[0].cluster, identities[0].cluster);
});

test('what is wrong is refused with what to do', async (t) => {
  const [authority, machine] = temporaryFolders(t, 'authority', 'machine');
  await good('init', '--authority', authority!);
  await assertRefused(/authority in .* already/, 'init', '--authority', authority!);
  await assertRefused(/"replica2" is no party/, 'request', 'replica2', '--data', machine!);
  await assertRefused(/"replica\/256" is no party/, 'request', 'replica/256', '--data', machine!);
  await assertRefused(/knows no authority yet/, 'request', 'replica/2', '--data', machine!);
  await assertRefused(/There is no identity in/, 'show', '--data', machine!);
  await assertRefused(/There is no identity in/, 'renew', '--data', machine!);
  await assertRefused(/There is no identity in/, 'authorities', '--data', machine!);
  await assertRefused(
    /no certificate was asked for/,
    'install',
    'replica/2',
    'package.json',
    '--data',
    machine!,
  );
  await assertRefused(
    /cannot be read.*Check the path/,
    'sign',
    'nothing',
    '--party',
    'replica/2',
    '--data',
    machine!,
  );
  await assertRefused(/There is no authority in/, 'renew', 'replica/2', '--data', machine!);
  await assertRefused(/There is no authority/, 'revoke', 'replica/2', '--reason', 'x', '--data', machine!);
  const there = ['--reason', 'x', '--authority', authority!, '--data', machine!];
  await assertRefused(/has signed nothing for replica\/2/, 'revoke', 'replica/2', ...there);
  await assertRefused(/no party .* and no serial number/, 'revoke', 'xyz', ...there);
  await assertRefused(/--cluster x is no number/, 'init', '--authority', `${authority}2`, '--cluster', 'x');
  await enrol('replica/1', machine!, authority!);
  const here = ['--data', machine!];
  await assertRefused(
    /not what "certificates revoke" writes/,
    'authorities',
    '--revoked',
    'package.json',
    ...here,
  );
  await assertRefused(
    /cannot be read: it holds no certificate/,
    'authorities',
    '--add',
    'package.json',
    ...here,
  );
  await assertRefused(/no authority with serial number ab/, 'authorities', '--remove', 'ab', ...here);
});
