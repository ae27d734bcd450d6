// The verdict on real runs is worth something because it finds each of these wrongs in a record that is right
// otherwise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RecordedCall, viewOf } from '../checkers/history.ts';
import type { CheckerName } from '../checkers/violations.ts';
import { eventAt } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { queryResult } from '../protocol/messages.ts';
import { getU53 } from '../std/integers.ts';
import type { LogFrame } from './journals.ts';
import type { Note } from './recording.ts';
import { ObservedRun } from './run.ts';
import { judge, type ReplicaRecord, type RunRecord } from './verdict.ts';

interface Wrong {
  readonly what: string;
  /** The checker that must notice, among others. */
  readonly checkers: readonly CheckerName[];
  readonly tamper: (run: RunRecord) => RunRecord;
}

type Saw = Extract<Note, { readonly kind: 'saw' }>;

const seqOf = ({ result }: RecordedCall): number => getU53(viewOf(result!), eventAt.seq);

/** A command in the middle of the run that was answered, and its seq. */
function victimOf({ calls }: RunRecord): { readonly call: RecordedCall; readonly seq: number } {
  const answered = calls.filter(({ kind, result }) => kind === 'command' && result !== undefined);
  const call = answered[answered.length >> 1]!;
  return { call, seq: seqOf(call) };
}

function replaceCall(run: RunRecord, call: RecordedCall, changes: Partial<RecordedCall>): RunRecord {
  return { ...run, calls: run.calls.map((each) => (each === call ? { ...call, ...changes } : each)) };
}

function mapReplicas(run: RunRecord, change: (replica: ReplicaRecord) => ReplicaRecord): RunRecord {
  return { ...run, replicas: run.replicas.map(change) };
}

/** The second replica alone. */
function mapOne(run: RunRecord, change: (replica: ReplicaRecord) => ReplicaRecord): RunRecord {
  return mapReplicas(run, (replica) => (replica === run.replicas[1] ? change(replica) : replica));
}

function withoutSeq(frames: readonly LogFrame[], seq: number, doesCloseUp: boolean): LogFrame[] {
  return frames.flatMap((frame) => {
    const { firstSeq, commands } = frame;
    const at = seq - firstSeq;
    if (at < 0) return [doesCloseUp ? { ...frame, firstSeq: firstSeq - 1 } : frame];
    if (at >= commands.length) return [frame];
    const before = { ...frame, commands: commands.slice(0, at) };
    const behind = { ...frame, firstSeq: seq + (doesCloseUp ? 0 : 1), commands: commands.slice(at + 1) };
    return [before, behind];
  });
}

function spoiled(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = copy[at]! ^ 1;
  return copy;
}

function mapCommand(frames: readonly LogFrame[], seq: number, change: (bytes: Uint8Array) => Uint8Array) {
  return frames.map((frame) => ({
    ...frame,
    commands: frame.commands.map((bytes, n) => (frame.firstSeq + n === seq ? change(bytes) : bytes)),
  }));
}

function mapSaw(run: RunRecord, change: (saw: Saw, isChosen: boolean) => readonly Note[]): RunRecord {
  const complete = run.notes.filter((note): note is Saw => note.kind === 'saw' && note.isComplete);
  const chosen = complete[complete.length >> 1]!;
  return {
    ...run,
    notes: run.notes.flatMap((note) => (note.kind === 'saw' ? change(note, note === chosen) : [note])),
  };
}

const lateUs = 60_000_000;
const lastTerm = ({ leaders }: RunRecord): number => Math.max(...leaders.map(({ term }) => term));

