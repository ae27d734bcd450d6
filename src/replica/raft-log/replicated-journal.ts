/**
 * The replicated log that runs: Raft over the journal, frames over datagrams, tethers between the replicas. What Raft
 * asks for in return (send, persist, fetch a snapshot) is answered here too.
 */
import type { Journal } from '../../journal/journal.ts';
import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import type { StateFile } from '../../journal/state-file.ts';
import type { RaftMessage } from '../../protocol/datagrams.ts';
import { firstEpoch, foundationNumber, instanceNumber } from '../../protocol/foundation.ts';
import {
  epochIn,
  FrameKind,
  frameAt,
  frameHeaderBytes,
  instanceFrameBytes,
  instanceIndex,
  siteIn,
  writeInstance,
} from '../../protocol/frames.ts';
import { configurationPayload } from '../../raft/configuration.ts';
import { Raft } from '../../raft/raft.ts';
import { type Configuration, type HardState, type RaftOutput, Role } from '../../raft/types.ts';
import { assert } from '../../std/assert.ts';
import { Random } from '../../std/random.ts';
import type { OperatorAnswer } from '../answers.ts';
import { counter } from '../counters.ts';
import { ReplicaFault } from '../fault.ts';
import type {
  FoundLog,
  LogListener,
  ReplicatedLog,
  SnapshotPosition,
  StateReports,
  Verdict,
} from '../log/replicated-log.ts';
import { MemberDuties } from '../members/member-duties.ts';
import type { ReplicaOptions } from '../options.ts';
import { agreementNumber } from '../peers/agreement.ts';
import { CallableMembers } from '../peers/callable-members.ts';
import { hearingOf } from '../peers/hearing.ts';
import { Introductions } from '../peers/introductions.ts';
import { KeyExchange } from '../peers/key-exchange.ts';
import { Replication } from '../peers/replication.ts';
import { LeaderNames } from '../peers/snapshot-names.ts';
import { type CallReplica, Tethers } from '../peers/tether.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import { ClientWatch } from '../watches/client-watch.ts';
import { ClockWatch } from '../watches/clock-watch.ts';
import { DiskWatch } from '../watches/disk-watch.ts';
import { GrayWatch } from '../watches/gray-watch.ts';
import { Generations } from './generations.ts';
import { Joining } from './joining.ts';
import { JournalVoids } from './journal-voids.ts';
import { configurationIn, configurationOfFrame, JournalFacts, publishLog, standingOf } from './log-facts.ts';
import { carryOut } from './log-orders.ts';
import { appendConfiguration, appendEpoch, sealOwn } from './own-frames.ts';
import { useOfSnapshot } from './snapshot-use.ts';
import { findFolder, openFolder, type Started } from './startup.ts';
import { Transitions } from './transitions.ts';

/** The site that writes as long as no epoch names another site. */
const firstSite = 1;

type LogConnections = Parameters<FoundLog<ReplicatedLog>['start']>[1];

/** Looks what a folder holds, before anything is written. */
export function findReplicatedJournal(options: ReplicaOptions, ports: Ports): FoundLog<ReplicatedJournal> {
  const found = findFolder(options, ports);
  return {
    snapshot: found.newest,
    start: (listener, connections) =>
      new ReplicatedJournal(options, ports, openFolder(options, ports, found), listener, connections),
  };
}

export class ReplicatedJournal implements ReplicatedLog, RaftOutput {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly raft: Raft;
  readonly introductions: Introductions;
  readonly peers: Tethers;
  readonly facts: JournalFacts;
  readonly reports: StateReports;
  readonly generations: Generations;
  readonly voids: JournalVoids;
  readonly names: LeaderNames;
  mayStore = true;
  /** The journal took nothing when it was asked last. */
  isHeldUp = false;
  readonly #listener: LogListener;
  readonly #stateFile: StateFile;
  readonly #joining: Joining;
  readonly #replication: Replication;
  readonly #members: CallableMembers;
  readonly #memberDuties: MemberDuties;
  readonly #diskWatch: DiskWatch;
  readonly #clientWatch: ClientWatch;
  readonly #grayWatch: GrayWatch;
  readonly #clockWatch: ClockWatch;
  readonly #transitions: Transitions;
  readonly #call: CallReplica;
  /** The configuration in force after the frame that was read last. */
  passedConfiguration: Configuration;
  #flushRequestedUs = 0;
  #elections = 0;
  #hasHadLeader = false;
  #nowUs: number;

