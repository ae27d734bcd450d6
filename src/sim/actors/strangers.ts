/**
 * Strangers, which do not belong to the cluster: peers of another wire version, cluster or key, with a revoked one or
 * that of another kind of party, and bytes that mean nothing. Each must be refused and counted, and none may change
 * anything: what they send would depose a leader or run a command twice. Also a client with the right key that opens
 * more sessions than there is room for.
 */

import type { Report } from '../../checkers/violations.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { createAccount, massCancel, openSession, ownerFromLeader } from '../../protocol/commands.ts';
import { emptyRaftMessage, RaftType, raftDatagram, writeRaftMessage } from '../../protocol/datagrams.ts';
import { firstEpoch, foundationNumber } from '../../protocol/foundation.ts';
import { sealBytes, sealHeaderBytes, sessionsMax } from '../../protocol/limits.ts';
import { attach, FeedKind } from '../../protocol/messages.ts';
import { type CounterName, counter } from '../../replica/counters.ts';
import { agreementNumber } from '../../replica/peers/agreement.ts';
import type { DatagramSeals } from '../../replica/ports.ts';
import { setU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import { DatagramKeys } from '../../trust/datagram-keys.ts';
import { sealedDatagram } from '../../trust/messages.ts';
import type { AtlasKind } from '../world/atlas.ts';
import { clusterId } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import type { VirtualConnections } from '../world/virtual-connections.ts';
import type { World } from '../world/world.ts';
import type { ClientActor } from './client-actor.ts';
import { Impostor } from './impostor.ts';
import { type Loot, StrangerCall, type StrangerKind } from './stranger-call.ts';

/** The endpoint that strangers call from. */
const strangerId = 240;
const connectionsMax = 64;
/** A term that no run reaches: a replica or client that believes it has believed a stranger. */
const absurdTerm = 1_000_000_000;
/** A running replica has looked at its sockets after this, unless it is slow. */
const noticeUs = 10_000;
/** Position of the wire version in a record. */
const versionAt = 3;

/** A kind of datagram, and the counters one of which must count it: its key may have gone meanwhile. */
const datagramKinds = {
  key: ['datagramsUnknownKey'],
  damage: ['datagramsForged', 'datagramsUnknownKey'],
  repeat: ['datagramsRepeated', 'datagramsUnknownKey'],
  formerLife: ['datagramsUnknownKey'],
  beforeStart: ['datagramsRepeated', 'datagramsUnknownKey'],
  short: ['datagramsMalformed'],
  version: ['datagramsBadVersion', 'datagramsUnknownKey'],
  cluster: ['datagramsBadCluster', 'datagramsUnknownKey'],
  foundation: ['datagramsOtherFoundation', 'datagramsUnknownKey'],
  instance: ['datagramsOtherInstance', 'datagramsUnknownKey'],
  agreement: ['datagramsOtherAgreement', 'datagramsUnknownKey'],
  sender: ['datagramsForged', 'datagramsUnknownKey'],
} as const satisfies Record<string, readonly CounterName[]>;
type DatagramKind = keyof typeof datagramKinds;

/** A number that no datagram of a run has. */
const farCounter = 2 ** 40;
/** No account of a run has a number like this. */
const strangeAccountId = 900_000;

const callKinds: readonly StrangerKind[] = ['version', 'key', 'revoked', 'cluster', 'role', 'garbage'];

const atlasKinds: Readonly<Record<DatagramKind | StrangerKind, AtlasKind | undefined>> = {
  version: 'another wire version',
  key: 'another key',
  revoked: 'revoked key',
  role: 'another role',
  cluster: 'another cluster',
  foundation: 'another foundation',
  instance: 'another instance',
  agreement: 'another agreement',
  damage: 'garbage',
  repeat: 'datagram repeated by a stranger',
  formerLife: 'datagram of a former life',
  beforeStart: 'datagram from before the start',
  sender: "datagram in another's name",
  short: 'garbage',
  garbage: 'garbage',
  repeater: "another's commands repeated",
  thief: 'stolen session',
  ungranted: 'program without a key',
  watching: 'watcher as trader',
  overreaching: 'gateway as operator',
  flood: undefined,
};

export class Strangers {
  readonly #world: World;
  readonly #clients: readonly ClientActor[];
  readonly #report: Report;
  readonly #random: Random;
  readonly #endpoint: VirtualConnections;
  readonly impostor: Impostor;
  readonly #calls = new Map<number, StrangerCall>();
  #tokens = 0;

  constructor(world: World, clients: readonly ClientActor[], report: Report, random: Random) {
    this.#world = world;
    this.#clients = clients;
    this.#report = report;
    this.#random = random;
    this.impostor = new Impostor(world, report, random);
    this.#endpoint = world.wires.openEndpoint(strangerId, connectionsMax, () => {
      world.scheduler.after(10, () => this.#poll());
    });
  }

  /** A few datagrams and a connection of strangers reach a machine. */
  visit(machine: Machine, machines: readonly Machine[], random: Random): boolean {
    if (!machine.isRunning) return false;
    const peers = machines.filter(({ id, isRunning }) => isRunning && id !== machine.id);
    for (const kind of Object.keys(datagramKinds) as DatagramKind[]) {
      if (random.chance(0.6)) this.#sendDatagram(machine, kind, peers, random);
    }
    this.#call(machine, random.pick(callKinds));
    const { id, lastSent, opening, session } = random.pick(this.#clients);
    if (lastSent !== undefined && opening !== undefined) {
      const token = { tokenLow: strangerId, tokenHigh: 0 };
      this.#call(machine, 'repeater', { ownerId: id, bytes: takeover(session.sessionId, token, lastSent) });
      const bytes = theft(session.sessionId, opening, lastSent);
      this.#call(machine, 'thief', { sessionId: session.sessionId, bytes });
    }
    // As the workload numbers the accounts of a client.
    const accountId = random.pick(this.#clients).id * 10 + 1;
    this.#call(machine, this.#tokens % 4 === 0 ? 'watching' : 'ungranted', {
      bytes: openingOf(++this.#tokens),
      command: (sessionId) => cancelOf(sessionId, accountId),
    });
    this.#call(machine, 'overreaching', {
      bytes: openingOf(++this.#tokens),
      command: (sessionId) => accountOf(sessionId, strangeAccountId + this.#tokens),
    });
    return true;
  }

  /** One party opens more sessions than the exchange has room for: the idlest of its own are ended. */
  flood(machine: Machine): boolean {
    const { id: ownerId } = this.#random.pick(this.#clients);
    const bytes = new Uint8Array((sessionsMax + 32) * openSession.size);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += openSession.size) {
      const token = { tokenLow: ++this.#tokens, tokenHigh: strangerId };
      const cancel = { disconnectGraceMs: 0, cancelOnDisconnect: 0 };
      openSession.write(view, at, { ...emptyHeader, ...token, ...cancel, ...ownerFromLeader });
    }
    return this.#call(machine, 'flood', { ownerId, bytes });
  }

  /** The run is over: did a replica or client believe a stranger? */
  end(machines: readonly Machine[]): void {
    for (const complaint of this.#world.linkWatch.complaints) this.#say(complaint);
    for (const { id, replica } of machines) {
      if ((replica?.term ?? 0) >= absurdTerm) this.#say(`replica ${id} took over the term of a stranger`);
    }
  }

  #sendDatagram(machine: Machine, kind: DatagramKind, peers: readonly Machine[], random: Random): void {
    const datagram = this.#datagram(machine, kind, peers, random);
    if (datagram === undefined) return;
    const { counters } = machine;
    const count = (): number =>
      datagramKinds[kind].reduce((sum, name) => sum + counters.values[counter[name]]!, 0);
    const before = count();
    if (!machine.datagrams.arrive(datagram)) return;
    this.#count(kind);
    this.#expectSoon(machine, `a datagram (${kind})`, () => count() > before);
  }

  #datagram(
    machine: Machine,
    kind: DatagramKind,
    peers: readonly Machine[],
    random: Random,
  ): Uint8Array | undefined {
    const { newest, beforeStart, ofFormerLife } = machine.seals ?? {};
    switch (kind) {
      case 'repeat':
        return newest;
      case 'formerLife':
        return ofFormerLife;
      case 'beforeStart':
        return beforeStart;
      case 'short':
        return Uint8Array.from({ length: random.between(1, sealBytes) }, () => random.below(256));
      case 'damage': {
        // Its number has not come, so that only its tag is wrong.
        const spoiled = newest?.slice();
        if (spoiled !== undefined)
          setU53(new DataView(spoiled.buffer), sealedDatagram.at.counter, farCounter);
        return spoiled;
      }
      case 'key':
        return sealedFor(machine, kind, machine.id === 1 ? 2 : 1, this.#unknownKeys(machine.id), random);
      default: {
        const { id = 0, seals } = peers.length === 0 ? {} : random.pick(peers);
        return seals === undefined ? undefined : sealedFor(machine, kind, id, seals, random);
      }
    }
  }

  /** Keys that no replica was given. */
  #unknownKeys(replicaId: number): DatagramKeys {
    const keys = new DatagramKeys((into) => {
      for (let n = 0; n < into.length; n++) into[n] = this.#random.below(256);
    });
    keys.use(replicaId, keys.offer(replicaId).keyId);
    return keys;
  }

  #call(machine: Machine, kind: StrangerKind, loot?: Loot): boolean {
    const handle = this.#endpoint.connect(machine.id);
    if (handle < 0) return false;
    const call = new StrangerCall(
      { kind, replicaId: machine.id },
      this.#world,
      this.#endpoint,
      this.#random,
      loot,
    );
    this.#calls.set(handle, call);
    this.#count(kind);
    this.#world.scheduler.after(400_000, () => {
      if (this.#calls.get(handle) !== call) return;
      this.#calls.delete(handle);
      this.#endpoint.close(handle);
    });
    return true;
  }

  #poll(): void {
    this.#endpoint.poll({
      takesCaller: () => false,
      opened: (handle) => this.#calls.get(handle)?.opened(handle),
      received: (handle, bytes, _view, from, to) => {
        const call = this.#calls.get(handle);
        if (call === undefined) return to - from;
        const taken = call.received(handle, bytes, from, to);
        if (call.complaint !== '') this.#say(call.complaint);
        return taken;
      },
      closed: (handle) => {
        this.#calls.delete(handle);
      },
    });
    this.#endpoint.flush();
  }

  /** What a replica that goes on running must have counted by then. */
  #expectSoon(machine: Machine, what: string, holds: () => boolean): void {
    const { counters } = machine;
    this.#world.scheduler.after(noticeUs, () => {
      if (machine.counters !== counters || holds()) return;
      if (
        machine.isRunning &&
        machine.slowUs === 0 &&
        machine.steppedUs > this.#world.scheduler.nowUs - noticeUs / 2
      )
        this.#say(`replica ${machine.id} did not count ${what} of a stranger`);
    });
  }

  #count(kind: keyof typeof atlasKinds): void {
    const atlasKind = atlasKinds[kind];
    if (atlasKind !== undefined) this.#world.tally.add(atlasKind);
  }

  #say(what: string): void {
    this.#report('strangers', what);
  }
}

