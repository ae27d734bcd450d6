/** Fuzzes what reaches the engine: any bytes under a length that can be read are a command or nothing. */
import { DecodeCode } from '../../protocol/codes.ts';
import { commands } from '../../protocol/commands.ts';
import { randomRecord } from '../../protocol/testing/random-records.ts';
import { assert, assertEqual } from '../../std/assert.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, isSameBytes, overwritten } from '../../std/testing/fuzzing.ts';
import { Engine } from '../engine.ts';
import { decode, RecordingSink } from '../testing/desk.ts';
import { RandomCommands } from '../testing/random-commands.ts';
import { isWellFormed } from './well-formed.ts';

const limits = { closedOrdersMax: 20, sessionsMax: 3, ordersMax: 64, accountsMax: 8, instrumentsMax: 8 };
const commandsPerCase = 60;

function run(random: Random): void {
  // It goes along with every switch of the engine.
  const options = { ...limits, positionsMax: 32, engineVersionMost: 65_535 } as const;
  const engine = new Engine(options);
  const twin = new Engine({ ...options, book: 'reference' });
  const sensible = new RandomCommands(random);
  for (let n = 0; n < commandsPerCase; n++) {
    sensible.write();
    const isSensible = random.chance(0.7);
    const bytes = isSensible ? commandOf(sensible) : randomRecord(random, random.pick(commands.layouts));
    applyToBoth(engine, twin, random.chance(0.5) ? bytes : spoiled(random, bytes));
    sensible.lastOrderId += n % 2;
  }
  engine.invariants();
  twin.invariants();
  assertEqual(engine.stateHash(), twin.stateHash(), 'both books come to the same state');
}

function commandOf({ view }: RandomCommands): Uint8Array {
  return new Uint8Array(view.buffer, 0, Math.min(view.byteLength, view.getUint16(0, true))).slice();
}

/** Keeps the length, which is checked before a command can be applied. */
function spoiled(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = overwritten(random, bytes);
  if (changed.length >= 4) new DataView(changed.buffer).setUint16(0, changed.length, true);
  return changed;
}

function applyToBoth(engine: Engine, twin: Engine, bytes: Uint8Array): void {
  if (bytes.length < 24 || bytes.length % 8 !== 0) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(0, true) !== bytes.length) return;
  const isGood = commands.check(view, 0, bytes.length) === DecodeCode.ok;
  assertEqual(isWellFormed(view, 0), isGood, 'the fast check agrees with the check of the protocol');
  const sinks = [new RecordingSink(), new RecordingSink()] as const;
  const seq = engine.lastSeq + 1;
  engine.apply(view, 0, seq, seq, sinks[0]);
  twin.apply(view, 0, seq, seq, sinks[1]);
  assert(isGood || sinks[0].used === 0, 'what is no command has no events');
  decode(sinks[0]);
  const [first, second] = sinks.map((sink) => sink.bytes.subarray(0, sink.used)) as [Uint8Array, Uint8Array];
  assert(isSameBytes(first, second), 'both books emit the same events');
}

export const commandFuzzer: Fuzzer = {
  name: 'engine-commands',
  property:
    'Any bytes are a command or nothing to the engine: good events, kept invariants, the same on either book.',
  casesInTests: 60,
  run,
};
