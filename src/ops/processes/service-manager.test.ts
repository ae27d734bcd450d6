import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bind, close, receive, socket } from '../../io/system/native.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from '../../io/system/platform.ts';
import { unixAddress } from '../../io/system/unix-datagram.ts';
import { serviceManager } from './service-manager.ts';

/** A manager's socket; the call gives what has come since the last one. */
function listen(t: TestContext, path: string): () => string[] {
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const address = unixAddress(path);
  assert.equal(bind(fd, address, address.length), 0);
  t.after(() => close(fd));
  const bytes = new Uint8Array(4_096);
  return () => {
    const texts: string[] = [];
    for (
      let length = receive(fd, bytes, bytes.length, 0);
      length >= 0;
      length = receive(fd, bytes, bytes.length, 0)
    )
      texts.push(Buffer.from(bytes.subarray(0, length)).toString());
    return texts;
  };
}

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-notify-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'notify');
}

for (const kind of ['of the file system', 'without a file']) {
  test(`a manager with a socket ${kind} hears that a process serves, lives and ends`, async (t) => {
    const path = kind === 'without a file' ? `@lockstep-test-${process.pid}` : socketPath(t);
    const heard = listen(t, path);
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
  const path = socketPath(t);
  const heard = listen(t, path);
  const manager = await serviceManager({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '3000', WATCHDOG_PID: '1' });
  manager.ready(() => true);
  await sleep(30);
  manager.stopping();
  assert.deepEqual(heard(), ['READY=1', 'STOPPING=1']);
});

test('without a manager, or with one that is gone, a process goes on', async (t) => {
  for (const env of [{}, { NOTIFY_SOCKET: socketPath(t) }]) {
    const manager = await serviceManager(env);
    manager.ready(() => true);
    manager.stopping();
  }
});
