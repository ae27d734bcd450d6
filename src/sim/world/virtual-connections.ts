/**
 * Virtual TCP: ordered byte streams with delay, arbitrary splits, bounded buffers, and the ways in which they end. A
 * process that dies takes its connections with it at once, as its kernel informs the peers; a machine that loses its
 * power leaves them hanging, and a peer learns of it only by a reset after the reboot, or by giving up.
 *
 * What can happen: bytes come late, in pieces, or stall behind a cut; any connection breaks at any time, once or again
 * and again, with what was on its way; a peer reads nothing; too many knock. What the cluster must survive: all of it.
 * A client that comes back finds its session where it was: no command runs twice, and no event is missed in silence.
 */
import { replicasMax } from '../../protocol/limits.ts';
import { assert, assertAtLeast, assertAtMost } from '../../std/assert.ts';
import type { Transport, TransportHandler } from '../../trust/transport.ts';
import type { Fuse } from './fuse.ts';
import type { VirtualNetwork } from './virtual-network.ts';

/** Unread bytes that a receiving socket holds; more wait at the sender. */
const inputBytesMax = 131_072;
/** Bytes that a sending socket holds until they have arrived. */
const outputBytesMax = 262_144;
/** Bytes of an input buffer at first. */
const inputBytesFirst = 4_096;
/** A sender tries again after about this long when nothing gets through. */
const retransmitUs = 8_000;
/** A sender that got nothing through for so long gives the connection up. */
const giveUpUs = 1_500_000;
/** A side on which nothing comes asks, after so long and then every second, whether the other one is there. */
const keepAliveIdleUs = 5_000_000;
const keepAlivesMax = 5;
/** A connection that does not come about in this time has failed. */
const connectTimeoutUs = 1_000_000;

/** The state of a machine, as its peers' packets find it. */
export type Reachability =
  /** A process listens. */
  | 'listening'
  /** The machine runs but no process listens: a caller is refused at once. */
  | 'refusing'
  /** No machine answers. */
  | 'silent';

/** One end of a stream. What it sends waits in `output` until the network has carried it into the peer's `input`. */
class End {
  readonly owner: VirtualConnections;
  readonly handle: number;
  /** The replica that `connect` named; 0 on the side that accepted. */
  readonly replicaId: number;
  peer: End | undefined;
  /** On the side that accepted: the address that was called. */
  calledId = 0;
  /** The owner uses it: `opened` was called and `closed` was not. */
  isOpen = false;
  /** The owner does not know of it any more. */
  isDetached = false;
  /** Its machine lost its power: nothing moves in it any more, and the peer does not notice. */
  hasVanished = false;

  output: Uint8Array[] = [];
  outputBytes = 0;
  /** Control messages that travel with the bytes: the handshake before them, the end after them. */
  sendsOpening = false;
  sendsEnd = false;
  isPumping = false;
  stalledSinceUs = -1;

  input = new Uint8Array(inputBytesFirst);
  view = new DataView(this.input.buffer);
  from = 0;
  to = 0;
  /** What the owner's next poll shall report. */
  openingWaits = false;
  endWaits = false;

  constructor(owner: VirtualConnections, handle: number, replicaId: number) {
    this.owner = owner;
    this.handle = handle;
    this.replicaId = replicaId;
  }

  get inputRoom(): number {
    return inputBytesMax - (this.to - this.from);
  }

  take(bytes: Uint8Array): void {
    if (this.to + bytes.length > this.input.length) this.#makeRoom(bytes.length);
    this.input.set(bytes, this.to);
    this.to += bytes.length;
  }

  #makeRoom(more: number): void {
    const held = this.to - this.from;
    let size = this.input.length;
    while (size < held + more) size *= 2;
    const source = this.input.subarray(this.from, this.to);
    if (size === this.input.length) {
      this.input.copyWithin(0, this.from, this.to);
    } else {
      this.input = new Uint8Array(size);
      this.input.set(source);
      this.view = new DataView(this.input.buffer);
    }
    this.from = 0;
    this.to = held;
  }
}

/** Carries bytes between the endpoints of a {@link VirtualNetwork}. */
export class VirtualWires {
  readonly network: VirtualNetwork;
  readonly #endpoints: VirtualConnections[] = [];
  /** What answers at the address of an endpoint while nothing listens there. */
  readonly #standIns = new Map<number, VirtualConnections>();
  /** The obstacle on the way to an endpoint. */
  readonly #between = new Map<number, VirtualConnections>();

  constructor(network: VirtualNetwork) {
    this.network = network;
  }

