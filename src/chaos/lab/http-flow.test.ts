import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Client, OrderRow } from '../../client/index.ts';
import { HttpFlow } from './http-flow.ts';

const ordersWanted = 20;

/** Orders that a gateway has acknowledged, each with the number behind its id. */
async function acknowledged(t: TestContext): Promise<HttpFlow> {
  let count = 0;
  const gateway = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const { clientOrderId } = JSON.parse(text) as { readonly clientOrderId: string };
      response.writeHead(201).end(JSON.stringify({ ok: true, orderId: numberOf(clientOrderId) }));
      count += 1;
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
  const flow = await acknowledged(t);
  const whole = await flow.account(without());
  assert.ok(whole.acknowledged >= ordersWanted);
  assert.deepEqual([whole.lost, whole.lostWithSite, whole.doubled], [0, 0, 0]);
  const { lost, lostWithSite } = await flow.account(
    without('lab-3', 'lab-5', 'lab-7'),
    new Set(['lab-5', 'lab-6']),
  );
  assert.deepEqual([lost, lostWithSite], [2, 1]);
});
