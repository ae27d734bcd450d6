// What an exchange of real processes survives: dead leaders, dead clusters, lost folders, damaged journals.
import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestExchange } from '../src/chaos/exchange.ts';
import { hasEnded } from '../src/chaos/hosts/ledger.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { segmentHeaderBytes } from '../src/journal/segment.ts';

/** Flips one bit in the middle of what the newest journal segment of a replica holds. */
function damageJournal(exchange: TestExchange, replicaId: number, framesBytes: number): void {
  const folder = join(exchange.loaded.dataFolder, `replica-${replicaId}`);
  const segment = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()[0]!;
  const file = openSync(join(folder, segment), 'r+');
  const byte = Buffer.alloc(1);
  const position = segmentHeaderBytes + Math.floor(framesBytes / 2);
  readSync(file, byte, 0, 1, position);
  writeSync(file, Buffer.from([byte[0]! ^ 0x10]), 0, 1, position);
  closeSync(file);
}

/** One exchange with a market for the tests of a group, which leave it whole. */
function sharedExchange(configuration: Readonly<Record<string, unknown>>): () => TestExchange {
  let exchange: TestExchange | undefined;
  before(async () => {
    exchange = await TestExchange.start({ configuration });
    const client = await exchange.client();
    await prepareMarket(client);
    await client.close();
  });
  after(() => exchange?.end());
  return () => exchange!;
}

for (const durability of ['disk', 'memory'] as const) {
  describe(`durability ${durability}`, () => {
    const exchangeOf = sharedExchange({ durability });

    test('failure 9: kill -9 of the leader under load, three times: nothing acknowledged is lost, nothing runs twice', async () => {
      const exchange = exchangeOf();
      const client = await exchange.client();
      const orders = new OrderStream('a');
      for (let kill = 0; kill < 3; kill++) {
        await exchange.whole();
        const { pid } = await exchange.leader();
        const sending = orders.send(client, 2_000);
        await sleep(20);
        process.kill(pid, 'SIGKILL');
        await sending;
      }
      await exchange.whole();
      await orders.verify(client);
      await exchange.stateHash(client);
      assert.ok(client.status.failovers.length >= 3);
    });

    test('kill -9 of all replicas at once: every acknowledged order is there, sequence numbers go on', async () => {
      const exchange = exchangeOf();
      const client = await exchange.client();
      const orders = new OrderStream('b');
      await orders.send(client, 1_000);
      const before = await exchange.stateHash(client);
      for (const { pid } of await exchange.statuses()) process.kill(pid, 'SIGKILL');
      await orders.send(client, 100);
      await exchange.whole();
      await orders.verify(client);
      const after = await exchange.stateHash(client);
      assert.ok(after.appliedSeq >= before.appliedSeq + 100);
      assert.ok(orders.lastSeq > before.appliedSeq);
    });

    test('kill -9 of the supervisor: all that it had started ends by itself, and the next start has every order', async () => {
      const exchange = exchangeOf();
      const client = await exchange.client();
      const orders = new OrderStream('c');
      await orders.send(client, 1_000);
      const before = await exchange.stateHash(client);
      const pids = [...(await exchange.statuses()).map(({ pid }) => pid), exchange.gatewayPid()];
      process.kill(exchange.supervisorPid, 'SIGKILL');
      await exchange.until('all that it had started has ended', async () => pids.every(hasEnded));
      await exchange.up();
      await orders.send(client, 100);
      await exchange.whole();
      await orders.verify(client);
      assert.ok((await exchange.stateHash(client)).appliedSeq >= before.appliedSeq + 100);
    });
  });
}

describe('folders', () => {
  const exchangeOf = sharedExchange({});

  test('stopped and started again, the exchange has its state', async () => {
    const exchange = exchangeOf();
    const client = await exchange.client();
    const orders = new OrderStream('c');
    await orders.send(client, 500);
    await client.close();
    await exchange.down();
    await exchange.up();
    const again = await exchange.client();
    await orders.verify(again);
    await exchange.stateHash(again);
  });

  test('failure 17: a flipped bit in a journal is reported, that replica does not lead with it, and repairs', async () => {
    const exchange = exchangeOf();
    const client = await exchange.client();
    const orders = new OrderStream('e');
    await orders.send(client, 2_000);
    const damagedId = (await exchange.leader()).replicaId;
    await client.close();
    await exchange.down();
    damageJournal(exchange, damagedId, 100_000);
    await exchange.up();
    await exchange.whole();
    assert.match(exchange.logOf(`replica-${damagedId}`), /journal is damaged/);
    const again = await exchange.client();
    await orders.verify(again);
    await exchange.stateHash(again);
    const damaged = (await exchange.statuses()).find(({ replicaId }) => replicaId === damagedId)!;
    assert.equal(damaged.counters.damagedRecords, 1);
    assert.equal(damaged.recovering, false);
  });

  test('failure 20: a replica whose folder was deleted comes back from snapshot and log, with the same state', async () => {
    const exchange = exchangeOf();
    const client = await exchange.client();
    const orders = new OrderStream('d');
    for (let round = 0; round < 3; round++) {
      await orders.send(client, 10_000);
      for (const replicaId of ['1', '2', '3']) {
        const { code, err } = await exchange.run('snapshot', '--replica', replicaId);
        assert.equal(code, 0, err);
      }
    }
    await orders.send(client, 500);
    await client.close();
    await exchange.down();
    rmSync(join(exchange.loaded.dataFolder, 'replica-2'), { recursive: true });
    await exchange.up();
    await exchange.whole();
    const again = await exchange.client();
    await orders.send(again, 200);
    await exchange.stateHash(again);
    const wiped = (await exchange.statuses()).find(({ replicaId }) => replicaId === 2)!;
    assert.ok(wiped.counters.snapshotsFetched >= 1, 'the log alone did not reach back to the start');
  });
});

test('replication by multicast and a cluster of five survive their leader too', async (t) => {
  const exchange = await TestExchange.start({
    replicas: 5,
    configuration: { replication: { mode: 'multicast' } },
  });
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('f');
  await orders.send(client, 500);
  process.kill((await exchange.leader()).pid, 'SIGKILL');
  await orders.send(client, 500);
  await exchange.whole();
  await orders.verify(client);
  await exchange.stateHash(client);
  await client.close();
});
