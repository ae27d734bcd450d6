/**
 * Fuzzes snapshots of the engine: spoiled bytes are refused, or give an engine that is whole and can go on. The
 * container has a checksum of its own; this is the second line, for what was wrong before it was sealed.
 */
import { assert, assertEqual } from '../../std/assert.ts';
import { Random } from '../../std/random.ts';
import { type Fuzzer, isSameBytes, mutated, noise, overwritten } from '../../std/testing/fuzzing.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { RecordingSink } from '../testing/desk.ts';
import { RandomCommands } from '../testing/random-commands.ts';
import { HEADER_BYTES } from './snapshot.ts';

const options: EngineOptions = {
  closedOrdersMax: 60,
  sessionsMax: 4,
  ordersMax: 4_096,
  accountsMax: 64,
  instrumentsMax: 64,
  positionsMax: 256,
};
const commandsAfter = 40;

interface Sample {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

function run(random: Random): void {
  const { bytes: good, hash } = makeSample(random);
  const same = Engine.restore(good, options);
  assert(
    same !== undefined && same.stateHash() === hash,
    'a snapshot gives the state that it was taken from',
  );
  assert(isSameBytes(snapshotOf(same), good), 'a restored engine has the same snapshot');

  const engine = Engine.restore(spoiled(random, good), options);
  if (engine === undefined) return;
  engine.invariants();
  const again = snapshotOf(engine);
  const second = Engine.restore(again, options);
  assert(
    second !== undefined && second.stateHash() === engine.stateHash(),
    'what is accepted stays accepted',
  );
  assert(isSameBytes(snapshotOf(second), again), 'what is accepted is written as the same bytes each time');
  goOn(random, engine, second);
}

function makeSample(random: Random): Sample {
  const engine = new Engine(options);
  const commands = new RandomCommands(random);
  const sink = new RecordingSink();
  for (let n = random.pick([0, 10, 200]); n > 0; n--) {
    commands.write();
    sink.used = 0;
    engine.apply(commands.view, 0, engine.lastSeq + 1, engine.lastSeq + 1, sink);
    commands.lastOrderId += n % 2;
  }
  return { bytes: snapshotOf(engine), hash: engine.stateHash() };
}

function spoiled(random: Random, good: Uint8Array): Uint8Array {
  if (random.chance(0.05)) return noise(random, 1_000);
  if (random.chance(0.1)) return mutated(random, good);
  if (good.length === HEADER_BYTES || random.chance(0.2)) return overwritten(random, good);
  // Behind the header, where a change is not found by adding up lengths.
  const bytes = good.slice();
  const words = (bytes.length - HEADER_BYTES) / 4;
  const view = new DataView(bytes.buffer);
  for (let n = random.between(1, 3); n > 0; n--) {
    const at = HEADER_BYTES + 4 * random.below(words);
    const from = HEADER_BYTES + 4 * random.below(words);
    const word = random.pick([
      view.getUint32(from, true),
      view.getUint32(at, true) ^ (1 << random.below(32)),
      0,
      1,
    ]);
    view.setUint32(at, word, true);
  }
  return bytes;
}

/** Two engines with the same state take the same commands; neither fails, and they stay the same. */
function goOn(random: Random, engine: Engine, twin: Engine): void {
  const seed = random.next();
  for (const each of [engine, twin]) {
    const commands = new RandomCommands(new Random(seed));
    const sink = new RecordingSink();
    for (let n = 0; n < commandsAfter && each.lastSeq < Number.MAX_SAFE_INTEGER; n++) {
      commands.write();
      sink.used = 0;
      each.apply(commands.view, 0, each.lastSeq + 1, each.lastTimeUs, sink);
    }
    each.invariants();
  }
  assertEqual(engine.stateHash(), twin.stateHash(), 'engines that were restored alike go on alike');
}

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  assertEqual(engine.writeSnapshot(bytes), bytes.length, 'a snapshot has the bytes that it announces');
  return bytes;
}

export const engineSnapshotFuzzer: Fuzzer = {
  name: 'engine-snapshot',
  property: 'A spoiled snapshot is refused, or gives an engine that keeps its invariants and goes on.',
  casesInTests: 400,
  run,
};
