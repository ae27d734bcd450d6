/** Replicas on virtual disks, joined in memory and stepped by hand: all that a test of one room needs of a cluster. */
import type { Storage } from '../../journal/storage.ts';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import { assert } from '../../std/assert.ts';
import { StreamSide } from '../../std/testing/streams.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { FindLog, ReplicatedLog } from '../log/replicated-log.ts';
import { defaultReplicaOptions, type ReplicaOptions } from '../options.ts';
import type { Clock, MemberAddress, ProvenPeer, SiteLeasePort } from '../ports.ts';
import { findReplicatedJournal, type ReplicatedJournal } from '../raft-log/replicated-journal.ts';
import { Replica } from '../replica.ts';
import { exchangeApplication } from '../sessions/exchange-service.ts';
import type { Application } from '../state/application.ts';
import type { StateMachine } from '../state/state-machine.ts';
import { FakeClock, FakeControl, FakeCounters, FakeDatagrams, FakeLog, FakeSeals } from './fake-ports.ts';
import { WireClient } from './wire-client.ts';
import { addressOf, FakeAddresses, FakeConnections, operatorKind, replicaKind } from './wires.ts';

/** Time between two steps of a group. */
export const stepUs = 100;
export const clusterId = 7;

/** One replica and its machine. */
export class Node<S extends StateMachine = Exchange, L extends ReplicatedLog = ReplicatedJournal> {
  readonly id: number;
  readonly group: GroupOf<S, L>;
  readonly disk = new VirtualDisk();
  /** What the replica sees of the disk; a test may put something before it. */
  storage: Storage = this.disk;
  readonly datagrams: FakeDatagrams;
  readonly control = new FakeControl();
  seals = new FakeSeals();
  connections: FakeConnections;
  counters = new FakeCounters();
  log = new FakeLog();
  replica: Replica<S, L> | undefined;
  bootstrap = true;
  /** Of one that came by a join token. */
  fingerprint: Uint8Array | undefined;
  /** Where its machine is. */
  address: MemberAddress;
  /** Its own clock; a test may set it wrong. */
  clock: Clock;
  /** Of its site; without it the site writes without one. */
  siteLease: SiteLeasePort | undefined;
  /** What its own file says otherwise than that of the group. */
  file: Partial<ReplicaOptions> = {};

  constructor(group: GroupOf<S, L>, id: number) {
    this.group = group;
    this.id = id;
    this.address = addressOf(id);
    this.clock = group.clock;
    this.datagrams = new FakeDatagrams((to) => group.datagramsOf(id, to));
    this.connections = this.#sockets();
  }

  /** The replica; it must run. */
  get running(): Replica<S, L> {
    assert(this.replica !== undefined, 'the replica runs');
    return this.replica;
  }

  start(): void {
    const { options, findLog, application } = this.group;
    const { clock } = this;
    const { datagrams, storage, control } = this;
    const { addresses: named = new Set(this.group.nodes.map(({ id }) => id)) } = this.connections;
    this.connections = this.#sockets();
    this.connections.addresses = named;
    this.connections.keyOf = (id) => this.group.nodes[id - 1]?.fingerprint;
    this.counters = new FakeCounters();
    this.log = new FakeLog();
    this.seals = new FakeSeals();
    const { connections, counters, log, seals } = this;
    const whereIs = (id: number): MemberAddress => this.group.nodes[id - 1]?.address ?? addressOf(id);
    const addresses = new FakeAddresses(connections, whereIs);
    const { siteLease } = this;
    const devices = { clock, datagrams, connections, addresses, seals, storage, counters };
    const ports = { ...devices, control, log, siteLease };
    const own = { replicaId: this.id, bootstrap: this.bootstrap };
    const all = { ...options, ...this.file, ...own };
    const { description } = all;
    const described = description && {
      description: { ...description, replicaId: this.id, ...this.address },
    };
    this.replica = new Replica({ ...all, ...described }, ports, findLog, application);
    this.bootstrap = false;
  }

  /** The process dies. */
  crash(): void {
    this.replica = undefined;
    this.connections.drop();
    this.disk.crash();
  }

  #sockets(): FakeConnections {
    const { options } = this.group;
    return new FakeConnections(options.connectionsMax, (to, role) => this.group.dial(this.id, to, role));
  }
}

/** A stream whose far side is held by a test. */
export interface StandIn {
  readonly own: StreamSide;
  readonly other: WireClient;
}

export function newStandIn(): StandIn {
  const [own, other] = StreamSide.pair();
  return { own, other: new WireClient(other) };
}

