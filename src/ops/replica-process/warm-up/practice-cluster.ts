/** Three replicas in one thread, on the sockets of this machine and disks in memory, stepped by hand. */
import { randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { AddressBook } from '../../../io/sockets/address-book.ts';
import { openLinks, randomBytesInto, sealedBytes } from '../../../io/sockets/links.ts';
import { defaultDatagramSettings } from '../../../io/sockets/settings.ts';
import { TcpConnections } from '../../../io/sockets/tcp.ts';
import { UdpDatagrams } from '../../../io/sockets/udp.ts';
import type { MachineClock } from '../../../io/system/clock.ts';
import { createCounters, SharedCounters } from '../../../io/system/counters.ts';
import { CoreControl, createControlMemory } from '../../../io/threads/control.ts';
import { CoreLog } from '../../../io/threads/log.ts';
import { MemoryStorage } from '../../../journal/memory-storage.ts';
import { commandBytesMax } from '../../../protocol/limits.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { type Member, newMember } from '../../../protocol/roster.ts';
import { type ExchangeReplica, startExchangeReplica } from '../../../replica/exchange-replica.ts';
import type { ReplicaOptions } from '../../../replica/options.ts';
import { DatagramKeys } from '../../../trust/datagram-keys.ts';
import { TrustFailure } from '../../../trust/failures.ts';
import type { LinkIdentity } from '../../../trust/handshake.ts';
import { clusterUuidBytes } from '../../../trust/messages.ts';
import { keyBytes, keyPairOf } from '../../../trust/noise.ts';
import type { Party, Verifier } from '../../../trust/parties.ts';

/** An address of the loopback that no other program binds to, so no configured port is in use here. */
export const loopback = '127.76.83.75';
const practiceClusterId = 1;
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
  outputBytes: 131_072,
} as const;

/** What a round of practice is proven with. */
export interface PracticeKeys {
  of(kind: PartyKind, id: number): LinkIdentity;
}

/** Without certificates: what holds one of these keys is a party of the practice. */
export function practiceKeys(): PracticeKeys {
  const parties = new Map<string, Party>();
  const clusterUuid = new Uint8Array(randomBytes(clusterUuidBytes));
  const verifier: Verifier = {
    partyOf: (_evidence, staticKey) => parties.get(staticKey.join()) ?? TrustFailure.notCertified,
  };
  const identities = new Map<string, LinkIdentity>();
  const of = (kind: PartyKind, id: number): LinkIdentity => {
    const name = `${kind}.${id}`;
    const known = identities.get(name);
    if (known !== undefined) return known;
    const party = { kind, id };
    const staticKey = keyPairOf(new Uint8Array(randomBytes(keyBytes)));
    parties.set(staticKey.publicKey.join(), party);
    const made = { own: { clusterUuid, party, staticKey, evidence: Uint8Array.of(id), life: 0 }, verifier };
    identities.set(name, made);
    return made;
  };
  return { of };
}

/** One replica and its machine. */
class PracticeReplica {
  readonly id: number;
  readonly datagrams: UdpDatagrams;
  readonly sockets: TcpConnections;
  replica: ExchangeReplica | undefined;
  #isDead = false;
  readonly #channel = new MessageChannel();

  constructor(id: number, clock: MachineClock) {
    this.id = id;
    const buffers = { receiveBufferBytes: datagramBufferBytes, sendBufferBytes: datagramBufferBytes };
    const settings = { ...defaultDatagramSettings, ...buffers, address: loopback, port: 0 };
    this.datagrams = new UdpDatagrams(id, settings);
    this.sockets = new TcpConnections({ ...practiceConnections, ...sealedBytes }, clock);
  }

  /** How it tells the others that it is reached. */
  get description(): Member {
    const { id: replicaId, datagrams, sockets } = this;
    return newMember({ replicaId, host: loopback, udpPort: datagrams.port, tcpPort: sockets.port });
  }

  start(
    all: readonly PracticeReplica[],
    options: ReplicaOptions,
    keys: PracticeKeys,
    clock: MachineClock,
  ): void {
    const { datagrams, sockets } = this;
    const peers = all.map(({ description }) => description);
    const addresses = new AddressBook(peers, datagrams, sockets, (host) => control.askAddress(host));
    const control = new CoreControl(createControlMemory(), this.#channel.port1);
    const log = new CoreLog(control, clock);
    const counters = new SharedCounters(createCounters());
    const identity = keys.of(PartyKind.replica, this.id);
    const connections = openLinks(sockets, identity, practiceConnections, { clock, counters, log });
    this.replica = startExchangeReplica(
      {
        ...options,
        clusterId: practiceClusterId,
        replicaId: this.id,
        founders: voters,
        bootstrap: true,
        description: this.description,
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
        addresses,
        seals: new DatagramKeys(randomBytesInto),
        storage: new MemoryStorage(),
        counters,
        control,
        log,
      },
    );
  }

  /** The process dies: its sockets close. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.datagrams.close();
    this.sockets.closeAll();
    this.#channel.port1.close();
    this.replica = undefined;
  }
}

export class PracticeCluster {
  readonly #replicas: PracticeReplica[] = [];
  readonly #clock: MachineClock;

  /** Opens all sockets; throws with nothing left open where it cannot. */
  constructor(clock: MachineClock) {
    this.#clock = clock;
    try {
      for (const id of voters) this.#replicas.push(new PracticeReplica(id, clock));
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Starts one more replica; false when all run. */
  startNext(options: ReplicaOptions, keys: PracticeKeys): boolean {
    const next = this.#replicas.find(({ replica }) => replica === undefined);
    next?.start(this.#replicas, options, keys, this.#clock);
    return next !== undefined;
  }

  /** The TCP port of each replica. */
  get ports(): ReadonlyMap<number, number> {
    return new Map(this.#replicas.map(({ id, sockets }) => [id, sockets.port]));
  }

  get hasLeader(): boolean {
    return this.#replicas.some(({ replica }) => replica?.serving === true);
  }

  /** One cycle of each replica that lives. */
  step(nowUs: number): void {
    for (const { replica } of this.#replicas) replica?.doWork(nowUs);
  }

  /** The first replica campaigns, as soon as it has heard the others; false until then. */
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
