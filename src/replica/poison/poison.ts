/**
 * A command that ends the process of each replica that applies it (decision 26). A replica that is certain of that is
 * parked: it stores, acknowledges and votes, and applies nothing from the frame of that command on. The leader decides:
 * where a member has applied the command, the others take its state; where none ever has, it is voided. What must stay
 * true: nothing that was acknowledged is voided unless an operator has accepted that.
 */
import { hexOf } from '../../journal/inspect.ts';
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
import type { RebuiltReplica } from '../divergence/rebuild.ts';
import type { ApplyMark } from '../mark/apply-mark.ts';
import type { OperatorControlOrder } from '../ports.ts';
import { adoptState } from '../snapshots/adoption.ts';
import type { FetchedSnapshot } from '../snapshots/snapshot-transfer.ts';
import { LateVoid } from './late-void.ts';
import { decideVoid, type Testimony, type VoidDecision, voidsPerHourMax } from './void-decision.ts';

const idsMax = 256;
const hourUs = 3_600_000_000;
/** How often a leader that is parked asks another to take over. */
const handOverUs = 100_000;
/** How often the disk is asked for a page where it gave none for the mark: it may have been full. */
const pageUs = 1_000_000;
/** What a member said holds for so many heartbeats: it may have been started again. */
const heartbeatsToTrust = 10;

interface HeardTestimony extends Testimony {
  readonly atUs: number;
}

export class Poison {
  /** What becomes of this replica where it had applied a command that the log voids. */
  readonly late: LateVoid;
  readonly #replica: RebuiltReplica;
  readonly #mark: ApplyMark;
  readonly #testimonies = new Map<number, HeardTestimony>();
  /** So far members have applied the log, as they last said. */
  readonly #applied = new Float64Array(idsMax);
  /** When they said so. */
  readonly #reportedUs = new Float64Array(idsMax);
  #wasParked = false;
  #heldUp: string | undefined;
  #saidUs = Number.NEGATIVE_INFINITY;
  #handedOverUs = Number.NEGATIVE_INFINITY;
  #askedForPageUs = Number.NEGATIVE_INFINITY;
  /** A replica whose state has the command on which this one died; 0 is none. */
  #soundId = 0;
  #nowUs = 0;

