/** A site that was lost becomes a standby by one command, also where that is interrupted. */
import assert from 'node:assert/strict';
import fs, {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readNote, writeNote } from '../../../backup/notes.ts';
import { Shipper } from '../../../backup/shipper.ts';
import { FolderTarget } from '../../../backup/targets/folder.ts';
import { historyClusterId, SampleHistory } from '../../../backup/testing/history.ts';
import { newestSnapshot } from '../../../journal/snapshot-file.ts';
import { loadBackupKey, makeBackupKey } from '../../backup-process/targets.ts';
import { notListed } from '../../drills/drills.ts';
import { JournalFolder } from '../../supervisor/journal-folder.ts';
import { runCommandLine } from '../program.ts';

/** Of files that are read at once. */
const smallFileBytesMax = 4_194_304;
/** Beyond those in which random commands say that a site has begun. */
const northEpoch = 98;
const southEpoch = 99;

interface LostSite {
  readonly root: string;
  /** The last command that both have, and the last of the lost site. */
  readonly sharedSeq: number;
  /** The last command that the journal of the lost site holds no more. */
  readonly droppedSeq: number;
  readonly lostSeq: number;
  readonly promotedSeq: number;
}

async function run(root: string, ...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const screen = {
    print: (text: string) => out.push(text),
    printError: (text: string) => err.push(text),
    isScreen: false,
  };
  const code = await runCommandLine([...words, '--json', '--config', join(root, 'lockstep.json')], screen);
  const last = out.at(-1) ?? '';
  const json = (last.startsWith('{') ? JSON.parse(last) : {}) as Readonly<Record<string, unknown>>;
  return { code, err: err.join('\n'), json };
}

/**
 * Site north has written `alone` frames alone when south was promoted, which has shipped since. `drops`: it wrote for
 * long, and its journal begins behind that. `isFar`: the chain of south begins behind all that north has.
 */
async function lostSite(
  t: TestContext,
  { hasVoided = false, hasCutLeader = false, drops = false, isFar = false, alone = 5 } = {},
): Promise<LostSite> {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-site-return-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const way = join(root, 'way');
  mkdirSync(way);
  const keyFile = join(root, 'way.key');
  makeBackupKey(keyFile);
  const key = loadBackupKey(keyFile);
  const north = new SampleHistory(5);
  const south = new SampleHistory(5);
  for (const history of [north, south]) {
    history.openEpoch(northEpoch, 1);
    history.add(30);
  }
  // The site that is promoted has the command, and not yet what voids it.
  if (hasVoided) for (const history of [north, south]) history.addVoided();
  const sharedSeq = north.lastSeq;
  if (hasVoided) north.void(sharedSeq);
  if (hasCutLeader) north.elect();
  if (drops) north.add(20);
  if (drops) north.resetToSnapshot();
  const droppedSeq = drops ? north.lastSeq : 0;
  north.add(alone);
  south.openEpoch(southEpoch, 2);
  south.wait(1_000_000);
  south.begin(southEpoch, 2);
  south.add(9);
  if (isFar) {
    south.add(40);
    south.resetToSnapshot();
    south.add(3);
  }
  const shipper = new Shipper({
    ...{ target: new FolderTarget(way), source: south.source(), clusterId: historyClusterId, site: 2 },
    sites: ['north', 'south'],
    ...{
      packing: { compression: 'zstd', key },
      retention: { count: 9, ageUs: 1e15 },
      chance: () => 1,
      warn: assert.fail,
    },
    ledger: { place: '', load: () => undefined, save: () => undefined },
  });
  while (await shipper.ship({ ...south.view, epoch: southEpoch }, south.timeUs));
  const folder = join(root, 'data', 'replica-1');
  mkdirSync(folder, { recursive: true });
  for (const name of north.disk.list()) writeFileSync(join(folder, name), north.disk.read(name)!);
  if (hasCutLeader) {
    const cut = new SampleHistory(5);
    cut.add(50);
    const beside = join(root, 'data', 'replica-2');
    mkdirSync(beside);
    for (const name of cut.disk.list()) writeFileSync(join(beside, name), cut.disk.read(name)!);
  }
  writeFileSync(join(root, 'data', 'keys.json'), '{}');
  const configuration = {
    clusterId: historyClusterId,
    dataFolder: join(root, 'data'),
    // Nothing listens there.
    replicas: [{ id: 1, controlPort: 1, tcpPort: 2, udpPort: 3 }],
    site: { name: 'north', target: 'way' },
    sites: [{ name: 'north' }, { name: 'south' }],
    backup: { folders: [{ name: 'way', folder: way, keyFile }] },
  };
  writeFileSync(join(root, 'lockstep.json'), JSON.stringify(configuration), { mode: 0o600 });
  return { root, sharedSeq, droppedSeq, lostSeq: north.lastSeq, promotedSeq: south.lastSeq };
}

