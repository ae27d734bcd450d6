// What strangers that ask and never read can make the processes of a real exchange hold. test/long has them over TLS.
import { test } from 'node:test';
import { assertBounds } from './long/testing/strangers.ts';

test('61 strangers at a gateway cost it 50 MB at most, and 200 at a replica 20 MB', (t) =>
  assertBounds(t, false));
