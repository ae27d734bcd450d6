/**
 * Looking ahead reads and nothing else: with it and without it the same commands lead to the same events and states.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../std/random.ts';
import { commandsAhead, Engine } from './engine.ts';
import { decode, RecordingSink } from './testing/desk.ts';
import { RandomCommands } from './testing/random-commands.ts';

const commandBytesMax = 256;
const commandBytesMin = 8;

test('an engine that looks ahead of each block of commands, sound or not, does what one does that does not', () => {
  const reached = new Map<string, number>();
  for (let seed = 1; seed <= 15; seed++) {
    const random = new Random(seed);
    const commands = new RandomCommands(random);
    const looking = new Engine({ closedOrdersMax: 50, looksAheadFrom: 0 });
    const blind = new Engine({ closedOrdersMax: 50, looksAheadFrom: Number.POSITIVE_INFINITY });
    for (let block = 0; block < 150; block++) {
      const { view, ends } = written(commands, 1 + random.below(commandsAhead));
      const before = looking.stateHash();
      looking.lookAhead(view, 0, ends.length);
      assert.equal(looking.stateHash(), before);
      let at = 0;
      for (const end of ends) {
        const [seen, expected] = [looking, blind].map((engine) => {
          const sink = new RecordingSink();
          engine.apply(view, at, engine.lastSeq + 1, engine.lastSeq + 1, sink);
          return sink;
        });
        assert.deepEqual(seen!.bytes.subarray(0, seen!.used), expected!.bytes.subarray(0, expected!.used));
        for (const event of decode(seen!)) {
          reached.set(event.name, (reached.get(event.name) ?? 0) + 1);
          if (event.name === 'orderAccepted') commands.lastOrderId = Number(event['orderId']);
        }
        at = end;
      }
      assert.equal(looking.stateHash(), blind.stateHash());
    }
    looking.invariants();
  }
  for (const name of ['orderAccepted', 'orderCancelled', 'orderExecuted'])
    assert.ok(reached.get(name)! > 400, `${name} is reached often: ${reached.get(name)}`);
});

/**
 * So many commands one behind the other, as a frame has them, up to the last byte of the buffer; and where each ends.
 */
function written(commands: RandomCommands, count: number): { view: DataView; ends: number[] } {
  const bytes = new Uint8Array(count * commandBytesMax);
  const ends: number[] = [];
  let end = 0;
  while (ends.length < count) {
    commands.write();
    // Behind some follows their beginning once more, too short for its type; at the end nothing is behind it.
    const lengths =
      ends.length % 5 === 3
        ? [commands.view.getUint16(0, true), commandBytesMin]
        : [commands.view.getUint16(0, true)];
    for (const length of lengths) {
      if (ends.length === count || length < commandBytesMin || length > commandBytesMax) continue;
      commands.view.setUint16(0, length, true);
      bytes.set(new Uint8Array(commands.view.buffer, 0, length), end);
      end += length;
      ends.push(end);
    }
  }
  return { view: new DataView(bytes.buffer, 0, end), ends };
}
