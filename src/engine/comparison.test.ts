/**
 * The engine on the fast books against the engine on the obvious ones, over one long run of random commands of all
 * kinds: same events, same state, same books after each of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { CancelReason } from '../protocol/events.ts';
import { Random } from '../std/random.ts';
import { EnginePair } from './testing/pair.ts';
import { RandomCommands } from './testing/random-commands.ts';

const COMMANDS = 300_000;
const SLICE_COMMANDS = 30_000;
/** An engine that comes from a snapshot at any moment goes on in step. */
const RESTORE_EVERY = 5_000;
/**
 * Small, so that forgetting closed orders, evicting sessions and full stores are reached, and a look at all is cheap.
 */
const LIMITS = {
  closedOrdersMax: 30,
  auditEntriesMax: 8,
  sessionsMax: 4,
  ordersMax: 75,
  positionsMax: 16,
  recentRequestsMax: 150,
  recentNamesMax: 600,
  keysMax: 300,
  keyAccountsMax: 40,
  cancelsMax: 3,
  passesMax: 3,
  tradesMax: 3,
};
/** So much later than the commands believe they are stamped: some of their deadlines are past. */
const SKEW_US = 25_000;

const commands = new RandomCommands(new Random(20_260_101));
const pair = new EnginePair(LIMITS);

// One run in slices, each of which goes on where the one before it ended.
for (let from = 1; from <= COMMANDS; from += SLICE_COMMANDS) {
  const to = from + SLICE_COMMANDS - 1;
  test(`ladder and reference agree on events and state after each of the random commands ${from} to ${to}`, () => {
    for (let n = from; n <= to; n++) {
      commands.write();
      if (n % RESTORE_EVERY === 0) pair.restore();
      pair.apply(commands.view, commands.timeUs + SKEW_US);
      commands.lastOrderId = pair.lastOrderId;
      commands.lastSessionId = pair.lastSessionId;
      commands.lastKeyNumber = pair.lastKeyNumber;
    }
  });
}

test('the random commands reached every outcome and every reason to cancel', () => {
  for (const code of Object.values(OutcomeCode)) {
    // Only counts near 2^53 are too large, and a command is voided by the log alone; other tests reach these.
    const isElsewhere = code === OutcomeCode.positionTooLarge || code === OutcomeCode.voided;
    if (!isElsewhere) assert.ok(pair.codes.has(code), `outcome ${code} was reached`);
  }
  for (const reason of Object.values(CancelReason))
    assert.ok(pair.reasons.has(reason), `reason ${reason} was reached`);
});