  /** The sockets of an endpoint. Replicas listen once `listen` is called; clients never do. */
  openEndpoint(id: number, connectionsMax: number, wake: () => void, fuse?: Fuse): VirtualConnections {
    const endpoint = new VirtualConnections(this, id, connectionsMax, wake, fuse);
    this.#endpoints[id] = endpoint;
    return endpoint;
  }

  /** Something else answers at the address of an endpoint, whenever nothing of its own does; undefined: no more. */
  standIn(id: number, endpoint: VirtualConnections | undefined): void {
    if (endpoint === undefined) this.#standIns.delete(id);
    else this.#standIns.set(id, endpoint);
  }

  /** Something takes the calls to an endpoint, all but its own ones; undefined: no more. */
  putBetween(id: number, endpoint: VirtualConnections | undefined): void {
    if (endpoint === undefined) this.#between.delete(id);
    else this.#between.set(id, endpoint);
  }

  /** What answers to a caller at an address. */
  #answerer(caller: VirtualConnections, id: number): VirtualConnections | undefined {
    const own = this.#endpoints[id];
    if (own?.reachability !== 'listening') return this.#standIns.get(id) ?? own;
    const between = this.#between.get(id);
    return between === undefined || between === caller ? own : between;
  }

  /** Knocks at `to` for `end`, again and again while nothing answers. */
  knock(end: End, to: number, sinceUs: number): void {
    const { network } = this;
    network.scheduler.after(network.delayUs(), () => {
      if (end.isDetached || end.hasVanished) return;
      const target = this.#answerer(end.owner, to);
      const isSilent = target === undefined || target.reachability === 'silent';
      if (isSilent || network.isBlocked(end.owner.id, target.id)) {
        if (network.scheduler.nowUs - sinceUs > connectTimeoutUs) this.#end(end);
        else network.scheduler.after(retransmitUs, () => this.knock(end, to, sinceUs));
        return;
      }
      const accepted = target.reachability === 'listening' ? target.accept(to) : undefined;
      if (accepted === undefined) {
        network.scheduler.after(network.delayUs(), () => this.#end(end));
        return;
      }
      accepted.peer = end;
      end.peer = accepted;
      accepted.sendsOpening = true;
      this.pump(accepted);
    });
  }

  /** Sets the stream from `end` to its peer in motion, if anything waits and nothing moves yet. */
  pump(end: End): void {
    const { network } = this;
    const hasWork = end.sendsOpening || end.outputBytes > 0 || end.sendsEnd;
    if (end.isPumping || !hasWork || end.hasVanished || end.peer === undefined) return;
    end.isPumping = true;
    const isLost = network.random.chance(network.conditions.loss);
    const delayUs = isLost ? retransmitUs + network.random.below(retransmitUs) : network.delayUs();
    network.scheduler.after(delayUs, () => this.#deliver(end));
  }

  /** Resets the stream at both ends: `end` is gone already, what it had sent and not delivered is lost. */
  reset(end: End): void {
    end.output.length = 0;
    end.outputBytes = 0;
    end.sendsOpening = false;
    end.sendsEnd = true;
    this.pump(end);
  }

  /** A reset from outside: the owner hears of the end, and what it had sent is lost. */
  breakOff(end: End): void {
    end.output.length = 0;
    end.outputBytes = 0;
    this.#end(end);
  }

  #deliver(end: End): void {
    const { network } = this;
    end.isPumping = false;
    const peer = end.peer;
    if (peer === undefined || end.hasVanished) return;
    const getsThrough =
      !network.isBlocked(end.owner.id, peer.owner.id) && peer.owner.reachability !== 'silent';
    if (!getsThrough) {
      this.#stall(end);
      return;
    }
    end.stalledSinceUs = -1;
    if (peer.hasVanished) {
      // The machine has booted since and knows nothing of this connection: it answers with a reset.
      if (!end.isDetached) network.scheduler.after(network.delayUs(), () => this.#end(end));
      return;
    }
    if (peer.isDetached) {
      // The other side has closed: bytes on their way to it are lost.
      end.output.length = 0;
      end.outputBytes = 0;
      return;
    }
    if (end.sendsOpening) {
      end.sendsOpening = false;
      peer.openingWaits = true;
      peer.owner.wake();
    }
    const moved = this.#moveBytes(end, peer);
    if (end.sendsEnd && end.outputBytes === 0) {
      end.sendsEnd = false;
      peer.endWaits = true;
      peer.owner.wake();
    } else if (moved > 0 || end.outputBytes === 0) {
      this.pump(end);
    }
    // Otherwise the peer has no room: it sets the stream in motion again when it has read something.
  }

  /** A side that has heard nothing of the end of the other one asks in a while, as real ones do (io/sockets). */
  keepAlive(end: End | undefined): void {
    if (end !== undefined) this.network.scheduler.after(keepAliveIdleUs, () => this.#askPeer(end, 1));
  }

  #askPeer(end: End, times: number): void {
    const { owner } = end.peer ?? {};
    if (owner === undefined || end.isDetached || end.hasVanished) return;
    const hears = owner.reachability !== 'silent' && !this.network.isBlocked(owner.id, end.owner.id);
    if (hears || times === keepAlivesMax) this.#end(end);
    else this.network.scheduler.after(keepAliveIdleUs / keepAlivesMax, () => this.#askPeer(end, times + 1));
  }

  #moveBytes(end: End, peer: End): number {
    const { random } = this.network;
    let most = Math.min(end.outputBytes, peer.inputRoom);
    // Streams have no borders: a record may arrive in pieces.
    if (most > 1 && random.chance(0.1)) most = random.between(1, most);
    let moved = 0;
    while (moved < most) {
      const chunk = end.output[0]!;
      const take = Math.min(chunk.length, most - moved);
      peer.take(take === chunk.length ? chunk : chunk.subarray(0, take));
      if (take === chunk.length) end.output.shift();
      else end.output[0] = chunk.subarray(take);
      moved += take;
    }
    end.outputBytes -= moved;
    if (moved > 0) peer.owner.wake();
    return moved;
  }

  #stall(end: End): void {
    const { scheduler, random } = this.network;
    if (end.stalledSinceUs < 0) end.stalledSinceUs = scheduler.nowUs;
    if (scheduler.nowUs - end.stalledSinceUs > giveUpUs)
      return end.isDetached ? this.keepAlive(end.peer) : this.#end(end);
    end.isPumping = true;
    scheduler.after(retransmitUs + random.below(retransmitUs), () => this.#deliver(end));
  }

  #end(end: End): void {
    if (end.isDetached || end.hasVanished) return;
    end.endWaits = true;
    end.owner.wake();
  }
}

