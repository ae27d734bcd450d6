import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLedger } from './ledger.ts';
import { noteNames, parseNote, writeNote } from './notes.ts';
import { MemoryTarget } from './testing/memory-target.ts';

/** The text of a note with these fields, under its seal. */
async function sealed(name: (typeof noteNames)[number], fields: object): Promise<Uint8Array> {
  const target = new MemoryTarget();
  await writeNote(target, '', name, fields as never, undefined);
  return target.objects.get(name)!;
}

const proof = {
  ...{ fromNumber: 1, toNumber: 2, seq: 3, timeUs: 4, stateHash: 'a', economicHash: 'b' },
  ...{ snapshots: 0, provedUs: 5, restoreMs: 6 },
};
const good = {
  head: { number: 1, hash: 'ab', seq: 2, timeUs: 3, madeUs: 4 },
  floor: { number: 1 },
  follower: { site: 'south', seq: 1, timeUs: 2, madeUs: 3 },
  claim: { site: 'south', epoch: 2, madeUs: 3 },
  proof,
} as const;

test('a note that lacks a field, or has another kind of value in it, is refused by the name of the field', async () => {
  for (const name of noteNames) {
    const fields: Record<string, unknown> = good[name];
    assert.deepEqual(parseNote(name, await sealed(name, fields), undefined), fields);
    for (const field of Object.keys(fields)) {
      const { [field]: value, ...others } = fields;
      const wrong = typeof value === 'string' ? 5 : 'five';
      for (const spoiled of [others, { ...fields, [field]: wrong }, { ...fields, [field]: null }])
        assert.match(
          String(parseNote(name, await sealed(name, spoiled), undefined)),
          new RegExp(`^${field} is no`),
        );
    }
  }
});

test('what an earlier release does not write may be absent, and is looked at where it is there', async () => {
  const more = { object: 'x', epoch: 1, bytes: 5, ended: 'moved', sealed: 1, instance: 6 };
  assert.deepEqual(parseNote('head', await sealed('head', { ...good.head, ...more }), undefined), {
    ...good.head,
    ...more,
  });
  for (const [field, wrong] of [
    ['object', 5],
    ['epoch', 'x'],
    ['bytes', -1],
    ['ended', {}],
    ['sealed', 'yes'],
    ['instance', 'x'],
  ] as const) {
    const bytes = await sealed('head', { ...good.head, [field]: wrong });
    assert.match(String(parseNote('head', bytes, undefined)), new RegExp(`^${field} is no`));
  }
});

test('a ledger that is spoiled is told apart from one that is not there', () => {
  const load = (text: string | undefined) => loadLedger({ load: () => text });
  assert.equal(load(undefined), undefined);
  for (const text of ['', '{', 'null', '{}', '{"chain":"a"}']) assert.equal(load(text), 'spoiled', text);
});
