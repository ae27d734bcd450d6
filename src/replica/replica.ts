/**
 * A replica: journal, consensus, sequencer and engine joined in one duty cycle. `doWork` is all that it does; a thread
 * runs it in production, the simulator steps it by hand. It never blocks, waits or sleeps.
 */

import { Engine } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import type { StateFile } from '../journal/state-file.ts';
import type { RaftMessage } from '../protocol/datagrams.ts';
import { beginningOf, foundationNumber, instanceNumber } from '../protocol/foundation.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { readConfiguration } from '../raft/configuration.ts';
import { Raft } from '../raft/raft.ts';
import { type HardState, type RaftOutput, Role } from '../raft/types.ts';
import { Random } from '../std/random.ts';
import { type Connection, ConnectionServer } from './connections/connection-server.ts';
import { counter } from './counters.ts';
import { ReplicaFault } from './fault.ts';
import { agreementNumber } from './log/agreement.ts';
import { CommitWatch } from './log/commit-watch.ts';
import { DiskWatch } from './log/disk-watch.ts';
import { Introductions, type Standing } from './log/introductions.ts';
import { Joining } from './log/joining.ts';
import { Members, maskOf } from './log/members.ts';
import { Replication } from './log/replication.ts';
import { Sequencer } from './log/sequencer.ts';
import { engineOptions, startReplica } from './log/startup.ts';
import { Tethers } from './log/tether.ts';
import { executeOrder } from './operators/operations.ts';
import { checkOptions, type ReplicaOptions } from './options.ts';
import type { Ports } from './ports.ts';
import { SessionServer } from './sessions/session-server.ts';
import { Sweeper } from './sessions/sweeper.ts';
import { type FetchedSnapshot, SnapshotTransfer } from './snapshots/snapshot-transfer.ts';
import { Snapshots } from './snapshots/snapshots.ts';
import { Applier } from './state/applier.ts';
import { EventRing } from './state/event-ring.ts';
import { Fills } from './state/fills.ts';

/** How often what is not urgent is looked after: tethers, snapshots, published counters. */
const housekeepingUs = 1_000;
/**
 * Once for so long nothing came but signs of life, and all tethers stand, nothing is due but what has a time of its
 * own.
 */
const calmUs = 50_000;
/** Until then it is looked after so often at least. */
const attentiveUs = 25_000;
/** What the log says of a new role. */
const roleTexts: Readonly<Record<Role, string>> = {
  [Role.follower]: 'this replica stands for election no more',
  [Role.preCandidate]: 'this replica asks whether it would be elected',
  [Role.candidate]: 'this replica asks for votes',
  [Role.leader]: 'this replica is elected',
};

export class Replica implements RaftOutput {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly raft: Raft;
  readonly applier: Applier;
  readonly sequencer: Sequencer;
  readonly snapshots: Snapshots;
  readonly sessions: SessionServer;
  readonly introductions: Introductions;
  readonly #stateFile: StateFile;
  readonly #joining: Joining;
  readonly #replication: Replication;
  readonly #connections: ConnectionServer;
  readonly #tethers: Tethers;
  readonly #members: Members;
  readonly #transfer: SnapshotTransfer;
  readonly #diskWatch: DiskWatch;
  readonly #sweeper: Sweeper;
  readonly #commitWatch: CommitWatch;
  #serving = false;
  /** A new leader has yet to append its first frame. */
  #firstFrameDue = false;
  /** Index of the first frame of this leadership: once applied, everything before is too, and sessions are served. */
  #servesFromIndex = 0;
  #leadershipMoved = true;
  /** A leader of its cluster was known since the start. */
  hasHadLeader = false;
  /** The leader that was logged last. */
  #toldLeaderId = 0;
  /** Transitions of this term that are logged: a replica that asks for votes again and again does not fill the log. */
  readonly #toldRoles = new Set<string>();
  #toldTerm = 0;
  #toldRole: Role = Role.follower;
  #installFrom = 0;
  #promotedUs = 0;
  #housekeptUs = 0;
  /** When there was something to do. */
  #busyUs = 0;
  #flushRequestedUs = 0;
  #elections = 0;
  #nowUs: number;

