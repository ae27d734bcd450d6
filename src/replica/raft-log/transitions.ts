/** What the log for operators says of roles and leaders. */
import { Role } from '../../raft/types.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { ManualReview } from '../watches/manual-review.ts';

type TransitionPorts = Pick<Ports, 'clock' | 'control' | 'counters' | 'log'>;
type TransitionOptions = Pick<ReplicaOptions, 'replicaId' | 'failover'>;

/** What it says of a new role. */
const roleTexts: Readonly<Record<Role, string>> = {
  [Role.follower]: 'this replica stands for election no more',
  [Role.preCandidate]: 'this replica asks whether it would be elected',
  [Role.candidate]: 'this replica asks for votes',
  [Role.leader]: 'this replica is elected',
};

export class Transitions {
  readonly review: ManualReview;
  readonly #replicaId: number;
  readonly #log: Ports['log'];
  readonly #ports: TransitionPorts;
  /** The leader that was logged last, and its term. */
  #leaderId = 0;
  #leaderTerm = 0;
  /** Transitions of this term that are logged: a replica that asks for votes again and again does not fill the log. */
  readonly #logged = new Set<string>();
  /** Why this replica stood for election since the last leader. */
  #stoodBecause = '';
  #formerId = 0;
  #lostUs = 0;
  #term = 0;
  #role: Role = Role.follower;

  constructor({ replicaId, failover }: TransitionOptions, ports: TransitionPorts) {
    this.review = new ManualReview(failover, ports);
    this.#replicaId = replicaId;
    this.#log = ports.log;
    this.#ports = ports;
  }

  role(role: Role, term: number, reason: string): void {
    const isEndOfLead = role === Role.follower && this.#role === Role.leader;
    const text = isEndOfLead ? 'this replica leads no more' : roleTexts[role];
    this.#role = role;
    // The first reason: those of the next steps say only that it was voted for.
    if (this.#stands && this.#stoodBecause === '') this.#stoodBecause = reason;
    if (term !== this.#term) this.#logged.clear();
    this.#term = term;
    const entry = `${text}: ${reason}`;
    if (this.#logged.has(entry)) return;
    this.#logged.add(entry);
    this.#log.info(text, { replica: this.#replicaId, term, reason });
  }

  /** `mayStand`: this replica votes, and may lead. */
  leader(leaderId: number, term: number, mayStand: boolean): void {
    if (leaderId !== 0) this.review.led(leaderId, term);
    if (leaderId === this.#leaderId && (leaderId === 0 || term === this.#leaderTerm)) {
      // It was heard again: what was taken for its end is no reason for a later election.
      if (leaderId !== 0 && !this.#stands) this.#stoodBecause = '';
      return;
    }
    // In a higher term an election is under way, which an operator ordered.
    if (leaderId === 0 && mayStand && term === this.#leaderTerm)
      this.review.wouldStand(this.#leaderId, term, `replica ${this.#leaderId} was not heard any more`);
    this.#leaderTerm = term;
    const text = leaderId === 0 ? 'this replica has lost its leader' : 'this replica follows';
    const leader = leaderId === 0 ? this.#leaderId : leaderId;
    this.#note(leaderId, term);
    this.#leaderId = leaderId;
    // Its own election is logged as a transition.
    if (leaderId !== this.#replicaId) this.#log.info(text, { replica: this.#replicaId, leader, term });
  }

  /** For status: which replicas led before, and for how long none did. */
  #note(leaderId: number, term: number): void {
    const { clock, control } = this.#ports;
    const nowUs = clock.nowUs();
    if (leaderId === 0) {
      this.#formerId = this.#leaderId;
      this.#lostUs = nowUs;
      return;
    }
    const hadNone = this.#leaderId === 0;
    control.showElection({
      term,
      leaderId,
      formerId: hadNone ? this.#formerId : this.#leaderId,
      reason: this.#reasonOf(leaderId, hadNone),
      gapUs: hadNone && this.#lostUs > 0 ? nowUs - this.#lostUs : 0,
      wallUs: clock.wallUs(),
    });
    // Where it asks for votes again already, the reason is that of the next election.
    if (leaderId === this.#replicaId || !this.#stands) this.#stoodBecause = '';
  }

  get #stands(): boolean {
    return this.#role === Role.preCandidate || this.#role === Role.candidate;
  }

  /** Never empty: where this replica was not elected, what it saw of the election. */
  #reasonOf(leaderId: number, hadNone: boolean): string {
    if (this.#stoodBecause !== '' && (leaderId === this.#replicaId || !this.#stands))
      return this.#stoodBecause;
    if (leaderId === this.#replicaId) return 'a majority voted for it';
    if (!hadNone) return 'a majority elected it';
    return this.#formerId === 0
      ? 'it led when this replica came'
      : 'the leader before was not heard any more';
  }

  outlived(incarnation: number): void {
    this.#log.warn(
      'this folder is older than what its replica promised: the others know of a later start; what was acknowledged since ' +
        'then is fetched from them, and this replica votes again once the leader lets it',
      { replica: this.#replicaId, incarnation },
    );
  }

  superseded(epoch: number, later: number): void {
    this.#log.warn(
      `this replica belongs to generation ${epoch} of its cluster, which goes on without it as generation ${later}: it neither ` +
        'leads nor votes any more. Its folder is to be returned blank: "lockstep members return"',
      { replica: this.#replicaId },
    );
  }

  recovered(): void {
    this.#log.info('this replica has caught up and votes again', { replica: this.#replicaId });
  }
}
