/**
 * A replica: a log, a state machine and what serves its clients, joined in one duty cycle. `doWork` is all that it
 * does; a thread runs it in production, the simulator steps it by hand. It never blocks, waits or sleeps. Which log
 * and which state machine they are is decided when it is made (exchange-replica.ts).
 */

import { buildSnapshot, type SnapshotFile } from '../journal/snapshot-file.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import type { Configuration } from '../raft/types.ts';
import { workLong } from '../std/long-work.ts';
import { type Connection, ConnectionServer } from './connections/connection-server.ts';
import { counter } from './counters.ts';
import { Divergence } from './divergence/divergence.ts';
import { ReplicaFault } from './fault.ts';
import type { FindLog, LogListener, ReplicatedLog, Verdict } from './log/replicated-log.ts';
import { Sequencer } from './log/sequencer.ts';
import { ApplyMark, poisonedSnapshot } from './mark/apply-mark.ts';
import { executeOrder } from './operators/operations.ts';
import { OperatorOrdersUnderWay } from './operators/orders-under-way.ts';
import { checkOptions, type ReplicaOptions } from './options.ts';
import { Poison } from './poison/poison.ts';
import type { Ports } from './ports.ts';
import { ShippingServer } from './sites/shipping-server.ts';
import { SiteChange } from './sites/site-change.ts';
import { SiteDoubt } from './sites/site-doubt.ts';
import { SiteLease } from './sites/site-lease.ts';
import { type FetchedSnapshot, SnapshotTransfer } from './snapshots/snapshot-transfer.ts';
import { Snapshots } from './snapshots/snapshots.ts';
import type { Application, Service, ServingView } from './state/application.ts';
import { Applier } from './state/applier.ts';
import type { StateMachine } from './state/state-machine.ts';
import { CommitWatch } from './watches/commit-watch.ts';
import { witnessSnapshot } from './witness/witness-state.ts';

/** How often a replica does what is not urgent: tethers, snapshots, published counters. */
const housekeepingUs = 1_000;
/**
 * A replica is calm when for this time nothing came but signs of life, and all tethers are open. Then it sleeps until
 * its next deadline.
 */
const calmUs = 50_000;
/** Longest sleep of a replica that is not calm. */
const attentiveUs = 25_000;

export class Replica<S extends StateMachine, L extends ReplicatedLog> implements LogListener, ServingView {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly log: L;
  readonly state: S;
  readonly applier: Applier;
  readonly sequencer: Sequencer;
  readonly snapshots: Snapshots;
  readonly service: Service;
  readonly divergence: Divergence;
  readonly poison: Poison;
  readonly ordersUnderWay: OperatorOrdersUnderWay;
  readonly #mark: ApplyMark;
  readonly #connections: ConnectionServer;
  readonly #transfer: SnapshotTransfer;
  readonly #shipping: ShippingServer;
  readonly siteChange: SiteChange;
  readonly #commitWatch: CommitWatch;
  readonly #lease: SiteLease;
  readonly #doubt: SiteDoubt;
  #serving = false;
  /** A new leader has yet to open its leadership. */
  #openingDue = false;
  /** Index of the frame that opened this leadership: once applied, everything before is too, and clients are served. */
  #servesFromIndex = 0;
  #leadershipMoved = true;
  #installFrom = 0;
  #promotedUs = 0;
  #housekeptUs = 0;
  /** When there was something to do. */
  #busyUs = 0;
  #nowUs: number;

