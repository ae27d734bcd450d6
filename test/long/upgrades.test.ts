/** Failures 3 and 4: two releases, with other engines and other forms of records, in one cluster of real processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machines } from '../../src/chaos/machines.ts';
import { plantedBuild } from '../../src/chaos/planted-build.ts';
import { engineVersion } from '../../src/engine/engine-version.ts';
import { WIRE_VERSION, WIRE_VERSION_MOST } from '../../src/protocol/layout.ts';

const timeout = 600_000;
const ids = [1, 2, 3] as const;
const newerWire = WIRE_VERSION + 1;
const newerEngine = engineVersion + 1;

function edit(file: string, name: string, from: number, to: number) {
  return { file, find: `export const ${name} = ${from};`, replace: `export const ${name} = ${to};` };
}

const readsNewer = edit('protocol/layout.ts', 'WIRE_VERSION_MOST', WIRE_VERSION_MOST, newerWire);

/** Orders that reach every replica, at whichever release each one is. */
async function allApply(machines: Machines): Promise<void> {
  const leader = await machines.leader(ids);
  const before = (await machines.statusOf(leader))!.appliedSeq;
  assert.equal((await machines.order(leader, 'end-day')).status, 200);
  await machines.until('all have applied the end of the day', async () => {
    const statuses = await Promise.all(ids.map((id) => machines.statusOf(id)));
    return statuses.every((status) => (status?.appliedSeq ?? 0) > before);
  });
}

async function followsAgain(machines: Machines, id: number): Promise<void> {
  await machines.until(`replica ${id} follows or leads`, async () => {
    const status = await machines.statusOf(id);
    return status !== undefined && status.leaderId !== 0 && !status.recovering;
  });
}

test('members get a newer release one by one, serve together on the way, and go over to its engine at one command', {
  timeout,
}, async (t) => {
  const before = plantedBuild([readsNewer]);
  t.after(() => before.remove());
  const next = plantedBuild([
    readsNewer,
    edit('protocol/layout.ts', 'WIRE_VERSION', WIRE_VERSION, newerWire),
    edit('engine/engine-version.ts', 'engineVersion', engineVersion, newerEngine),
  ]);
  t.after(() => next.remove());
  const machines = await Machines.make(ids.length);
  t.after(() => machines.end());
  for (const id of ids) {
    machines.write(id, ids);
    machines.runsOn(id, before.program);
    machines.start(id, '--bootstrap');
  }
  await allApply(machines);
  for (const id of ids) {
    const early = await machines.run(id, 'upgrade', '--switch');
    assert.match(early.out, /Not every member has version 2|the newest that this release has/, early.out);
    await machines.stop(id);
    machines.runsOn(id, next.program);
    machines.start(id);
    await followsAgain(machines, id);
    await allApply(machines);
    const leader = await machines.leader(ids);
    if (leader !== id) await machines.order(leader, 'transfer-leadership', { replicaId: id });
    await machines.until(`replica ${id} leads`, async () => (await machines.leaders(ids)).join() === `${id}`);
    await allApply(machines);
  }
  const shown = await machines.run(1, 'upgrade', '--json');
  const { inForce, wanted, missing } = JSON.parse(
    shown.out.split('\n').find((line) => line.startsWith('{'))!,
  );
  assert.deepEqual(
    { inForce, wanted, missing },
    { inForce: engineVersion, wanted: newerEngine, missing: [] },
  );
  const switched = await machines.run(2, 'upgrade', '--switch');
  assert.equal(switched.code, 0, switched.out);
  await allApply(machines);
  for (const id of ids) {
    const status = await machines.statusOf(id);
    assert.deepEqual(status?.engine, { used: newerEngine, least: engineVersion, most: newerEngine });
    assert.deepEqual(status?.wire, { used: newerWire, least: WIRE_VERSION, most: newerWire });
  }

  const back = (await machines.leader(ids)) === 3 ? 2 : 3;
  await machines.kill(back);
  machines.runsOn(back, before.program);
  machines.start(back);
  await machines.until('the release before is refused', async () =>
    /runs version 2 of the engine\. .* on this replica/.test(machines.outputOf(back)),
  );
  assert.equal((await machines.statusOf(back))?.leaderId, 0);
  await machines.kill(back);
  machines.runsOn(back, next.program);
  machines.start(back);
  await followsAgain(machines, back);
  await allApply(machines);
});
