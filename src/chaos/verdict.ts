/**
 * The simulator's checkers over a run of real processes: what the clients recorded is held against the log that the
 * replicas' journals hold, and against the reference engine.
 */

import { AgreementChecker, type AppliedCommand } from '../checkers/agreement.ts';
import { Collector } from '../checkers/collector.ts';
import { DurabilityChecker } from '../checkers/durability.ts';
import { EquivalenceChecker } from '../checkers/equivalence.ts';
import { ExactlyOnceChecker } from '../checkers/exactly-once.ts';
import { FeedContinuityChecker } from '../checkers/feed-continuity.ts';
import { type RecordedCall, viewOf } from '../checkers/history.ts';
import { LeadershipChecker } from '../checkers/leadership.ts';
import { LinearizabilityChecker, type TimedCommand } from '../checkers/linearizability.ts';
import { PositionsChecker } from '../checkers/positions.ts';
import { QuotasChecker } from '../checkers/quotas.ts';
import { RequestsChecker } from '../checkers/requests.ts';
import { SequenceChecker } from '../checkers/sequence.ts';
import { type CheckerName, type Report, type Violation, Violations } from '../checkers/violations.ts';
import { Engine } from '../engine/engine.ts';
import { commandAt } from '../protocol/commands.ts';
import { eventAt } from '../protocol/events.ts';
import { getU53 } from '../std/integers.ts';
import { Random } from '../std/random.ts';
import type { LogFrame } from './journals.ts';
import type { Note } from './recording.ts';

/** Everything that is known of a run once the exchange is whole and stands still. */
export interface RunRecord {
  readonly calls: readonly RecordedCall[];
  readonly notes: readonly Note[];
  readonly clientOf: ReadonlyMap<number, number>;
  /** Whether the stamps of commands and the times of calls are of one clock. */
  readonly isSteady: boolean;
  readonly replicas: readonly ReplicaRecord[];
  /** Each time that a replica began to serve, in the order of each replica. */
  readonly leaders: readonly LeaderRecord[];
}

export interface ReplicaRecord {
  readonly id: number;
  readonly frames: readonly LogFrame[];
  /** What it has applied, and the state that it reports. */
  readonly appliedSeq: number;
  readonly stateHash: string;
}

export interface LeaderRecord {
  readonly replicaId: number;
  readonly term: number;
}

/** Every how many commands the engine is asked for its invariants. */
const invariantsEvery = 512;
/** How often, about, the history is taken through a snapshot. */
const snapshotsWanted = 20;

/** What the checkers find wrong; empty is good. */
export function judge(run: RunRecord): readonly Violation[] {
  // Each has a bound of its own, so that one that finds much does not silence the others.
  const found = new Map<string, Violations>();
  const report: Report = (checker, what) => {
    if (!found.has(checker)) found.set(checker, new Violations());
    found.get(checker)!.report(checker, what);
  };
  const agreement = readLogs(run, report);
  guard(report, 'invariants', () => runAgain(agreement, report));
  const durability = new DurabilityChecker(report, agreement);
  hearClients(run, agreement, durability, report);
  for (const { id, appliedSeq } of run.replicas) durability.ends(id, appliedSeq);
  guard(report, 'linearizability', () => {
    new LinearizabilityChecker(report, timed(run, agreement), run.clientOf).check(run.calls);
  });
  guard(report, 'equivalence', () => {
    const chance = Math.min(1, snapshotsWanted / Math.max(1, agreement.lastSeq));
    const equivalence = new EquivalenceChecker(report, agreement, new Random(1), { snapshotChance: chance });
    for (const { id, appliedSeq, stateHash } of run.replicas)
      equivalence.ends(id, { lastSeq: appliedSeq, stateHash: () => stateHash });
  });
  return [...found.values()].flatMap((violations) => violations.found);
}

/** Gives the log of each replica to the checkers, as far as it was applied. */
function readLogs({ replicas }: RunRecord, report: Report): AgreementChecker {
  const agreement = new AgreementChecker(report);
  const sequence = new SequenceChecker(report);
  // The one whose log reaches back furthest defines the history.
  const firstSeq = ({ frames }: ReplicaRecord): number => frames[0]?.firstSeq ?? Number.POSITIVE_INFINITY;
  for (const { id, frames, appliedSeq } of replicas.toSorted((a, b) => firstSeq(a) - firstSeq(b))) {
    sequence.restarted(id);
    for (const frame of frames) {
      for (const [n, bytes] of frame.commands.entries()) {
        const seq = frame.firstSeq + n;
        if (seq > appliedSeq) break;
        sequence.applied(id, seq, frame.timeUs);
        agreement.applied(id, seq, frame.timeUs, viewOf(bytes), 0);
      }
    }
  }
  const gap = Array.from(agreement.commands).findIndex((command, seq) => seq > 0 && command === undefined);
  if (gap > 0) report('sequence', `no journal holds seq ${gap}`);
  return agreement;
}

