/**
 * How a flow is measured on one engine: commands are written to a tape, and the clock runs only while it is applied.
 */
import { strict as assert } from 'node:assert';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Engine, type EngineOptions } from '../../engine/engine.ts';
import { useHugePages } from '../../io/system/huge-pages.ts';
import { orderExecuted } from '../../protocol/events.ts';
import { EventRing } from '../../replica/exchange/event-ring.ts';
import { RememberedFills } from '../../replica/exchange/fills.ts';
import { CommandTape } from './command-tape.ts';
import type { Flow } from './engine-flows.ts';

const standardRingBytes = 1 << 24;
const fillsMax = 1_048_576;
/**
 * Commands that are written before the clock starts, and applied before it stops: as few as those of a frame or two, so
 * that they are in a processor's cache, as a new frame is.
 */
const tapeCommands = 1_000;

/** What one run gives. */
export interface EngineRun {
  readonly commandsPerSecond: number;
  readonly eventsPerCommand: number;
  /** The longest pause of the garbage collector while the clock ran; 0 if there was none. */
  readonly gcPauseMsMax: number;
  readonly stateHash: string;
}

/**
 * Runs a flow twice, each time on a new engine with memory reserved as in a replica; both must come to the same state.
 * The faster one counts. `ringBytes` is the size of the ring that takes the events.
 */
export async function measureFlow(
  makeFlow: () => Flow,
  commands: number,
  limits: EngineOptions = {},
  ringBytes = standardRingBytes,
): Promise<EngineRun> {
  const first = await runOnce(makeFlow(), commands, limits, ringBytes);
  const second = await runOnce(makeFlow(), commands, limits, ringBytes);
  assert.equal(second.stateHash, first.stateHash, 'two runs of one seed come to the same state');
  const { commandsPerSecond } = first.commandsPerSecond > second.commandsPerSecond ? first : second;
  return { ...first, commandsPerSecond, gcPauseMsMax: Math.max(first.gcPauseMsMax, second.gcPauseMsMax) };
}

async function runOnce(
  flow: Flow,
  commands: number,
  limits: EngineOptions,
  ringBytes: number,
): Promise<EngineRun> {
  const engine = new Engine({ reserved: true, ...limits });
  const sink = new EventRing(ringBytes, 0, fillsInUse());
  const tape = new CommandTape(tapeCommands);
  useHugePages();
  prepare(engine, sink, tape, flow);
  const pauses = new PauseWatch();
  const eventsBefore = sink.emitted;
  let elapsedMs = 0;
  for (let left = commands; left > 0; left -= tape.count) {
    fill(tape, flow, left);
    const startMs = performance.now();
    tape.apply(engine, sink);
    const endMs = performance.now();
    pauses.timed(startMs, endMs);
    elapsedMs += endMs - startMs;
  }
  return {
    commandsPerSecond: Math.round((commands / elapsedMs) * 1_000),
    eventsPerCommand: (sink.emitted - eventsBefore) / commands,
    gcPauseMsMax: await pauses.longestMs(),
    stateHash: engine.stateHash(),
  };
}

/**
 * The memory of executions as it is in a replica that has traded for a while: none of it is touched for the first time.
 */
function fillsInUse(): RememberedFills {
  const fills = new RememberedFills(fillsMax, 0);
  const event = new Int32Array(orderExecuted.size / 4);
  for (let trades = 0; trades < fillsMax / 2; trades++) fills.note(event, 0, 0, 0, 0, 0);
  fills.restart(0);
  return fills;
}

/** Bytes that an engine needs for each order, when the preparation of `flow` leaves `orders` of them resting. */
export function bytesPerOrder(flow: Flow, orders: number): number {
  const sink = new EventRing(standardRingBytes, 0, new RememberedFills(fillsMax, 0));
  const tape = new CommandTape(tapeCommands);
  const engine = new Engine();
  const before = heldBytes();
  prepare(engine, sink, tape, flow);
  const bytes = (heldBytes() - before) / orders;
  assert.ok(engine.lastSeq > orders, 'the engine is alive until it has been weighed');
  return bytes;
}

/** Bytes of all objects and buffers that are in use. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function prepare(engine: Engine, sink: EventRing, tape: CommandTape, flow: Flow): void {
  for (let left = flow.preparation; left > 0; left -= tape.count) {
    fill(tape, flow, left);
    tape.apply(engine, sink);
  }
}

function fill(tape: CommandTape, flow: Flow, atMost: number): void {
  tape.rewind();
  const count = Math.min(tape.capacity, atMost);
  while (tape.count < count) flow.writeNext(tape);
}

/** Notes the pauses of the garbage collector that fall into the times that are measured. */
class PauseWatch {
  readonly #times: { startMs: number; endMs: number }[] = [];
  readonly #pauses: { startTime: number; duration: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#pauses.push(...list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  timed(startMs: number, endMs: number): void {
    this.#times.push({ startMs, endMs });
  }

  async longestMs(): Promise<number> {
    // Entries are handed over in a later turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 10));
    this.#pauses.push(...this.#observer.takeRecords());
    this.#observer.disconnect();
    const within = this.#pauses.filter(({ startTime }) =>
      this.#times.some(({ startMs, endMs }) => startTime >= startMs && startTime <= endMs),
    );
    return within.reduce((longest, { duration }) => Math.max(longest, duration), 0);
  }
}
