/**
 * Elections: when to ask for votes, and when to give one. A pre-vote (Ongaro 2014, §9.6) comes before each election, so
 * that a replica that cannot win disturbs no leader; a replica that hears a leader refuses (§4.2.3). Two signals start
 * one: a silence that the failure detector holds for an end, and the broken tether of a process that died. All see
 * either at about the same time, so each has its turn to ask.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import { FailureDetector } from '../std/failure-detector.ts';
import { goesBefore, isAverse } from './preference.ts';
import { unanimousResult, Vote, VoteResult, voteResult } from './quorum.ts';
import type { RaftState } from './state.ts';
import { Role } from './types.ts';

/** What a candidate says of itself. */
type VoteRequest = Readonly<Pick<RaftMessage, 'from' | 'term' | 'index' | 'logTerm'>>;

/** Why a pre-candidate campaigns. */
const wouldWin = 'a majority would vote for it';

/** How long the others have to answer, in heartbeats: a pre-vote, and a vote, for which two disks flush. */
const preVoteHeartbeats = 2;
const voteHeartbeats = 4;
/**
 * A replica that is parked, or is not to lead, campaigns after so many time-outs, for it may be the only one
 * that can win.
 */
const yieldsMax = 3;
/** An operator's order holds for so many election time-outs: on a busy machine the first answers may come too late. */
const orderedTimeouts = 2;
const orderedReason = 'an operator ordered it';
/** A request that was refused is still of use for so long: its sender repeats it once in a heartbeat. */
const refusedHeartbeats = 2;

export class Election {
  readonly #state: RaftState;
  readonly #votes = new Uint8Array(256);
  /** When this replica acts unless it hears from a leader (or wins) before. */
  #deadlineUs = 0;
  /** The signs of life of the leader, and the term in which it leads. */
  readonly #detector: FailureDetector;
  #watchedTerm = -1;
  /** The leader that was heard last; 0 is none. */
  #watchedId = 0;
  /** How long after the leader is suspect this replica asks, so that not all ask together. */
  #turnUs = 0;
  /** In this silence its timers were restarted after a pause; and its turn was moved for another replica. */
  #hasRestarted = false;
  #hasMoved = false;
  /** Until then the leader counts as alive, and votes are refused. */
  #leaseUntilUs = Number.NEGATIVE_INFINITY;
  /** The leader that died or resigned, until there is another or it turns out to be alive; 0 is none. */
  #lostLeaderId = 0;
  #lostReason = '';
  #lostUs = 0;
  /** Time-outs that this replica let pass for others to lead. */
  #yielded = 0;
  /** Elections tried since the leader was lost. */
  #attempts = 0;
  /** Until then an operator's order holds: what fails is tried again, also where failover is manual. */
  #orderedUntilUs = Number.POSITIVE_INFINITY;
  /** What voters said meanwhile, each last; too late for the request or not. */
  readonly #said = new Map<number, Vote>();
  /** When this replica asked first since then. */
  #askedUs = Number.NEGATIVE_INFINITY;
  #requestAtUs = 0;
  #isTransfer = false;
  #pausedUs = Number.NEGATIVE_INFINITY;
  /** The newest pre-vote request that was refused only because the leader seemed to live. */
  #refused: VoteRequest | undefined;
  #refusedUs = 0;

  constructor(state: RaftState) {
    this.#state = state;
    this.#detector = new FailureDetector(state.silenceLimits, state.nowUs);
    this.wait();
  }

  /** Its log is now as long as that of the witness that refused it: asks again at once. */
  askAgain(): void {
    this.#deadlineUs = this.#state.nowUs;
  }

  /** Forgets a candidacy and waits a random time for a leader. None is suspect, so that the shortest time will do. */
  wait(): void {
    const { random, options, nowUs } = this.#state;
    this.#deadlineUs = nowUs + options.electionTimeoutUsMin + random.below(options.electionTimeoutUsMin);
  }

