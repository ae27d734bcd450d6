/**
 * A run of a real exchange under the eyes of the simulator's checkers: clients that trade while a test makes faults,
 * and the verdict at the end.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { replicaFolder } from '../ops/supervisor/cluster-folder.ts';
import { Random } from '../std/random.ts';
import { type ExchangeOptions, operatorOfTests, TestExchange } from './exchange.ts';
import { readLog } from './journals.ts';
import { Recording } from './recording.ts';
import { RecordingClient, type RecordingClientOptions } from './recording-client.ts';
import { judge, type LeaderRecord, type RunRecord } from './verdict.ts';

/** Where the calls of each run are written, as the simulator writes them; not at all where it is not set. */
const historyFolder = process.env['HISTORY'];
/** What a replica logs when it begins to serve. */
const leadsText = 'this replica leads';
const firstClientId = 101;
/** Snapshots would cut the journals that the verdict needs. */
const noSnapshots = { everyMegabytes: 1_048_576 };

export class ObservedRun {
  readonly exchange: TestExchange;
  readonly clients: readonly RecordingClient[];
  readonly recording = new Recording();
  readonly #random = new Random(7);

  private constructor(exchange: TestExchange, clients: readonly Omit<RecordingClientOptions, 'id'>[]) {
    this.exchange = exchange;
    this.clients = clients.map((options, n) => this.client({ id: firstClientId + n, ...options }));
  }

  /** An exchange with clients that do not trade yet; everything ends with the test. The first hears every event. */
  static async start(
    t: TestContext,
    { configuration, ...options }: ExchangeOptions = {},
    clientOptions: Omit<RecordingClientOptions, 'id'> = {},
  ): Promise<ObservedRun> {
    const file = { snapshot: noSnapshots, ...configuration };
    const exchange = await TestExchange.start({ ...options, configuration: file });
    const run = new ObservedRun(exchange, [{ ...clientOptions, feed: 'all' }, clientOptions, clientOptions]);
    t.after(async () => {
      await Promise.all(run.clients.map((client) => client.close()));
      await exchange.end();
    });
    return run;
  }

  /** One more client; the caller closes it. */
  client(options: RecordingClientOptions): RecordingClient {
    const { loaded } = this.exchange;
    const way = {
      replicas: loaded.configuration.replicas,
      identity: this.exchange.identity(operatorOfTests),
    };
    return new RecordingClient(way, this.recording, new Random(this.#random.next()), options);
  }

  /** Outcomes that the clients got. */
  get acknowledged(): number {
    return this.clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  trade(): void {
    for (const client of this.clients) client.trade();
  }

  /** Waits for `count` more outcomes for each client: the exchange serves. */
  async served(count: number): Promise<void> {
    const wanted = this.clients.map((client) => client.acknowledged + count);
    const isServed = async (): Promise<boolean> => {
      const failed = this.clients.find(({ failure }) => failure !== undefined);
      assert.equal(failed?.failure, undefined);
      return this.clients.every((client, n) => client.acknowledged >= wanted[n]!);
    };
    await this.exchange.until(`each client has ${count} more outcomes`, isServed, () => this.acknowledged);
  }

  /** Waits until the clients follow another leader than in `term`, and have outcomes of it. */
  async servedAfter(term: number, count: number): Promise<void> {
    await this.exchange.until(`the clients follow a leader after term ${term}`, async () =>
      this.clients.every((client) => client.term > term),
    );
    await this.served(count);
  }

  /** Stops a process where it is; the returned call, at the latest the end of the test, lets it go on. */
  pause(t: TestContext, pid: number): () => void {
    let isPaused = true;
    const resume = (): void => {
      if (!isPaused) return;
      isPaused = false;
      process.kill(pid, 'SIGCONT');
    };
    t.after(resume);
    process.kill(pid, 'SIGSTOP');
    return resume;
  }

  /**
   * Lets everything come to rest, with all replicas in the same state; then nothing that the checkers look at may be
   * wrong. Returns what they looked at.
   */
  async verdict(name: string): Promise<RunRecord> {
    for (const client of this.clients) client.rest();
    await this.exchange.until(
      'every call has its outcome',
      async () => this.clients.every(({ pending }) => pending === 0),
      () => this.acknowledged,
    );
    await this.exchange.whole();
    const record = await this.#record();
    if (historyFolder !== undefined) {
      mkdirSync(historyFolder, { recursive: true });
      const lines = [...this.recording.history.lines(0)].map((line) => `${line}\n`);
      writeFileSync(join(historyFolder, `${name}.jsonl`), lines.join(''));
    }
    assert.ok(this.acknowledged > 0);
    assert.deepEqual(judge(record), [], `${name}: the checkers find nothing`);
    return record;
  }

  async #record(): Promise<RunRecord> {
    const { exchange, recording } = this;
    const client = await exchange.client();
    const { stateHash, appliedSeq } = await exchange.stateHash(client);
    const ids = exchange.loaded.configuration.replicas.map(({ id }) => id);
    return {
      calls: recording.history.calls,
      notes: recording.notes,
      clientOf: recording.clientOf,
      isSteady: recording.isSteady,
      replicas: ids.map((id) => {
        const frames = readLog(exchange.pathOf(replicaFolder(exchange.loaded.dataFolder, id)));
        return { id, frames, appliedSeq, stateHash };
      }),
      leaders: ids.flatMap((id) => leadersIn(exchange.logOf(`replica-${id}`), id)),
    };
  }
}

function leadersIn(log: string, replicaId: number): LeaderRecord[] {
  return log
    .split('\n')
    .filter((line) => line.includes(leadsText))
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly term: number })
    .filter(({ msg }) => msg === leadsText)
    .map(({ term }) => ({ replicaId, term }));
}