  /** Recovers from its disk; throws ReplicaFault with what to do when the disk cannot be used. */
  constructor(options: ReplicaOptions, ports: Ports, findLog: FindLog<L>, application: Application<S>) {
    checkOptions(options);
    this.options = options;
    this.ports = ports;
    this.#nowUs = ports.clock.nowUs();
    const mark = openMark(ports);
    this.#mark = mark;
    const found = findLog(options, ports);
    this.state = startState(application, options, found.snapshot, mark);
    this.log = found.start(this, { call: this.#call, close: this.#close });
    if (this.log.lastIndex === 0) mark.forget();
    const snapshotIndex = found.snapshot?.index ?? 0;
    this.#lease = new SiteLease(options, ports.siteLease, this.log);
    this.#doubt = new SiteDoubt(options, this.log, ports.log, this.#nowUs);
    this.applier = new Applier(this.log, this.state, mark, snapshotIndex, found.snapshot?.logDigest ?? 0);
    this.sequencer = new Sequencer(options, this.log);
    const { state, applier } = this;
    this.snapshots = new Snapshots(options, ports, this.log, { state, applier, snapshotIndex });
    this.#commitWatch = new CommitWatch(options, ports, this.log, this.sequencer.ring);
    this.service = application.serve(this.state, this.sequencer, ports, this);
    const { log, snapshots } = this;
    this.#transfer = new SnapshotTransfer(
      ports,
      { source: snapshots, names: log.names },
      this.#call,
      this.#close,
    );
    this.divergence = new Divergence({
      options,
      ports,
      log,
      state,
      applier,
      snapshots,
      transfer: this.#transfer,
    });
    this.ordersUnderWay = new OperatorOrdersUnderWay(ports);
    this.siteChange = new SiteChange(options, log, this.sequencer.ring, this);
    this.#shipping = new ShippingServer(options, ports, log, this);
    this.poison = new Poison(
      { options, ports, log, state, applier, snapshots, transfer: this.#transfer },
      mark,
    );
    this.#connections = new ConnectionServer(options, ports, this, {
      [ConnectionRole.session]: this.service.clients,
      [ConnectionRole.tether]: this.log.peers,
      [ConnectionRole.fetch]: this.#transfer,
      [ConnectionRole.shipping]: this.#shipping,
    });
  }

  /** Whether this replica leads and has applied everything that was committed before it led. */
  get serving(): boolean {
    return this.#serving;
  }

  get term(): number {
    return this.log.term;
  }

  /** The leader's id; 0 where it is not known. */
  get leaderId(): number {
    return this.log.leaderId;
  }

  get isVoter(): boolean {
    return this.log.isVoter;
  }

  get isRecovering(): boolean {
    return this.log.isRecovering;
  }

  get hasHadLeader(): boolean {
    return this.log.hasHadLeader;
  }

  get instance(): number {
    return this.log.instance;
  }

  get epoch(): number {
    return this.log.epoch;
  }

  get site(): number {
    return this.options.site ?? 0;
  }

  get membership(): Configuration {
    return this.log.membership;
  }

  clientsMissLeader(term: number): void {
    this.log.clientsMissLeader(term);
  }

  get isStalled(): boolean {
    return this.#commitWatch.isStalled;
  }

  get isParked(): boolean {
    return this.divergence.rebuild.isParked;
  }

  get isStandby(): boolean {
    const { site = 0 } = this.options;
    return site !== 0 && site !== this.log.writingSite;
  }

  /** Whether this replica may append what the site that writes has stamped. */
  get takesShipped(): boolean {
    if (this.poison.late.isWrong || this.divergence.holdsWrites) return false;
    return this.isStandby && this.#hasTakenOver && !this.siteChange.isUnderWay;
  }

  /** The number of the open question whether another site was promoted over this one; 0: there is none. */
  get siteDoubt(): number {
    return this.#doubt.open;
  }

  siteSeen(doubt: number, isClear: boolean): void {
    this.#doubt.answered(doubt, isClear);
  }

  get isHandedOver(): boolean {
    return this.#shipping.hasOpened;
  }

  get stateVersion(): number {
    return this.state.version;
  }

  get appliedSeq(): number {
    return this.state.lastSeq;
  }

  get appliedTimeUs(): number {
    return this.state.lastTimeUs;
  }