  /** Time has passed; true when this replica won. */
  tick(): boolean {
    const state = this.#state;
    if (state.leaderId === 0 && this.#isOnlyVoter() && this.#canWin())
      return this.start(true, false, 'it is the only voter');
    if (state.lateTicks === 1 && state.role === Role.follower) return false;
    if (!this.hasLease()) this.#answerRefused();
    if (state.nowUs >= this.#orderedUntilUs) this.#orderIsOver();
    if (state.nowUs >= this.#deadlineUs) return this.#timedOut();
    const isAsking = state.role === Role.preCandidate || state.role === Role.candidate;
    if (isAsking && state.nowUs >= this.#requestAtUs) this.#request();
    return false;
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    const { role } = this.#state;
    const isAsking = role === Role.preCandidate || role === Role.candidate;
    const deadlineUs = Math.min(this.#deadlineUs, this.#orderedUntilUs);
    if (isAsking) return Math.min(deadlineUs, this.#requestAtUs);
    return this.#refused === undefined ? deadlineUs : Math.min(deadlineUs, this.#leaseUntilUs);
  }

  /**
   * This process stood still for `elapsedUs`. What the leader sent meanwhile was not read, so this silence does not
   * count: the leader gets its full time-out again. After short pauses it gets that once in a silence only, so that a
   * replica that seldom runs still finds a dead leader.
   */
  paused(elapsedUs: number): void {
    const state = this.#state;
    // A candidacy ends in time all the same: it must not outlast the wait for what a voter may forget (Leader).
    if (state.role !== Role.follower) this.#deadlineUs -= elapsedUs - state.options.heartbeatUs;
    if (elapsedUs > state.options.electionTimeoutUs) {
      this.#pausedUs = state.nowUs;
      this.orderEnds();
      state.becomeFollower(state.leaderId, 'its process stood still');
      this.wait();
    } else if (this.#hasRestarted) {
      return;
    }
    if (state.leaderId === 0 || this.#lostLeaderId !== 0) return;
    this.#hasRestarted = true;
    this.#leaseUntilUs = state.nowUs + this.#detector.boundUs;
    this.#deadlineUs = this.#leaseUntilUs + this.#turnUs;
  }

  #timedOut(): boolean {
    const state = this.#state;
    const absence = this.#lostLeaderId === 0 ? 'no leader was heard' : this.#lostReason;
    if (this.isOrdered && this.#canWin()) return this.start(false, false, orderedReason);
    const gives = state.isParked || isAverse(state.configuration, state.id, this.#watchedId);
    const yields = gives ? yieldsMax : state.isOffTime ? 1 : 0;
    if (this.#yielded < yields) {
      this.#yielded += 1;
      this.wait();
      return false;
    }
    this.#yielded = 0;
    if (this.#canWin() && state.options.failover === 'automatic') return this.start(false, false, absence);
    state.becomeFollower(0, `${absence}, and it may not stand`);
    this.wait();
    return false;
  }

  /**
   * The leader wants this replica to take over; true when it won at once. An order from before a pause was given up.
   */
  ordered(leaderId: number): boolean {
    const { role, nowUs, options } = this.#state;
    if (role !== Role.follower || nowUs - this.#pausedUs < options.heartbeatUs) return false;
    if (!this.#canWin()) return false;
    this.#state.handedOverBy = leaderId;
    return this.start(true, true, 'its leader hands over');
  }

  /** An operator orders this replica to campaign, each time with a pre-vote; true when it won at once. */
  orderedByOperator(): boolean {
    const { nowUs, options } = this.#state;
    this.#orderedUntilUs = nowUs + orderedTimeouts * options.electionTimeoutUs;
    this.#said.clear();
    return this.start(false, false, orderedReason);
  }

  /** Whether this replica campaigns because an operator ordered it. */
  get isOrdered(): boolean {
    return this.#orderedUntilUs !== Number.POSITIVE_INFINITY;
  }

  /** There is a leader, this replica or another one; or the order was given up. */
  orderEnds(): void {
    this.#orderedUntilUs = Number.POSITIVE_INFINITY;
  }

  /** Its time is over. Where only an order may elect, nothing that comes later does. */
  #orderIsOver(): void {
    this.orderEnds();
    if (this.#state.options.failover === 'automatic') return;
    this.#state.becomeFollower(0, 'the time of the order is over');
    this.wait();
  }

  /** What a voter said last to the candidacies of this order. */
  answerOf(id: number): Vote {
    return this.#said.get(id) ?? Vote.none;
  }

  /** Why an operator's order to campaign is refused; undefined where it is not. */
  refusal(): string | undefined {
    const state = this.#state;
    if (state.role === Role.leader) return 'This replica leads already.';
    if (state.options.isWitness)
      return 'This replica is a witness: it has no engine and never leads. Order it on another voter.';
    if (!state.mayLead) return 'This replica is not a voter. Order it on one.';
    if (state.isRecovering) return 'This replica is recovering: it may have lost what it acknowledged.';
    if (!state.hasBegun) return 'This replica has just started and asks the others. Try again in a moment.';
    if (this.isOrdered) return 'This replica stands for election already, as an operator ordered.';
    if (!this.hasLease()) return undefined;
    const leaseMs = Math.ceil(this.leaseUs / 1_000);
    return (
      `Replica ${state.leaderId} leads and is heard, so the others would refuse. Hand leadership over instead: ` +
      `transfer-leadership at replica ${state.leaderId}. If it falls silent, order this again in ${leaseMs} ms.`
    );
  }

  /** Whether this replica may ask for votes at all. */
  #canWin(): boolean {
    return this.#state.mayLead && !this.#state.isRecovering && this.#state.hasBegun;
  }

  #isOnlyVoter(): boolean {
    const { voters, outgoing } = this.#state.configuration;
    return voters.length === 1 && voters[0] === this.#state.id && outgoing.length === 0;
  }

  /** Asks for votes, or only whether there would be votes; true when that already decides the election. */
  start(isReal: boolean, isTransfer: boolean, reason: string): boolean {
    const state = this.#state;
    this.#leaseUntilUs = Number.NEGATIVE_INFINITY;
    this.#isTransfer = isTransfer;
    if (!isTransfer) state.handedOverBy = 0;
    this.#votes.fill(Vote.none);
    this.#votes[state.id] = Vote.granted;
    if (isReal) {
      state.becomeCandidate(reason);
    } else {
      state.becomePreCandidate(reason);
      this.#attempts++;
      if (this.#attempts === 1) this.#askedUs = state.nowUs;
    }
    this.#waitForVotes(isReal);
    if (this.#result() === VoteResult.won) {
      return isReal || this.start(true, isTransfer, wouldWin);
    }
    this.#request();
    return false;
  }

  #request(): void {
    const state = this.#state;
    const isReal = state.role === Role.candidate;
    const message = state.compose(isReal ? RaftType.vote : RaftType.preVote, 0);
    if (!isReal) message.term = state.term + 1;
    if (this.#isTransfer) message.flags |= RaftFlag.transfer;
    message.index = state.log.lastIndex;
    message.logTerm = state.log.termAt(message.index);
    this.#requestAtUs = state.nowUs + state.options.heartbeatUs;
    state.sendRequest(message);
  }

  /** How long a pre-vote may take: survivors of a dead process agree within a round trip. */
  get #preVoteUs(): number {
    const { heartbeatUs, tetherDelayUs } = this.#state.options;
    return this.#lostLeaderId === 0 ? preVoteHeartbeats * heartbeatUs : tetherDelayUs;
  }

  /** A replica that does not win tries again soon, each time after twice the wait, up to the time-out. */
  #waitForVotes(isReal: boolean): void {
    const { options, random, nowUs } = this.#state;
    const shortestUs = isReal ? voteHeartbeats * options.heartbeatUs : 0;
    const askedUs = this.#preVoteUs * 2 ** Math.min(Math.max(this.#attempts - 1, 0), 30);
    const spanUs = Math.min(Math.max(shortestUs, askedUs), options.electionTimeoutUs);
    this.#deadlineUs = nowUs + spanUs + random.below(spanUs);
  }

  /** The answer of a voter came; true when this replica won the election by it. */
  answered(message: RaftMessage): boolean {
    const { role, term } = this.#state;
    const isPreVote = message.type === RaftType.preVoteReply;
    const isGranted = (message.flags & RaftFlag.reject) === 0;
    if (this.isOrdered) this.#said.set(message.from, isGranted ? Vote.granted : Vote.refused);
    if (role !== (isPreVote ? Role.preCandidate : Role.candidate)) return false;
    // A pre-vote is granted for the term that would come; one for an earlier attempt says nothing.
    if (isPreVote && isGranted && message.term !== term + 1) return false;
    this.#votes[message.from] = isGranted ? Vote.granted : Vote.refused;
    const result = this.#result();
    if (result === VoteResult.lost) {
      this.#state.becomeFollower(0, 'a majority refused its vote');
      this.#waitForVotes(false);
    }
    return result === VoteResult.won && (!isPreVote || this.start(true, false, wouldWin));
  }

  /**
   * What the votes amount to. A majority decides, but for the first leader of all: as long as a log holds nothing but
   * the founding configuration, all its founders must agree. So founders whose files name different members found
   * nothing.
   */
  #result(): VoteResult {
    const { configuration, isFounding } = this.#state;
    return isFounding
      ? unanimousResult(configuration.voters, this.#votes)
      : voteResult(configuration, this.#votes);
  }

  /** A replica began a new life: its votes of the old one are void. */
  forget(id: number): void {
    this.#votes[id] = Vote.none;
  }

  /** Whether the leader counts as alive, so that this replica helps no other to replace it. */
  hasLease(): boolean {
    const { role, leaderId, nowUs } = this.#state;
    return role === Role.leader || (leaderId !== 0 && nowUs < this.#leaseUntilUs);
  }

  /** For how long the leader counts as alive, though it says nothing more. */
  get leaseUs(): number {
    return this.#leaseUntilUs - this.#state.nowUs;
  }

  /** Answers a pre-vote request of any term. Nothing is promised by it. */
  preVoteAsked(request: VoteRequest): void {
    const state = this.#state;
    if (!state.hasBegun) return;
    const { term, from, index, logTerm } = request;
    const isNews = term > state.term;
    const isGood = isNews && !state.isRecovering && this.#isUpToDate(request) && !this.#goesFirst(request);
    const isGranted = isGood && !this.hasLease();
    this.#refused = isGood && !isGranted ? { from, term, index, logTerm } : undefined;
    this.#refusedUs = state.nowUs;
    this.#moveTurn(isGranted, isNews && !this.#isUpToDate(request));
    const reply = state.compose(RaftType.preVoteReply, from);
    if (isGranted) reply.term = term;
    else reply.flags |= RaftFlag.reject;
    state.send(reply);
  }

  /** The leader is suspect here too from now on: another replica that was refused for its sake may ask. */
  #answerRefused(): void {
    const refused = this.#refused;
    this.#refused = undefined;
    const youngUs = refusedHeartbeats * this.#state.options.heartbeatUs;
    if (refused !== undefined && this.#state.nowUs - this.#refusedUs < youngUs) this.preVoteAsked(refused);
  }

  /**
   * Another replica has seen the loss too. One that would win goes first; where its log is behind, this replica goes at
   * once, for the other one has shown that the loss is not ours alone. Only once in a silence: the other may fail.
   */
  #moveTurn(isGranted: boolean, isBehind: boolean): void {
    const { role, nowUs, isParked } = this.#state;
    if (role !== Role.follower || this.#hasMoved || this.hasLease()) return;
    if (!isGranted && !isBehind) return;
    this.#hasMoved = true;
    // The only one that can win, where it is not to lead.
    if (isBehind && !isParked) this.#yielded = yieldsMax;
    if (isGranted) this.#deadlineUs = Math.max(this.#deadlineUs, nowUs + this.#preVoteUs);
    else this.#deadlineUs = nowUs;
  }

  /**
   * Answers a vote request of this replica's own term. Learners answer too: the candidate's configuration may be newer
   * than theirs, and it is the candidate that counts only voters.
   */
  voteAsked(request: RaftMessage): void {
    const state = this.#state;
    if (!state.hasBegun) return;
    const { from } = request;
    const isFree = state.votedFor === from || (state.votedFor === 0 && state.leaderId === 0);
    const isGranted = isFree && !state.isRecovering && this.#isUpToDate(request);
    if (isGranted) {
      state.vote(from);
      state.becomeFollower(state.leaderId, 'it votes for another');
      this.wait();
    } else if (state.role === Role.candidate) {
      this.#splitSeen();
    }
    const reply = state.compose(RaftType.voteReply, from);
    if (!isGranted) reply.flags |= RaftFlag.reject;
    state.send(reply);
  }

  /**
   * Another candidate campaigns in this term, and the votes may split: tries again in its turn, not after the time-out.
   */
  #splitSeen(): void {
    const { nowUs, options } = this.#state;
    const turnUs = this.#turnOf(0, options.heartbeatUs);
    this.#deadlineUs = Math.min(this.#deadlineUs, nowUs + options.heartbeatUs + turnUs);
  }

  /**
   * Two that ask for the same term at the same time would each vote for itself. One goes first, as long as its own
   * request is young; with a longer log the other one does, for it alone can win.
   */
  #goesFirst(request: VoteRequest): boolean {
    const { role, id, term, log, nowUs, options, configuration } = this.#state;
    const isAsking = role === Role.preCandidate && request.term === term + 1;
    const isYoung = nowUs < this.#askedUs + options.heartbeatUs;
    const goesFirst = goesBefore(configuration, id, request.from);
    return isAsking && isYoung && goesFirst && request.index === log.lastIndex;
  }

  /** §5.4.1: a later last term wins, then the longer log. */
  #isUpToDate(request: VoteRequest): boolean {
    const { log } = this.#state;
    const lastTerm = log.termAt(log.lastIndex);
    return request.logTerm > lastTerm || (request.logTerm === lastTerm && request.index >= log.lastIndex);
  }

  /** The leader of this term spoke. @hot */
  heardLeader(from: number): void {
    const state = this.#state;
    if (from === this.#lostLeaderId && state.nowUs - this.#lostUs < state.options.tetherDelayUs) {
      return; // the last words of a process that died may still have waited here
    }
    assert(state.leaderId === 0 || state.leaderId === from, 'one leader per term (§5.2)');
    this.#lostLeaderId = 0;
    this.#attempts = 0;
    this.orderEnds();
    this.#hasRestarted = false;
    this.#hasMoved = false;
    if (this.#watchedTerm === state.term) this.#detector.heard(state.nowUs);
    else this.#watch(from);
    state.becomeFollower(from, 'its term has a leader');
    this.#leaseUntilUs = this.#detector.suspectAtUs;
    this.#deadlineUs = this.#leaseUntilUs + this.#turnUs;
  }

  #watch(leaderId: number): void {
    const { term, nowUs, options } = this.#state;
    this.#watchedTerm = term;
    this.#watchedId = leaderId;
    this.#yielded = 0;
    this.#detector.restart(nowUs);
    this.#turnUs = this.#turnOf(leaderId, options.heartbeatUs);
  }

  /** A replica died or resigned: if it leads, it is taken for dead until it speaks again. */
  peerLost(id: number, reason: string): void {
    const { leaderId, role, nowUs } = this.#state;
    if (role !== Role.follower || id !== leaderId) return;
    this.#lostLeaderId = id;
    this.#lostReason = reason;
    this.#lostUs = nowUs;
    this.#attempts = 0;
    this.#hasMoved = false;
    this.#leaseUntilUs = Number.NEGATIVE_INFINITY;
    this.#deadlineUs = Math.min(this.#deadlineUs, nowUs + this.#tetherDelayUs());
    // A replica that lost its tether a moment earlier has asked already, and waits before it asks again.
    this.#answerRefused();
  }

  /** This replica's own part of `tetherDelayUs`. The first of the survivors asks nearly at once. */
  #tetherDelayUs(): number {
    const { configuration, options } = this.#state;
    const survivors = configuration.voters.filter((voter) => voter !== this.#lostLeaderId);
    const slotUs = Math.floor(options.tetherDelayUs / Math.max(survivors.length, 1));
    return this.#turnOf(this.#lostLeaderId, slotUs);
  }

  /**
   * A random delay in this replica's own slot, in order of preference and ids: all learn of a loss together, and two
   * that ask at once would split the votes.
   */
  #turnOf(lostId: number, slotUs: number): number {
    const { configuration, id, random } = this.#state;
    const before = configuration.voters.filter(
      (voter) => voter !== lostId && goesBefore(configuration, voter, id),
    );
    return before.length * slotUs + random.below((slotUs >> 1) + 1);
  }

  /** The tether is connected again; silence alone decides from here. */
  peerFound(id: number): void {
    if (id !== this.#lostLeaderId) return;
    this.#lostLeaderId = 0;
    if (this.#state.role === Role.follower) this.wait();
  }
}
