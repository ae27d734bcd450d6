/** Three replicas in one thread, on the sockets of this machine and disks in memory, stepped by hand. */
import { randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { defaultDatagramSettings } from '../../../io/sockets/settings.ts';
import { TcpConnections } from '../../../io/sockets/tcp.ts';
import { UdpDatagrams } from '../../../io/sockets/udp.ts';
import type { MachineClock } from '../../../io/system/clock.ts';
import { createCounters, SharedCounters } from '../../../io/system/counters.ts';
import { ClusterKeys } from '../../../io/system/keys.ts';
import { CoreControl, createControlMemory } from '../../../io/threads/control.ts';
import { CoreLog } from '../../../io/threads/log.ts';
import { commandBytesMax } from '../../../protocol/limits.ts';
import { type ExchangeReplica, startExchangeReplica } from '../../../replica/exchange-replica.ts';
import type { ReplicaOptions } from '../../../replica/options.ts';
import { MemoryStorage } from './memory-storage.ts';

/** An address of the loopback that no other program binds to, so no configured port is in use here. */
export const loopback = '127.76.83.75';
export const practiceClusterId = 1;
const voters = [1, 2, 3];
/** Enough for some hundred orders, and small: three replicas start with it. */
const segmentBytes = 131_072;
const eventRingBytes = 524_288;
const fillsMax = 4_096;
const commandRingBytes = 1_024 * commandBytesMax;
const connectionsMax = 32;
const datagramBufferBytes = 262_144;

/** Sockets of a replica or of its client: any free port of the loopback. */
export const practiceConnections = {
  address: loopback,
  port: 0,
  connectionsMax,
  inputBytes: 65_536,
  outputBytes: 65_536,
} as const;

/** 64 hexadecimal digits each. */
export interface PracticeKeys {
  readonly cluster: string;
  readonly session: string;
}

export function practiceKeys(): PracticeKeys {
  return { cluster: randomBytes(32).toString('hex'), session: randomBytes(32).toString('hex') };
}

/** One replica and its machine. */
class PracticeReplica {
  readonly id: number;
  readonly datagrams: UdpDatagrams;
  readonly connections: TcpConnections;
  replica: ExchangeReplica | undefined;
  #isDead = false;
  readonly #channel = new MessageChannel();

  constructor(id: number, clock: MachineClock) {
    this.id = id;
    const buffers = { receiveBufferBytes: datagramBufferBytes, sendBufferBytes: datagramBufferBytes };
    const settings = { ...defaultDatagramSettings, ...buffers, address: loopback, port: 0 };
    this.datagrams = new UdpDatagrams(id, settings);
    this.connections = new TcpConnections(practiceConnections, clock);
  }

  start(options: ReplicaOptions, keys: PracticeKeys, clock: MachineClock): void {
    const { datagrams, connections } = this;
    const control = new CoreControl(createControlMemory(), this.#channel.port1);
    this.replica = startExchangeReplica(
      {
        ...options,
        clusterId: practiceClusterId,
        replicaId: this.id,
        founders: voters,
        bootstrap: true,
        failover: 'automatic',
        segmentBytes,
        commandRingBytes: Math.max(commandRingBytes, 2 * options.frameBytes),
        eventRingBytes,
        fillsMax,
        reservesOrders: false,
        connectionsMax,
      },
      {
        clock,
        datagrams,
        connections,
        keys: new ClusterKeys(keys.cluster, keys.session),
        storage: new MemoryStorage(),
        counters: new SharedCounters(createCounters()),
        control,
        log: new CoreLog(control, clock),
      },
    );
  }

  /** The process dies: its sockets close. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.datagrams.close();
    this.connections.closeAll();
    this.#channel.port1.close();
    this.replica = undefined;
  }
}

export class PracticeCluster {
  readonly #replicas: PracticeReplica[] = [];

  /** Opens all sockets, then starts all replicas; throws with nothing left open where it cannot. */
  constructor(options: ReplicaOptions, keys: PracticeKeys, clock: MachineClock) {
    try {
      for (const id of voters) this.#replicas.push(new PracticeReplica(id, clock));
      for (const { datagrams, connections } of this.#replicas) {
        for (const peer of this.#replicas) {
          datagrams.setPeer(peer.id, loopback, peer.datagrams.port);
          connections.setPeer(peer.id, loopback, peer.connections.port);
        }
      }
      for (const one of this.#replicas) one.start(options, keys, clock);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** The TCP port of each replica. */
  get ports(): ReadonlyMap<number, number> {
    return new Map(this.#replicas.map(({ id, connections }) => [id, connections.port]));
  }

  get hasLeader(): boolean {
    return this.#replicas.some(({ replica }) => replica?.serving === true);
  }

  /** One cycle of each replica that lives. */
  step(nowUs: number): void {
    for (const { replica } of this.#replicas) replica?.doWork(nowUs);
  }

  /** The first replica stands for election, as soon as it has heard the others; false until then. */
  elect(): boolean {
    const raft = this.#replicas[0]?.replica?.log.raft;
    return raft !== undefined && raft.startElection() === undefined;
  }

  /** The process of the leader dies. */
  killLeader(): void {
    this.#replicas.find(({ replica }) => replica?.serving === true)?.die();
  }

  end(): void {
    for (const one of this.#replicas) one.die();
  }
}
