import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { CoreLink, type CoreMessage, PolledControl, PostedLog } from './core-link.ts';

function pair(context: TestContext) {
  const { port1, port2 } = new MessageChannel();
  const lines: CoreMessage[] = [];
  let wakes = 0;
  const link = new CoreLink(
    port1,
    () => {
      wakes++;
    },
    (message) => lines.push(message),
  );
  context.after(() => {
    link.close();
    port2.close();
  });
  return {
    link,
    lines,
    control: new PolledControl(port2, link.signal),
    log: new PostedLog(port2),
    wakes: () => wakes,
  };
}

test('orders reach the core in their order, and answers the one who asked', async (context) => {
  const { link, control, wakes } = pair(context);
  assert.equal(control.next(), undefined);
  const first = link.order('takeSnapshot');
  const second = link.order('transferLeadership', 3);
  assert.equal(wakes(), 2);
  const one = control.next()!;
  const two = control.next()!;
  assert.equal(control.next(), undefined);
  assert.deepEqual([one.kind, two.kind, two.replicaId], ['takeSnapshot', 'transferLeadership', 3]);
  control.reply(two, false, 'no');
  control.reply(one, true, 'yes');
  assert.deepEqual(await first, { ok: true, text: 'yes' });
  assert.deepEqual(await second, { ok: false, text: 'no' });
});

test('an order without an answer ends as unknown when the core is gone', async (context) => {
  const { link } = pair(context);
  const order = link.order('stop');
  link.close();
  assert.equal(await order, undefined);
});

test('log lines of the core arrive with their fields', async (context) => {
  const { link, lines, log, control } = pair(context);
  log.info('leads', { term: 3 });
  log.warn('disk full');
  const answered = link.order('endDay');
  control.reply(control.next()!, true, '');
  await answered;
  assert.deepEqual(lines, [
    { type: 'log', level: 'info', text: 'leads', fields: { term: 3 } },
    { type: 'log', level: 'warn', text: 'disk full' },
  ]);
});
