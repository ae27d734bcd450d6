/**
 * The engine alone on one core. Commands are written before the clock starts, events go to the event ring of a replica,
 * which has no readers; journal, network and consensus are left out. The clock starts once the engine remembers as many
 * closed orders as it ever will, as it does after a morning of trade. Each workload runs twice and must come to the
 * same state.
 */
import { InsertFlow, MixedFlow, type MixedOptions, RecordedFlow } from '../engine/engine-flows.ts';
import { bytesPerOrder, type EngineRun, measureFlow } from '../engine/engine-measure.ts';
import type { SuiteReport, Table } from '../report/suite.ts';

const commands = 500_000;
/** A quarter of what a replica remembers: the ring of closed orders is as fast when it is larger, but fills slowly. */
const limits = { closedOrdersMax: 262_144 };
const settling = 550_000;
/** The runs that look for flatness are shorter and remember fewer closed orders, so that only one thing changes. */
const flatCommands = 150_000;
const flatLimits = { closedOrdersMax: 65_536 };
const flatSettling = 130_000;
const million = 1_000_000;

/** Commands per second of each workload, and figures as named; `recordedFile` is what {@link RecordedFlow} opens. */
export async function runEngineBench(recordedFile: string | undefined): Promise<SuiteReport> {
  const runs: Record<string, EngineRun> = {
    mixed: await mixed({ instruments: 1, restingOrders: 10_000 }),
    mixedInCache: await inCache(),
    mixedNamed: await mixed({ instruments: 1, restingOrders: 10_000, named: true }),
    manyInstruments: await mixed({ instruments: 1_000, restingOrders: 100_000 }),
    insertOnly: await measureFlow(() => new InsertFlow(settling), commands, limits),
    deepBook: await mixed({ instruments: 1, restingOrders: million, spreadTicks: 10_000 }),
  };
  if (recordedFile === undefined) {
    console.log('real: left out; --recorded FILE gives recorded orders');
  } else {
    const recorded = RecordedFlow.open(recordedFile, settling);
    runs['real'] = await measureFlow(() => recorded.again(), commands, limits);
  }
  const byInstruments: Record<string, EngineRun> = {};
  for (const instruments of [1, 10, 100, 1_000, 10_000]) {
    byInstruments[instruments] = await flat({ instruments, restingOrders: 100_000 });
  }
  const byRestingOrders: Record<string, EngineRun> = {};
  for (const restingOrders of [1_000, 10_000, 100_000, million]) {
    byRestingOrders[restingOrders] = await flat({ instruments: 1_000, restingOrders });
  }
  const weighed = new MixedFlow({ instruments: 1_000, restingOrders: million, named: true, settling: 0 });
  const bytesPerRestingOrder = Math.round(bytesPerOrder(weighed, million));
  const all = [...Object.values(runs), ...Object.values(byInstruments), ...Object.values(byRestingOrders)];
  const gcPausesMsMax = Math.max(...all.map(({ gcPauseMsMax }) => gcPauseMsMax));

  const other = {
    'bytes for each resting order with a client order id': { value: bytesPerRestingOrder },
    'longest pause of the garbage collector while the clock ran, ms': { value: gcPausesMsMax.toFixed(2) },
  };
  return {
    tables: [
      tableOf('The engine alone', runs),
      tableOf('The same with 100,000 orders resting, by instruments', byInstruments),
      tableOf('The same with 1,000 instruments, by orders resting', byRestingOrders),
      { title: 'Memory of the engine', rows: other },
    ],
    results: {
      ...speeds(runs),
      bytesPerRestingOrder,
      gcPausesMsMax,
      flat: { byInstruments: speeds(byInstruments), byRestingOrders: speeds(byRestingOrders) },
    },
  };
}

/** The same for some of the workloads, compiled as in a replica: less goes into one piece of machine code. */
export async function runAsReplica(): Promise<SuiteReport> {
  const runs = {
    mixed: await mixed({ instruments: 1, restingOrders: 10_000 }),
    manyInstruments: await mixed({ instruments: 1_000, restingOrders: 100_000 }),
    insertOnly: await measureFlow(() => new InsertFlow(settling), commands, limits),
  };
  return {
    tables: [tableOf('The engine alone, compiled as in a replica', runs)],
    results: { asReplica: speeds(runs) },
  };
}

function mixed(options: Omit<MixedOptions, 'settling'>): Promise<EngineRun> {
  return measureFlow(() => new MixedFlow({ ...options, settling }), commands, limits);
}

/**
 * So little of everything that it fits a processor's own cache: what is missing in `mixed` is waiting for memory.
 */
function inCache(): Promise<EngineRun> {
  const makeFlow = (): MixedFlow =>
    new MixedFlow({ instruments: 1, restingOrders: 1_000, settling: 100_000 });
  return measureFlow(makeFlow, commands, { closedOrdersMax: 4_096 }, 1 << 18);
}

function flat(options: Omit<MixedOptions, 'settling'>): Promise<EngineRun> {
  return measureFlow(() => new MixedFlow({ ...options, settling: flatSettling }), flatCommands, flatLimits);
}

function speeds(runs: Readonly<Record<string, EngineRun>>): Record<string, number> {
  return Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, run.commandsPerSecond]));
}

function tableOf(title: string, runs: Readonly<Record<string, EngineRun>>): Table {
  const rows = Object.entries(runs).map(([name, { commandsPerSecond, eventsPerCommand, stateHash }]) => {
    const row = {
      'M commands/s': (commandsPerSecond / million).toFixed(2),
      'events each': eventsPerCommand.toFixed(2),
      'state at the end': stateHash,
    };
    return [name, row] as const;
  });
  return { title, rows: Object.fromEntries(rows.map(([name, row]) => [labelOf(name), row])) };
}

function labelOf(name: string): string {
  return /^\d+$/.test(name) ? Number(name).toLocaleString('en') : name;
}
