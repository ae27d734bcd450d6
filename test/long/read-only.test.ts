// Without a quorum the exchange is read-only: commands are refused at once, with what still works, and reads go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import { goOn, standStill } from '../../src/chaos/stopped-processes.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';

const timeout = 300_000;
const trader = { keyId: 'trader', secret: '7e'.repeat(32), accountIds: [701] };
const orders = '/v1/orders';
const refusals = 20;

interface Answer {
  readonly status: number;
  readonly text: string;
  /** How old what was read may be. */
  readonly ageMs: string | null;
  readonly tookMs: number;
}

async function ask(exchange: TestExchange, method: 'GET' | 'POST', content?: object): Promise<Answer> {
  const body = content === undefined ? '' : JSON.stringify(content);
  const request = { timestamp: String(Date.now()), method, pathWithQuery: orders, body };
  const signed = signedHeaders(trader.keyId, trader.secret, request);
  const more = content === undefined ? {} : { body };
  const headers = { ...signed, ...(content !== undefined && { 'content-type': 'application/json' }) };
  const beganMs = performance.now();
  const answer = await exchange.get(orders, { method, headers, ...more });
  const text = (await answer?.text()) ?? '';
  const ageMs = answer?.headers.get('x-lockstep-state-age-ms') ?? null;
  return { status: answer?.status ?? 0, text, ageMs, tookMs: performance.now() - beganMs };
}

test('without a quorum orders are refused at once for good, reads go on, and the end of it is noticed', {
  timeout,
}, async (t) => {
  const exchange = await TestExchange.start({ configuration: { gateway: { apiKeys: [trader] } } });
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  await new OrderStream('before').send(client, 20);
  const order = { symbol: 'TEST', side: 'buy', price: '90.00', quantity: '1' };
  await exchange.whole();
  const leader = await exchange.leader();
  const statuses = await exchange.statuses();
  const other = statuses.find(({ replicaId }) => replicaId !== leader.replicaId)!;
  const pids = [leader.pid, other.pid];
  t.after(() => goOn(pids));
  await standStill(pids);
  await exchange.until('the gateway says that it is read-only', async () => {
    const answer = await exchange.get('/health/ready');
    return answer?.status === 503 && /\(read-only\)/.test(await answer.text());
  });
  // As long as another replica may take over, one waits.
  assert.match((await ask(exchange, 'POST', { ...order, clientOrderId: 'waited' })).text, /"noLeader"/);
  const refused: Answer[] = [];
  for (let n = 0; n < refusals; n++)
    refused.push(await ask(exchange, 'POST', { ...order, clientOrderId: `refused-${n}` }));
  const tookMs = refused.map((answer) => answer.tookMs).toSorted((a, b) => a - b);
  t.diagnostic(
    `${refusals} orders were refused in ${Math.round(tookMs[refusals / 2]!)} ms in the middle, ${Math.round(tookMs.at(-1)!)} at most`,
  );
  for (const { status, text } of refused) {
    assert.equal(status, 503, text);
    assert.match(text, /"noLeader"/);
  }
  const read = await ask(exchange, 'GET');
  assert.equal(read.status, 200, read.text);
  assert.match(String(read.ageMs), /^\d+$/, 'it says how old it may be');

  goOn(pids);
  let tries = 0;
  await exchange.until('orders are taken again', async () => {
    const { status } = await ask(exchange, 'POST', { ...order, clientOrderId: `after-${tries++}` });
    return status === 201;
  });
  for (let n = 0; n < refusals; n++)
    assert.equal(
      await client.order({ accountId: 701, clientOrderId: `refused-${n}` }),
      undefined,
      'what was refused is not carried out',
    );
});
