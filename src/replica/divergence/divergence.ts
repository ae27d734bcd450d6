/**
 * Whether all replicas have made the same of the log (decision 22). The leader compares what the others report; one
 * that differs from a majority is parked and rebuilt, the leader too. While no majority agrees nothing is stamped;
 * where that lasts this replica serves no session, until another report or an operator has decided.
 */
import {
  accepted,
  asksForForce,
  asksForLeader,
  asksForSecond,
  type OperatorAnswer,
  refused,
  whoLeads,
} from '../answers.ts';
import { counter } from '../counters.ts';
import type { ReplicatedLog, Verdict } from '../log/replicated-log.ts';
import type { OperatorControlOrder } from '../ports.ts';
import { Comparison, type Judgement } from './comparison.ts';
import { Rebuild, type RebuiltReplica } from './rebuild.ts';

/** The others have answered a heartbeat by then, if they can. */
const patienceUs = 250_000;
/** How often a member that differs is let know. */
const accuseUs = 5_000;

export class Divergence {
  readonly rebuild: Rebuild;
  readonly #replica: RebuiltReplica;
  readonly #comparison = new Comparison();
  #judgement: Judgement = { kind: 'agreed' };
  /** Since when no majority agrees. */
  #openUs = Number.POSITIVE_INFINITY;
  #accusedUs = Number.NEGATIVE_INFINITY;
  /** Reports differ and no majority is known: nothing is stamped. @hot */
  holdsWrites = false;
  /** It has lasted: no session is served. */
  isDisputed = false;

  constructor(replica: RebuiltReplica) {
    this.#replica = replica;
    this.rebuild = new Rebuild(replica);
  }

  /** @hot */
  reported(memberId: number, index: number, events: number, log: number): void {
    this.#comparison.reported(memberId, index, events, log);
  }

  /** The leader says that this replica's state is not that of the majority. */
  accused(verdict: Verdict): void {
    const { digests } = this.#replica.applier;
    if (this.rebuild.isParked || !digests.knows(verdict.index)) return;
    if (verdict.index < this.#replica.log.voids.newestIndex) return;
    const own = digests.at(verdict.index);
    if (own.events !== verdict.events || own.log !== verdict.log) this.rebuild.park(verdict);
  }

  leadershipChanged(): void {
    this.#comparison.forget();
    this.#settle({ kind: 'agreed' });
  }

  /** What this replica has applied is reported with its next answer. @hot */
  applied(): void {
    const { applier, log } = this.#replica;
    if (this.rebuild.isParked || applier.wrongSeq !== 0) return;
    if (log.isLeader) this.rebuild.led(this.#replica.state.lastSeq);
    log.reports.applied(applier.appliedIndex, applier.digests.events >>> 0, applier.digests.log >>> 0);
  }

  /** No session is served: the state of this replica is wrong, or may be. */
  get stopsServing(): boolean {
    return this.isDisputed || this.rebuild.isParked;
  }

  doWork(nowUs: number): number {
    if (this.#replica.log.isLeader && !this.rebuild.isParked) this.#judge(nowUs);
    if (!this.rebuild.isParked) return 0;
    const work = this.rebuild.doWork(nowUs);
    // What it compared, it compared with another state.
    if (!this.rebuild.isParked) this.#comparison.forget();
    return work;
  }

  /** The operator's order: the state of this replica is right, whatever the others say. */
  choose({ replicaId, force, isConfirmed = false }: OperatorControlOrder): OperatorAnswer {
    const { options, log } = this.#replica;
    if (!log.isLeader) return asksForLeader(whoLeads(options.replicaId, log.leaderId));
    if (this.#judgement.kind !== 'open')
      return refused('A majority of the replicas agrees on the state: there is nothing to choose.');
    const { differing } = this.#judgement;
    const all = [options.replicaId, ...differing];
    if (!all.includes(replicaId))
      return refused(`Replica ${replicaId} is not among those that differ. Choose one of ${all.join(', ')}.`);
    const others = all.filter((id) => id !== replicaId);
    const loss =
      `Replica ${replicaId} then is right, and replicas ${others.join(', ')} take its state. What they answered and it does ` +
      'not share is lost; their evidence lists it.';
    if (!force) return asksForForce(loss);
    if (options.twoPersons && !isConfirmed) return asksForSecond(loss);
    this.#comparison.choose(replicaId);
    return accepted(
      `The state of replica ${replicaId} holds. Replicas ${others.join(', ')} are rebuilt from it.`,
    );
  }

  publish(): void {
    const { counters } = this.#replica.ports;
    const isWrong = this.rebuild.isParked || this.#replica.applier.wrongSeq !== 0;
    counters.set(counter.parked, isWrong ? 1 : 0);
    counters.set(counter.stateDisputed, this.isDisputed ? 1 : 0);
    counters.set(counter.rebuilds, this.rebuild.count);
  }

  #judge(nowUs: number): void {
    const { applier, options, log } = this.#replica;
    this.#comparison.fromIndex = log.voids.newestIndex;
    const judgement = this.#comparison.judge(applier.digests, options.replicaId, (ids) =>
      log.reports.isQuorum(ids),
    );
    if (judgement.kind === 'open' && this.#openUs === Number.POSITIVE_INFINITY) this.#openUs = nowUs;
    this.#settle(judgement);
    this.#noteDispute(nowUs);
    if (judgement.kind === 'others') this.#accuse(judgement, log, nowUs);
    if (judgement.kind === 'self' && applier.digests.knows(judgement.verdict.index))
      this.rebuild.park(judgement.verdict);
  }

  #settle(judgement: Judgement): void {
    this.#judgement = judgement;
    const holds = judgement.kind === 'open' || judgement.kind === 'self';
    if (holds !== this.holdsWrites) this.#replica.snapshots.suspend('dispute', holds);
    this.holdsWrites = holds;
    if (judgement.kind === 'open') return;
    this.#openUs = Number.POSITIVE_INFINITY;
    if (!this.isDisputed) return;
    this.isDisputed = false;
    this.#replica.ports.log.info('a majority agrees on the state again');
  }

  #noteDispute(nowUs: number): void {
    if (this.isDisputed || nowUs - this.#openUs < patienceUs || this.#judgement.kind !== 'open') return;
    this.isDisputed = true;
    this.#replica.ports.log.warn(
      'no majority of the replicas agrees on the state: no orders are taken until one more replica has spoken, or an ' +
        'operator has chosen with "lockstep diverged --choose"',
      { differing: this.#judgement.differing.join(', ') },
    );
  }

  #accuse({ outliers }: Extract<Judgement, { kind: 'others' }>, log: ReplicatedLog, nowUs: number): void {
    if (nowUs - this.#accusedUs < accuseUs) return;
    this.#accusedUs = nowUs;
    for (const { id, verdict } of outliers) if (verdict.index > 0) log.reports.accuse(id, verdict);
  }
}
