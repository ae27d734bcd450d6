/**
 * Ordered byte streams over non-blocking TCP. One epoll tells which sockets have news, once each (edge-triggered); the
 * rest is kept here, so that a cycle without news costs one system call whatever the number of connections. Buffers
 * have a fixed size: a peer that sends more than the handler consumes is not read further, and TCP slows it down.
 */
import { closeSync, openSync } from 'node:fs';
import { recordBytesMax, replicaIdMax } from '../../protocol/limits.ts';
import type { Clock } from '../../replica/ports.ts';
import { assert } from '../../std/assert.ts';
import type { Transport, TransportHandler } from '../../trust/transport.ts';
import {
  accept4,
  callError,
  close,
  connect,
  epollCreate1,
  epollCtl,
  epollWait,
  lastError,
  listen,
  socket,
} from '../system/native.ts';
import {
  AF_INET,
  EMFILE,
  ENFILE,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  epollDataAt,
  epollEventBytes,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  sockaddrBytes,
  streamType,
} from '../system/platform.ts';
import {
  AddressError,
  addressNumber,
  bindSocket,
  isConnected,
  prepareStream,
  resetOnClose,
  setOption,
  socketAddress,
} from './addresses.ts';
import type { ConnectionSettings } from './settings.ts';
import { ConnectionState, createBuffers, TcpConnection } from './tcp-connection.ts';
import { WaitingCallers } from './waiting-callers.ts';

/** Events taken from the system in one cycle, and connections accepted in one; the rest waits for the next. */
const eventsMax = 128;
const acceptsPerPollMax = 16;
const backlog = 512;
/** A connection that does not come about in this time has failed. */
const connectUsMax = 1_000_000;
/** An ended connection whose peer does not take the rest, or does not end it too, is cut off after this time. */
const endingUsMax = 2_000_000;
/** Handles that became free last and are not used again as long as there are others. */
const restingHandles = 16;
/** Handles kept free for connections to each peer (a tether and a fetch), as long as they are not too large a part. */
const reservedPerPeer = 2;
const reservedPartMax = 0.25;
const listenerHandle = -1;

export class TcpConnections implements Transport {
  /** The port that it listens on. */
  readonly port: number;
  /** To wait on: readable when any socket has news. */
  readonly descriptor: number;
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #listener: number;
  /** A descriptor to give up when the process has no other, so that a caller can be turned away instead of hanging. */
  #spareDescriptor: number;
  readonly #peers: (Uint8Array | undefined)[] = Array.from({ length: replicaIdMax + 1 });
  #peerCount = 0;

  readonly #connections: (TcpConnection | undefined)[];
  /** Handles that are free again; the handle that has been free for longest is first. */
  readonly #free: number[] = [];
  /** Handles from here on were never used: they have no buffers yet. */
  #unused = 0;
  #accepted = 0;
  readonly #waiting = new WaitingCallers();
  /** Connections with something to look at; those with fresh output; those with a deadline. */
  #listed: TcpConnection[] = [];
  #listedBefore: TcpConnection[] = [];
  readonly #dirty: TcpConnection[] = [];
  #timed: TcpConnection[] = [];

  /** The address of the last caller. */
  readonly #caller = new Uint8Array(sockaddrBytes);
  readonly #callerBytes = new Uint32Array(1);
  readonly #events = new Uint8Array(eventsMax * epollEventBytes);
  readonly #eventsView = new DataView(this.#events.buffer);
  readonly #interest = new Uint8Array(epollEventBytes);
  readonly #interestView = new DataView(this.#interest.buffer);