  /** It leads, and has applied everything that was committed before it led. */
  get #hasTakenOver(): boolean {
    return this.#servesFromIndex > 0 && this.applier.appliedIndex >= this.#servesFromIndex;
  }

  /** It has no state that others could compare theirs with. @hot */
  get #isWitness(): boolean {
    return this.options.isWitness === true;
  }

  /** When it has something to do though nothing comes. @hot */
  get deadlineUs(): number {
    const stepUs = this.#housekeptUs + this.snapshots.periodUs;
    const ownUs = Math.min(stepUs, this.#doubt.deadlineUs);
    const deadlineUs = Math.min(this.log.deadlineUs, this.service.deadlineUs, ownUs);
    const isCalm = this.#nowUs - this.#busyUs >= calmUs && this.log.hasAllPeers;
    return isCalm ? deadlineUs : Math.min(deadlineUs, this.#nowUs + attentiveUs);
  }

  /** One duty cycle at the given time; returns how much was done, 0 to let the thread idle. @hot */
  doWork(nowUs: number): number {
    this.#nowUs = nowUs;
    this.#doubt.turn(nowUs);
    if (this.#serving && this.#doubt.isOpen) this.#stopServing();
    this.log.mayStore = this.#lease.mayStore();
    let work = this.log.receive(nowUs);
    work += this.#connections.poll(nowUs);
    if (this.log.isLeader) work += this.#lead();
    this.log.flush();
    const { snapshots, divergence, poison } = this;
    const stateLimit = Math.min(divergence.rebuild.applyLimit, poison.applyLimit());
    const limit = Math.min(this.log.applyLimit, snapshots.applyLimit, stateLimit);
    if (!this.log.voids.isAwaited) work += this.applier.apply(limit, nowUs);
    if (!this.#isWitness) divergence.applied();
    // Again, as what came before takes time: from here on events leave.
    if (this.#serving && !this.#mayAnswer()) this.#stopServing();
    this.#noteServing();
    work += this.service.doWork(nowUs);
    work += this.#transfer.doWork(nowUs);
    work += this.#shipping.doWork(nowUs);
    if (nowUs - this.#housekeptUs >= housekeepingUs) work += this.#housekeep();
    this.ports.connections.flush();
    if (work > 0) this.#busyUs = nowUs;
    return work;
  }

  /** Ends in good order: flushes everything that was written and marks it clean. Call nothing afterwards. */
  stop(): void {
    this.log.close();
    this.ports.connections.flush();
  }

  leadershipChanged(isLeader: boolean): void {
    this.#openingDue = isLeader;
    this.#servesFromIndex = 0;
    if (isLeader) this.#promotedUs = this.ports.clock.nowUs();
    else this.sequencer.ring.clear();
    this.#serving = false;
    this.#leadershipMoved = true;
    this.#installFrom = 0;
    this.snapshots.leadershipChanged(this.#nowUs);
    this.divergence.leadershipChanged();
    this.siteChange.end();
    this.poison.leadershipChanged();
  }

  epochRaised(): void {
    // Another site writes now: what waits in the ring is not stamped here.
    if (this.isStandby) this.#stopServing();
    this.siteChange.end();
    this.#leadershipMoved = true;
  }

  reported(memberId: number, index: number, events: number, log: number): void {
    this.divergence.reported(memberId, index, events, log);
    this.poison.reported(memberId, index);
  }

  diverged(verdict: Verdict): void {
    this.divergence.accused(verdict);
  }

  died(memberId: number, seq: number, appliedBefore: number): void {
    this.poison.died(memberId, seq, appliedBefore);
  }

  appliedElsewhere(seq: number, soundId: number): void {
    this.poison.appliedElsewhere(seq, soundId);
  }

  behind(peerId: number): void {
    this.#installFrom = peerId;
  }

  readonly #close = (connection: Connection): void => this.#connections.close(connection);

  readonly #call = (replicaId: number, role: ConnectionRole): boolean =>
    this.#connections.call(replicaId, role);

  /** A leader's part of the cycle: stamp what waits, and append what the log itself needs. @hot */
  #lead(): number {
    if (this.#openingDue) {
      if (!this.log.open()) return 0;
      this.#openingDue = false;
      this.#servesFromIndex = this.log.lastIndex;
    }
    this.log.appendOwn();
    if (this.divergence.holdsWrites) return 0;
    const stamped = this.log.mayStore && !this.#doubt.isOpen ? this.sequencer.stamp() : 0;
    this.siteChange.doWork();
    return stamped;
  }

  /** Whether this site may say now what became of a command. @hot */
  #mayAnswer(): boolean {
    if (this.options.siteDoubt !== undefined) this.#doubt.turn(this.ports.clock.nowUs());
    return !this.#doubt.isOpen && this.#lease.mayAnswer();
  }

  #noteServing(): void {
    const isWell = !this.#commitWatch.isStalled && !this.#stopsServing;
    const serves = this.#hasTakenOver && isWell && !this.isStandby && this.#mayAnswer();
    if (serves && !this.#serving) {
      this.#serving = true;
      this.#leadershipMoved = true;
      this.ports.counters.set(counter.promotionUs, this.ports.clock.nowUs() - this.#promotedUs);
      this.ports.log.info('this replica leads', { replica: this.options.replicaId, term: this.term });
    }
    if (!this.#leadershipMoved) return;
    this.#leadershipMoved = false;
    this.service.leadershipChanged();
    this.#shipping.leadershipChanged();
  }

  #housekeep(): number {
    this.#housekeptUs = this.#nowUs;
    this.log.housekeep(this.#nowUs, Math.max(this.service.heardUs, this.#promotedUs));
    // One fetch at a time; the fetch without which this replica makes no progress goes first.
    if (this.#installFrom !== 0 && this.#transfer.fetch(this.#installFrom, this.log.commitIndex, 'install'))
      this.#installFrom = 0;
    let work = this.snapshots.doWork(this.#nowUs, (peer) => {
      if (this.#installFrom === 0) this.#transfer.fetch(peer, this.snapshots.snapshotIndex, 'keep');
    });
    // The leader must still name it: it waits until there is one.
    const fetched = this.log.leaderId === 0 ? undefined : this.#transfer.takeFinished();
    const { control } = this.ports;
    if (fetched !== undefined) work += workLong(control, () => this.#takeSnapshot(fetched));
    if (this.#commitWatch.doWork(this.#nowUs) && this.#commitWatch.isStalled) this.#stopServing();
    work += this.divergence.doWork(this.#nowUs);
    work += this.poison.doWork(this.#nowUs);
    if (this.#stopsServing) this.#stopServing();
    const order = control.next();
    if (order !== undefined) work += workLong(control, () => executeOrder(this, order, this.#nowUs));
    work += this.ordersUnderWay.doWork(this.#nowUs);
    this.#publish();
    return work;
  }

  get #stopsServing(): boolean {
    return this.divergence.stopsServing || this.poison.stopsServing;
  }

  /**
   * Stamped commands may still be committed. Waiting commands are not stamped any more, and their sessions learn that
   * this replica does not serve.
   */
  #stopServing(): void {
    this.sequencer.ring.clear();
    if (!this.#serving) return;
    this.#serving = false;
    this.#servesFromIndex = this.log.lastIndex;
    this.#leadershipMoved = true;
  }

  /**
   * A snapshot has come from a peer, as the leader had named it: it replaces our state where the leader found us behind
   * and it is ahead of our log, else it only frees our disk.
   */
  #takeSnapshot(snapshot: FetchedSnapshot): number {
    const { purpose, file, name } = snapshot;
    if (!this.log.names.isNamed(name)) return 1;
    const use = this.log.useOf(file);
    if (use === 'install' && purpose !== 'keep') this.#install(snapshot);
    else if (use !== 'none' && purpose === 'rebuild') {
      if (this.isParked && !this.poison.late.isWrong) this.divergence.rebuild.fetched(snapshot);
      else this.poison.fetched(snapshot);
    } else if (use !== 'none') this.snapshots.keep(snapshot);
    return 1;
  }

  #install(fetched: FetchedSnapshot): void {
    const { name, file, bytes } = this.#isWitness ? placeOf(fetched) : fetched;
    const { index, seq } = file;
    if (index === poisonedSnapshot(this.ports.storage)) {
      this.ports.log.warn(
        'processes of this replica died while they loaded this snapshot; it waits for another',
        {
          index,
        },
      );
      return;
    }
    this.#mark.loading(index);
    const adopt = this.state.restore(file.state, file.stateHash);
    this.#mark.loaded();
    if (adopt === undefined || !this.snapshots.install(name, bytes)) {
      this.ports.log.warn('a snapshot from a peer cannot be used; it is fetched again', { index });
      return;
    }
    this.log.install(file);
    adopt();
    this.applier.restart(index, file.logDigest);
    this.divergence.rebuild.replaced();
    this.ports.log.info('state taken from a snapshot of a peer', { index, seq });
  }

  #publish(): void {
    const { counters } = this.ports;
    // First: a commit index that is seen without it would be shipped as this site's own.
    counters.set(counter.standby, this.isStandby ? 1 : 0);
    this.log.publish();
    this.service.publish();
    this.divergence.publish();
    this.poison.publish();
    counters.set(counter.appliedIndex, this.applier.appliedIndex);
    counters.set(counter.appliedSeq, this.state.lastSeq);
    counters.set(counter.appliedTimeUs, this.state.lastTimeUs);
    counters.set(counter.engineVersion, this.state.version);
    counters.set(counter.serving, this.#serving ? 1 : 0);
    counters.set(counter.siteDoubt, this.#doubt.open);
    counters.set(counter.ringUsedPermille, this.sequencer.ring.usedPermille);
    counters.set(counter.connections, this.#connections.count);
    counters.set(counter.snapshotIndex, this.snapshots.snapshotIndex);
    counters.set(counter.commandsApplied, this.applier.commands);
    counters.set(counter.nowUs, this.#nowUs);
  }
}

/** What a witness takes of a snapshot: its place in the log. */
function placeOf(fetched: FetchedSnapshot): FetchedSnapshot {
  const file = witnessSnapshot(fetched.file);
  return { ...fetched, file, bytes: buildSnapshot(file) };
}

/** The mark of the command in work; says what it shows of the process before. */
function openMark({ storage, log, counters }: Ports): ApplyMark {
  const mark = ApplyMark.open(storage);
  if (mark.death === undefined) return mark;
  const { seq, deaths } = mark.death;
  counters.set(counter.diedOnSeq, seq);
  log.warn(`the process before ended while it applied command ${seq}; deaths on it in a row: ${deaths}`, {
    seq,
    deaths,
  });
  return mark;
}

/** The state in the newest snapshot; without a snapshot the state before all commands. */
function startState<S extends StateMachine>(
  application: Application<S>,
  options: ReplicaOptions,
  snapshot: SnapshotFile | undefined,
  mark: ApplyMark,
): S {
  mark.loading(snapshot?.index ?? 0);
  const state = application.create(options, snapshot?.state);
  const hash = state !== undefined && snapshot !== undefined ? state.stateHash() : undefined;
  mark.loaded();
  if (state === undefined) {
    throw new ReplicaFault(
      `The snapshot at index ${snapshot?.index} is of another release. Start that release, or remove the folder.`,
    );
  }
  if (snapshot !== undefined && hash !== snapshot.stateHash) {
    throw new ReplicaFault(
      `The state of the snapshot at index ${snapshot.index} is not the state that was saved, though its bytes are. ` +
        'Start the release that wrote it, or remove the folder.',
    );
  }
  return state;
}
