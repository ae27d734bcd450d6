import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { msPerDay } from '../../std/units.ts';
import type { ObjectivesSettings } from '../configuration/objectives-keys.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import {
  type DrillResult,
  DrillSteps,
  isUnderWay,
  loadReports,
  overdueDrills,
  runDrill,
} from './drill-report.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-drills-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const asked: ObjectivesSettings = {
  ...{ rtoSeconds: 1, rpoMilliseconds: 100, drills: ['restore', 'switchover'], drillDays: 30 },
};

const drill = (folder: string, result: DrillResult | Error, objectives = asked) => {
  const steps = new DrillSteps(() => undefined);
  const act = async (): Promise<DrillResult> => {
    steps.done('began');
    if (result instanceof Error) throw result;
    return result;
  };
  return runDrill('restore', folder, objectives, { steps, act });
};

const same = [
  { place: 'replica 1', seq: 7, stateHash: 'aa' },
  { place: 'replica 2', seq: 7, stateHash: 'aa' },
];

test('a drill is kept with its steps and figures, and with what it missed of the objectives', async (t) => {
  const folder = folderFor(t);
  const { ok, missed } = await drill(folder, { rtoMs: 900, rpoSeqs: 2, rpoMs: 90, hashes: same });
  assert.deepEqual([ok, missed], [true, []]);
  const late = await drill(folder, { rtoMs: 1_001, rpoMs: 101, hashes: same });
  assert.deepEqual([late.ok, late.missed.length], [true, 2]);
  const free = await drill(folder, { rtoMs: 1e6, hashes: same }, { ...asked, rtoSeconds: undefined });
  assert.deepEqual(free.missed, []);
  const [first] = loadReports(folder).reports;
  assert.deepEqual([first?.kind, first?.rtoMs, first?.steps[0]?.step], ['restore', 900, 'began']);
});

test('a drill that fails, or ends with states that differ, is kept and says why', async (t) => {
  const folder = folderFor(t);
  const broken = await drill(folder, new Error('no target'));
  assert.deepEqual([broken.ok, broken.failed], [false, 'no target']);
  const [one, two] = same;
  const differing = await drill(folder, { hashes: [one!, { ...two!, stateHash: 'bb' }] });
  assert.match(differing.failed, /replica 1 has aa at seq 7, replica 2 has bb/);
  assert.equal((await drill(folder, { hashes: [one!, { ...two!, seq: 8 }] })).ok, false);
});

test('a drill is kept from its beginning on, with each step: one that is killed leaves how far it came', async (t) => {
  const folder = folderFor(t);
  const steps = new DrillSteps(() => undefined);
  const seen: string[] = [];
  const look = (): void => {
    const [report] = loadReports(folder).reports;
    seen.push(`${report!.ok} ${report!.steps.map(({ step }) => step).join()}`);
    assert.ok(isUnderWay(report!));
    assert.equal(isUnderWay({ by: { ...ownIdentity(), startedTicks: '1' } }), false);
    assert.match(report!.failed, /ended before it was through/);
  };
  const act = async (): Promise<DrillResult> => {
    look();
    steps.done('switched');
    look();
    return { hashes: same };
  };
  await runDrill('switchover', folder, asked, { steps, act });
  assert.deepEqual(seen, ['false ', 'false switched']);
  const [report, ...others] = loadReports(folder).reports;
  assert.deepEqual([report?.ok, report?.by, others], [true, undefined, []]);
});

test('a drill that cannot be kept is not begun', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'drills'), 'a file');
  let isBegun = false;
  const act = async (): Promise<DrillResult> => {
    isBegun = true;
    return { hashes: same };
  };
  await assert.rejects(
    runDrill('switchover', folder, asked, { steps: new DrillSteps(() => undefined), act }),
    /report of the drill cannot be kept/,
  );
  assert.equal(isBegun, false);
});

test('a drill that has not succeeded for too long is overdue; one that failed or missed its objective does not count', async (t) => {
  const folder = folderFor(t);
  const overdue = (days: number): string =>
    overdueDrills(folder, asked, Date.now() + days * msPerDay).join('\n');
  assert.match(overdue(0), /"restore" has succeeded never here[\s\S]*"switchover"/);
  await drill(folder, new Error('no target'));
  await drill(folder, { rtoMs: 5_000, hashes: same });
  writeFileSync(join(folder, 'drills', 'x.json'), '{"kind":');
  assert.match(overdue(0), /"restore" has succeeded never here/);
  await drill(folder, { rtoMs: 500, hashes: same });
  assert.doesNotMatch(overdue(29), /"restore"/);
  assert.match(overdue(31), /"restore" has succeeded last at/);
  assert.deepEqual(overdueDrills(folder, { ...asked, drills: [] }, Date.now()), []);
});
