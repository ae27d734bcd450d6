/** The socket at which a service manager hears of a process (sd_notify(3)), for tests. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bind, close, receive, socket } from '../../../io/system/native.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from '../../../io/system/platform.ts';
import { unixAddress } from '../../../io/system/unix-datagram.ts';

/** A manager's socket; the call gives what has come since the last one. */
export function managerSocket(t: TestContext, path: string): () => string[] {
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

/** A path for one, in a folder that is removed with the test. */
export function managerPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-notify-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'notify');
}
