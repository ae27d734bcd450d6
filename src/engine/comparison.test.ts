/** The engine on the fast book against the engine on the obvious one, over random commands: same events, same state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { CancelReason } from '../protocol/events.ts';
import { Random } from '../std/random.ts';
import { Engine } from './engine.ts';
import { decode, RecordingSink } from './testing/desk.ts';
import { RandomCommands } from './testing/random-commands.ts';

/** Commands of the comparison. */
const COMMANDS = 100_000;
/** The slow checks run after each command of the first thousand, and then each time this many were applied. */
const CHECK_EVERY = 500;
/** Small, so that forgetting closed orders, evicting sessions and full stores are all reached. */
const LIMITS = { closedOrdersMax: 200, sessionsMax: 4, ordersMax: 500, positionsMax: 16 };

test(`ladder and reference agree on events and state over ${COMMANDS} random commands`, () => {
  const commands = new RandomCommands(new Random(20_260_101));
  const fast = new Engine({ book: 'ladder', ...LIMITS });
  let slow = new Engine({ book: 'reference', ...LIMITS });
  const fastSink = new RecordingSink();
  const slowSink = new RecordingSink();
  const outcomes = new Set<number>();
  const reasons = new Set<number>();
  for (let seq = 1; seq <= COMMANDS; seq++) {
    commands.write();
    fastSink.used = 0;
    slowSink.used = 0;
    // An engine that comes from a snapshot at any moment goes on in step.
    if (seq % (CHECK_EVERY * 10) === 0) slow = restored(slow);
    fast.apply(commands.view, 0, seq, seq, fastSink);
    slow.apply(commands.view, 0, seq, seq, slowSink);
    const same =
      fastSink.used === slowSink.used &&
      Buffer.compare(fastSink.bytes.subarray(0, fastSink.used), slowSink.bytes.subarray(0, slowSink.used)) ===
        0;
    if (!same) assert.deepEqual(decode(fastSink), decode(slowSink), `after command ${seq}`);
    for (const event of decode(fastSink)) {
      if (event.name === 'orderAccepted') commands.lastOrderId = event['orderId'] as number;
      if (event.name === 'outcome') outcomes.add(event['code'] as number);
      if (event.name === 'orderCancelled') reasons.add(event['reason'] as number);
    }
    assert.equal(fast.stateHash(), slow.stateHash(), `after command ${seq}`);
    if (seq < 1000 || seq % CHECK_EVERY === 0) {
      fast.invariants();
      slow.invariants();
      assert.equal(fast.economicHash(), slow.economicHash());
    }
  }
  for (const code of Object.values(OutcomeCode)) {
    // Only counts near 2^53 are too large; the scenarios reach them.
    if (code !== OutcomeCode.positionTooLarge) assert.ok(outcomes.has(code), `outcome ${code} was reached`);
  }
  for (const reason of Object.values(CancelReason))
    assert.ok(reasons.has(reason), `reason ${reason} was reached`);
});

function restored(engine: Engine): Engine {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  const again = Engine.restore(bytes, { book: 'reference', ...LIMITS });
  assert.ok(again, 'a snapshot restores');
  const bytesAgain = new Uint8Array(again.snapshotBytes());
  again.writeSnapshot(bytesAgain);
  assert.deepEqual(bytesAgain, bytes);
  return again;
}
