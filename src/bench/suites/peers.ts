/**
 * Others beside us, in the same run on the same machine: order books of npm beside our engine, and replicated logs that
 * a user may already run beside our cluster. Rounds alternate, so that a noisy moment hits all alike; ratios are of
 * pairs.
 */
import { type BookFigures, measureBooks } from '../peers/books.ts';
import { startEtcd } from '../peers/etcd.ts';
import { startJetStream } from '../peers/jetstream.ts';
import { startLockstep } from '../peers/lockstep-log.ts';
import { programPath } from '../peers/peer-process.ts';
import { type ComparedLog, type LogFigures, measureLog } from '../peers/replicated-log.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';

const bookSteps = 300_000;
const bookRounds = 3;
const logRounds = 2;
const phaseSeconds = 2;
const inFlightStandard = 512;
const kills = 1;

export const peersSuite: Suite = {
  workload:
    'books: the mixed flow on one core; logs: one write at a time, many writes in flight, SIGKILL to the leader, ' +
    'by clients on this event loop, three processes each',
  leftOut:
    'a network; what else the others can do. JetStream acknowledges from memory as our `memory` does, ' +
    'etcd after a flush as our `disk` does',
  run: runPeers,
};

/** A log by its key in the results; undefined where its program is not installed. */
interface Contender {
  readonly key: string;
  /** Of ours, the one with the same promise. */
  readonly besides: string;
  readonly start: (() => Promise<ComparedLog>) | undefined;
  readonly install: string;
}

function contenders(): Contender[] {
  const nats = programPath('nats-server');
  const etcd = programPath('etcd');
  const etcdStart = (heartbeatMs: number, electionMs: number) =>
    etcd === undefined ? undefined : () => startEtcd(etcd, { heartbeatMs, electionMs });
  return [
    { key: 'ours', besides: 'ours', start: () => startLockstep('memory'), install: '' },
    {
      key: 'jetstream',
      besides: 'ours',
      start: nats === undefined ? undefined : () => startJetStream(nats),
      install: 'apt install nats-server',
    },
    { key: 'oursDisk', besides: 'oursDisk', start: () => startLockstep('disk'), install: '' },
    { key: 'etcd', besides: 'oursDisk', start: etcdStart(100, 1_000), install: 'apt install etcd-server' },
    { key: 'etcdTuned', besides: 'oursDisk', start: etcdStart(10, 100), install: 'apt install etcd-server' },
  ];
}

async function runPeers(options: BenchOptions): Promise<SuiteReport> {
  const tables: Table[] = [];
  const results: Record<string, object> = {};
  const wanted = (part: string): boolean => options.only.length === 0 || options.only.includes(part);
  if (wanted('book')) {
    const { table, book } = books(options);
    tables.push(table);
    results['book'] = book;
  }
  if (wanted('log')) {
    const { table, log } = await logs(options);
    tables.push(table);
    results['log'] = log;
  }
  return { tables, results };
}

function books({ progress }: BenchOptions): { table: Table; book: object } {
  // The first round compiles; it does not count.
  measureBooks(bookSteps, 1);
  const rounds: BookFigures[] = [];
  for (let n = 0; n < bookRounds; n++) {
    progress(`books, round ${n + 1}`);
    rounds.push(measureBooks(bookSteps, n + 2));
  }
  const median = (of: (round: BookFigures) => number): number => medianOf(rounds.map(of));
  const book = {
    ours: median(({ ours }) => ours),
    nodejsOrderBook: median(({ nodejsOrderBook }) => nodejsOrderBook),
    hft: median(({ hft }) => hft),
    timesNodejsOrderBook: geometricMean(rounds.map(({ ours, nodejsOrderBook }) => ours / nodejsOrderBook)),
    timesHft: geometricMean(rounds.map(({ ours, hft }) => ours / hft)),
  };
  const rows = {
    'our engine': { 'commands/s': book.ours, 'ours is faster': '' },
    'nodejs-order-book': {
      'commands/s': book.nodejsOrderBook,
      'ours is faster': times(book.timesNodejsOrderBook),
    },
    'hft-limit-order-book': { 'commands/s': book.hft, 'ours is faster': times(book.timesHft) },
  };
  return { table: { title: `Mixed flow, one core, median of ${bookRounds} rounds`, rows }, book };
}

async function logs(options: BenchOptions): Promise<{ table: Table; log: object }> {
  const { seconds = phaseSeconds, inFlight = inFlightStandard } = options;
  const rounds = new Map<string, LogFigures[]>();
  const all = contenders().filter(
    ({ key, besides }) =>
      !options.only.some((word) => /^(?:jetstream|etcd|etcdTuned)$/.test(word)) ||
      options.only.includes(key) ||
      contenders().some(
        (other) => options.only.includes(other.key) && other.besides === key && besides === key,
      ),
  );
  for (const { key, start, install } of all) {
    if (start === undefined) console.log(`Skipped: ${key} is not installed (${install}).`);
  }
  for (let round = 0; round < logRounds; round++) {
    for (const { key, start } of all) {
      if (start === undefined) continue;
      options.progress(`${key}, round ${round + 1}`);
      const figures = await measureLog(await start(), { seconds, inFlight, kills });
      rounds.set(key, [...(rounds.get(key) ?? []), figures]);
    }
  }
  const log: Record<string, object> = {};
  const rows: Record<string, Record<string, string | number>> = {};
  for (const { key, besides } of all) {
    const own = rounds.get(key);
    if (own === undefined) continue;
    const ours = rounds.get(besides) ?? own;
    const median = (of: (figures: LogFigures, n: number) => number): number => medianOf(own.map(of));
    const figures = {
      p50Us: median(({ p50Us }) => p50Us),
      p99Us: median(({ p99Us }) => p99Us),
      perSecond: median(({ perSecond }) => perSecond),
      failoverMs: median(({ failoverMs }) => failoverMs),
    };
    const ofPairs = (of: (figures: LogFigures, n: number) => number): number => geometricMean(own.map(of));
    const ratios = {
      p50: ofPairs(({ p50Us }, n) => p50Us / ours[n]!.p50Us),
      perSecond: ofPairs(({ perSecond }, n) => ours[n]!.perSecond / perSecond),
      failover: ofPairs(({ failoverMs }, n) => failoverMs / ours[n]!.failoverMs),
    };
    log[key] = key === besides ? figures : { ...figures, oursIsBetterBy: ratios };
    rows[key] = {
      'p50 µs': figures.p50Us,
      'p99 µs': figures.p99Us,
      'writes/s': figures.perSecond,
      'failover ms': figures.failoverMs,
      'ours better by: p50, writes, failover':
        key === besides ? '' : `${times(ratios.p50)}, ${times(ratios.perSecond)}, ${times(ratios.failover)}`,
    };
  }
  const title = `One write at a time, ${inFlight} in flight, kill -9 of the leader; median of ${logRounds} rounds`;
  return { table: { title, rows }, log };
}

/** The mean of the two in the middle where there are two. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
  return middle > 1_000 ? Math.round(middle) : middle;
}

/** The mean for ratios: twice as fast and half as fast are even. */
function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function times(ratio: number): string {
  return `${ratio.toFixed(1)} x`;
}
