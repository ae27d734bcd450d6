// Loaded by scripts/test.ts into the process of each test file: a file whose tests have all ended, and which goes on
// living because of a timer, a socket or a process that it left behind, fails with the names of what holds it.
import { after } from 'node:test';
import { isMainThread } from 'node:worker_threads';

/** For what is left behind, not for slow machines: what ends by itself is waited for. */
const graceMs = 60_000;

if (isMainThread && process.argv[1]?.endsWith('.test.ts')) {
  after(() => {
    setTimeout(() => {
      const held = process.getActiveResourcesInfo().join(', ');
      console.error(`The tests of ${process.argv[1]} have ended, but it goes on living: it holds ${held}.`);
      process.exit(1);
    }, graceMs).unref();
  });
}