  constructor(replica: RebuiltReplica, mark: ApplyMark) {
    this.#replica = replica;
    this.#mark = mark;
    this.late = new LateVoid(replica, mark, (index) => this.#holderOf(index));
    replica.applier.onVoided = (seq, command) => this.#passedOver(seq, command);
  }

  /** It applies nothing from a command on, and serves no session. @hot */
  get isParked(): boolean {
    return this.#mark.suspect !== 0;
  }

  /** It serves no session: it is parked, or its state is not that of the log. */
  get stopsServing(): boolean {
    return this.isParked || this.late.isWrong;
  }

  /**
   * How far the log may be applied in this cycle. Where an earlier life may have gone further than this one has, first
   * to there: then it is in the mark, before the next command is applied, that none has applied that one. @hot
   */
  applyLimit(): number {
    const { log, state, applier } = this.#replica;
    if (log.isRecovering) this.#mark.know(false, 0);
    else if (this.#mark.appliedBefore === undefined) {
      const index = log.voids.earlierIndex;
      if (index > applier.appliedIndex) return index;
      if (index >= 0) this.#mark.know(true, state.lastSeq);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** @hot */
  reported(memberId: number, index: number): void {
    this.#applied[memberId] = index;
    this.#reportedUs[memberId] = this.#nowUs;
  }

  /** Leader: a member died on a command. */
  died(memberId: number, seq: number, appliedBefore: number): void {
    const { state, log, options } = this.#replica;
    this.#testimonies.set(memberId, { diedOn: seq, appliedBefore, atUs: this.#nowUs });
    if (this.late.isWrong) return;
    if (state.lastSeq >= seq) log.reports.showState(memberId, seq, options.replicaId);
    else if (this.#mark.suspect === seq && this.#holder() !== 0)
      log.reports.showState(memberId, seq, this.#holder());
  }

  /** The leader knows a replica whose state has this command. */
  appliedElsewhere(seq: number, soundId: number): void {
    if (seq === this.#mark.suspect) this.#soundId = soundId;
    else this.late.soundAt(seq, soundId);
  }

  leadershipChanged(): void {
    this.#testimonies.clear();
    this.#applied.fill(0);
    this.#soundId = 0;
    this.#heldUp = undefined;
    this.late.leadershipChanged();
  }

  doWork(nowUs: number): number {
    const { log } = this.#replica;
    this.#nowUs = nowUs;
    if (!this.#mark.isKept) this.#keepMark();
    this.late.doWork(nowUs);
    const { isParked } = this;
    if (isParked !== this.#wasParked) this.#noteParked(isParked);
    if (!isParked) return 0;
    if (log.isLeader) this.#lead();
    else this.#follow();
    return 0;
  }

  /** A state has come that another replica saved; true: it was taken. */
  fetched(snapshot: FetchedSnapshot): void {
    if (this.late.fetched(snapshot)) return;
    const { file } = snapshot;
    const { ports, applier } = this.#replica;
    const { suspect } = this.#mark;
    if (!this.isParked || file.seq < suspect || file.index <= applier.appliedIndex) return;
    if (adoptState(this.#replica, snapshot) !== 'done') return;
    ports.log.info(`this replica goes on from a state that has command ${suspect}`, { index: file.index });
  }

  /** The operator's order: the command is voided, though not all voters can be asked. */
  decide({ seq = 0, force, isConfirmed = false }: OperatorControlOrder): OperatorAnswer {
    const { log, options } = this.#replica;
    if (!log.isLeader) return asksForLeader(whoLeads(options.replicaId, log.leaderId));
    const { suspect } = this.#mark;
    if (suspect === 0 || applierStopsBefore(this.#replica) === 0)
      return refused('No command waits for a decision here.');
    if (seq !== suspect) return refused(`Command ${seq} waits for no decision; command ${suspect} does.`);
    if (log.voids.has(seq) || log.voids.isAwaited)
      return refused(`Command ${seq} is being voided already. See "lockstep status".`);
    const holder = this.#holder();
    if (holder !== 0)
      return refused(
        `Replica ${holder} has applied command ${seq}: the others take its state. Nothing is voided.`,
      );
    const loss = warning(seq, this.#decision(seq));
    if (!force) return asksForForce(loss);
    if (options.twoPersons && !isConfirmed) return asksForSecond(loss);
    return log.voids.append(seq)
      ? accepted(`Command ${seq} is voided: no replica applies it. Its sender gets the outcome "voided".`)
      : refused('The journal takes no frame: the disk is full or does not flush. Nothing was changed.');
  }

  publish(): void {
    const { counters } = this.#replica.ports;
    counters.set(counter.stoppedBeforeSeq, this.#mark.suspect);
    counters.set(counter.commandsVoided, this.#replica.applier.voided);
  }

  /** Keeps the bytes of a voided command where a person can read them. */
  #passedOver(seq: number, command: Uint8Array): void {
    const { ports } = this.#replica;
    ports.control.showVoided(seq);
    ports.log.warn(`command ${seq} is voided: it is passed over`, { seq, bytes: hexOf(command) });
    ports.storage.setAside('voided-commands', `command-${seq}.bin`, command.slice());
  }

  /** Until its mark is in a page of the disk, a death on a command would show at no start. */
  #keepMark(): void {
    const { applier, ports } = this.#replica;
    if (this.#nowUs - this.#askedForPageUs < pageUs) return;
    this.#askedForPageUs = this.#nowUs;
    if (this.#mark.keep(ports.storage)) applier.markMoved();
  }

  #noteParked(isParked: boolean): void {
    const { log, ports } = this.#replica;
    this.#wasParked = isParked;
    log.reports.park('command', isParked);
    if (!isParked) {
      ports.log.info('this replica applies commands again');
      return;
    }
    const { suspect } = this.#mark;
    ports.log.warn(
      `processes of this replica died on command ${suspect}: it applies nothing from there on until it is decided ` +
        'what becomes of it, and stores and votes meanwhile; see "lockstep void list"',
      { seq: suspect },
    );
  }

  #follow(): void {
    const { log, options, transfer, applier } = this.#replica;
    const { suspect } = this.#mark;
    if (this.#nowUs - this.#saidUs >= options.heartbeatUs) {
      this.#saidUs = this.#nowUs;
      log.reports.died(suspect, this.#mark.appliedBefore ?? suspect);
    }
    if (this.#soundId !== 0) transfer.fetch(this.#soundId, applier.appliedIndex, 'rebuild');
  }

  #lead(): void {
    const { log, transfer, applier } = this.#replica;
    const { suspect } = this.#mark;
    const stopsBefore = applierStopsBefore(this.#replica);
    if (stopsBefore === 0 || log.voids.isAwaited || log.voids.has(suspect)) return;
    const holder = this.#holder();
    if (holder !== 0) {
      const isVoter = log.voters.includes(holder);
      if (!isVoter) transfer.fetch(holder, applier.appliedIndex, 'rebuild');
      else this.#handOver(holder);
      return;
    }
    const further = this.#stopsLater();
    if (further !== 0) return this.#handOver(further);
    const decision = this.#decision(suspect);
    if (decision.kind === 'void') this.#void(suspect);
    else this.#waits(warning(suspect, decision));
  }

  #handOver(replicaId: number): void {
    if (this.#nowUs - this.#handedOverUs < handOverUs) return;
    this.#handedOverUs = this.#nowUs;
    this.#replica.log.handOver(replicaId);
  }

  /**
   * A voter that survived the command of this replica, and stops before a later one: once that one is decided, its
   * state has both. 0 is none.
   */
  #stopsLater(): number {
    const { log } = this.#replica;
    for (const [id, { diedOn }] of this.#heard())
      if (diedOn > this.#mark.suspect && log.voters.includes(id)) return id;
    return 0;
  }

  /** What members have said lately. */
  #heard(): Map<number, Testimony> {
    return new Map([...this.#testimonies].filter(([, { atUs }]) => atUs >= this.#latelyUs));
  }

  /** What was said before that holds no more. */
  get #latelyUs(): number {
    return this.#nowUs - heartbeatsToTrust * this.#replica.options.heartbeatUs;
  }

  #void(seq: number): void {
    const { log, ports } = this.#replica;
    if (!log.voids.append(seq)) return;
    ports.log.warn(`command ${seq} is voided: all members died on it, and none has ever applied it`, { seq });
  }

  /** Says once why an operator is needed, and again where the reason is another. */
  #waits(why: string): void {
    if (this.#heldUp === why) return;
    this.#heldUp = why;
    this.#replica.ports.log.warn(`${why} An operator decides: "lockstep void decide".`);
  }

  #decision(seq: number): VoidDecision {
    const { log, options, state, applier } = this.#replica;
    const { site = 0 } = options;
    // The log is applied up to the frame before, so the site that writes by it is the one that stamped the command.
    if (site !== 0 && site !== log.writingSite) return { kind: 'shipped' };
    const heard = this.#heard();
    heard.set(options.replicaId, { diedOn: seq, appliedBefore: this.#mark.appliedBefore ?? seq });
    const members = log.voids.membersSince(applier.appliedIndex);
    return decideVoid(seq, members, heard, state.voidsSince(log.timeUs - hourUs));
  }

  /** A member that answers, and whose state has the command that this replica stops before; 0 is none. */
  #holder(): number {
    const stopsBefore = applierStopsBefore(this.#replica);
    return stopsBefore === 0 ? 0 : this.#holderOf(stopsBefore);
  }

  /** A member that answers, and has applied the log up to this frame; 0 is none. */
  #holderOf(index: number): number {
    return Math.max(
      0,
      this.#applied.findIndex((applied, id) => applied >= index && this.#reportedUs[id]! >= this.#latelyUs),
    );
  }
}

/** The frame that this replica does not apply; 0 is none. */
function applierStopsBefore({ applier }: RebuiltReplica): number {
  return applier.stopsBefore;
}

function warning(seq: number, decision: VoidDecision): string {
  switch (decision.kind) {
    case 'void':
      return `All members died on command ${seq}; it is voided in a moment.`;
    case 'shipped':
      return (
        `Another site stamped command ${seq}, and may have applied it and answered its sender. If that site voids it, this ` +
        'one hears so and goes on. Where that site has it, begin this one again with "lockstep site seed". Where that ' +
        'site is lost for good, void it here: what it answered is lost then.'
      );
    case 'silent':
      return (
        `Replica ${decision.members.join(', ')} has not said that it died on command ${seq}, and may have applied it. Where it ` +
        'did, and answered its sender, that outcome is lost once the command is voided.'
      );
    case 'applied':
      return (
        `Replica ${decision.members.join(', ')} may have applied command ${seq} in an earlier life, and answered its sender. ` +
        'That outcome, and all that followed from it, is lost once the command is voided.'
      );
    case 'tooMany':
      return (
        `All members died on command ${seq}, and ${voidsPerHourMax} commands were voided in the last hour: the engine may have a ` +
        'defect that many commands meet.'
      );
  }
}