interface Token {
  readonly tokenLow: number;
  readonly tokenHigh: number;
}

/** The commands of a session, behind an attach to it with some token. */
function takeover(sessionId: number, { tokenLow, tokenHigh }: Token, commands: Uint8Array): Uint8Array {
  if (sessionId === 0) return commands;
  const bytes = new Uint8Array(attach.size + commands.length);
  const place = { afterSeq: 0, afterN: 0, feed: FeedKind.own };
  attach.write(new DataView(bytes.buffer), 0, { sessionId, ...place, tokenLow, tokenHigh });
  bytes.set(commands, attach.size);
  return bytes;
}

/** All that was overheard of a session: its opening again, an attach with its number and token, and its commands. */
function theft(
  sessionId: number,
  opening: ReturnType<typeof openSession.read>,
  commands: Uint8Array,
): Uint8Array {
  const rest = takeover(sessionId, opening, commands);
  const bytes = new Uint8Array(openSession.size + rest.length);
  bytes.set(rest);
  openSession.write(new DataView(bytes.buffer), rest.length, opening);
  return bytes;
}

function openingOf(token: number): Uint8Array {
  const bytes = new Uint8Array(openSession.size);
  const cancel = { disconnectGraceMs: 0, cancelOnDisconnect: 0 };
  const values = { tokenLow: token, tokenHigh: strangerId + 1, ...cancel, ...ownerFromLeader };
  openSession.write(new DataView(bytes.buffer), 0, { ...emptyHeader, ...values });
  return bytes;
}

