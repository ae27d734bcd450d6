/** What every kind of target keeps: one suite that each of them runs. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TakenError, type Target } from '../targets/target.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `newTarget` gives an empty one. */
export function keepsThePromisesOfTargets(newTarget: (t: TestContext) => Promise<Target>): void {
  test('what was put comes back, is listed by prefix, and is gone once removed', async (t) => {
    const target = await newTarget(t);
    await target.put('cluster-1/a/1', bytes('one'));
    await target.put('cluster-1/a/2', bytes('two'));
    await target.put('cluster-12/b/1', bytes('other'));
    assert.deepEqual(await target.list('cluster-1/'), [
      { name: 'cluster-1/a/1', bytes: 3 },
      { name: 'cluster-1/a/2', bytes: 3 },
    ]);
    assert.equal((await target.list('cluster-')).length, 3);
    assert.deepEqual(await target.get('cluster-1/a/2'), bytes('two'));
    assert.equal(await target.get('cluster-1/a/3'), undefined);
    await target.remove('cluster-1/a/2');
    await target.remove('cluster-1/a/2');
    assert.equal(await target.get('cluster-1/a/2'), undefined);
  });

  test('of many objects those behind one can be listed alone, and the folders without what is in them', async (t) => {
    const target = await newTarget(t);
    assert.deepEqual(await target.folders('cluster-1/'), []);
    for (const name of ['a/1', 'a/2', 'a/3', 'a/head', 'b/1', 'note'])
      await target.put(`cluster-1/${name}`, bytes(name));
    await target.put('cluster-12/c/1', bytes('other'));
    const names = async (after: string) => (await target.list('cluster-1/a/', after)).map(({ name }) => name);
    assert.deepEqual(await names('cluster-1/a/1'), ['cluster-1/a/2', 'cluster-1/a/3', 'cluster-1/a/head']);
    assert.deepEqual(await names('cluster-1/a/2~'), ['cluster-1/a/3', 'cluster-1/a/head']);
    assert.deepEqual(await names('cluster-1/a/x'), []);
    assert.deepEqual(await target.folders('cluster-1/'), ['cluster-1/a/', 'cluster-1/b/']);
  });

  test('a name that is taken by other bytes stays as it is; the same bytes again are no error', async (t) => {
    const target = await newTarget(t);
    await target.put('a/1', bytes('one'));
    await target.put('a/1', bytes('one'));
    await assert.rejects(target.put('a/1', bytes('two')), TakenError);
    assert.deepEqual(await target.get('a/1'), bytes('one'));
    await target.replace('a/1', bytes('two'));
    assert.deepEqual(await target.get('a/1'), bytes('two'));
  });

  test('a note is not replaced where the object that it names cannot be put', async (t) => {
    const target = await newTarget(t);
    const store = (object: string, note: string): Promise<void> =>
      target.putWithNote({ name: 'a/1', bytes: bytes(object) }, { name: 'a/head', bytes: bytes(note) });
    await store('one', 'names one');
    await store('one', 'names one');
    assert.deepEqual(
      [await target.get('a/1'), await target.get('a/head')],
      [bytes('one'), bytes('names one')],
    );
    await assert.rejects(store('two', 'names two'), TakenError);
    assert.deepEqual(
      [await target.get('a/1'), await target.get('a/head')],
      [bytes('one'), bytes('names one')],
    );
    assert.equal((await target.list('a/')).length, 2, 'nothing unfinished is left');
  });
}
