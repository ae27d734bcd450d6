import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { Doorbell } from '../system/doorbell.ts';
import { ControlDesk, CoreControl, createControlMemory } from './control.ts';

test('an order is taken at once, whatever addresses of names wait before it', (context) => {
  const { port1, port2 } = new MessageChannel();
  const doorbell = new Doorbell();
  context.after(() => {
    port1.close();
    doorbell.close();
  });
  const memory = createControlMemory();
  const desk = new ControlDesk(memory, port1, doorbell);
  const core = new CoreControl(memory, port2);
  const heard: string[] = [];
  core.onAddress = (host, address) => heard.push(`${host} ${address}`);
  for (let n = 0; n < 100; n++) desk.giveAddress('r1.test', `10.0.0.${n}`);
  void desk.order({ kind: 'takeSnapshot', replicaId: 0, force: false });
  assert.equal(core.next()?.kind, 'takeSnapshot');
  assert.equal(heard.length, 100);
  assert.equal(core.next(), undefined);
});
