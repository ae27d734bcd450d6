import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { apiKey, Desk } from '../testing/desk.ts';
import { streamLogin } from '../testing/stream-login.ts';
import { StreamReader } from '../testing/stream-reader.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

const order = { symbol: 'BTC-USD', side: 'buy', price: '10.00', quantity: '1' } as const;
const refusing = {
  scope: 'instrument',
  mode: 'cancelOnly',
  instrumentId: 1,
  accountId: 0,
  reasonText: 'bad data',
  opensAtMs: 1_700_000_060_000,
} as const;

test('the operator sets modes of the exchange, an instrument and an account, and the status shows what is public', async () => {
  const staged = { mode: 'cancelOnly', symbol: 'BTC-USD', reason: 'bad data', openAfterMs: 60_000 };
  for (const body of [staged, { mode: 'halted', accountId: 7 }, { mode: 'readOnly', reason: '' }])
    assert.equal((await desk.operator('PUT', '/v1/operator/mode', body)).status, 200);
  const sent = desk.exchange.received.filter(([name]) => name === 'setMode').map(([, command]) => command);
  assert.deepEqual(sent[0], {
    mode: 'cancelOnly',
    instrumentId: 1,
    accountId: undefined,
    reason: 'bad data',
    openAfterMs: 60_000,
  });
  const { body } = await desk.get('/v1/status');
  const opensAtMs = 1_700_000_060_000;
  assert.deepEqual(body['exchange'], { scope: 'exchange', mode: 'readOnly', reason: '', opensAtMs: 0 });
  assert.deepEqual(body['instruments'], [
    { scope: 'instrument', symbol: 'BTC-USD', mode: 'cancelOnly', reason: 'bad data', opensAtMs },
  ]);
});

test('an account is shown with its own mode, and that of no other', async () => {
  const modeOf = async (): Promise<unknown[]> => {
    const { body } = await desk.signed('GET', '/v1/account');
    return [body['mode'], body['modeReason'], body['opensAtMs']];
  };
  assert.deepEqual(await modeOf(), ['open', '', 0]);
  await desk.operator('PUT', '/v1/operator/mode', { mode: 'halted', accountId: 8, reason: 'another' });
  assert.deepEqual(await modeOf(), ['open', '', 0]);
  await desk.operator('PUT', '/v1/operator/mode', { mode: 'halted', accountId: 7, reason: 'runs wild' });
  assert.deepEqual(await modeOf(), ['halted', 'runs wild', 0]);
});

test('a mode that is about two things, or that opens what is open, is refused by its field', async () => {
  const fieldOf = async (body: object): Promise<unknown> => {
    const answer = await desk.operator('PUT', '/v1/operator/mode', body);
    assert.equal(answer.status, 400);
    return (answer.body['error'] as { readonly field?: string }).field;
  };
  assert.equal(await fieldOf({ mode: 'halted', symbol: 'BTC-USD', accountId: 7 }), 'accountId');
  assert.equal(await fieldOf({ mode: 'open', openAfterMs: 5 }), 'openAfterMs');
  assert.equal(await fieldOf({ mode: 'shut' }), 'mode');
  assert.equal(await fieldOf({ mode: 'halted', reason: 'x'.repeat(65) }), 'reason');
  assert.equal(await fieldOf({ mode: 'halted', reason: 'two\nlines' }), 'reason');
  const unknown = await desk.operator('PUT', '/v1/operator/mode', { mode: 'halted', symbol: 'NONE' });
  assert.equal(unknown.status, 404);
});

test('a kill says how many orders it has cancelled, and needs the operator', async () => {
  const { status, body } = await desk.operator('POST', '/v1/operator/accounts/7/kill', {
    reason: 'runs wild',
  });
  assert.deepEqual([status, body['count']], [200, 2]);
  assert.deepEqual(desk.exchange.received.at(-1), ['killAccount', { accountId: 7, reason: 'runs wild' }]);
  const stranger = await desk.operatorCall('POST', '/v1/operator/accounts/7/kill', { body: {} });
  assert.equal(stranger.status, 401);
  const short = await desk.operator('POST', '/v1/operator/accounts/7/kill');
  assert.equal(short.status, 200, 'a body of which nothing is needed may be left out');
  assert.deepEqual(desk.exchange.received.at(-1), ['killAccount', { accountId: 7 }]);
});

test('a refusal for a mode says which, of what, why, and until when', async () => {
  desk.exchange.nextCode = 'modeCancelOnly';
  desk.exchange.nextMode = refusing;
  const { status, body } = await desk.signed('POST', '/v1/orders', { body: order });
  const error = body['error'] as Readonly<Record<string, unknown>>;
  assert.deepEqual([status, error['code']], [409, 'modeCancelOnly']);
  assert.match(String(error['message']), /mode of the instrument\. The reason: bad data$/);
  assert.deepEqual([error['reason'], error['opensAtMs']], ['bad data', refusing.opensAtMs]);
});

test('a stream has the modes that hold, then each change, and those of accounts for their key alone', async () => {
  const stranger = await StreamReader.open(desk);
  stranger.send({ subscribe: { modes: true } });
  const first = await stranger.next('modes');
  assert.deepEqual(first['modes'], [{ scope: 'exchange', mode: 'open', reason: '', opensAtMs: 0 }]);
  const owner = await StreamReader.open(desk);
  owner.send({ auth: streamLogin(apiKey, await owner.challenge()), subscribe: { modes: true } });
  await owner.next('modes');
  await desk.exchange.setMode({ mode: 'halted', accountId: 7, reason: 'runs wild' });
  await desk.exchange.setMode({ mode: 'cancelOnly', instrumentId: 1 });
  const [own, shared] = [await owner.next('mode'), await owner.next('mode')];
  assert.deepEqual([own['accountId'], own['mode'], own['reason']], [7, 'halted', 'runs wild']);
  assert.deepEqual([shared['symbol'], shared['mode']], ['BTC-USD', 'cancelOnly']);
  assert.equal((await stranger.next('mode'))['scope'], 'instrument');
  stranger.send({ unsubscribe: { modes: true } });
  assert.equal((await stranger.next('subscriptions'))['modes'], false);
  for (const reader of [owner, stranger]) reader.socket.terminate();
});

test('where events were lost, readers of modes get all of them again', async () => {
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { modes: true } });
  await reader.next('modes');
  desk.exchange.emit('eventsLost', { afterSeq: 1, appliedSeq: 9 });
  assert.equal((await reader.next('modes'))['type'], 'modes');
  reader.socket.terminate();
});

test('a change that an answer has overtaken is not told again', async () => {
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { modes: true } });
  await reader.next('modes');
  const details = { scope: 'instrument', instrumentId: 1, opensAtMs: 0, reasonText: '' } as const;
  desk.exchange.emitEvent({ type: 'modeChanged', ...details, mode: 'halted' });
  await desk.exchange.setMode({ mode: 'open', instrumentId: 1 });
  assert.equal((await reader.next('mode'))['mode'], 'open');
  reader.socket.terminate();
});