/** Replicas of one application over one kind of log. */
export class GroupOf<S extends StateMachine, L extends ReplicatedLog> {
  readonly application: Application<S>;
  readonly findLog: FindLog<L>;
  readonly clock = new FakeClock();
  readonly options: ReplicaOptions;
  readonly nodes: readonly Node<S, L>[];
  /** Pairs of replicas, `from * 256 + to`, between which nothing comes through. */
  readonly cuts = new Set<number>();

  /** `size` voters with ids from 1 on, all started; and machines beyond them, which are not. */
  constructor(
    findLog: FindLog<L>,
    application: Application<S>,
    size: number,
    options: Partial<ReplicaOptions> = {},
    spares = 0,
  ) {
    this.findLog = findLog;
    this.application = application;
    const voters = Array.from({ length: size }, (_, n) => n + 1);
    this.options = {
      ...defaultReplicaOptions,
      clusterId,
      replicaId: 0,
      founders: voters,
      bootstrap: true,
      seed: 1,
      durability: 'memory',
      segmentBytes: 1_048_576,
      commandRingBytes: 131_072,
      eventRingBytes: 1_048_576,
      fillsMax: 4_096,
      connectionsMax: 32,
      frameBytes: 8_192,
      ...options,
    };
    this.nodes = Array.from({ length: size + spares }, (_, n) => new Node(this, n + 1));
    for (const node of this.nodes.slice(0, size)) node.start();
  }

  /** The replica that serves sessions; stepped until there is one. */
  leader(): Node<S, L> {
    this.until(() => this.nodes.some(({ replica }) => replica?.serving === true));
    return this.nodes.find(({ replica }) => replica?.serving === true)!;
  }

  /** Those that do not lead. */
  followers(): Node<S, L>[] {
    const leader = this.leader();
    return this.nodes.filter((node) => node !== leader);
  }

  /** Cycles of all replicas, one after the other. */
  step(cycles = 1): void {
    for (let n = 0; n < cycles; n++) {
      this.clock.us += stepUs;
      for (const { replica } of this.nodes) replica?.doWork(this.clock.us);
    }
  }

  until(isDone: () => boolean, what = 'something'): void {
    for (let n = 0; n < 100_000; n++) {
      if (isDone()) return;
      this.step();
    }
    throw new Error(`10 s of steps did not lead to ${what}`);
  }

  /** A caller that has proven its identity, an operator for sessions unless a test says otherwise; a handle is free. */
  call(node: Node<S, L>, peer: Partial<ProvenPeer> = {}): WireClient {
    const side = node.connections.accept({
      kind: operatorKind,
      id: 1,
      role: ConnectionRole.session,
      ...peer,
    });
    assert(side !== undefined, 'a handle is free');
    return new WireClient(side);
  }

  /** A session connection that is welcome. */
  connect(node: Node<S, L>): WireClient {
    const caller = this.call(node);
    this.step();
    return caller;
  }

  /** What answers in the place of a replica that does not run; nothing, unless a test says so. */
  standIn: () => StandIn | undefined = () => undefined;

  /** Cuts `side` off from all others, both ways. */
  split(side: readonly number[]): void {
    for (const { id: from } of this.nodes) {
      for (const { id: to } of this.nodes) {
        if (side.includes(from) !== side.includes(to)) this.cuts.add(from * 256 + to);
      }
    }
  }

  /** The own side of a stream to a replica. */
  dial(from: number, to: number, role: ConnectionRole): StreamSide | undefined {
    if (this.cuts.has(from * 256 + to)) return undefined;
    const node = this.nodes.find(({ id }) => id === to);
    return node?.replica === undefined
      ? this.standIn()?.own
      : node.connections.accept({
          kind: replicaKind,
          id: from,
          role,
          fingerprint: this.nodes[from - 1]?.fingerprint,
        });
  }

  datagramsOf(from: number, to: number): FakeDatagrams[] {
    const receivers = this.nodes.filter(({ id, replica }) => id !== from && replica !== undefined);
    const reached = receivers.filter(({ id }) => (to === 0 || id === to) && !this.cuts.has(from * 256 + id));
    return reached.map(({ datagrams }) => datagrams);
  }
}

/** A group of exchanges. */
export class Group extends GroupOf<Exchange, ReplicatedJournal> {
  constructor(size: number, options: Partial<ReplicaOptions> = {}, spares = 0) {
    super(findReplicatedJournal, exchangeApplication, size, options, spares);
  }
}