const wrongs: readonly Wrong[] = [
  {
    what: 'an acknowledged order is gone from every log, and the rest has moved up',
    checkers: ['durability', 'linearizability', 'equivalence'],
    tamper: (run) => {
      const { seq } = victimOf(run);
      return mapReplicas(run, (replica) => {
        const appliedSeq = replica.appliedSeq - 1;
        return { ...replica, appliedSeq, frames: withoutSeq(replica.frames, seq, true) };
      });
    },
  },
  {
    what: 'an acknowledged order is a hole in every log',
    checkers: ['sequence', 'linearizability'],
    tamper: (run) => {
      const { seq } = victimOf(run);
      return mapReplicas(run, (each) => ({ ...each, frames: withoutSeq(each.frames, seq, false) }));
    },
  },
  {
    what: 'one byte of a result is another',
    checkers: ['linearizability'],
    tamper: (run) => {
      const { call } = victimOf(run);
      return replaceCall(run, call, { result: spoiled(call.result!, call.result!.length - 1) });
    },
  },
  {
    what: 'one byte of what a query showed is another',
    checkers: ['linearizability'],
    tamper: (run) => {
      const call = run.calls.find(
        ({ kind, result }) => kind === 'query' && result !== undefined && result.length > queryResult.size,
      )!;
      return replaceCall(run, call, { result: spoiled(call.result!, call.result!.length - 8) });
    },
  },
  {
    what: 'a call was made after its effect',
    checkers: ['linearizability'],
    tamper: (run) => {
      const { call } = victimOf(run);
      return replaceCall(run, call, {
        calledUs: call.calledUs + lateUs,
        returnedUs: call.returnedUs + lateUs,
      });
    },
  },
  {
    what: 'a call was made after its effect, where stamps cannot be compared with calls',
    checkers: ['linearizability'],
    tamper: (run) => {
      const { call } = victimOf(run);
      const changes = { calledUs: call.calledUs + lateUs, returnedUs: call.returnedUs + lateUs };
      return { ...replaceCall(run, call, changes), isSteady: false };
    },
  },
  {
    what: 'a call had returned before its effect',
    checkers: ['linearizability'],
    tamper: (run) => {
      const { call } = victimOf(run);
      return replaceCall(run, call, {
        calledUs: call.calledUs - lateUs,
        returnedUs: call.returnedUs - lateUs,
      });
    },
  },
  {
    what: 'a command was never called',
    checkers: ['linearizability'],
    tamper: (run) => {
      const { call } = victimOf(run);
      return { ...run, calls: run.calls.filter((each) => each !== call) };
    },
  },
  {
    what: 'one replica has another command in its log',
    checkers: ['agreement'],
    tamper: (run) => {
      const { seq } = victimOf(run);
      return mapOne(run, (replica) => {
        const frames = mapCommand(replica.frames, seq, (bytes) => spoiled(bytes, bytes.length - 1));
        return { ...replica, frames };
      });
    },
  },
  {
    what: 'one replica has another time in its log, and it runs back',
    checkers: ['agreement', 'sequence'],
    tamper: (run) =>
      mapOne(run, (replica) => {
        const frames = replica.frames.map((frame, n) => (n === 20 ? { ...frame, timeUs: 1 } : frame));
        return { ...replica, frames };
      }),
  },
  {
    what: 'a command was stamped twice',
    checkers: ['exactly-once'],
    tamper: (run) => {
      const { call } = victimOf(run);
      return mapReplicas(run, (replica) => {
        const { frames, appliedSeq } = replica;
        const commands = [...frames.flatMap((frame) => frame.commands)];
        const again = commands.find(
          (bytes) => bytes.length === call.bytes.length && bytes[TYPE_AT] === call.bytes[TYPE_AT],
        )!;
        const last = frames.at(-1)!;
        const added = { ...last, firstSeq: appliedSeq + 1, timeUs: last.timeUs + 1, commands: [again] };
        const upToApplied = frames.filter(({ firstSeq }) => firstSeq <= appliedSeq);
        return { ...replica, appliedSeq: appliedSeq + 1, frames: [...upToApplied, added] };
      });
    },
  },
  {
    what: 'a command was answered twice',
    checkers: ['exactly-once'],
    tamper: (run) => ({ ...run, notes: [...run.notes, run.notes.find(({ kind }) => kind === 'answered')!] }),
  },
  {
    what: 'an event that a client saw is another',
    checkers: ['durability'],
    tamper: (run) => mapSaw(run, (saw, isChosen) => [isChosen ? { ...saw, crc: saw.crc ^ 1 } : saw]),
  },
  {
    what: 'a client was shown an event twice',
    checkers: ['feed'],
    tamper: (run) => mapSaw(run, (saw, isChosen) => (isChosen ? [saw, saw] : [saw])),
  },
  {
    what: 'a client was not shown an event',
    checkers: ['feed'],
    tamper: (run) => mapSaw(run, (saw, isChosen) => (isChosen ? [] : [saw])),
  },
  {
    what: 'a client believed a leader whose term was over',
    checkers: ['leadership'],
    tamper: (run) => mapSaw(run, (saw, isChosen) => [isChosen ? { ...saw, term: saw.term - 1 } : saw]),
  },
  {
    what: 'two replicas led in one term',
    checkers: ['leadership'],
    tamper: (run) => {
      const { replicaId, term } = run.leaders.at(-1)!;
      return { ...run, leaders: [...run.leaders, { replicaId: replicaId + 1, term }] };
    },
  },
  {
    what: 'a leader served without what had been acknowledged',
    checkers: ['durability'],
    tamper: (run) => {
      const term = lastTerm(run) + 1;
      const last = run.notes.findLast((note): note is Saw => note.kind === 'saw')!;
      const leaders = [...run.leaders, { replicaId: 9, term }];
      return { ...run, leaders, notes: run.notes.map((note) => (note === last ? { ...last, term } : note)) };
    },
  },
  {
    what: 'a client lost its session',
    checkers: ['durability'],
    tamper: (run) => {
      const note = { kind: 'unknown', client: 101, ticket: 5, reason: 'sessionLost' } as const;
      return { ...run, notes: [...run.notes, note] };
    },
  },
  {
    what: 'one replica is in another state',
    checkers: ['equivalence'],
    tamper: (run) => mapOne(run, (replica) => ({ ...replica, stateHash: 'another' })),
  },
  {
    what: 'one replica ends before what was acknowledged',
    checkers: ['durability', 'equivalence'],
    tamper: (run) => mapOne(run, (replica) => ({ ...replica, appliedSeq: replica.appliedSeq >> 1 })),
  },
];

test('each wrong in the record of a real run is found, by the checker that is there for it', async (t) => {
  const run = await ObservedRun.start(t);
  run.trade();
  await run.served(300);
  const record = await run.verdict('calm');
  assert.ok(record.replicas.length === 3 && record.isSteady);
  for (const { what, checkers, tamper } of wrongs) {
    const found = new Set(judge(tamper(record)).map(({ checker }) => checker));
    for (const checker of checkers)
      assert.ok(found.has(checker), `${what}: ${checker}, not only ${[...found]}`);
  }
});