/** The first command of a session: cancels all orders of an account. */
function cancelOf(sessionId: number, accountId: number): Uint8Array {
  const bytes = new Uint8Array(massCancel.size);
  const header = { sessionId, commandNumber: 1, accountId, deadlineMs: 0 };
  massCancel.write(new DataView(bytes.buffer), 0, { ...header, instrumentId: 0, side: 0 });
  return bytes;
}

/** The first command of a session: creates an account, which operators may. */
function accountOf(sessionId: number, accountId: number): Uint8Array {
  const bytes = new Uint8Array(createAccount.size);
  const header = { sessionId, commandNumber: 1, accountId, deadlineMs: 0 };
  const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
  createAccount.write(new DataView(bytes.buffer), 0, { ...header, ...limits, name: 'strange' });
  return bytes;
}

/** A datagram of replica `from`, under its own key or under a key that was never given to this machine. */
function sealedFor(
  machine: Machine,
  kind: DatagramKind,
  from: number,
  seals: Pick<DatagramSeals, 'seal'>,
  random: Random,
): Uint8Array | undefined {
  const { founders, instance, durability } = machine.origin;
  // A replica without a log takes any foundation, and one whose cluster has had no leader any instance.
  if (founders.length === 0 || (kind === 'instance' && instance === 0)) return undefined;
  const bytes = new Uint8Array(raftDatagram.size + sealBytes);
  const view = new DataView(bytes.buffer);
  const plain = new DataView(bytes.buffer, sealHeaderBytes);
  const message = {
    ...emptyRaftMessage(),
    type: random.pick([RaftType.append, RaftType.vote, RaftType.appendReply]),
    from: kind === 'sender' ? strangerId : from,
    term: absurdTerm,
    incarnation: Number.MAX_SAFE_INTEGER - 1,
  };
  const origin = {
    clusterId: kind === 'cluster' ? clusterId + 1 : clusterId,
    foundation: foundationNumber(kind === 'foundation' ? [...founders, strangerId] : founders),
    instance: kind === 'instance' ? instance + 1 : instance,
    epoch: firstEpoch,
    agreement: agreementNumber({ durability }) + (kind === 'agreement' ? 1 : 0),
  };
  writeRaftMessage(plain, message, origin, 0);
  if (kind === 'version') plain.setUint8(versionAt, plain.getUint8(versionAt) + 1);
  const length = seals.seal(machine.id, bytes, view, sealHeaderBytes + raftDatagram.size);
  return length === 0 ? undefined : bytes.subarray(0, length);
}
