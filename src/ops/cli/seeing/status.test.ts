import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ShownMember } from '../../../replica/members/membership-view.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

test('a replica that says nonsense of itself counts as one that does not answer, with the reason', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  replicas[2]!.members = [{ id: 3 } as ShownMember];
  const { code, text } = await run('status');
  assert.equal(code, 0, text);
  assert.match(text, /^ +3 .* what it says of itself cannot be used: status\.members\[0\]\.\w+: is missing/m);
  const restarted = await run('restart', '--rolling');
  assert.notEqual(restarted.code, 0, restarted.text);
  assert.deepEqual(
    replicas.flatMap(({ orders }) => orders),
    [],
    'no replica is stopped while one cannot be judged',
  );
});

test('where what "lockstep up" wrote is spoiled a command says so, and what to do', async (context) => {
  const { run, dataFolder } = await cluster(context, [leading]);
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(dataFolder, 'up.json'), '{"pid":1,"chil');
  const { code, text } = await run('status', '--data', dataFolder);
  assert.equal(code, 2, text);
  assert.match(text, /up\.json is damaged: .*or remove the file where it does not run/);
});
