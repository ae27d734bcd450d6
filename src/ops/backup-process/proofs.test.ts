import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { Proofs } from './proofs.ts';

/** Proofs that are programs of these texts, and the targets for which one was begun. */
function proofsOf(programs: Readonly<Record<string, string>>) {
  const begun: string[] = [];
  const children: ChildProcess[] = [];
  const proofs = new Proofs((target) => {
    begun.push(target);
    const words = ['-e', programs[target]!];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    return child;
  });
  return { proofs, begun, children };
}

test('targets are proved one after the other, and one that fails says why', async () => {
  const { proofs, begun } = proofsOf({
    bad: "console.error('object 7 is missing'); process.exitCode = 1;",
    good: '',
  });
  const bad = proofs.prove('bad');
  const good = proofs.prove('good');
  await assert.rejects(bad, /^Error: object 7 is missing$/);
  await good;
  assert.deepEqual(begun, ['bad', 'good']);
});

test('when the process ends its proof ends, is no failure, and the next one does not begin', async () => {
  const { proofs, begun, children } = proofsOf({ one: 'setInterval(() => undefined, 1_000);', two: '' });
  const ended: string[] = [];
  for (const target of ['one', 'two'])
    proofs.prove(target).then(
      () => ended.push(target),
      () => ended.push(target),
    );
  await new Promise(setImmediate);
  const gone = once(children[0]!, 'exit');
  proofs.end();
  await gone;
  await new Promise(setImmediate);
  assert.deepEqual([begun, ended], [['one'], []]);
});