  /** Throws an AddressError where the port is taken. */
  constructor(settings: ConnectionSettings, clock: Clock) {
    const { connectionsMax, inputBytes, outputBytes } = settings;
    assert(
      inputBytes >= recordBytesMax,
      () => `an input buffer holds the largest record: ${recordBytesMax} bytes, not ${inputBytes}`,
    );
    assert(
      (outputBytes & (outputBytes - 1)) === 0,
      () => `the size of an output buffer is a power of two, not ${outputBytes}`,
    );
    this.#settings = settings;
    this.#clock = clock;
    this.#connections = Array.from({ length: connectionsMax });
    this.descriptor = epollCreate1(EPOLL_CLOEXEC);
    if (this.descriptor < 0) throw callError('epoll_create1', 'the connections');
    this.#listener = socket(AF_INET, streamType, 0);
    if (this.#listener < 0) throw callError('socket', 'TCP');
    try {
      // Accepted connections inherit the options of the listener.
      prepareStream(this.#listener);
      setOption(this.#listener, SOL_SOCKET, SO_REUSEADDR, 1);
      this.port = bindSocket(this.#listener, 'TCP', settings.address, settings.port);
      if (listen(this.#listener, backlog) < 0) {
        throw new AddressError('TCP', settings.address, this.port, lastError());
      }
      this.#watch(this.#listener, EPOLLIN, listenerHandle, 0);
      this.#spareDescriptor = openSync('/dev/null', 'r');
    } catch (error) {
      close(this.#listener);
      close(this.descriptor);
      throw error;
    }
  }

  /** Where a replica is reached from now on; without an address nowhere. */
  setPeer(replicaId: number, address?: string, port = 0): void {
    this.#peers[replicaId] = address === undefined ? undefined : socketAddress(address, port);
    this.#peerCount = this.#peers.filter((peer) => peer !== undefined).length;
  }

  /** @hot */
  poll(handler: TransportHandler): number {
    let count = 0;
    if (this.#dirty.length > 0) this.flush();
    const events = epollWait(this.descriptor, this.#events, eventsMax, 0);
    let hasCallers = false;
    for (let n = 0; n < events; n++) if (this.#note(n * epollEventBytes)) hasCallers = true;
    if (this.#listed.length > 0) count += this.#serveListed(handler);
    // Those that came before speak first: then they need not give way to new ones.
    if (this.#waiting.count > 0) count += this.#serveWaiting(handler);
    if (hasCallers) count += this.#accept(handler);
    if (this.#timed.length > 0) count += this.#endLate(handler);
    return count;
  }

  knows(replicaId: number): boolean {
    return this.#peers[replicaId] !== undefined;
  }

  connect(replicaId: number): number {
    const peer = this.#peers[replicaId];
    if (peer === undefined || !this.#hasFree) return -1;
    const fd = socket(AF_INET, streamType, 0);
    if (fd < 0) return -1;
    prepareStream(fd);
    // A refusal at once shows as an event, like any other outcome.
    connect(fd, peer, sockaddrBytes);
    const connection = this.#begin(fd, ConnectionState.connecting, replicaId);
    this.#setDeadline(connection, connectUsMax);
    return connection.handle;
  }

  /** @hot */
  send(handle: number, bytes: Uint8Array, from: number, to: number): boolean {
    const connection = this.#connections[handle];
    if (connection === undefined || connection.state !== ConnectionState.open || to - from > connection.room)
      return false;
    connection.queue(bytes, from, to);
    if (!connection.isDirty) {
      connection.isDirty = true;
      this.#dirty.push(connection);
    }
    return true;
  }

  /** @hot */
  room(handle: number): number {
    const connection = this.#connections[handle];
    return connection === undefined || connection.state !== ConnectionState.open ? 0 : connection.room;
  }

  /** @hot */
  flush(): void {
    const dirty = this.#dirty;
    // To set the length of a list is a call into the engine, and most cycles have nothing to send.
    if (dirty.length === 0) return;
    for (let n = 0; n < dirty.length; n++) {
      const connection = dirty[n]!;
      connection.isDirty = false;
      if (connection.state !== ConnectionState.free) this.#transmit(connection);
    }
    dirty.length = 0;
  }

  close(handle: number): void {
    const connection = this.#notClosed(handle);
    if (connection.state === ConnectionState.connecting) {
      this.#release(connection);
      return;
    }
    connection.state = ConnectionState.ending;
    this.#setDeadline(connection, endingUsMax);
    this.#list(connection);
  }

  reset(handle: number): void {
    this.#cutOff(this.#notClosed(handle));
  }

  #notClosed(handle: number): TcpConnection {
    const connection = this.#connections[handle];
    assert(
      connection !== undefined &&
        connection.state !== ConnectionState.free &&
        connection.state !== ConnectionState.ending,
      () => `a connection is closed once: ${handle}`,
    );
    return connection;
  }

  source(handle: number): number {
    return this.#connections[handle]?.source ?? 0;
  }

  /** Sends queued bytes as far as the system takes them, and closes every socket. */
  closeAll(): void {
    this.flush();
    for (const connection of this.#connections) {
      if (connection !== undefined && connection.state !== ConnectionState.free) connection.end();
    }
    for (const fd of this.#waiting.sockets) close(fd);
    close(this.#listener);
    close(this.descriptor);
    closeSync(this.#spareDescriptor);
  }

  /** Takes one event of the system; true when callers wait. */
  #note(at: number): boolean {
    const view = this.#eventsView;
    const handle = view.getInt32(at + epollDataAt, true);
    if (handle === listenerHandle) return true;
    const connection = this.#connections[handle];
    if (connection === undefined || connection.state === ConnectionState.free) return false;
    if (connection.generation !== view.getInt32(at + epollDataAt + 4, true)) return false;
    const events = view.getUint32(at, true);
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) connection.hasEnded = true;
    if ((events & EPOLLIN) !== 0 || connection.hasEnded) connection.isReadable = true;
    if ((events & EPOLLOUT) !== 0 || connection.hasEnded) connection.isWritable = true;
    this.#list(connection);
    return false;
  }

  #accept(handler: TransportHandler): number {
    let count = 0;
    for (; count < acceptsPerPollMax; count++) {
      const fd = this.#acceptNext(SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) {
        const error = lastError();
        if (error === EMFILE || error === ENFILE) this.#turnAway();
        break;
      }
      const source = addressNumber(this.#caller);
      const gone = this.#letIn(fd, source, handler) ? -1 : this.#waiting.add(fd, source);
      if (gone >= 0) close(gone);
    }
    return count;
  }

  /** Counts as work: the core does not sleep while callers wait. */
  #serveWaiting(handler: TransportHandler): number {
    this.#waiting.serve(acceptsPerPollMax, (fd, source) => this.#letIn(fd, source, handler));
    return 1;
  }

  /** Gives a caller its place, or turns it away where no handle is free; false when it is to wait. */
  #letIn(fd: number, source: number, handler: TransportHandler): boolean {
    if (!handler.takesCaller(source)) return false;
    if (!this.#hasRoom && !this.#cutOffEnding()) {
      close(fd);
      return true;
    }
    this.#accepted++;
    const connection = this.#begin(fd, ConnectionState.open, 0);
    connection.source = source;
    connection.isWritable = true;
    handler.opened(connection.handle, 0);
    return true;
  }

  /** The process has no descriptor left: without this the caller would wait, and the listener report it for ever. */
  #turnAway(): void {
    closeSync(this.#spareDescriptor);
    const fd = this.#acceptNext(SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    this.#spareDescriptor = openSync('/dev/null', 'r');
  }

  #acceptNext(flags: number): number {
    this.#callerBytes[0] = sockaddrBytes;
    return accept4(this.#listener, this.#caller, this.#callerBytes, flags);
  }

  /** There is a handle for one more caller, beside those that are kept for connections to peers. */
  get #hasRoom(): boolean {
    const { connectionsMax } = this.#settings;
    const reserved = Math.min(this.#peerCount * reservedPerPeer, connectionsMax * reservedPartMax);
    return this.#accepted < connectionsMax - Math.floor(reserved) && this.#hasFree;
  }

  /** Makes room for a caller: what has ended for the owner, and waits for its peer longest, is cut off. */
  #cutOffEnding(): boolean {
    const ending = this.#timed.find(
      ({ state, replicaId }) => state === ConnectionState.ending && replicaId === 0,
    );
    if (ending === undefined) return false;
    this.#cutOff(ending);
    return this.#hasRoom;
  }

  #cutOff(connection: TcpConnection): void {
    resetOnClose(connection.fd);
    this.#release(connection);
  }

  #serveListed(handler: TransportHandler): number {
    let count = 0;
    const listed = this.#listed;
    this.#listed = this.#listedBefore;
    this.#listedBefore = listed;
    for (let n = 0; n < listed.length; n++) {
      const connection = listed[n]!;
      connection.isListed = false;
      if (connection.state === ConnectionState.connecting)
        count += this.#serveConnecting(connection, handler);
      if (connection.state === ConnectionState.open) count += this.#serveOpen(connection, handler);
      if (connection.state === ConnectionState.ending) this.#serveEnding(connection);
    }
    listed.length = 0;
    return count;
  }

  #serveConnecting(connection: TcpConnection, handler: TransportHandler): number {
    if (!connection.isWritable && !connection.hasEnded) return 0;
    if (!isConnected(connection.fd)) {
      this.#fail(connection, handler);
      return 1;
    }
    connection.state = ConnectionState.open;
    handler.opened(connection.handle, connection.replicaId);
    return 1;
  }

  /** @hot */
  #serveOpen(connection: TcpConnection, handler: TransportHandler): number {
    let count = 0;
    if (connection.hasOutput && connection.isWritable) this.#transmit(connection);
    const received = connection.canReceive ? connection.receive() : 0;
    if (received > 0) count++;
    let consumed = 0;
    if (connection.inputTo > connection.inputFrom) {
      const { input, inputView } = connection.buffers;
      consumed = handler.received(
        connection.handle,
        input,
        inputView,
        connection.inputFrom,
        connection.inputTo,
      );
      assert(
        consumed >= 0 && consumed <= connection.inputTo - connection.inputFrom,
        'a handler consumes what it was offered',
      );
      if (connection.state !== ConnectionState.open) return count + 1;
      if (consumed > 0) count++;
      connection.consume(consumed);
    }
    // The handler learns of the end when it was offered everything before, and takes no more of it.
    if (connection.hasEnded && received <= 0 && consumed === 0) {
      this.#fail(connection, handler);
      return count + 1;
    }
    const hasInput = connection.inputTo > connection.inputFrom;
    if (hasInput || connection.isReadable || connection.hasEnded) this.#list(connection);
    return count;
  }

  /**
   * Sends the rest, says that it is the end, and waits for the peer's, so that nothing on its way is lost to a reset.
   */
  #serveEnding(connection: TcpConnection): void {
    const isSound = connection.transmit();
    if (isSound && !connection.hasOutput) connection.shutDown();
    // What the peer still sends is thrown away; what it does not read is cut off by the deadline.
    connection.inputFrom = connection.inputTo = 0;
    if (connection.isReadable) connection.receive();
    if (!isSound || (connection.hasEnded && !connection.isReadable && !connection.hasOutput))
      this.#release(connection);
    else if (connection.isReadable) this.#list(connection);
  }

  #transmit(connection: TcpConnection): void {
    if (connection.transmit()) return;
    // A broken connection shows when it is read, behind what the peer sent before.
    connection.hasEnded = true;
    connection.isReadable = true;
    this.#list(connection);
  }

  #list(connection: TcpConnection): void {
    if (connection.isListed) return;
    connection.isListed = true;
    this.#listed.push(connection);
  }

  #setDeadline(connection: TcpConnection, inUs: number): void {
    connection.deadlineUs = this.#clock.nowUs() + inUs;
    this.#timed.push(connection);
  }

