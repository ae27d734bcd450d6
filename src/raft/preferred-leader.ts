/**
 * When a leader hands over because the log prefers another voter: once that voter has been well for a while, without a
 * break. A leader whose own preference is `never` waits for one election time-out only.
 */
import type { Leader } from './leader.ts';
import { goesBefore, isAverse, rankOf } from './preference.ts';
import type { RaftState } from './state.ts';

/** How long another voter must have been well, in election time-outs: where this one is not to lead, and elsewhere. */
const wellTimeoutsAverse = 1;
const wellTimeouts = 75;
/** After each attempt in one leadership the next one waits for twice as long, up to so many doublings. */
const doublingsMax = 6;
/**
 * What one that is not to lead hands over may come back at once, as where clients do not reach the others. Where it
 * leads again within so many election time-outs, it waits as in the same leadership.
 */
const comesBackTimeouts = 75;

export class PreferredLeader {
  readonly #state: RaftState;
  readonly #leader: Leader;
  #term = 0;
  #candidateId = 0;
  #wellSinceUs = 0;
  #attempts = 0;
  #attemptedUs = Number.NEGATIVE_INFINITY;
  /** The life of the replica that handed over to this one: it had its reasons, and is asked again in its next life. */
  #formerLife = 0;

  constructor(state: RaftState, leader: Leader) {
    this.#state = state;
    this.#leader = leader;
  }

  /** The voter to hand over to now; 0 is none. */
  due(): number {
    const { configuration, id, nowUs, options, term } = this.#state;
    const rank = rankOf(configuration, id);
    if (rank === 0 || options.failover === 'manual' || !this.#isQuiet) return 0;
    if (term !== this.#term) this.#begin();
    const candidate = this.#isWell(this.#candidateId, rank) ? this.#candidateId : this.#find(rank);
    if (candidate !== this.#candidateId) this.#wellSinceUs = nowUs;
    this.#candidateId = candidate;
    if (candidate === 0) return 0;
    const timeouts = isAverse(configuration, id) ? wellTimeoutsAverse : wellTimeouts;
    const waitUs = timeouts * options.electionTimeoutUs * 2 ** Math.min(this.#attempts, doublingsMax);
    if (nowUs - this.#wellSinceUs < waitUs) return 0;
    this.#attempts += 1;
    this.#attemptedUs = nowUs;
    this.#wellSinceUs = nowUs;
    return candidate;
  }

  /** Nothing is under way that a hand-over would disturb. */
  get #isQuiet(): boolean {
    const { configurationIndex, commitIndex } = this.#state;
    const { isTransferring } = this.#leader;
    return configurationIndex <= commitIndex && !isTransferring && this.#leader.hasCommittedInTerm();
  }

  #begin(): void {
    const { term, heard, handedOverBy, nowUs, options, configuration, id } = this.#state;
    const isBack = nowUs - this.#attemptedUs <= comesBackTimeouts * options.electionTimeoutUs;
    this.#term = term;
    this.#candidateId = 0;
    if (!isBack || !isAverse(configuration, id)) this.#attempts = 0;
    this.#formerLife = heard[handedOverBy]!;
  }

  #find(rank: number): number {
    const { configuration } = this.#state;
    let best = 0;
    for (const voter of configuration.voters) {
      const isBetter = best === 0 || goesBefore(configuration, voter, best);
      if (isBetter && this.#isWell(voter, rank)) best = voter;
    }
    return best;
  }

  /** Whether a voter goes before this one, and could take over and serve at once. */
  #isWell(voter: number, rank: number): boolean {
    const { configuration, heard, handedOverBy } = this.#state;
    return (
      rankOf(configuration, voter) < rank &&
      this.#leader.couldServe(voter) &&
      (voter !== handedOverBy || heard[voter] !== this.#formerLife)
    );
  }
}
