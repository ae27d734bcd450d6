// Orders of an operator over TLS that their callers gave up while the process stood still with them in its sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { makeAuthority, makeCertificate } from '../../gateway/testing/certificates.ts';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import { statusOf } from '../health/status.ts';
import type { OperatorReplicaOrder } from '../operator-orders/order-paths.ts';
import { CanaryDesk } from './canary-desk.ts';
import { controlServer } from './control-server.ts';
import type { ControlSubject } from './control-subject.ts';
import { SideDesk } from './side-desk.ts';
import { noGrants, PaperNotes, PaperOperators } from './testing/operators.ts';

const standstillMsMax = 30_000;
const replica = {
  ...{
    clusterId: 5,
    replicaId: 2,
    pid: 77,
    startedTicks: '1',
    version: '1.2.3',
    configHash: 'abc',
    lagFramesMax: 10_000,
  },
  startedAtMs: 1_000,
};

/** Two callers on a thread of their own: each has had an answer before it is asked to give an order, and to leave. */
const callers = `
const { parentPort, workerData: { port, windowMs, awake } } = require('node:worker_threads');
const { connect } = require('node:tls');
const order = 'POST /operator/stop HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}';
const opened = [];
const open = () => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  socket.on('secureConnect', () => socket.write('GET /nothing HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
  socket.once('data', () => {
    opened.push(socket);
    if (opened.length < 2) return open();
    parentPort.postMessage('open');
  });
};
parentPort.once('message', () => {
  opened[0].write(order);
  // The body in a record of its own.
  opened[1].write(order.slice(0, -2));
  opened[1].write('{}');
  setTimeout(() => {
    // One by the word of TLS, one without it.
    opened[0].end();
    opened[1].destroy();
    setTimeout(() => {
      Atomics.store(awake, 0, 1);
      Atomics.notify(awake, 0);
    }, 50);
  }, windowMs);
});
open();
`;

// A standstill that is too short to be noticed, and one that is long enough.
for (const windowMs of [200, 1_200]) {
  test(`orders over TLS that two callers gave up after ${windowMs} ms of a standstill are not carried out`, async (t) => {
    const { certificate, key } = makeCertificate({ issuer: makeAuthority('a venue') });
    const orders: OperatorReplicaOrder[] = [];
    const subject = {
      ...{ replicaId: 2, clusterId: 5, operators: new PaperOperators(), notes: new PaperNotes() },
      ...{
        canary: new CanaryDesk(),
        sides: new SideDesk(),
        address: noGrants,
        read: () => 0,
        stalledMs: () => 0,
      },
      identityExpiresAtMs: () => 0,
      promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
      status: () => statusOf(replica, () => 0, 0, {}),
      order: (order: OperatorReplicaOrder) => {
        orders.push(order);
        return Promise.resolve({ ok: true, text: 'accepted' });
      },
    } as unknown as ControlSubject;
    const server = controlServer(subject, { identity: { certificates: certificate, key, expiresAtMs: 0 } });
    t.after(() => server.close());
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as { port: number };
    const awake = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(callers, { eval: true, workerData: { port, windowMs, awake } });
    t.after(() => worker.terminate());
    await once(worker, 'message');
    worker.postMessage('give up');
    assert.notEqual(Atomics.wait(awake, 0, 0, standstillMsMax), 'timed-out');
    // Both ends are read by then, and what came before them.
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(orders, []);
  });
}
