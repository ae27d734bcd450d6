/**
 * The lives of replicas. Each start of a process is a life, with a number that grows (its incarnation). What a replica
 * promised in one life binds it in the next, so its folder must know every life in which others have heard it. A
 * replica keeps on its disk the highest life of each other replica, and every message of a new life names the life
 * before. Where a life in between is missing, the sender's folder is older than what it promised: another replica
 * answers with the life that it knows.
 *
 * A new life begins with a question to all members. Until each has answered, is known to be away, or has been silent
 * for an election time-out, the replica gives no vote, acknowledges nothing and asks for no votes. A recovering replica
 * asks too, before it returns: where its number is lower than one that a member knows, that member would drop its
 * messages then.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { membersOf } from './configuration.ts';
import type { RaftState } from './state.ts';

export class Lives {
  readonly #state: RaftState;
  /** Members that have heard of this life. */
  readonly #hasHeard = new Uint8Array(256);
  /** Members whose process is gone, as their broken tether or refused connection says. */
  readonly #isAway = new Uint8Array(256);
  /** Until then members that are silent are waited for; not set before the first question. */
  #giveUpAtUs = Number.POSITIVE_INFINITY;
  #askAtUs: number;
  /** When `tick` has something to do next. */
  deadlineUs = Number.POSITIVE_INFINITY;
  #sentUs = Number.NEGATIVE_INFINITY;

  constructor(state: RaftState) {
    this.#state = state;
    this.#askAtUs = state.nowUs;
    // All members know a life that has begun, unless the replica was recovering in it.
    if (!state.hasBegun || state.isRecovering) this.deadlineUs = state.nowUs;
  }

  /** Asks those that have not heard of this life, and begins it when none of them is waited for any longer. @hot */
  tick(): void {
    if (this.#state.nowUs >= this.deadlineUs) this.#ask();
  }

  #ask(): void {
    const state = this.#state;
    const { nowUs } = state;
    const { heartbeatUs, electionTimeoutUs } = state.options;
    const unheard = this.#unheard();
    if (unheard.length > 0 && nowUs >= this.#askAtUs) {
      if (this.#giveUpAtUs === Number.POSITIVE_INFINITY) this.#giveUpAtUs = nowUs + electionTimeoutUs;
      this.#askAtUs = nowUs + (this.isAnswered ? electionTimeoutUs : heartbeatUs);
      for (const id of unheard) state.send(state.compose(RaftType.announce, id));
    }
    if (!state.hasBegun && this.isAnswered) state.begin();
    // A recovering replica may learn of other members at any time.
    if (state.isRecovering) this.deadlineUs = nowUs + heartbeatUs;
    else if (!state.hasBegun) this.deadlineUs = Math.min(this.#askAtUs, this.#giveUpAtUs);
    else this.deadlineUs = unheard.length === 0 ? Number.POSITIVE_INFINITY : this.#askAtUs;
  }

  /**
   * Whether none of the members is waited for any longer: each has heard of this life, is away, or is silent for long.
   */
  get isAnswered(): boolean {
    return (
      this.#state.nowUs >= this.#giveUpAtUs || this.#unheard().every((member) => this.#isAway[member] === 1)
    );
  }

  /** Members that have not heard of this life yet. */
  #unheard(): number[] {
    const { configuration, id } = this.#state;
    return membersOf(configuration).filter((member) => member !== id && this.#hasHeard[member] === 0);
  }

  /**
   * Whether the sender lives the life in which it sent this, and that is no older than what is known of it. A life that
   * is new here is durable before anything that came in it counts.
   */
  hears(message: RaftMessage): boolean {
    const state = this.#state;
    const { from, type, incarnation, previousIncarnation, flags } = message;
    const known = state.heard[from]!;
    const isRecovering = (flags & RaftFlag.recovering) !== 0;
    const isOutlived =
      incarnation < known || (incarnation > known && previousIncarnation < known && !isRecovering);
    if (isOutlived) {
      this.#tell(from, known, type === RaftType.announce);
      return false;
    }
    if (incarnation > known) state.hear(from, incarnation);
    if (type === RaftType.announce) this.#tell(from, incarnation, true);
    return true;
  }

  /** Tells a replica the highest life that is known of it: at once when it asks, else once in a heartbeat. */
  #tell(to: number, known: number, isAnswer: boolean): void {
    const state = this.#state;
    if (!isAnswer) {
      if (state.nowUs - this.#sentUs < state.options.heartbeatUs) return;
      this.#sentUs = state.nowUs;
    }
    const notice = state.compose(RaftType.incarnationKnown, to);
    notice.subject = known;
    state.send(notice);
  }

  /** A member says which life of this replica it knows; true when that is one that this folder does not know. */
  takeKnown(from: number, known: number): boolean {
    const state = this.#state;
    if (known === state.incarnation) {
      this.#hasHeard[from] = 1;
      this.#beginSoon();
    }
    const isKnownHere = known === state.incarnation || known <= state.previousIncarnation;
    if (isKnownHere || (state.isRecovering && known < state.incarnation)) return false;
    state.outlive(known);
    this.#giveUpAtUs = Number.POSITIVE_INFINITY;
    this.announce();
    return true;
  }

  /** Something about this life is new: lets all members hear of it. */
  announce(): void {
    this.#hasHeard.fill(0);
    this.#askAtUs = this.#state.nowUs;
    this.deadlineUs = this.#state.nowUs;
  }

  /** The tether to a replica broke, or none could be had. */
  peerLost(id: number): void {
    this.#isAway[id] = 1;
    this.#beginSoon();
  }

  /** The tether to a replica is connected. */
  peerFound(id: number): void {
    this.#isAway[id] = 0;
  }

  /** A replica can hear this one from now on: what it was asked before is asked again. */
  peerHears(id: number): void {
    if (this.#hasHeard[id] === 1 || this.deadlineUs === Number.POSITIVE_INFINITY) return;
    this.#askAtUs = this.#state.nowUs;
    this.deadlineUs = this.#state.nowUs;
  }

  /** There is one less to wait for. */
  #beginSoon(): void {
    if (!this.#state.hasBegun) this.deadlineUs = this.#state.nowUs;
  }
}
