/**
 * Reports about state machines, carried between members. Each member reports digests of its state, and the leader
 * answers a member whose state differs (decision 22); a member that died on a command reports which (decision 26). To
 * Raft these are numbers: `replica/divergence` and `replica/poison` decide what they mean.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import { Holds } from '../std/holds.ts';
import { quorumValue } from './quorum.ts';
import type { RaftState } from './state.ts';
import {
  type ClockListener,
  type ConditionListener,
  type DeathListener,
  type Doubt,
  Role,
  type Verdict,
} from './types.ts';
import { Voids } from './voids.ts';

export class Reports {
  readonly #state: RaftState;
  readonly #parked = new Holds<Doubt>();
  readonly voids: Voids;
  deaths: DeathListener | undefined;
  conditions: ConditionListener | undefined;
  clocks: ClockListener | undefined;

  constructor(state: RaftState) {
    this.#state = state;
    this.voids = new Voids(state);
  }

  /** The log is applied up to `index`, with these digests; answers report it. Index 0: they report nothing. @hot */
  applied(index: number, events: number, log: number): void {
    const state = this.#state;
    state.appliedIndex = index;
    state.eventDigest = events;
    state.logDigest = log;
  }

  /** Whether this replica applies nothing for this reason: others go first in elections, as long as one is left. */
  park(doubt: Doubt, isParked: boolean): void {
    this.#state.isParked = this.#parked.set(doubt, isParked);
  }

  /** Whether these replicas decide by the newest configuration. */
  isQuorum(ids: ReadonlySet<number>): boolean {
    const { configuration } = this.#state;
    const values = Float64Array.from({ length: 256 }, (_, id) => (ids.has(id) ? 1 : 0));
    return quorumValue(configuration, values) === 1;
  }

  /** Leader: lets a member know that its state differs from that of the majority. */
  accuse(to: number, { index, events, log, agreedIndex, soundId }: Verdict): void {
    const state = this.#state;
    assert(state.role === Role.leader, () => `the leader compares, not replica ${state.id}`);
    const message = state.compose(RaftType.diverged, to);
    message.index = index;
    message.subject = events;
    message.logTerm = log;
    message.commit = agreedIndex;
    message.hint = soundId;
    state.send(message);
  }

  /** Lets the leader know that this replica died on a command, and the highest one that it has ever applied. */
  died(seq: number, appliedBefore: number): void {
    const state = this.#state;
    if (state.role !== Role.follower || state.leaderId === 0) return;
    const message = state.compose(RaftType.died, state.leaderId);
    message.subject = seq;
    message.commit = appliedBefore;
    state.send(message);
  }

  /** Leader: lets a member that died on a command know whose state has it. */
  showState(to: number, seq: number, soundId: number): void {
    const state = this.#state;
    const message = state.compose(RaftType.appliedElsewhere, to);
    message.subject = seq;
    message.hint = soundId;
    state.send(message);
  }

  /** Lets the leader know how this replica is, in five values; undefined: not known. */
  tellCondition(values: readonly (number | undefined)[], isResting: boolean): void {
    const state = this.#state;
    if (state.role !== Role.follower || state.leaderId === 0) return;
    const [index = 0, logTerm = 0, commit = 0, hint = 0, round = 0] = values.map(toSent);
    const message = state.compose(RaftType.condition, state.leaderId);
    message.index = index;
    message.logTerm = logTerm;
    message.commit = commit;
    message.hint = hint;
    message.round = round;
    if (isResting) message.flags |= RaftFlag.resting;
    state.send(message);
  }

  /** Asks all others what their clocks show. */
  askClocks(nowUs: number): void {
    const state = this.#state;
    const message = state.compose(RaftType.askClock, 0);
    message.subject = nowUs;
    state.send(message);
  }

  /** Answers one that asked at `askedUs` of its own clock; a leader also with the exchange's time, others with 0. */
  tellClock(to: number, askedUs: number, wallUs: number, exchangeUs: number): void {
    const state = this.#state;
    const message = state.compose(RaftType.clock, to);
    message.index = askedUs;
    message.subject = wallUs;
    message.commit = exchangeUs;
    state.send(message);
  }

  /** Clocks are compared between replicas of any role and term. */
  takeClock({ type, from, index, subject, commit }: RaftMessage): void {
    if (type === RaftType.askClock) this.clocks?.clockAsked(from, subject);
    else this.clocks?.clockShows(from, index, subject, commit);
  }

  /** Whether the clock of this replica is wrong: others go first in elections. */
  putOffTime(isOffTime: boolean): void {
    this.#state.isOffTime = isOffTime;
  }

  take(message: RaftMessage): void {
    const { output, role, leaderId } = this.#state;
    const { type, from, index, subject, logTerm, commit, hint, round } = message;
    if (type === RaftType.condition && role === Role.leader)
      this.conditions?.memberIs(
        from,
        [index, logTerm, commit, hint, round].map(fromSent),
        (message.flags & RaftFlag.resting) !== 0,
      );
    if (type === RaftType.died && role === Role.leader) this.deaths?.died(from, subject, commit);
    if (from !== leaderId) return;
    if (type === RaftType.appliedElsewhere) this.deaths?.appliedElsewhere(subject, hint);
    else if (type === RaftType.diverged)
      output.diverged({ index, events: subject, log: logTerm, agreedIndex: commit, soundId: hint });
  }
}

/** A value of a condition is sent as one more than it is: 0 is one that is not known. */
function toSent(value: number | undefined): number {
  return value === undefined ? 0 : value + 1;
}

function fromSent(sent: number): number | undefined {
  return sent === 0 ? undefined : sent - 1;
}
