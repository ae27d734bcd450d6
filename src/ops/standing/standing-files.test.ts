import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../failure.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { loadStanding, standingFile } from './backup-standing.ts';
import { loadReports, overdueDrills } from './drill-report.ts';
import { loadSiteStanding, loadWait, siteStandingFile, waitFile } from './site-standing.ts';

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const writer = { ...ownIdentity(), startedMs: 1, writtenMs: 2 };
const loads = {
  backup: { fileOf: standingFile, load: loadStanding },
  site: { fileOf: siteStandingFile, load: loadSiteStanding },
  wait: { fileOf: waitFile, load: loadWait },
} as const;

test('a file that a full disk cut, or an edit spoiled, is refused with its path and what to do', (context) => {
  const folder = folderFor(context);
  for (const { fileOf, load } of Object.values(loads)) {
    const path = fileOf(folder);
    for (const text of ['', '{', '[]', 'null', '{"pid":1}', '{"untilMs":"soon"}']) {
      put(path, text);
      assert.throws(
        () => load(folder),
        (error) =>
          error instanceof Failure &&
          error.message.startsWith(`${path} is damaged: `) &&
          error.message.includes('remove the file'),
        text,
      );
    }
  }
});

test('a folder without such files says so by nothing', (context) => {
  const folder = folderFor(context);
  assert.deepEqual(
    [loadStanding(folder), loadSiteStanding(folder), loadWait(folder)],
    [undefined, undefined, 0],
  );
});

test('each value of a target is looked at, and keys of a later release are passed over', (context) => {
  const folder = folderFor(context);
  const target = {
    ...{
      name: 'a',
      place: 'b',
      chain: '',
      seq: 0,
      index: 0,
      behindFrames: 0,
      behindSeqs: 0,
      behindSinceMs: 0,
    },
    ...{ levelMs: 0, error: '', failingSinceMs: 0, proofError: '', broken: '' },
  };
  const write = (change: object) =>
    put(
      standingFile(folder),
      JSON.stringify({ ...writer, replicaId: 1, targets: [{ ...target, ...change }] }),
    );
  write({ later: [] });
  assert.equal(loadStanding(folder)?.targets[0]?.name, 'a');
  for (const [change, words] of [
    [{ seq: 'x' }, /targets\[0\]\.seq: "x" is not a whole number/],
    [{ proof: {} }, /targets\[0\]\.proof\.fromNumber: is missing/],
    [{ broken: undefined }, /targets\[0\]\.broken: is missing/],
  ] as const) {
    write(change);
    assert.throws(() => loadStanding(folder), words);
  }
});

test('a spoiled report of a drill is said beside the others, and counts as a drill that was not run', (context) => {
  const folder = folderFor(context);
  const report = {
    ...{ kind: 'restore', startedMs: Date.now(), ok: true, failed: '', steps: [], hashes: [] },
    ...{ objectives: {}, missed: [] },
  };
  put(join(folder, 'drills', '1-restore.json'), JSON.stringify(report));
  put(join(folder, 'drills', '2-failover.json'), '{"kind":"failover"');
  const { reports, spoiled } = loadReports(folder);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['restore'],
  );
  assert.match(spoiled.join(), /2-failover\.json is damaged: .*counts as not run/);
  const asked = { drills: ['restore', 'failover'] as const, drillDays: 1 };
  const overdue = overdueDrills(
    folder,
    { ...asked, drills: [...asked.drills], rtoSeconds: 1, rpoMilliseconds: 1 },
    Date.now(),
  );
  assert.equal(overdue.length, 2);
  assert.match(overdue[0]!, /"failover" has succeeded never/);
});
