/**
 * Elections: when to ask for votes, and when to give one. A pre-vote (Ongaro 2014, §9.6) comes before each election, so
 * that a replica that cannot win disturbs no leader; a replica that hears a leader refuses (§4.2.3). Two signals start
 * one: silence for a random time, and the broken tether of a process that died.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import { unanimousResult, Vote, VoteResult, voteResult } from './quorum.ts';
import type { RaftState } from './state.ts';
import { Role } from './types.ts';

/** What a candidate says of itself. */
type VoteRequest = Readonly<Pick<RaftMessage, 'from' | 'term' | 'index' | 'logTerm'>>;

/** Why a pre-candidate stands for election. */
const wouldWin = 'a majority would vote for it';

export class Election {
  readonly #state: RaftState;
  readonly #votes = new Uint8Array(256);
  /** When this replica acts unless it hears from a leader (or wins) before. */
  #deadlineUs = 0;
  /** The random time that a leader may be silent; drawn again for each term. */
  #patienceUs = 0;
  /** Until then the leader counts as alive, and votes are refused. */
  #leaseUntilUs = Number.NEGATIVE_INFINITY;
  /** The leader whose tether broke, until there is another or it turns out to be alive; 0 is none. */
  #lostLeaderId = 0;
  #lostUs = 0;
  /** Elections tried since the tether broke. */
  #attempts = 0;
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
    this.wait();
  }

  /** Forgets a candidacy and waits a full random time for a leader. */
  wait(): void {
    const { random, options, nowUs } = this.#state;
    this.#patienceUs = options.electionTimeoutUs + random.below(options.electionTimeoutUs);
    this.#deadlineUs = nowUs + this.#patienceUs;
  }

  /** Time has passed; true when this replica won. */
  tick(): boolean {
    const state = this.#state;
    if (state.leaderId === 0 && this.#isOnlyVoter() && this.#canWin())
      return this.start(true, false, 'it is the only voter');
    if (state.nowUs >= this.#deadlineUs) return this.#timedOut();
    const isAsking = state.role === Role.preCandidate || state.role === Role.candidate;
    if (isAsking && state.nowUs >= this.#requestAtUs) this.#request();
    return false;
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    const { role } = this.#state;
    const isAsking = role === Role.preCandidate || role === Role.candidate;
    return isAsking ? Math.min(this.#deadlineUs, this.#requestAtUs) : this.#deadlineUs;
  }

  /** After a pause: others may have moved on, and what they sent still waits to be read. */
  paused(): void {
    const state = this.#state;
    this.#pausedUs = state.nowUs;
    if (state.role !== Role.leader) state.becomeFollower(state.leaderId, 'its process stood still');
    this.wait();
  }

  #timedOut(): boolean {
    const state = this.#state;
    const absence = this.#lostLeaderId === 0 ? 'no leader was heard' : 'its leader died';
    if (this.#canWin() && state.options.failover === 'automatic') return this.start(false, false, absence);
    state.becomeFollower(0, `${absence}, and it may not stand`);
    this.wait();
    return false;
  }

  /**
   * The leader wants this replica to take over; true when it won at once. An order from before a pause was given up.
   */
  ordered(): boolean {
    const { role, nowUs, options } = this.#state;
    if (role !== Role.follower || nowUs - this.#pausedUs < options.heartbeatUs) return false;
    return this.#canWin() && this.start(true, true, 'its leader hands over');
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
    state.send(message);
  }

  /**
   * A dead process leaves survivors that agree within a round trip, so they try again soon, each time after twice the
   * wait, up to the usual time-out. A vote takes the flush of two disks, which a pre-vote does not: it is given longer.
   */
  #waitForVotes(isReal: boolean): void {
    const { options, random, nowUs } = this.#state;
    const shortestUs = isReal ? options.heartbeatUs : options.tetherDelayUs;
    const spanUs = Math.max(shortestUs, options.tetherDelayUs * 2 ** Math.min(this.#attempts - 1, 30));
    if (this.#lostLeaderId !== 0 && spanUs < options.electionTimeoutUs) {
      this.#deadlineUs = nowUs + spanUs + random.below(spanUs);
    } else {
      this.wait();
    }
  }

  /** The answer of a voter came; true when this replica won the election by it. */
  answered(message: RaftMessage): boolean {
    const { role, term } = this.#state;
    const isPreVote = message.type === RaftType.preVoteReply;
    if (role !== (isPreVote ? Role.preCandidate : Role.candidate)) return false;
    const isGranted = (message.flags & RaftFlag.reject) === 0;
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
    const reply = state.compose(RaftType.preVoteReply, from);
    if (isGranted) reply.term = term;
    else reply.flags |= RaftFlag.reject;
    state.send(reply);
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
      this.#deadlineUs = state.nowUs + this.#patienceUs;
    }
    const reply = state.compose(RaftType.voteReply, from);
    if (!isGranted) reply.flags |= RaftFlag.reject;
    state.send(reply);
  }

  /**
   * Two that ask for the same term at the same time would each vote for itself. The lower id goes first, as long as its
   * own request is young; with a longer log the other one does, for it alone can win.
   */
  #goesFirst(request: VoteRequest): boolean {
    const { role, id, term, log, nowUs, options } = this.#state;
    const isAsking = role === Role.preCandidate && request.term === term + 1;
    const isYoung = nowUs < this.#askedUs + options.heartbeatUs;
    return isAsking && isYoung && id < request.from && request.index === log.lastIndex;
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
    state.becomeFollower(from, 'its term has a leader');
    this.#leaseUntilUs = state.nowUs + state.options.electionTimeoutUs;
    this.#deadlineUs = state.nowUs + this.#patienceUs;
  }

  /** The tether to a replica broke: if it leads, it is taken for dead until it speaks again. */
  peerLost(id: number): void {
    const { leaderId, role, nowUs, options } = this.#state;
    if (role !== Role.follower || id !== leaderId) return;
    this.#lostLeaderId = id;
    this.#lostUs = nowUs;
    this.#attempts = 0;
    this.#leaseUntilUs = Number.NEGATIVE_INFINITY;
    this.#deadlineUs = Math.min(this.#deadlineUs, nowUs + this.#tetherDelayUs());
    // A replica that lost its tether a moment earlier has asked already, and waits before it asks again.
    const refused = this.#refused;
    if (refused !== undefined && nowUs - this.#refusedUs < options.heartbeatUs) this.preVoteAsked(refused);
  }

  /**
   * A random delay in this replica's own part of `tetherDelayUs`: all survivors learn of the death together, and two
   * that ask at once would split the votes. The first of them asks nearly at once.
   */
  #tetherDelayUs(): number {
    const { configuration, id, options, random } = this.#state;
    const survivors = configuration.voters.filter((voter) => voter !== this.#lostLeaderId);
    const slotUs = Math.floor(options.tetherDelayUs / Math.max(survivors.length, 1));
    const before = survivors.filter((voter) => voter < id).length;
    return before * slotUs + random.below((slotUs >> 1) + 1);
  }

  /** The tether is connected again; silence alone decides from here. */
  peerFound(id: number): void {
    if (id !== this.#lostLeaderId) return;
    this.#lostLeaderId = 0;
    if (this.#state.role === Role.follower) this.wait();
  }
}
