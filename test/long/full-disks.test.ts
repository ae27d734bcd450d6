// The disks of all replicas run full: the exchange takes no orders and says why, and goes on once there is space.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallDiskProblem, TestExchange } from '../../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const trader = { keyId: 'trader', secret: '7e'.repeat(32), accountIds: [701] };
const megabytes = 64;
/** What the gateway, a replica and the command line say alike. */
const idleWords =
  /replica \d leads, and nothing is committed, so it takes no orders: check the disks of all replicas/;

/** A signed order through the gateway. */
async function place(
  exchange: TestExchange,
  clientOrderId: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const path = '/v1/orders';
  const body = JSON.stringify({ symbol: 'TEST', side: 'buy', price: '90.00', quantity: '1', clientOrderId });
  const request = { timestamp: String(Date.now()), method: 'POST', pathWithQuery: path, body };
  const headers = {
    ...signedHeaders(trader.keyId, trader.secret, request),
    'content-type': 'application/json',
  };
  const answer = await exchange.get(path, { method: 'POST', headers, body });
  return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
}

/** The gateway is asked so often in a row before the disks count as full for good. */
const idleTimes = 20;

test('all disks run full: the gateway says what is the matter, what it refuses is not carried out, and it goes on with space', async (t) => {
  const problem = smallDiskProblem();
  if (problem !== undefined) return t.skip(problem);
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  const notify = { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }] };
  const exchange = await TestExchange.start({
    configuration: { gateway: { apiKeys: [trader] }, notify },
    smallDisks: { replicaIds: [1, 2, 3], megabytes },
  });
  t.after(() => exchange.end());
  const operator = await exchange.client();
  await prepareMarket(operator);
  await new OrderStream('before').send(operator, 100);
  const readiness = async (): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await exchange.get('/health/ready');
    return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
  };

  const free = [1, 2, 3].map((id) => exchange.fillDisk(id));
  // What is prepared of the journal is used up; no caller waits for the outcomes of the orders that find no room.
  const late = new OrderStream('late');
  const sending = late.send(operator, 40_000).catch((error: unknown) => error);
  // A leader that finds room for one frame more commits it, and serves for a moment; then the disks are full for good.
  let timesIdle = 0;
  await exchange.until('the gateway is not ready, stays so, and says why', async () => {
    const { status, text } = await readiness();
    timesIdle = status === 503 && idleWords.test(text) ? timesIdle + 1 : 0;
    return timesIdle >= idleTimes;
  });
  await exchange.until('the status says that no replica serves, and why', async () => {
    const { code, out, err } = await exchange.run('status');
    return code === 1 && idleWords.test(out + err) && /DISK FULL/.test(out);
  });
  await exchange.until('a failover is refused, in the same words', async () => {
    const { code, err } = await exchange.run('failover');
    return code === 1 && idleWords.test(err);
  });
  const replicas = await Promise.all(
    exchange.loaded.configuration.replicas.map(async ({ controlPort }) =>
      (await fetch(`http://127.0.0.1:${controlPort}/health/ready`)).text(),
    ),
  );
  assert.ok(
    replicas.some((text) => idleWords.test(text)),
    replicas.join(),
  );
  const refused = ['refused-1', 'refused-2', 'refused-3'];
  for (const clientOrderId of refused) {
    const answer = await place(exchange, clientOrderId);
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.text, /"nothingCommitted".*nothing is committed/);
  }

  await exchange.until('a hook hears of it', async () =>
    ['diskFull', 'commitsStalled'].every((each) => pager.notices.some(({ kind }) => kind === each)),
  );

  for (const give of free) give();
  await exchange.until('the gateway is ready again', async () => (await readiness()).status === 200);
  await sending;
  await late.verify(operator);
  for (const clientOrderId of refused)
    assert.equal(
      await operator.order({ accountId: 701, clientOrderId }),
      undefined,
      'it was refused for good',
    );
  assert.equal((await place(exchange, 'refused-1')).status, 201, 'it can be given again');
});