  constructor(
    options: ReplicaOptions,
    ports: Ports,
    started: Started,
    listener: LogListener,
    { call, close }: LogConnections,
  ) {
    const { journal, stateFile, founders, instance, epoch, configuration, snapshotIndex } = started;
    this.options = options;
    this.ports = ports;
    this.journal = journal;
    this.facts = new JournalFacts(journal);
    this.#listener = listener;
    this.#stateFile = stateFile;
    this.passedConfiguration = configuration;
    this.#nowUs = ports.clock.nowUs();
    this.#call = call;
    this.#transitions = new Transitions(options, ports);
    const { clusterId } = options;
    const agreement = agreementNumber(options);
    const origin = { clusterId, foundation: foundationNumber(founders), instance, epoch, agreement };
    this.#replication = new Replication(origin, options.replicaId, options.frameBytes, ports, journal);
    const { durability, failover, heartbeatUs, tetherDelayUs, windowFrames } = options;
    this.raft = new Raft(
      {
        id: options.replicaId,
        durability,
        failover,
        electionTimeoutUs: options.electionTimeoutUs,
        electionTimeoutUsMin: options.electionTimeoutUsMin,
        heartbeatUs,
        tetherDelayUs,
        windowFrames,
        state: stateFile.state,
        configuration,
        hasJoined: instance !== 0,
        isWitness: options.isWitness === true,
        isSuperseded: founders.length > 0 && stateFile.state.epochSeen > epoch,
        commitIndex: snapshotIndex,
      },
      journal,
      this,
      new Random(options.seed + (stateFile.state.incarnation % 2 ** 32) + options.replicaId),
      this.#nowUs,
    );
    this.reports = this.raft.reports;
    this.voids = new JournalVoids(this, started, listener);
    for (const change of started.changes) this.raft.configurationAppended(change.index, change.configuration);
    const joiners = { stateFile, journal, replication: this.#replication, log: ports.log };
    this.#joining = new Joining(joiners, started);
    this.introductions = new Introductions(options, ports, () => standingOf(this, listener));
    this.generations = new Generations(this, stateFile, this.#transitions);
    this.introductions.onOtherGeneration = this.generations.hear;
    this.#replication.onOtherGeneration = this.generations.hear;
    this.#members = new CallableMembers(this.raft, ports, this.introductions);
    const keys = new KeyExchange(ports, this.raft, this.#replication.heard);
    this.names = new LeaderNames(this, ports);
    const { introductions, names } = this;
    const hearing = hearingOf(this.raft, this.#replication, introductions);
    this.peers = new Tethers(options.replicaId, this.raft, { introductions, keys, names, hearing }, close);
    this.peers.onUnreached = this.#members.unreached;
    this.#members.isCaller = (id) => this.peers.isCalledBy(id);
    this.#memberDuties = new MemberDuties(this, this.#members);
    const { review } = this.#transitions;
    this.#diskWatch = new DiskWatch(options, ports, journal, this.raft, review);
    this.#clientWatch = new ClientWatch(review, ports, this.raft);
    this.#clockWatch = new ClockWatch(ports, this.raft);
    this.#grayWatch = new GrayWatch(review, ports, this.raft, this.#diskWatch, this.#clockWatch);
  }

  get hasAllPeers(): boolean {
    return this.peers.areAllOpen;
  }

  get deadlineUs(): number {
    return this.raft.deadlineUs;
  }

  get isLeader(): boolean {
    return this.raft.role === Role.leader;
  }

  get isElecting(): boolean {
    return this.raft.role === Role.preCandidate || this.raft.role === Role.candidate;
  }

  get term(): number {
    return this.raft.term;
  }

  get leaderId(): number {
    return this.raft.leaderId;
  }

  get isVoter(): boolean {
    return this.raft.isVoter;
  }

  get isRecovering(): boolean {
    return this.raft.isRecovering;
  }

  get membership(): Configuration {
    return this.raft.configuration;
  }

  get voters(): readonly number[] {
    return this.raft.configuration.voters;
  }

  /** The founding voters of the cluster; none before there is a log. */
  get founders(): readonly number[] {
    return this.#joining.founders;
  }

  /** The instance of the cluster (protocol/foundation.ts); 0 where it is not known yet. */
  get instance(): number {
    return this.#joining.instance;
  }

  get epoch(): number {
    return this.#joining.epoch;
  }

  get hasHadLeader(): boolean {
    return this.#hasHadLeader && !this.raft.isSuperseded;
  }

  get writingSite(): number {
    return this.#joining.site || firstSite;
  }

  get lastIndex(): number {
    return this.journal.lastIndex;
  }

  get commitIndex(): number {
    return this.raft.commitIndex;
  }

  get applyLimit(): number {
    return Math.min(this.raft.commitIndex, this.raft.lastOwnIndex);
  }

  get nextSeq(): number {
    return this.journal.nextSeq;
  }

  get timeUs(): number {
    return this.#clockWatch.exchange.timeUs();
  }

  get lastTimeUs(): number {
    return this.journal.lastTimeUs;
  }

  receive(nowUs: number): number {
    this.#nowUs = nowUs;
    this.raft.tick(nowUs);
    this.#replication.mayStore = this.mayStore;
    const work = this.#replication.poll(this.raft);
    if (!this.journal.pollFlush()) return work;
    this.raft.durable();
    return work + 1;
  }

  flush(): void {
    this.raft.flushReplies();
    this.#requestFlush();
  }

  housekeep(nowUs: number, clientsHeardUs: number): void {
    this.peers.doWork(nowUs, this.#members.callable(nowUs), this.#call);
    this.#memberDuties.doWork(nowUs);
    this.#joining.saveInstance();
    this.#diskWatch.doWork(nowUs, this.isHeldUp);
    this.#clientWatch.doWork(nowUs, clientsHeardUs);
    this.#clockWatch.doWork(nowUs);
    this.#grayWatch.doWork(nowUs);
  }

  clientsMissLeader(term: number): void {
    this.raft.clientsMissLeader(term);
  }

  /** The first frame of the first leader of all carries the instance. */
  open(): boolean {
    const carriesInstance = this.journal.lastIndex + 1 === instanceIndex;
    const length = carriesInstance ? instanceFrameBytes : frameHeaderBytes;
    const at = this.reserve(length);
    if (at < 0) return false;
    const instance = this.instance || instanceNumber(this.ports.clock.wallUs(), this.options.seed);
    if (carriesInstance) writeInstance(this.journal.view, at, instance, this.epoch || firstEpoch);
    this.#clockWatch.begin(this.journal.lastTimeUs);
    sealOwn(this, length, carriesInstance ? FrameKind.instance : FrameKind.commands);
    this.raft.appended();
    this.#joining.begin(instance, this.epoch || firstEpoch);
    return true;
  }

  openEpoch(site = this.#joining.site): boolean {
    return appendEpoch(this, this.instance, this.epoch + 1, site);
  }

  appendOwn(): void {
    const leaving = this.raft.pendingLeave();
    if (leaving !== undefined) this.appendConfiguration(leaving);
  }

  appendConfiguration(configuration: Configuration): boolean {
    return appendConfiguration(this, configuration);
  }

  canAppend(): boolean {
    return this.raft.canPropose();
  }

  reserve(bytes: number): number {
    const at = this.journal.reserve(bytes);
    this.isHeldUp = at < 0;
    return at;
  }

  get view(): DataView {
    return this.journal.view;
  }

  append(length: number, count: number): void {
    const timeUs = Math.max(this.journal.lastTimeUs + 1, this.timeUs);
    this.appendStamped(length, count, timeUs);
  }

  appendStamped(length: number, count: number, timeUs: number): void {
    this.journal.seal(length, this.raft.term, timeUs, count, FrameKind.commands);
    this.ports.counters.add(counter.framesAppended, 1);
    this.raft.appended();
  }

  hasRoom(): boolean {
    return this.reserve(this.options.frameBytes) >= 0;
  }

  read(index: number): boolean {
    const { journal } = this;
    if (!journal.locate(index)) return false;
    const { foundView, foundAt } = journal;
    const kind = foundView.getUint32(foundAt + frameAt.kind, true);
    if (kind === FrameKind.configuration) this.#passConfiguration();
    else if (kind === FrameKind.instance) this.#passEpoch();
    return true;
  }

  get foundView(): DataView {
    return this.journal.foundView;
  }

  get foundAt(): number {
    return this.journal.foundAt;
  }

  get foundLength(): number {
    return this.journal.foundLength;
  }

  handOver(memberId: number): string | undefined {
    const to = memberId === 0 ? this.raft.successor() : memberId;
    return to === 0 ? 'No other voter has caught up.' : this.raft.transferLeadership(to);
  }

  termAt(index: number): number {
    return this.journal.termAt(index);
  }

  bytesSince(index: number): number {
    return this.journal.bytesSince(index);
  }

  positionAt(index: number): SnapshotPosition {
    const configuration = configurationPayload(this.passedConfiguration);
    const { founders, instance, epoch } = this;
    const { site } = this.#joining;
    return { index, term: this.journal.termAt(index), founders, instance, epoch, site, configuration };
  }

  dropBefore(index: number): void {
    this.journal.dropBefore(this.raft.keptFrom(index));
  }

  useOf(snapshot: SnapshotFile): 'install' | 'keep' | 'none' {
    return useOfSnapshot(this, snapshot, this.ports.log);
  }

  install(snapshot: SnapshotFile): void {
    const configuration = configurationIn(snapshot);
    assert(configuration !== undefined, () => `the snapshot at ${snapshot.index} has members`);
    const { index, term, seq, timeUs, founders, instance, epoch, site } = snapshot;
    this.#joining.begin(instance, epoch);
    this.#joining.raise(epoch, site);
    this.journal.reset(index, term, seq + 1, timeUs);
    this.passedConfiguration = configuration;
    this.#joining.join(founders);
    this.raft.snapshotInstalled(index, term, configuration);
  }

  carryOut(order: OperatorControlOrder): OperatorAnswer {
    return carryOut(this, order);
  }

  close(): void {
    const isClean = this.journal.close();
    this.#stateFile.save({ ...this.#stateFile.state, isClean });
    this.#stateFile.close();
  }

  send(message: RaftMessage): void {
    this.#replication.send(message);
  }

  sendAppend(message: RaftMessage, lastIndex: number): void {
    this.#replication.sendAppend(message, lastIndex);
  }

  persist(state: HardState): void {
    if (this.#stateFile.save({ ...this.#stateFile.state, ...state })) return;
    throw new ReplicaFault(
      'The term and the vote cannot be made durable: the disk does not flush. Check the disk.',
    );
  }

  outlived(incarnation: number): void {
    this.#transitions.outlived(incarnation);
  }

  transition(role: Role, term: number, reason: string): void {
    this.#transitions.role(role, term, reason);
  }

  changed(role: Role, term: number, leaderId: number): void {
    if (role === Role.candidate) this.#elections += 1;
    if (leaderId !== 0) this.#hasHadLeader = true;
    this.#transitions.leader(leaderId, term, this.isVoter && !this.isRecovering);
    this.#listener.leadershipChanged(role === Role.leader);
    this.options.observer?.changed(role, term, leaderId);
  }

  fetchSnapshot(from: number): void {
    this.#listener.behind(from);
  }

  recovered(): void {
    this.#transitions.recovered();
  }

  reported(from: number, index: number, events: number, log: number): void {
    this.#listener.reported(from, index, events, log);
  }

  diverged(verdict: Verdict): void {
    this.#listener.diverged(verdict);
  }

  publish(): void {
    const { counters } = this.ports;
    this.#joining.publish(counters);
    this.#members.publish(counters);
    publishLog(counters, this.raft, this.journal);
    this.facts.showPeers(this, this.#members.callable(this.#nowUs), this.#nowUs);
    counters.set(counter.elections, this.#elections);
  }

  /** In `disk` mode flushes appended frames at once; in `memory` mode flushes them in the background, now and then. */
  #requestFlush(): void {
    if (!this.journal.wantsFlush) return;
    const { durability, backgroundFlushUs } = this.options;
    if (durability === 'memory' && this.#nowUs - this.#flushRequestedUs < backgroundFlushUs) return;
    this.#flushRequestedUs = this.#nowUs;
    this.journal.requestFlush();
  }

  /** The frame that was found changes the members: from here on a snapshot has the new ones. */
  #passConfiguration(): void {
    this.passedConfiguration = configurationOfFrame(this.journal);
  }

  #passEpoch(): void {
    const { epoch } = this;
    const { foundView, foundAt } = this.journal;
    this.#joining.raise(epochIn(foundView, foundAt), siteIn(foundView, foundAt));
    if (epoch !== 0 && this.epoch !== epoch) this.#listener.epochRaised();
  }
}