/**
 * The sockets of one endpoint. A handle is the lowest free number, so that stale ones soon belong to another
 * connection.
 */
export class VirtualConnections implements Transport {
  readonly id: number;
  /** For the trace. */
  readonly name: string;
  readonly wake: () => void;
  reachability: Reachability = 'refusing';
  /** Replicas that its configuration file names; undefined is all. */
  addresses: ReadonlySet<number> | undefined;
  readonly #wires: VirtualWires;
  readonly #fuse: Fuse | undefined;
  readonly #ends: (End | undefined)[];
  /** No handle from here on was ever used. */
  #endsUsed = 0;

  constructor(
    wires: VirtualWires,
    id: number,
    connectionsMax: number,
    wake: () => void,
    fuse: Fuse | undefined,
  ) {
    this.#wires = wires;
    this.#fuse = fuse;
    this.id = id;
    this.name = id <= replicasMax ? `replica ${id}` : `client ${id}`;
    this.wake = wake;
    this.#ends = Array.from({ length: connectionsMax });
  }

  poll(handler: TransportHandler): number {
    let count = 0;
    for (let handle = 0; handle < this.#endsUsed; handle++) {
      const end = this.#ends[handle];
      if (end !== undefined) count += this.#pollEnd(end, handler);
    }
    return count;
  }

  knows(replicaId: number): boolean {
    return this.addresses === undefined || this.addresses.has(replicaId);
  }

  connect(replicaId: number): number {
    assert(replicaId !== this.id, () => `no endpoint connects to itself: ${replicaId}`);
    if (!this.knows(replicaId)) return -1;
    const end = this.#allocate(replicaId);
    if (end === undefined) return -1;
    this.#wires.knock(end, replicaId, this.#wires.network.scheduler.nowUs);
    return end.handle;
  }

  send(connection: number, bytes: Uint8Array, from: number, to: number): boolean {
    const end = this.#end(connection);
    this.#fuse?.burn();
    if (!end.isOpen || end.outputBytes + to - from > outputBytesMax) return false;
    if (to > from) {
      end.output.push(bytes.slice(from, to));
      end.outputBytes += to - from;
    }
    return true;
  }

  /** Queued bytes begin to travel only now, so that a caller that forgets to flush is noticed. */
  flush(): void {
    for (let handle = 0; handle < this.#endsUsed; handle++) {
      const end = this.#ends[handle];
      if (end !== undefined) this.#wires.pump(end);
    }
  }

