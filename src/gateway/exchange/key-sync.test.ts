import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeySecrets } from '../admission/key-secrets.ts';
import { KeyTable, type KeyWithAccounts } from '../admission/keys.ts';
import { keyRow } from '../testing/key-table.ts';
import { confirmsWaitingMax, KeySync } from './key-sync.ts';
import type { ExchangeLink } from './link.ts';
import { Era } from './link.ts';

const secrets = new KeySecrets('5a'.repeat(32), []);
const others = new KeySecrets('5b'.repeat(32), []);

/** A gateway with the first root key, which reads these rows in turn; what it warns of. */
async function warningsOf(...answers: readonly (readonly KeyWithAccounts[])[]): Promise<readonly string[]> {
  const warnings: string[] = [];
  let asked = 0;
  const exchange = { keys: async () => ({ keys: answers[asked++] ?? [], changes: asked }) };
  const link = {
    era: new Era(),
    log: { warn: (_fields: object, text: string) => warnings.push(text), info: () => undefined },
    query: (_owner: unknown, ask: (of: typeof exchange) => unknown) => ask(exchange),
  };
  const table = new KeyTable(secrets);
  const sync = new KeySync(link as unknown as ExchangeLink, table, [], () => undefined);
  for (let n = 0; n < answers.length; n++) await sync.refresh();
  return warnings;
}

test('a gateway with another root key than the one that keys were made with says so, once, with what to do', async () => {
  const ours = keyRow('ours', { rootId: secrets.rootId });
  const theirs = ['a', 'b'].map((keyId) => keyRow(keyId, { rootId: others.rootId }));
  const warnings = await warningsOf([ours, ...theirs], [keyRow('c', { rootId: others.rootId })]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /made with another root key than this gateway has: a, b\. .*gateway-root\.key.*keys rotate/,
  );
});

test('keys that it can check, that are revoked, or that need no root are no reason to', async () => {
  const rootId = others.rootId;
  const rows = [
    keyRow('ours', { rootId: secrets.rootId }),
    keyRow('revoked', { rootId, isRevoked: true }),
    keyRow('public', { kind: 'ed25519', rootId: 0 }),
    keyRow('imported', { isImported: true, rootId: 0 }),
  ];
  assert.deepEqual(await warningsOf(rows), []);
});

test('it says so again of keys that come later, once all were good', async () => {
  const theirs = keyRow('a', { rootId: others.rootId });
  const rotated = keyRow('a', { rootId: secrets.rootId, keyVersion: 2 });
  assert.equal((await warningsOf([theirs], [rotated], [theirs])).length, 2);
});

/** A gateway that hears of three changes, and reads so many of them with each question; how often it asked. */
async function questionsFor(...changes: readonly number[]): Promise<() => Promise<number>> {
  let asked = 0;
  const exchange = {
    keys: async () => ({ keys: [], changes: changes[Math.min(asked++, changes.length - 1)] }),
  };
  const link = {
    era: new Era(),
    log: { warn: () => undefined, info: () => undefined },
    query: (_owner: unknown, ask: (of: typeof exchange) => unknown) => ask(exchange),
    mayOperate: false,
    isClosed: false,
    onKeys: (_changes: number) => undefined,
  };
  new KeySync(link as unknown as ExchangeLink, new KeyTable(secrets), [], () => undefined);
  link.onKeys(3);
  return async () => {
    for (let n = 0; n < 50; n++) await new Promise(setImmediate);
    return asked;
  };
}

test('changes of keys are read at once while there are more, and after a pause where none came', async () => {
  const all = await questionsFor(1, 2, 3);
  assert.equal(await all(), 3);
  const some = await questionsFor(1, 2);
  assert.equal(await some(), 3, 'the third brought nothing');
  while ((await some()) === 3);
});

test('refusals that wait for the same answer ask once, and never take one that was asked for before them', async () => {
  let asked = 0;
  const held: ((page: object) => void)[] = [];
  const exchange = {
    keys: () => {
      asked++;
      return new Promise((resolve) => held.push(resolve));
    },
  };
  const link = {
    era: new Era(),
    log: { warn: () => undefined, info: () => undefined },
    query: (_owner: unknown, ask: (of: typeof exchange) => unknown) => ask(exchange),
  };
  const sync = new KeySync(link as unknown as ExchangeLink, new KeyTable(secrets), [], () => undefined);
  const first = sync.confirm();
  while (asked < 1) await new Promise(setImmediate);
  const later = Array.from({ length: 100 }, () => sync.confirm());
  for (let n = 0; n < 50; n++) await new Promise(setImmediate);
  assert.equal(asked, 1);
  held[0]!({ keys: [], changes: 0 });
  assert.equal(await first, true);
  while (asked < 2) await new Promise(setImmediate);
  held[1]!({ keys: [], changes: 0 });
  assert.deepEqual(new Set(await Promise.all(later)), new Set([true]));
  assert.equal(asked, 2);
});

test('so many refusals may wait, and the next one hears at once that it is not known', async () => {
  const waits = Promise.withResolvers<void>();
  const exchange = { keys: () => waits.promise.then(() => ({ keys: [], changes: 0 })) };
  const link = {
    era: new Era(),
    log: { warn: () => undefined, info: () => undefined },
    query: (_owner: unknown, ask: (of: typeof exchange) => unknown) => ask(exchange),
  };
  const sync = new KeySync(link as unknown as ExchangeLink, new KeyTable(secrets), [], () => undefined);
  const order: string[] = [];
  const first = sync.confirm().then(() => order.push('waits'));
  const others = Array.from({ length: confirmsWaitingMax - 1 }, () => sync.confirm());
  assert.equal(await sync.confirm(), false);
  order.push('is one too many');
  waits.resolve();
  await Promise.all([first, ...others]);
  assert.deepEqual(order, ['is one too many', 'waits']);
  assert.equal(await sync.confirm(), true, 'there is room again');
});
