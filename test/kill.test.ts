// The kill switch at the worst time: tens of thousands of orders wait before the leader, half of them of the very
// account that is to be stopped, and the gateway has more requests of both accounts than it takes.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Attack } from '../src/bench/load/attacker.worker.ts';
import { TestExchange } from '../src/chaos/exchange.ts';
import { OrderFlood } from '../src/chaos/order-flood.ts';
import { defaultRateLimits } from '../src/gateway/admission/rates.ts';
import { openOrdersPerAccountMax } from '../src/protocol/limits.ts';

const instrumentId = 1;
const symbol = 'KILL';
const killed = 1;
const other = 2;
const sessions = 12;
/** Far below the flood: they rest. */
const resting = 200;
/** What the leader has before it in the worst moment, whatever it takes in a second. */
const waitingMin = 40_000;
const traded = 2_000;
/** Requests in a second at the gateway, of each account. */
const perSecond = 20_000;
const withoutRates = Object.fromEntries(Object.keys(defaultRateLimits).map((name) => [name, 1_000_000]));
const keyOf = (accountId: number) => ({
  keyId: `k${accountId}`,
  secret: 'a7'.repeat(32),
  accountIds: [accountId],
});

function floodGateway({ loaded }: TestExchange, accountId: number): ChildProcess {
  const { port, operatorPort } = loaded.configuration.gateway;
  const child = fork(new URL('../src/bench/load/attacker.worker.ts', import.meta.url));
  const attack: Attack = {
    ...{ kind: 'orders', port, operatorPort, symbol, accountId, key: keyOf(accountId) },
    ...{ perSecond, connections: 64, seconds: 600 },
  };
  child.send(attack);
  return child;
}

test('failure 4: an account is killed while it and others overload leader and gateway: none of its orders is left', async (t) => {
  const exchange = await TestExchange.start({
    configuration: { gateway: { limits: withoutRates, apiKeys: [keyOf(killed), keyOf(other)] } },
  });
  let flood: OrderFlood | undefined;
  t.after(async () => {
    flood?.stop();
    await exchange.end();
  });
  const operator = await exchange.client();
  await operator.createInstrument({ instrumentId, symbol, priceDecimals: 2, quantityDecimals: 0 });
  for (const accountId of [killed, other])
    await operator.createAccount({
      accountId,
      name: `a${accountId}`,
      openOrdersMax: openOrdersPerAccountMax,
    });
  for (let n = 0; n < resting; n++) {
    const order = {
      accountId: killed,
      instrumentId,
      side: 'buy',
      priceTicks: 2 + n,
      quantityLots: 1,
    } as const;
    assert.ok((await operator.placeOrder(order)).ok);
  }
  const clients = await Promise.all(Array.from({ length: sessions }, () => exchange.client()));
  flood = new OrderFlood(clients, instrumentId, [
    { accountId: killed, side: 'buy' },
    { accountId: other, side: 'sell' },
  ]);
  const attackers = [killed, other].map((accountId) => floodGateway(exchange, accountId));
  t.after(() => {
    for (const child of attackers) child.kill('SIGKILL');
  });
  const ofKilled = flood.tally(killed);
  const ofOther = flood.tally(other);
  await exchange.until(
    'both accounts trade, and as many orders wait as the sessions may have on the way',
    async () => ofKilled.accepted > traded && ofOther.accepted > traded && flood!.waiting >= waitingMin,
    () => ofKilled.accepted,
  );

  const { code, out, err } = await exchange.run('kill', String(killed), '--reason', 'runaway', '--json');
  assert.equal(code, 0, err);
  const { seq, count } = JSON.parse(out.trim().split('\n').at(-1)!) as { seq: number; count: number };
  assert.ok(count >= resting, `${count} orders were cancelled`);
  const { accepted: othersBefore } = ofOther;
  assert.deepEqual([...(await operator.openOrders(killed))], [], 'nothing of it rests');

  const { refused } = ofKilled;
  await exchange.until(
    'the others go on, and the killed account is refused',
    async () => ofKilled.refused > refused + traded && ofOther.accepted > othersBefore + traded,
    () => ofKilled.refused + ofOther.accepted,
  );
  const refusal = ofKilled.lastRefusal();
  assert.deepEqual([refusal?.code, refusal?.refusedBy?.reasonText], ['modeHalted', 'runaway']);
  await flood.end();
  for (const child of attackers) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  assert.ok(ofKilled.lastSeq < seq, `accepted at ${ofKilled.lastSeq}, killed at ${seq}`);
  assert.deepEqual([...(await operator.openOrders(killed))], []);
  const after = await operator.fills({ accountId: killed, fromSeq: seq });
  assert.deepEqual(after.fills, [], 'nothing of it traded afterwards');
  const before = await operator.fills({ accountId: killed, limit: 10 });
  assert.ok(before.fills.length > 0, 'it had traded');
});
