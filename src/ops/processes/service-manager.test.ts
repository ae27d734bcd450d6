import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceManager } from './service-manager.ts';
import { managerPath, managerSocket } from './testing/manager-socket.ts';

for (const kind of ['of the file system', 'without a file']) {
  test(`a manager with a socket ${kind} hears that a process serves, lives and ends`, async (t) => {
    const path = kind === 'without a file' ? `@lockstep-test-${process.pid}` : managerPath(t);
    const heard = managerSocket(t, path);
    const manager = await serviceManager({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '15000' });
    let isAlive = true;
    manager.ready(() => isAlive);
    const texts: string[] = [];
    while (texts.filter((text) => text === 'WATCHDOG=1').length < 3) {
      await sleep(5);
      texts.push(...heard());
    }
    assert.equal(texts[0], 'READY=1');
    isAlive = false;
    await sleep(5);
    heard();
    await sleep(50);
    assert.deepEqual(heard(), [], 'a process whose core stands still gives no sign of life');
    manager.stopping();
    assert.deepEqual(heard(), ['STOPPING=1']);
  });
}

test('signs of life are for the process that the manager watches', async (t) => {
  const path = managerPath(t);
  const heard = managerSocket(t, path);
  const manager = await serviceManager({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '3000', WATCHDOG_PID: '1' });
  manager.ready(() => true);
  await sleep(30);
  manager.stopping();
  assert.deepEqual(heard(), ['READY=1', 'STOPPING=1']);
});

test('without a manager, or with one that is gone, a process goes on', async (t) => {
  for (const env of [{}, { NOTIFY_SOCKET: managerPath(t) }]) {
    const manager = await serviceManager(env);
    manager.ready(() => true);
    manager.stopping();
  }
});
