/** What is the operator's at a gateway, and what of it a gateway may do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiKey, Desk } from '../testing/desk.ts';

const keys = '/v1/operator/keys';
const codeOf = (body: Readonly<Record<string, unknown>>): unknown =>
  (body['error'] as Readonly<Record<string, unknown>> | undefined)?.['code'];

test('a gateway without the identity of an operator changes nothing of the exchange itself, and says so', async (t) => {
  const desk = await Desk.open({}, undefined, { isOperator: false });
  t.after(() => desk.close());
  const refused = await desk.operator('POST', '/v1/operator/accounts', { accountId: 12, name: 'twelve' });
  assert.deepEqual([refused.status, codeOf(refused.body)], [403, 'noOperator']);
  assert.equal((await desk.operator('GET', keys)).status, 200, 'reads are not refused');
  assert.equal((await desk.signed('GET', '/v1/account')).status, 200, 'nor are customers');
});

test('a key acts for accounts that are there, for one at least unless it acts for none', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const add = (body: object) => desk.operator('POST', keys, { keyId: 'new', ...body });
  for (const body of [{}, { accountIds: [] }, { permissions: ['cancel', 'operator'] }]) {
    const { status, body: answer } = await add(body);
    assert.deepEqual([status, codeOf(answer)], [400, 'invalidField'], JSON.stringify(body));
  }
  const unknown = await add({ accountIds: [7, 77_777] });
  assert.deepEqual([unknown.status, codeOf(unknown.body)], [422, 'unknownAccount']);
  assert.match(JSON.stringify(unknown.body), /no account 77777/);
  const names = (await desk.operator('GET', keys)).body['keys'] as { keyId: string }[];
  assert.deepEqual(
    names.map(({ keyId }) => keyId),
    [apiKey.keyId],
    'nothing of it is there',
  );
  assert.equal((await add({ permissions: ['operator'] })).status, 201, 'an operator acts for no account');
  const change = (body: object) => desk.operator('PATCH', `${keys}/new`, body);
  assert.deepEqual(
    [(await change({})).status, (await change({ permissions: ['trade'] })).status],
    [400, 400],
  );
  assert.equal((await change({ accountIds: [77_777] })).status, 422);
  assert.equal((await change({ permissions: ['trade'], accountIds: [7] })).status, 200);
  assert.equal((await change({ accountIds: [] })).status, 400);
});