function assertReturned(
  { root, sharedSeq, lostSeq, promotedSeq }: LostSite,
  json: Readonly<Record<string, unknown>>,
): void {
  assert.deepEqual([json['fromSeq'], json['commands']], [sharedSeq + 1, lostSeq - sharedSeq]);
  const data = join(root, 'data');
  assert.deepEqual(readdirSync(data).toSorted(), [
    ...['cluster.json', 'keys.json', 'replica-1', 'returned.json', 'set-aside-1'],
  ]);
  const { newest } = newestSnapshot(new JournalFolder(join(data, 'replica-1')));
  assert.deepEqual([newest?.seq, newest?.epoch, newest?.site], [promotedSeq, southEpoch, 2]);
  const aside = join(data, 'set-aside-1');
  assert.deepEqual(readdirSync(aside).toSorted(), [
    ...['lost-counts.json', 'lost.csv', 'lost.json', 'replica-1'],
  ]);
  const listed = JSON.parse(readFileSync(String(json['report']), 'utf8')) as { readonly commands: number };
  assert.equal(listed.commands, lostSeq - sharedSeq);
}

test('a lost site returns as a standby: what it wrote alone is listed, its folders are set aside, its keys stay', async (t) => {
  const lost = await lostSite(t);
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assertReturned(lost, json);
});

test('a drill finds in the list of what is lost each command that the lost site wrote alone', async (t) => {
  const lost = await lostSite(t, { alone: 20 });
  const { json } = await run(lost.root, 'site', 'return');
  const report = readFileSync(String(json['report']), 'utf8');
  const { sharedSeq, lostSeq } = lost;
  const alone = Array.from({ length: lostSeq - sharedSeq }, (_, n) => sharedSeq + 1 + n);
  const others = [1, sharedSeq, lostSeq + 1];
  assert.deepEqual(notListed(report, [...alone, ...others]), others);
});

test('a list of what is lost may be of any size', async (t) => {
  const lost = await lostSite(t, { alone: 6_000 });
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assertReturned(lost, json);
  assert.ok(statSync(String(json['report'])).size > smallFileBytesMax);
  const again = await run(lost.root, 'site', 'return');
  assert.deepEqual([again.code, again.json['commands']], [0, json['commands']]);
});

test('a command that the lost site had voided and the promoted one has carried out is listed as such', async (t) => {
  const lost = await lostSite(t, { hasVoided: true });
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assertReturned(lost, json);
  assert.equal(json['voided'], 1);
  const { entries } = JSON.parse(readFileSync(String(json['report']), 'utf8')) as {
    readonly entries: readonly {
      readonly entries: readonly { readonly record: string; readonly seq: number }[];
    }[];
  };
  const listed = entries.flatMap((account) => account.entries).filter(({ record }) => record === 'voided');
  assert.deepEqual(
    listed.map(({ seq }) => seq),
    [lost.sharedSeq],
  );
});

test('what a leader of the lost site wrote alone, in an earlier term, is not taken for what the site acknowledged', async (t) => {
  const lost = await lostSite(t, { hasCutLeader: true });
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assert.deepEqual([json['fromSeq'], json['commands']], [lost.sharedSeq + 1, lost.lostSeq - lost.sharedSeq]);
});

test('a site that wrote for long, and whose journal begins behind what both have, returns and says what it cannot list', async (t) => {
  const lost = await lostSite(t, { drops: true, hasVoided: true });
  const { sharedSeq, droppedSeq, lostSeq } = lost;
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  const { fromSeq, commands, unlistedTo } = json;
  assert.deepEqual([fromSeq, commands, unlistedTo], [sharedSeq + 1, lostSeq - droppedSeq, droppedSeq]);
  const again = await run(lost.root, 'site', 'return');
  assert.deepEqual([again.code, again.json['unlistedTo']], [0, droppedSeq]);
});

test('a site returns though the chain of the promoted one begins behind all that it has', async (t) => {
  const lost = await lostSite(t, { isFar: true });
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assertReturned(lost, json);
  assert.equal(json['unlistedTo'], 0);
});

