/** What a leader may append to change or to describe the members, and why not now. */
import { replicasMax } from '../protocol/limits.ts';
import type { JoinToken, Member } from '../protocol/roster.ts';
import {
  type ConfigurationChange,
  changeSimply,
  changesNothing,
  enterJoint,
  isJoint,
  leaveJoint,
  membersOf,
  refusal,
  withRoster,
} from './configuration.ts';
import type { Leader } from './leader.ts';
import type { RaftState } from './state.ts';
import { type Configuration, Role } from './types.ts';

export class MemberChanges {
  readonly #state: RaftState;
  readonly #leader: Leader;

  constructor(state: RaftState, leader: Leader) {
    this.#state = state;
    this.#leader = leader;
  }

  change(changes: readonly ConfigurationChange[]): Configuration | string {
    const { configuration } = this.#state;
    const reason = this.#changeRefusal(changes);
    if (reason !== undefined) return reason;
    const simple = changeSimply(configuration, changes);
    const next = simple === refusal.tooManyVoters ? enterJoint(configuration, changes) : simple;
    if (typeof next === 'string') return next;
    const members = membersOf(next);
    if (members.length > replicasMax) {
      return `A cluster has at most ${replicasMax} replicas, learners included. Remove one first.`;
    }
    return next;
  }

  describe(records: readonly Member[], tokens?: readonly JoinToken[]): Configuration | string {
    const reason = this.#notNow();
    if (reason !== undefined) return reason;
    const { configuration } = this.#state;
    return isJoint(configuration) ? refusal.alreadyJoint : withRoster(configuration, records, tokens);
  }

  pendingLeave(): Configuration | undefined {
    const state = this.#state;
    if (state.role !== Role.leader || !isJoint(state.configuration)) return undefined;
    if (state.configurationIndex > state.commitIndex) return undefined;
    const next = leaveJoint(state.configuration);
    return typeof next === 'string' ? undefined : next;
  }

  #notNow(): string | undefined {
    const state = this.#state;
    const leader = this.#leader;
    if (state.role !== Role.leader) return 'This replica does not lead. Ask the leader.';
    if (leader.isTransferring) return 'A transfer of leadership is under way. Wait until it is finished.';
    // Without the second condition two leaders could each change one voter and have separate majorities.
    if (state.configurationIndex > state.commitIndex || !leader.hasCommittedInTerm()) {
      return 'The change before is not committed yet. Try again in a moment.';
    }
    return undefined;
  }

  #changeRefusal(changes: readonly ConfigurationChange[]): string | undefined {
    const state = this.#state;
    const reason = this.#notNow();
    if (reason !== undefined) return reason;
    const empty = changes.map((change) => changesNothing(state.configuration, change));
    if (!empty.includes(undefined)) return empty[0];
    for (const { kind, replicaId } of changes) {
      if (!Number.isInteger(replicaId) || replicaId < 1 || replicaId > 255) {
        return `A replica id is a number from 1 to 255, not ${replicaId}.`;
      }
      if (kind !== 'addVoter' || state.configuration.voters.includes(replicaId)) continue;
      const progress = this.#leader.progress.of(replicaId);
      // Of one that was never heard in this term nothing is known, not even whether it is recovering.
      const isReady =
        progress !== undefined &&
        !progress.isRecovering &&
        progress.matchedIndex > 0 &&
        progress.matchedIndex >= state.commitIndex - state.options.windowFrames &&
        // A witness may have dropped what it would lack.
        (progress.isWitness || progress.durableIndex >= this.#leader.droppedMax);
      if (!isReady) {
        return `Replica ${replicaId} has not caught up. Add it as a learner first, then wait until it has.`;
      }
    }
    return undefined;
  }
}
