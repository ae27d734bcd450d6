import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Client, OrderRow } from '../../client/index.ts';
import { HttpFlow } from './http-flow.ts';

const ordersWanted = 20;

/** What a gateway makes of an order: it acknowledges it, refuses it, or breaks off. */
type Fate = 'acknowledged' | 'refused' | 'broken';

/** Orders that a gateway has answered; those that it acknowledged with the number behind their id. */
async function traded(
  t: TestContext,
  fateOf: (id: string) => Fate = () => 'acknowledged',
): Promise<HttpFlow> {
  let count = 0;
  const gateway = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const { clientOrderId } = JSON.parse(text) as { readonly clientOrderId: string };
      const fate = fateOf(clientOrderId);
      count += 1;
      if (fate === 'broken') return void request.socket.destroy();
      const error = { code: 'noFunds' };
      const ok = { ok: true, orderId: numberOf(clientOrderId) };
      if (fate === 'refused') response.writeHead(422).end(JSON.stringify({ error }));
      else response.writeHead(201).end(JSON.stringify(ok));
    });
  }).listen(0, '127.0.0.1');
  t.after(() => gateway.close());
  await once(gateway, 'listening');
  const flow = new HttpFlow({
    config: '',
    identity: '',
    gatewayUrls: [`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`],
    apiKey: { keyId: 'k', secret: 's'.repeat(32) },
    sdkPerSecond: 1,
    httpPerSecond: 1_000,
  });
  void flow.trade();
  while (count < ordersWanted) await setImmediate();
  await flow.rest();
  return flow;
}

function numberOf(clientOrderId: string): number {
  return Number(clientOrderId.split('-').at(-1)) + 1;
}

/** An exchange that knows every order but some. */
function without(...gone: readonly string[]): Client {
  const order = async ({ clientOrderId }: { clientOrderId: string }): Promise<OrderRow | undefined> =>
    gone.includes(clientOrderId)
      ? undefined
      : ({ orderId: numberOf(clientOrderId), filledLots: 0 } as OrderRow);
  return { order } as unknown as Client;
}

test('an acknowledged order that the exchange does not know is lost, but for those that a lost site has listed', async (t) => {
  const flow = await traded(t);
  const whole = await flow.account(without());
  assert.ok(whole.acknowledged >= ordersWanted);
  assert.deepEqual([whole.lost, whole.lostWithSite, whole.doubled], [0, 0, 0]);
  const { lost, lostWithSite } = await flow.account(
    without('lab-3', 'lab-5', 'lab-7'),
    new Set(['lab-5', 'lab-6']),
  );
  assert.deepEqual([lost, lostWithSite], [2, 1]);
});

test('an order that ran twice, or ran though it was refused, is found; of an unknown outcome the exchange decides', async (t) => {
  const fates: Record<string, Fate> = {
    'lab-0': 'refused',
    'lab-1': 'refused',
    'lab-2': 'broken',
    'lab-3': 'broken',
    'lab-4': 'broken',
  };
  const flow = await traded(t, (id) => fates[id] ?? 'acknowledged');
  const rows: Record<string, OrderRow | undefined> = {
    // Refused, and remembered: the second one has traded.
    'lab-0': { orderId: 1, filledLots: 0 } as OrderRow,
    'lab-1': { orderId: 2, filledLots: 1 } as OrderRow,
    // Without an answer: two ran, both as the same order.
    'lab-2': { orderId: 3, filledLots: 0 } as OrderRow,
    'lab-3': undefined,
    'lab-4': { orderId: 3, filledLots: 0 } as OrderRow,
    // Acknowledged as another order than the exchange knows.
    'lab-5': { orderId: 1_005, filledLots: 0 } as OrderRow,
  };
  const order = async ({ clientOrderId }: { clientOrderId: string }): Promise<OrderRow | undefined> =>
    clientOrderId in rows
      ? rows[clientOrderId]
      : ({ orderId: numberOf(clientOrderId), filledLots: 0 } as OrderRow);
  const account = await flow.account({ order } as unknown as Client);
  assert.deepEqual([account.doubled, account.lost], [3, 0]);
  assert.deepEqual(account.refused, { noFunds: 2 });
  assert.deepEqual(account.unknown, { executed: 2, notExecuted: 1 });
});
