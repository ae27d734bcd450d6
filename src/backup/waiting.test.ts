import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands, placeOrder } from '../protocol/commands.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { recordAt } from './export.ts';
import { ChainTail } from './tail.ts';
import { historyInstance } from './testing/history.ts';
import { Shipping, sampleKey } from './testing/shipping.ts';
import { waitingCommands } from './waiting.ts';

test('what waits at a target is counted from the very command on that a standby lacks, with the accounts that it is of', async () => {
  const shipping = new Shipping({ key: sampleKey });
  await shipping.run(6, 10);
  const { history } = shipping;
  const views = history.commands.map(({ bytes }) => new DataView(bytes.buffer));
  const never = new AbortController().signal;
  for (const nextSeq of [1, 2, Math.floor(history.lastSeq / 2), history.lastSeq, history.lastSeq + 1]) {
    const place = { nextSeq, epoch: 1, instance: historyInstance };
    const found = await waitingCommands(new ChainTail(shipping.from), place, history.timeUs, never);
    const waiting = views.slice(nextSeq - 1);
    const ofAccounts = waiting.map((view) => Number(recordAt(commands, view, 0)['accountId'] ?? 0));
    assert.deepEqual(found, {
      commands: waiting.length,
      orders: waiting.filter((view) => view.getUint8(TYPE_AT) === placeOrder.type).length,
      accounts: [...new Set(ofAccounts)].filter((id) => id > 0).toSorted((a, b) => a - b),
    });
  }
  const ended = AbortSignal.abort();
  const place = { nextSeq: 1, epoch: 1, instance: historyInstance };
  const none = await waitingCommands(new ChainTail(shipping.from), place, history.timeUs, ended);
  assert.equal(none.commands, 0);
});
