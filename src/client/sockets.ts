/**
 * The sockets of a client: one TCP connection per replica over node:net, without delay. What is sent in one turn of
 * the event loop leaves in one write.
 */
import { connect, type Socket } from 'node:net';

/** Bytes that are read at once. */
const readBytes = 65_536;
/** Bytes of a connection's output buffer at first; it holds at most what the window and the queries hold. */
const outputBytes = 16_384;

/** What happens on the connections; `bytes` is valid only during the call. */
export interface SocketHandler {
  opened(replicaId: number): void;
  received(replicaId: number, bytes: Uint8Array, length: number): void;
  closed(replicaId: number, why: string): void;
}

export interface Address {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

class ReplicaConnection {
  readonly socket: Socket;
  output = Buffer.allocUnsafeSlow(outputBytes);
  length = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }
}

/** One connection per replica at most; a new `connect` takes the place of the old one. */
export class Sockets {
  readonly #addresses: readonly Address[];
  readonly #handler: SocketHandler;
  readonly #connections = new Map<number, ReplicaConnection>();

  constructor(addresses: readonly Address[], handler: SocketHandler) {
    this.#addresses = addresses;
    this.#handler = handler;
  }

  connect(replicaId: number): void {
    this.disconnect(replicaId);
    const address = this.#addresses.find((candidate) => candidate.id === replicaId);
    if (address === undefined) throw new RangeError(`replica ${replicaId} has no address`);
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    const callback = (length: number): boolean => {
      if (this.#isCurrent(replicaId, connection)) this.#handler.received(replicaId, buffer, length);
      return true;
    };
    const socket = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      onread: { buffer, callback },
    });
    const connection = new ReplicaConnection(socket);
    this.#connections.set(replicaId, connection);
    let why = 'the replica closed it';
    socket.on('connect', () => {
      if (this.#isCurrent(replicaId, connection)) this.#handler.opened(replicaId);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code ?? error.message;
    });
    socket.on('close', () => {
      if (!this.#isCurrent(replicaId, connection)) return;
      this.#connections.delete(replicaId);
      this.#handler.closed(replicaId, why);
    });
  }

  /** Ends a connection, after what was sent if the kernel takes it at once; its handler hears nothing more. */
  disconnect(replicaId: number): void {
    const connection = this.#connections.get(replicaId);
    if (connection === undefined) return;
    this.#write(connection);
    this.#connections.delete(replicaId);
    if (connection.socket.writableLength === 0) connection.socket.destroySoon();
    else connection.socket.destroy();
  }

  /** Copies `bytes[from, to)` behind what waits for the next `flush`. */
  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean {
    const connection = this.#connections.get(replicaId);
    if (connection === undefined) return false;
    const length = connection.length + to - from;
    if (length > connection.output.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, connection.output.length * 2));
      larger.set(connection.output.subarray(0, connection.length));
      connection.output = larger;
    }
    connection.output.set(bytes.subarray(from, to), connection.length);
    connection.length = length;
    return true;
  }

  /** Writes what waits, one write per connection. @hot */
  flush(): void {
    for (const connection of this.#connections.values()) if (connection.length > 0) this.#write(connection);
  }

  #write(connection: ReplicaConnection): void {
    const { socket, output, length } = connection;
    if (length === 0) return;
    connection.length = 0;
    socket.write(output.subarray(0, length));
    // What the kernel did not take at once is still read from the buffer, so the next bytes need another one.
    if (socket.writableLength > 0) connection.output = Buffer.allocUnsafeSlow(outputBytes);
  }

  #isCurrent(replicaId: number, connection: ReplicaConnection): boolean {
    return this.#connections.get(replicaId) === connection;
  }
}