  /** Recovers from its disk; throws ReplicaFault with what to do when the disk cannot be used. */
  constructor(options: ReplicaOptions, ports: Ports) {
    checkOptions(options);
    this.options = options;
    this.ports = ports;
    this.#nowUs = ports.clock.nowUs();
    const started = startReplica(options, ports);
    this.journal = started.journal;
    this.#stateFile = started.stateFile;
    const origin = {
      clusterId: options.clusterId,
      foundation: foundationNumber(started.founders),
      instance: started.instance,
      agreement: agreementNumber(options),
    };
    this.#replication = new Replication(
      origin,
      options.replicaId,
      options.frameBytes,
      ports,
      started.journal,
    );
    const { durability, failover, electionTimeoutUs, heartbeatUs, tetherDelayUs, windowFrames } = options;
    this.raft = new Raft(
      {
        id: options.replicaId,
        durability,
        failover,
        electionTimeoutUs,
        heartbeatUs,
        tetherDelayUs,
        windowFrames,
        state: started.stateFile.state,
        configuration: started.configuration,
        hasJoined: started.instance !== 0,
        commitIndex: started.snapshotIndex,
      },
      this.journal,
      this,
      new Random(options.seed + (started.stateFile.state.incarnation % 2 ** 32) + options.replicaId),
      this.#nowUs,
    );
    for (const change of started.changes) this.raft.configurationAppended(change.index, change.configuration);
    const { lastSeq } = started.engine;
    const events = new EventRing(options.eventRingBytes, lastSeq, new Fills(options.fillsMax, lastSeq));
    const { engine, configuration, snapshotIndex } = started;
    this.applier = new Applier(engine, configuration, events, this.journal, snapshotIndex, options.observer);
    const { stateFile, journal } = started;
    const parts = {
      stateFile,
      journal,
      applier: this.applier,
      replication: this.#replication,
      log: ports.log,
    };
    this.#joining = new Joining(parts, started);
    this.sequencer = new Sequencer(options, this.journal, this.raft, ports);
    this.snapshots = new Snapshots(
      options,
      ports,
      this.journal,
      this.raft,
      this.applier,
      started.snapshotIndex,
    );
    this.#diskWatch = new DiskWatch(failover, ports, this.journal, this.raft, this.sequencer);
    this.#commitWatch = new CommitWatch(ports, this.journal, this.raft, this.sequencer);
    this.sessions = new SessionServer(ports, this.applier, this.sequencer, this);
    this.#sweeper = new Sweeper(this.applier, this.sequencer);
    this.#members = new Members(this.raft, ports);
    this.introductions = new Introductions(options, ports, () => this.#standing());
    this.#tethers = new Tethers(options.replicaId, this.raft, this.introductions, this.#close);
    this.#transfer = new SnapshotTransfer(ports, this.snapshots, this.#call, this.#close);
    this.#connections = new ConnectionServer(options, ports, this, {
      [ConnectionRole.session]: this.sessions,
      [ConnectionRole.tether]: this.#tethers,
      [ConnectionRole.fetch]: this.#transfer,
    });
  }

  /** Whether this replica leads and has applied everything that was committed before it led. */
  get serving(): boolean {
    return this.#serving;
  }

  get term(): number {
    return this.raft.term;
  }

  /** The founding voters of its cluster; none before it has a log. */
  get founders(): readonly number[] {
    return this.#stateFile.state.founders;
  }

  /** The leader's id; 0 where it is not known. */
  get leaderId(): number {
    return this.raft.leaderId;
  }

  /** The instance of its cluster (protocol/foundation.ts); 0 where it is not known yet. */
  get instance(): number {
    return this.applier.instance;
  }

  /** When it has something to do though nothing comes. @hot */
  get deadlineUs(): number {
    const stepUs = this.#housekeptUs + this.snapshots.periodUs;
    const sweepUs = this.#serving ? this.#sweeper.dueUs : Number.POSITIVE_INFINITY;
    const deadlineUs = Math.min(this.raft.deadlineUs, this.sessions.deadlineUs, stepUs, sweepUs);
    const isCalm = this.#nowUs - this.#busyUs >= calmUs && this.#tethers.allStand;
    return isCalm ? deadlineUs : Math.min(deadlineUs, this.#nowUs + attentiveUs);
  }

  /** One duty cycle at the given time; returns how much was done, 0 to let the thread idle. @hot */
  doWork(nowUs: number): number {
    this.#nowUs = nowUs;
    this.raft.tick(nowUs);
    let work = this.#replication.poll(this.raft);
    work += this.#connections.poll(nowUs);
    if (this.journal.pollFlush()) {
      this.raft.durable();
      work += 1;
    }
    if (this.raft.role === Role.leader) work += this.#lead();
    this.raft.flushReplies();
    this.#requestFlush();
    work += this.applier.apply(Math.min(this.raft.commitIndex, this.snapshots.applyLimit));
    this.#noteServing();
    work += this.sessions.doWork(nowUs);
    if (this.#serving) work += this.#sweeper.doWork(nowUs);
    work += this.#transfer.doWork(nowUs);
    if (nowUs - this.#housekeptUs >= housekeepingUs) work += this.#housekeep();
    this.ports.connections.flush();
    if (work > 0) this.#busyUs = nowUs;
    return work;
  }

  /** Ends in good order: what is written is flushed and marked clean. Nothing may be called afterwards. */
  stop(): void {
    const isClean = this.journal.close();
    this.#stateFile.save({ ...this.#stateFile.state, isClean });
    this.#stateFile.close();
    this.ports.connections.flush();
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
    const { replicaId } = this.options;
    this.ports.log.warn(
      'this folder is older than what its replica promised: the others know of a later start; what was acknowledged since ' +
        'then is fetched from them, and this replica votes again once the leader lets it',
      { replica: replicaId, incarnation },
    );
  }

  transition(role: Role, term: number, reason: string): void {
    const isEndOfLead = role === Role.follower && this.#toldRole === Role.leader;
    const text = isEndOfLead ? 'this replica leads no more' : roleTexts[role];
    this.#toldRole = role;
    if (term !== this.#toldTerm) this.#toldRoles.clear();
    this.#toldTerm = term;
    const told = `${text}: ${reason}`;
    if (this.#toldRoles.has(told)) return;
    this.#toldRoles.add(told);
    this.ports.log.info(text, { replica: this.options.replicaId, term, reason });
  }

  changed(role: Role, term: number, leaderId: number): void {
    if (role === Role.candidate) this.#elections += 1;
    if (leaderId !== 0) this.hasHadLeader = true;
    if (leaderId !== this.#toldLeaderId) this.#tellLeader(leaderId, term);
    this.#firstFrameDue = role === Role.leader;
    this.#servesFromIndex = 0;
    if (role === Role.leader) this.#promotedUs = this.ports.clock.nowUs();
    else this.sequencer.ring.clear();
    this.#serving = false;
    this.#leadershipMoved = true;
    this.snapshots.leadershipChanged(this.#nowUs);
    this.options.observer?.changed(role, term, leaderId);
  }

  #tellLeader(leaderId: number, term: number): void {
    const { replicaId } = this.options;
    const text = leaderId === 0 ? 'this replica has lost its leader' : 'this replica follows';
    const leader = leaderId === 0 ? this.#toldLeaderId : leaderId;
    this.#toldLeaderId = leaderId;
    // Its own election is logged as a transition.
    if (leaderId !== replicaId) this.ports.log.info(text, { replica: replicaId, leader, term });
  }

  fetchSnapshot(from: number): void {
    this.#installFrom = from;
  }

  recovered(): void {
    this.ports.log.info('this replica has caught up and votes again', { replica: this.options.replicaId });
  }

  readonly #close = (connection: Connection): void => this.#connections.close(connection);

  readonly #call = (replicaId: number, role: number): boolean => this.#connections.call(replicaId, role);

  /** A leader's part of the cycle: stamp what waits, and append what consensus itself needs. @hot */
  #lead(): number {
    if (this.#firstFrameDue) {
      const instance = this.instance || instanceNumber(this.ports.clock.wallUs(), this.options.seed);
      if (!this.sequencer.appendFirst(instance)) return 0;
      this.#joining.begin(instance);
      this.#firstFrameDue = false;
      this.#servesFromIndex = this.journal.lastIndex;
    }
    const leaving = this.raft.pendingLeave();
    if (leaving !== undefined) this.sequencer.appendConfiguration(leaving);
    return this.sequencer.stamp();
  }

  /** In `disk` mode what was appended is flushed at once; in `memory` mode in the background, now and then. */
  #requestFlush(): void {
    if (!this.journal.wantsFlush) return;
    const waits =
      this.options.durability === 'memory' &&
      this.#nowUs - this.#flushRequestedUs < this.options.backgroundFlushUs;
    if (waits) return;
    this.#flushRequestedUs = this.#nowUs;
    this.journal.requestFlush();
  }

  #noteServing(): void {
    const hasTakenOver = this.#servesFromIndex > 0 && this.applier.appliedIndex >= this.#servesFromIndex;
    const serves = hasTakenOver && !this.#commitWatch.isStalled;
    if (serves && !this.#serving) {
      this.#serving = true;
      this.#leadershipMoved = true;
      this.ports.counters.set(counter.promotionUs, this.ports.clock.nowUs() - this.#promotedUs);
      this.ports.log.info('this replica leads', { replica: this.options.replicaId, term: this.raft.term });
    }
    if (!this.#leadershipMoved) return;
    this.#leadershipMoved = false;
    this.#sweeper.leadershipChanged();
    this.sessions.leadershipChanged();
  }

  #housekeep(): number {
    this.#housekeptUs = this.#nowUs;
    this.#tethers.doWork(this.#nowUs, this.#members.callable(), this.#call);
    let work = this.snapshots.doWork(this.#nowUs, (peer) =>
      this.#transfer.fetch(peer, this.snapshots.snapshotIndex),
    );
    if (this.#installFrom !== 0) {
      this.#transfer.fetch(this.#installFrom, this.raft.commitIndex);
      this.#installFrom = 0;
    }
    const fetched = this.#transfer.takeFinished();
    if (fetched !== undefined) work += this.#takeSnapshot(fetched);
    this.#joining.saveInstance();
    this.#diskWatch.doWork(this.#nowUs);
    if (this.#commitWatch.doWork(this.#nowUs) && this.#commitWatch.isStalled) this.#stopServing();
    const order = this.ports.control.next();
    if (order !== undefined) work += executeOrder(this, order);
    this.#publish();
    return work;
  }

  /**
   * What is stamped may still be committed; what waits is not stamped any more, and its sessions learn that this
   * replica does not serve.
   */
  #stopServing(): void {
    this.sequencer.ring.clear();
    if (!this.#serving) return;
    this.#serving = false;
    this.#servesFromIndex = this.journal.lastIndex;
    this.#leadershipMoved = true;
  }

  /**
   * A snapshot has come from a peer: it replaces our state where it is ahead of our log, else it only frees our disk.
   */
  #takeSnapshot({ file, bytes }: FetchedSnapshot): number {
    const { founders, instance } = this;
    if (founders.length > 0 && founders.join() !== file.founders.join()) {
      this.ports.log.warn('a snapshot of a cluster with other founders is not used', {
        index: file.index,
        founders: file.founders.join(', '),
      });
      return 1;
    }
    if (instance !== 0 && instance !== file.instance) {
      this.ports.log.warn('a snapshot of another cluster of the same replicas is not used', {
        index: file.index,
        began: beginningOf(file.instance),
      });
      return 1;
    }
    if (!this.raft.wantsSnapshot(file.index, file.term)) {
      this.snapshots.keep(file, bytes);
      return 1;
    }
    const engine = Engine.restore(file.state, engineOptions(this.options));
    const configuration = readConfiguration(file.configuration, 0, file.configuration.length);
    const isSame = engine?.stateHash() === file.stateHash;
    if (!isSame || configuration === undefined || !this.snapshots.install(file, bytes)) {
      this.ports.log.warn('a snapshot from a peer cannot be used; it is fetched again', {
        index: file.index,
      });
      return 1;
    }
    this.#joining.begin(file.instance);
    this.journal.reset(file.index, file.term, file.seq + 1, file.timeUs);
    this.applier.restart(engine, configuration, file.index);
    this.#joining.join(file.founders);
    this.raft.snapshotInstalled(file.index, file.term, configuration);
    this.ports.log.info('state taken from a snapshot of a peer', { index: file.index, seq: file.seq });
    return 1;
  }

  #standing(): Standing {
    const { founders, instance, raft, journal } = this;
    const { lastIndex, lastTerm } = journal;
    return { founders, voters: raft.configuration.voters, instance, lastIndex, lastLogTerm: lastTerm };
  }

  #publish(): void {
    const { counters } = this.ports;
    const { raft, journal, applier } = this;
    const { votersMask, learnersMask, unknownMask } = this.#members;
    counters.set(counter.founders, maskOf(applier.founders));
    counters.set(counter.instance, this.instance);
    counters.set(counter.voters, votersMask);
    counters.set(counter.learners, learnersMask);
    counters.set(counter.membersWithoutAddress, unknownMask);
    counters.set(counter.founding, raft.isFounding ? 1 : 0);
    counters.set(counter.role, raft.role);
    counters.set(counter.term, raft.term);
    counters.set(counter.leaderId, raft.leaderId);
    counters.set(counter.commitIndex, raft.commitIndex);
    counters.set(counter.leaderCommitIndex, raft.leaderCommitIndex);
    counters.set(counter.lastIndex, journal.lastIndex);
    counters.set(counter.lastLogTerm, journal.lastTerm);
    counters.set(counter.durableIndex, journal.durableIndex);
    counters.set(counter.firstIndex, journal.firstIndex);
    counters.set(counter.appliedIndex, applier.appliedIndex);
    counters.set(counter.appliedSeq, applier.engine.lastSeq);
    counters.set(counter.appliedTimeUs, applier.engine.lastTimeUs);
    counters.set(counter.stampedSeq, journal.nextSeq - 1);
    counters.set(counter.serving, this.#serving ? 1 : 0);
    counters.set(counter.recovering, raft.isRecovering ? 1 : 0);
    counters.set(counter.ringUsedPermille, this.sequencer.ring.usedPermille);
    counters.set(counter.sessions, this.sessions.boundCount);
    counters.set(counter.connections, this.#connections.count);
    counters.set(counter.snapshotIndex, this.snapshots.snapshotIndex);
    counters.set(counter.elections, this.#elections);
    counters.set(counter.commandsApplied, applier.commands);
    counters.set(counter.eventsEmitted, applier.events.emitted);
    counters.set(counter.nowUs, this.#nowUs);
  }
}
