/**
 * A run of a real exchange under the eyes of the simulator's checkers: members that trade while a test makes faults, and
 * the verdict at the end.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { replicaFolder } from '../ops/supervisor/cluster-folder.ts';
import { Random } from '../std/random.ts';
import { type ExchangeOptions, TestExchange } from './exchange.ts';
import { readLog } from './journals.ts';
import { type MemberOptions, RecordingMember } from './member.ts';
import { Recording } from './recording.ts';
import { judge, type LeaderRecord, type RunRecord } from './verdict.ts';

/** Where the calls of each run are written, as the simulator writes them; not at all where it is not set. */
const historyFolder = process.env['HISTORY'];
/** What a replica logs when it begins to serve. */
const leadsText = 'this replica leads';
const firstMemberId = 101;
/** Snapshots would cut the journals that the verdict needs. */
const noSnapshots = { everyMegabytes: 1_048_576 };

export class ObservedRun {
  readonly exchange: TestExchange;
  readonly members: readonly RecordingMember[];
  readonly recording = new Recording();
  readonly #random = new Random(7);

  private constructor(exchange: TestExchange, members: readonly Omit<MemberOptions, 'id'>[]) {
    this.exchange = exchange;
    this.members = members.map((options, n) => this.member({ id: firstMemberId + n, ...options }));
  }

  /** An exchange with members that do not trade yet; everything ends with the test. The first hears every event. */
  static async start(
    t: TestContext,
    { configuration, ...options }: ExchangeOptions = {},
    memberOptions: Omit<MemberOptions, 'id'> = {},
  ): Promise<ObservedRun> {
    const file = { snapshot: noSnapshots, ...configuration };
    const exchange = await TestExchange.start({ ...options, configuration: file });
    const run = new ObservedRun(exchange, [{ ...memberOptions, feed: 'all' }, memberOptions, memberOptions]);
    t.after(async () => {
      await Promise.all(run.members.map((member) => member.close()));
      await exchange.end();
    });
    return run;
  }

  /** One more member; the caller closes it. */
  member(options: MemberOptions): RecordingMember {
    return new RecordingMember(this.exchange, this.recording, new Random(this.#random.next()), options);
  }

  /** Outcomes that the members got. */
  get acknowledged(): number {
    return this.members.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  trade(): void {
    for (const member of this.members) member.trade();
  }

  /** Waits for `count` more outcomes for each member: the exchange serves. */
  async served(count: number): Promise<void> {
    const wanted = this.members.map((member) => member.acknowledged + count);
    const isServed = async (): Promise<boolean> => {
      const failed = this.members.find(({ failure }) => failure !== undefined);
      assert.equal(failed?.failure, undefined);
      return this.members.every((member, n) => member.acknowledged >= wanted[n]!);
    };
    await this.exchange.until(`each member has ${count} more outcomes`, isServed, () => this.acknowledged);
  }

  /** Waits until the members follow another leader than in `term`, and have outcomes of it. */
  async servedAfter(term: number, count: number): Promise<void> {
    await this.exchange.until(`the members follow a leader after term ${term}`, async () =>
      this.members.every((member) => member.term > term),
    );
    await this.served(count);
  }

  /** Stops a process where it stands; the returned call, at the latest the end of the test, lets it go on. */
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
    for (const member of this.members) member.rest();
    await this.exchange.until(
      'every call has its outcome',
      async () => this.members.every(({ pending }) => pending === 0),
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
      memberOf: recording.memberOf,
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