test('a site whose file named the sites in another order returns once that is right, and its chain holds up no other one', async (t) => {
  const lost = await lostSite(t);
  const [cluster = ''] = readdirSync(join(lost.root, 'way'));
  const data = join(lost.root, 'data');
  const target = new FolderTarget(join(lost.root, 'way'));
  const key = loadBackupKey(join(lost.root, 'way.key'));
  const alone = new SampleHistory(5);
  alone.openEpoch(southEpoch, 1);
  alone.add(60);
  let ledger = '';
  const shipper = new Shipper({
    ...{ target, source: alone.source(), clusterId: historyClusterId, site: 1, sites: ['south', 'north'] },
    ...{ packing: { compression: 'zstd', key }, retention: { count: 9, ageUs: 1e15 } },
    ...{ chance: () => 2, warn: assert.fail },
    ledger: { place: '', load: () => undefined, save: (text) => void (ledger = text) },
  });
  while (await shipper.ship({ ...alone.view, epoch: southEpoch }, 2 * alone.timeUs));
  mkdirSync(join(data, 'backup'));
  writeFileSync(join(data, 'backup', 'way.json'), ledger);
  const { chain } = JSON.parse(ledger) as { readonly chain: string };
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assert.equal(json['fromSeq'], lost.sharedSeq + 1);
  const head = await readNote(target, `${cluster}/${chain}/`, 'head', key);
  assert.match(typeof head === 'object' ? (head.ended ?? '') : '', /another order/);
});

test('a site whose file names the sites in another order than what was shipped is neither seeded nor returned', async (t) => {
  const lost = await lostSite(t);
  const file = join(lost.root, 'lockstep.json');
  const given = JSON.parse(readFileSync(file, 'utf8')) as { readonly sites: readonly object[] };
  writeFileSync(file, JSON.stringify({ ...given, sites: given.sites.toReversed() }), { mode: 0o600 });
  for (const words of [['seed', '--into', join(lost.root, 'new')], ['return']]) {
    const { code, err } = await run(lost.root, 'site', ...words);
    assert.equal(code, 1);
    assert.match(
      err,
      /names the sites as "north south", and this file names them as\s+"south north".*Nothing was done/,
    );
  }
  assert.equal(existsSync(join(lost.root, 'new')), false);
  assert.equal(existsSync(join(lost.root, 'data', 'set-aside-1')), false);
});

test('a return that is given again before the site was started says so, and sets nothing aside', async (t) => {
  const lost = await lostSite(t);
  await run(lost.root, 'site', 'return');
  const { code, json, err } = await run(lost.root, 'site', 'return');
  assert.equal(code, 0, err);
  assertReturned(lost, json);
});

test('a return that was killed at any step of its moves is finished by the same command', async (t) => {
  const lost = await lostSite(t);
  const { renameSync } = fs;
  let points = 0;
  for (let point = 1; ; point++) {
    const root = `${lost.root}-${point}`;
    t.after(() => rmSync(root, { recursive: true, force: true }));
    cpSync(lost.root, root, { recursive: true });
    const text = readFileSync(join(root, 'lockstep.json'), 'utf8').replaceAll(`${lost.root}/`, `${root}/`);
    writeFileSync(join(root, 'lockstep.json'), text, { mode: 0o600 });
    let moves = 0;
    fs.renameSync = (from, to) => {
      moves += 1;
      if (moves === point) throw new Error('killed');
      renameSync(from, to);
    };
    syncBuiltinESMExports();
    const first = await run(root, 'site', 'return').catch((error: Error) => ({
      code: 1,
      err: error.message,
    }));
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
    if (moves < point) {
      assert.equal(first.code, 0, first.err);
      break;
    }
    points += 1;
    const { code, json, err } = await run(root, 'site', 'return');
    assert.equal(code, 0, `${point}: ${err}`);
    assertReturned({ ...lost, root }, json);
  }
  assert.ok(points >= 6, `${points} points`);
});

test('a site whose own chain is the newest is not returned, and nothing is changed', async (t) => {
  const lost = await lostSite(t);
  const [cluster = ''] = readdirSync(join(lost.root, 'way'));
  const [chain = ''] = readdirSync(join(lost.root, 'way', cluster));
  const data = join(lost.root, 'data');
  mkdirSync(join(data, 'backup'));
  const position = { index: 1, term: 1, nextSeq: 1, timeUs: 1, crc: 0 };
  const ledger = {
    chain,
    instance: 1,
    number: 1,
    hash: '0'.repeat(64),
    position,
    snapshotIndex: 0,
    snapshotUs: 0,
  };
  writeFileSync(join(data, 'backup', 'way.json'), JSON.stringify(ledger));
  const { code, err } = await run(lost.root, 'site', 'return');
  assert.notEqual(code, 0);
  assert.match(err, /from this site/);
  const claim = { site: 'south', epoch: 100, madeUs: 1_764_410_000_000_000 };
  await writeNote(
    new FolderTarget(join(lost.root, 'way')),
    `${cluster}/${chain}/`,
    'claim',
    claim,
    loadBackupKey(join(lost.root, 'way.key')),
  );
  assert.match(
    (await run(lost.root, 'site', 'return')).err,
    /Site south was to begin epoch 100 at 2025-11-29T.*shipped nothing yet/,
  );
  assert.equal(existsSync(join(data, 'set-aside-1')), false);
});