  #endLate(handler: TransportHandler): number {
    let count = 0;
    const nowUs = this.#clock.nowUs();
    const timed = this.#timed;
    this.#timed = [];
    for (const connection of timed) {
      const { state } = connection;
      if (state !== ConnectionState.connecting && state !== ConnectionState.ending) continue;
      if (nowUs < connection.deadlineUs) {
        this.#timed.push(connection);
      } else if (state === ConnectionState.connecting) {
        this.#fail(connection, handler);
        count++;
      } else {
        this.#release(connection);
      }
    }
    return count;
  }

  /** Ends a connection from the peer's side. Its handle stays taken until the handler knows. */
  #fail(connection: TcpConnection, handler: TransportHandler): void {
    connection.state = ConnectionState.ending;
    handler.closed(connection.handle);
    this.#release(connection);
  }

  get #hasFree(): boolean {
    return this.#free.length > 0 || this.#unused < this.#settings.connectionsMax;
  }

  #begin(fd: number, state: ConnectionState, replicaId: number): TcpConnection {
    // Old handles come first, since they have buffers. A handle that has just become free rests: its last owner may
    // still use its number.
    const takesOld = this.#free.length > restingHandles || this.#unused === this.#settings.connectionsMax;
    const handle = takesOld ? this.#free.shift() : this.#unused++;
    const { connectionsMax, inputBytes, outputBytes } = this.#settings;
    assert(handle !== undefined, () => `of ${connectionsMax} handles one is free`);
    const connection = (this.#connections[handle] ??= new TcpConnection(
      handle,
      createBuffers(inputBytes, outputBytes),
    ));
    connection.begin(fd, state, replicaId);
    this.#watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, handle, connection.generation);
    return connection;
  }

  #release(connection: TcpConnection): void {
    if (connection.replicaId === 0) this.#accepted--;
    connection.end();
    this.#free.push(connection.handle);
  }

  #watch(fd: number, events: number, handle: number, generation: number): void {
    this.#interestView.setUint32(0, events >>> 0, true);
    this.#interestView.setInt32(epollDataAt, handle, true);
    this.#interestView.setInt32(epollDataAt + 4, generation, true);
    if (epollCtl(this.descriptor, EPOLL_CTL_ADD, fd, this.#interest) < 0) {
      throw callError('epoll_ctl', `connection ${handle}`);
    }
  }
}