/** Applies the history once, for the events that belong to it and the checkers that look at events. */
function runAgain(agreement: AgreementChecker, report: Report): void {
  const once = new ExactlyOnceChecker(report);
  const requests = new RequestsChecker(report);
  const quotas = new QuotasChecker(report);
  const positions = new PositionsChecker(report);
  const engine = new Engine();
  const events = new Collector();
  for (const { seq, timeUs, bytes } of historyOf(agreement)) {
    const view = viewOf(bytes);
    events.clear();
    engine.apply(view, 0, seq, timeUs, events);
    once.applied(view.getUint32(commandAt.sessionId, true), getU53(view, commandAt.commandNumber), seq);
    requests.applied(seq, timeUs, view, 0);
    quotas.applied(seq, timeUs, view, 0);
    for (const at of events.offsets) {
      agreement.emitted(0, events.view, at);
      once.emitted(events.view, at);
      requests.emitted(events.view, at);
      quotas.emitted(events.view, at);
      positions.emitted(events.view, at);
    }
    if (seq % invariantsEvery === 0) engine.invariants();
  }
  engine.invariants();
  positions.end();
  // Its state is taken for those of the replicas, whose hashes must be the same.
  positions.ends(0, engine.queries);
}

/** Goes through what the clients noticed; the logs say with which seq each leader began. */
function hearClients(
  run: RunRecord,
  agreement: AgreementChecker,
  durability: DurabilityChecker,
  report: Report,
): void {
  const leadership = new LeadershipChecker(report);
  const feeds = new FeedContinuityChecker(report, agreement);
  const once = new ExactlyOnceChecker(report);
  for (const { replicaId, term } of run.leaders) {
    leadership.reached(replicaId, term);
    leadership.leads(replicaId, term);
  }
  for (const note of run.notes) {
    switch (note.kind) {
      case 'saw':
        leadership.believed(note.client, note.term);
        feeds.saw(note.client, note.seq, note.n, note.isComplete);
        break;
      case 'missed':
        feeds.missed(note.client);
        break;
      case 'answered':
        once.answered(note.sessionId, note.commandNumber, note.text);
        break;
      case 'unknown':
        if (note.reason === 'sessionLost')
          report('durability', `client ${note.client} lost its session with command ${note.ticket} in it`);
    }
  }
  // Clients have no common clock with leaders; terms order what was seen and which replica served from where.
  const begun = beginnings(run.replicas);
  const leaders = run.leaders.toSorted((a, b) => a.term - b.term);
  const saw = run.notes.filter((note) => note.kind === 'saw').toSorted((a, b) => a.term - b.term);
  for (const { client, seq, n, crc, term } of saw) {
    while (leaders[0] !== undefined && leaders[0].term <= term) {
      const leader = leaders.shift()!;
      durability.serves(leader.replicaId, (begun.get(leader.term) ?? 1) - 1);
    }
    durability.acknowledged(client, seq, n, crc);
  }
}

/** With which seq the log of each term begins. */
function beginnings(replicas: readonly ReplicaRecord[]): ReadonlyMap<number, number> {
  const begun = new Map<number, number>();
  for (const { frames } of replicas) {
    let term = 0;
    for (const frame of frames) {
      if (frame.term !== term && !begun.has(frame.term)) begun.set(frame.term, frame.firstSeq);
      term = frame.term;
    }
  }
  return begun;
}

/**
 * The effect of a command is taken to be at its stamp, before which no replica can have applied it. Where the clock was
 * set, stamps mean nothing, and only the order of the calls is checked.
 */
function timed({ calls, isSteady }: RunRecord, agreement: AgreementChecker): (TimedCommand | undefined)[] {
  const calledUs = new Map<number, number>();
  for (const call of calls) {
    if (call.kind === 'command' && call.result !== undefined)
      calledUs.set(getU53(viewOf(call.result), eventAt.seq), call.calledUs);
  }
  return agreement.commands.map((command, seq): TimedCommand | undefined => {
    if (command === undefined) return undefined;
    return { ...command, appliedUs: isSteady ? command.timeUs : (calledUs.get(seq) ?? 0) };
  });
}

function historyOf(agreement: AgreementChecker): AppliedCommand[] {
  return agreement.commands.filter((command) => command !== undefined);
}

/** An assertion that fails is a violation, and the other checks go on. */
function guard(report: Report, checker: CheckerName, check: () => void): void {
  try {
    check();
  } catch (error) {
    report(checker, error instanceof Error ? error.message : String(error));
  }
}