  room(connection: number): number {
    const end = this.#end(connection);
    return end.isOpen ? outputBytesMax - end.outputBytes : 0;
  }

  close(connection: number): void {
    const end = this.#end(connection);
    this.#release(end);
    end.sendsEnd = true;
    this.#wires.pump(end);
  }

  reset(connection: number): void {
    const end = this.#end(connection);
    this.#release(end);
    this.#wires.reset(end);
  }

  source(connection: number): number {
    return this.#end(connection).peer?.owner.id ?? 0;
  }

  /** The other end, for the trace. */
  peerName(connection: number): string {
    return this.#end(connection).peer?.owner.name ?? 'nobody';
  }

  /** The replica that `connect` named; 0 of an accepted one. */
  calledReplica(connection: number): number {
    return this.#end(connection).replicaId;
  }

  /** The address at which an accepted connection was called. */
  calledAt(connection: number): number {
    return this.#end(connection).calledId;
  }

  /** A peer's knock: a new connection, or undefined when every handle is taken. */
  accept(calledId: number): End | undefined {
    const end = this.#allocate(0);
    if (end === undefined) return undefined;
    end.calledId = calledId;
    end.openingWaits = true;
    this.wake();
    return end;
  }

  /** Something between the two sides resets one of the open connections; false when none is open. */
  resetOne(): boolean {
    const open = this.#ends.filter((end) => end?.isOpen === true);
    if (open.length === 0) return false;
    const end = this.#wires.network.random.pick(open);
    if (end?.peer === undefined) return false;
    this.#wires.network.tally.add('connection reset');
    this.#wires.breakOff(end);
    this.#wires.breakOff(end.peer);
    return true;
  }

  /** The process died: its kernel ends every connection, in good order or by a reset. */
  dropAll(): void {
    const { random } = this.#wires.network;
    for (const end of this.#ends) {
      if (end === undefined) continue;
      this.#release(end);
      if (random.chance(0.5)) {
        this.#wires.reset(end);
      } else {
        end.sendsEnd = true;
        this.#wires.pump(end);
      }
    }
    this.reachability = 'refusing';
  }

  /** The machine lost its power: every connection is left hanging at its peer. */
  vanishAll(): void {
    for (const end of this.#ends) {
      if (end === undefined) continue;
      this.#release(end);
      end.hasVanished = true;
      this.#wires.keepAlive(end.peer);
    }
    this.reachability = 'silent';
  }

  #end(connection: number): End {
    const end = this.#ends[connection];
    assert(end !== undefined, () => `connection ${connection} was opened before it is used`);
    return end;
  }

  #allocate(replicaId: number): End | undefined {
    const handle = this.#ends.indexOf(undefined);
    if (handle < 0) return undefined;
    const end = new End(this, handle, replicaId);
    this.#ends[handle] = end;
    this.#endsUsed = Math.max(this.#endsUsed, handle + 1);
    return end;
  }

  #release(end: End): void {
    end.isDetached = true;
    end.isOpen = false;
    if (this.#ends[end.handle] === end) this.#ends[end.handle] = undefined;
  }

  /** The handler may close this end, or open and close others, in any of its calls. */
  #pollEnd(end: End, handler: TransportHandler): number {
    let count = 0;
    if (end.openingWaits) {
      if (end.replicaId === 0 && !handler.takesCaller(this.source(end.handle))) return 0;
      end.openingWaits = false;
      end.isOpen = true;
      handler.opened(end.handle, end.replicaId);
      count++;
    }
    let consumed = 0;
    if (end.isOpen && end.to > end.from) {
      consumed = handler.received(end.handle, end.input, end.view, end.from, end.to);
      assertAtLeast(consumed, 0, 'a receiver consumes what it was offered');
      assertAtMost(consumed, end.to - end.from, 'a receiver consumes what it was offered');
      if (consumed > 0) {
        count++;
        this.#consume(end, consumed);
      }
    }
    // The end is reported once everything before it was offered and the receiver takes no more of it.
    const mayEnd = consumed === 0 || end.from === end.to;
    if (end.endWaits && mayEnd && !end.isDetached) {
      this.#release(end);
      handler.closed(end.handle);
      count++;
    }
    return count;
  }

  #consume(end: End, consumed: number): void {
    end.from += consumed;
    if (end.from === end.to) end.from = end.to = 0;
    if (end.peer !== undefined) this.#wires.pump(end.peer);
  }
}
