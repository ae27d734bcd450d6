/**
 * What members say of the state that they have made of the log, by digests, and the leader's word that one of them made
 * something else of it (decision 22). To the core these are numbers: who is right is decided above it.
 */
import { type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import { quorumValue } from './quorum.ts';
import type { RaftState } from './state.ts';
import { Role, type Verdict } from './types.ts';

export class Reports {
  readonly #state: RaftState;

  constructor(state: RaftState) {
    this.#state = state;
  }

  /** The log is applied up to `index`, with these digests; answers report it. Index 0: they report nothing. @hot */
  applied(index: number, events: number, log: number): void {
    const state = this.#state;
    state.appliedIndex = index;
    state.eventDigest = events;
    state.logDigest = log;
  }

  /** Whether this replica applies nothing until further notice: others go first in elections. */
  park(isParked: boolean): void {
    this.#state.isParked = isParked;
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

  /** The leader said so of this replica. */
  accused({ from, index, subject, logTerm, commit, hint }: RaftMessage): void {
    const state = this.#state;
    if (from !== state.leaderId) return;
    state.output.diverged({ index, events: subject, log: logTerm, agreedIndex: commit, soundId: hint });
  }
}
