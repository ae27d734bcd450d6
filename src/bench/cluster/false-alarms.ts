/**
 * What a measured cluster says of itself: the notices of its hooks, what two watchers of the canary find, and the
 * suspicions in the logs of its replicas. Where nothing is wrong, each of them is a false alarm.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CanaryResult, canaryFaults } from '../../gateway/canary/report.ts';
import type { Notice } from '../../ops/notify/notice.ts';
import { monotonicUs } from './clocks.ts';
import type { LogBook, LogEntry } from './log-book.ts';

const { createServer } = process.getBuiltinModule('node:http');

/** The gateway is the first of two watchers, `lockstep watch` the second: two must agree before one is believed. */
const watchers = ['1', '2'] as const;
/** The source of notices in the log. */
const hook = 'hook';
/** What a replica logs that misses its leader. */
const suspicions = /this replica (?:has lost its leader|asks whether|asks for votes)/;

/** How often each was raised; an alarm that ends counts twice. */
export interface FalseAlarms {
  readonly suspicions: number;
  readonly alarms: number;
  /** Rounds of both watchers, and those in which one found a fault. */
  readonly canaryRounds: number;
  readonly canaryFaults: number;
  /** In which an answer took longer than 500 ms; three in a row are an alarm. */
  readonly canaryLate: number;
  /** In which a watcher itself had no turn. */
  readonly canaryUnjudged: number;
}

/** What it asks of a cluster. */
interface WatchedCluster {
  readonly log: LogBook;
  run(...words: readonly string[]): Promise<void>;
  startGateway(): void;
  startWatcher(watcher: string): void;
  whole(): Promise<{
    readonly canaries: readonly {
      readonly report: { readonly watcher: number; readonly rounds: Rounds };
    }[];
  }>;
}

type Rounds = Readonly<Record<CanaryResult, number>>;

export class FalseAlarmWatch {
  readonly #server: Server;
  /** Notices and suspicions, in the order in which they came. */
  readonly #raised = new Set<LogEntry>();
  #cluster: WatchedCluster | undefined;
  #hasStarted = false;
  #startUs = Number.POSITIVE_INFINITY;
  #before: readonly Rounds[] = [];

  private constructor() {
    this.#server = createServer((request, reply) => this.#hear(request, reply));
  }

  static async open(): Promise<FalseAlarmWatch> {
    const watch = new FalseAlarmWatch();
    await new Promise<void>((resolve) => watch.#server.listen(0, '127.0.0.1', resolve));
    return watch;
  }

  /** For the configuration of the cluster. */
  get keys(): Readonly<Record<string, unknown>> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
    return { canary: { watcher: 1 }, notify: { webhooks: [{ name: 'bench', url, on: ['all'] }] } };
  }

  /** Starts gateway and watcher; `begin` says from when on alarms count. */
  async watch(cluster: WatchedCluster): Promise<void> {
    this.#cluster = cluster;
    await cluster.run('watch', '--found', ...watchers);
    cluster.startGateway();
    cluster.startWatcher(watchers[1]);
  }

  /** Whether both watchers try the exchange, and the hook has heard of the start. */
  async isWatching(): Promise<boolean> {
    const rounds = await this.#rounds();
    return rounds.length === watchers.length && this.#hasStarted;
  }

  async begin(): Promise<void> {
    this.#before = await this.#rounds();
    this.#startUs = monotonicUs();
  }

  async count(): Promise<FalseAlarms> {
    const after = await this.#rounds();
    if (after.length < watchers.length) throw new Error('A watcher of the canary is not heard any more.');
    const found = (results: readonly CanaryResult[]): number => {
      const sum = (all: readonly Rounds[]): number =>
        all.reduce((total, rounds) => results.reduce((more, result) => more + rounds[result], total), 0);
      return sum(after) - sum(this.#before);
    };
    return {
      suspicions: this.raised.filter(({ source }) => source !== hook).length,
      alarms: this.raised.filter(({ source }) => source === hook).length,
      canaryRounds: found(['right', 'refused', 'unjudged', ...canaryFaults]),
      canaryFaults: found(['wrong', 'silent', 'crash']),
      canaryLate: found(['late']),
      canaryUnjudged: found(['unjudged']),
    };
  }

  /** What was raised so far, in the order in which it came. Called more often than the log forgets. */
  get raised(): readonly LogEntry[] {
    const logged = this.#cluster?.log.between(this.#startUs, Number.POSITIVE_INFINITY) ?? [];
    for (const entry of logged)
      if (entry.source === hook || suspicions.test(entry.text)) this.#raised.add(entry);
    return [...this.#raised];
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** By watcher; each tells all replicas, so that the leader has heard both. */
  async #rounds(): Promise<readonly Rounds[]> {
    const { canaries } = await this.#cluster!.whole();
    return canaries
      .toSorted((a, b) => a.report.watcher - b.report.watcher)
      .map(({ report }) => report.rounds);
  }

  #hear(request: IncomingMessage, reply: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { kind, state, text } = JSON.parse(Buffer.concat(parts).toString()) as Notice;
      this.#hasStarted ||= kind === 'leaderChanged';
      this.#cluster?.log.add(hook, monotonicUs(), `${kind} ${state}: ${text}`);
      reply.end();
    });
  }
}
