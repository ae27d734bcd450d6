/**
 * `lockstep failover` and `lockstep restart`: orders go on, the gap is what a session felt, and the audit trail has the
 * orders; `lockstep keys` and `lockstep audit` against the same exchange.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { silence, TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { PartyKind } from '../src/protocol/parties.ts';

let exchange: TestExchange;
before(async () => {
  exchange = await TestExchange.start();
  await exchange.whole();
});
after(() => exchange.end());

/** Hand-overs that the commands have reported. */
let handedOver = 0;

const silences = (): number => exchange.electionReasons().filter((reason) => reason === silence).length;

/** Runs it again where a machine too busy for the leader to be heard has moved the leadership beside it. */
async function undisturbed<T>(run: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left--) {
    const before = silences();
    const result = await run();
    if (silences() === before) return result;
    assert.ok(left > 1, 'this machine is too busy for its leader to be heard');
    await exchange.whole();
  }
}

test('a planned switchover is measured from one acknowledgement to the next', async () => {
  const { earlier, later, out } = await undisturbed(async () => {
    const earlier = await exchange.leader();
    const { code, out, err } = await exchange.run('failover', '--json');
    assert.equal(code, 0, err);
    handedOver++;
    return { earlier, later: await exchange.leader(), out };
  });
  const [text, json] = out.trim().split('\n') as [string, string];
  const { from, to, term, gapMs, lastSeq, firstSeq } = JSON.parse(json) as Record<string, number>;
  assert.deepEqual([from, to, term], [earlier.replicaId, later.replicaId, later.term]);
  assert.equal(later.term, earlier.term + 1);
  assert.ok(typeof gapMs === 'number' && gapMs > 0);
  // Both ends are acknowledgements of a session that sends without a pause: between them are the commands that were in
  // flight, and a few of others. What looks now and then would find thousands.
  assert.ok(typeof lastSeq === 'number' && typeof firstSeq === 'number' && lastSeq > earlier.appliedSeq);
  assert.ok(firstSeq > lastSeq && firstSeq - lastSeq < 100, `from seq ${lastSeq} to ${firstSeq}`);
  assert.match(text, new RegExp(`first acknowledgement ${gapMs} ms after the last one before`));
});

test('a rolling restart gives each replica another process, and no order is lost, refused or doubled', async () => {
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('rolling');
  const pidsOf = async (): Promise<number[]> => (await exchange.statuses()).map(({ pid }) => pid);
  const earlier = await pidsOf();
  const silencesBefore = silences();
  let isOver = false;
  const sending = (async () => {
    // Not as many as a machine takes: accounts would come to the most orders that they may have open.
    while (!isOver) {
      await orders.send(client, 100);
      await sleep(20);
    }
  })();
  const { code, out, err } = await exchange.run('restart', '--rolling', '--json').finally(() => {
    isOver = true;
  });
  await sending;
  assert.equal(code, 0, `${out}${err}`);
  const { restarted, handOvers } = JSON.parse(out.trim().split('\n').at(-1)!) as {
    readonly restarted: readonly { readonly replicaId: number }[];
    readonly handOvers: readonly { readonly gapMs: number }[];
  };
  assert.deepEqual(restarted.map(({ replicaId }) => replicaId).sort(), [1, 2, 3]);
  for (const { gapMs } of handOvers) assert.ok(gapMs > 0, `${gapMs} ms`);
  handedOver += handOvers.length;
  // The followers come first, so that the leader hands over once, unless another one has led by load meanwhile.
  if (silences() === silencesBefore) assert.equal(handOvers.length, 1);
  const later = await pidsOf();
  assert.ok(later.length === earlier.length && later.every((pid) => !earlier.includes(pid)));
  await orders.verify(client);
});

/** The object that a command prints as its last line. */
async function told<T>(...words: readonly string[]): Promise<T> {
  const { code, out, err } = await exchange.run(...words, '--json');
  assert.equal(code, 0, `${words.join(' ')}: ${out}${err}`);
  return JSON.parse(out.trim().split('\n').at(-1)!) as T;
}

test('keys are made, rotated and revoked by commands, and what operators did is listed, exported and verified', async () => {
  interface Key {
    readonly keyId: string;
    readonly secret?: string;
    readonly version: number;
  }
  await told('keys', 'add', 'desk', '--account', '701', '--permissions', 'read');
  const rotated = await told<Key>('keys', 'rotate', 'desk', '--grace', '0');
  assert.equal(rotated.version, 2);
  assert.match((await exchange.run('keys', 'list')).out, /^desk: read; accounts 701; hmac, version 2$/m);
  assert.match((await exchange.run('keys', 'revoke', 'desk')).out, /desk is revoked/);
  const { code, err } = await exchange.run('keys', 'rotate', 'desk');
  assert.notEqual(code, 0);
  assert.match(err, /key is revoked/);

  interface Entry {
    readonly action: string;
    readonly ownerKind: number;
    readonly ownerId: number;
    readonly replicaId: number;
  }
  assert.ok(handedOver >= 1);
  let entries: readonly Entry[] = [];
  const ordered = (action: string) => entries.filter((entry) => entry.action === action);
  await exchange.until('the orders to all replicas are in the trail', async () => {
    ({ entries } = await told<{ entries: readonly Entry[] }>('audit', 'list', '--limit', '1000'));
    return ordered('stop').length === 3 && ordered('transferLeadership').length >= handedOver;
  });
  assert.deepEqual(
    ordered('stop')
      .map(({ ownerKind, ownerId, replicaId }) => [ownerKind, ownerId, replicaId])
      .sort(),
    [1, 2, 3].map((id) => [PartyKind.operator, 1, id]),
  );
  for (const action of ['createKey', 'rotateKey', 'revokeKey'])
    assert.ok(ordered(action).length >= 1, action);
  assert.match((await exchange.run('audit', 'list')).out, / control stop, by operator\/1, .*at replica 2/);

  const file = join(exchange.folder, 'trail.jsonl');
  await told('audit', 'export', file);
  const { replicas } = await told<{ readonly replicas: readonly number[] }>('audit', 'verify', file);
  assert.ok(replicas.length >= 2);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const cut = join(exchange.folder, 'cut.jsonl');
  writeFileSync(cut, `${lines.slice(0, 3).join('\n')}\n`);
  const verified = await exchange.run('audit', 'verify', cut);
  assert.match(
    verified.out,
    /^Entries 1 to 3 are whole, and replicas .* say the same\. Entries 4 to \d+ are not in the file\./,
  );
  const spoiled = join(exchange.folder, 'spoiled.jsonl');
  writeFileSync(spoiled, readFileSync(file, 'utf8').replace('"action":"stop"', '"action":"snap"'));
  const refused = await exchange.run('audit', 'verify', spoiled);
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /Entry \d+ \(line \d+\) differs from what was noted/);
});
