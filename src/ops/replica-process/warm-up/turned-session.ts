/**
 * A session of the SDK without an event loop: its core (numbering, window, failover) over connections as replicas use
 * them, driven by a loop that turns it by hand.
 */
import { randomBytes } from 'node:crypto';
import type { SessionListener, SessionMachine, SessionOptions } from '../../../client/core/ports.ts';
import { Session } from '../../../client/core/session.ts';
import { ConnectionRole } from '../../../protocol/messages.ts';
import type { ConnectionHandler } from '../../../replica/ports.ts';
import type { SecureConnections } from '../../../trust/secure-connections.ts';

export class TurnedSession {
  readonly session: Session;
  readonly #connections: SecureConnections;
  readonly #handler: ConnectionHandler;
  /** Handle of the connection to each replica, -1 for none, and the replica of each handle. */
  readonly #handles: number[] = [];
  readonly #replicas: number[] = [];
  #nowUs = 0;

  constructor(connections: SecureConnections, options: SessionOptions, listener: SessionListener) {
    this.#connections = connections;
    this.session = new Session(options, this.#machine(), listener);
    const { session } = this;
    this.#handler = {
      opened: (handle) => session.opened(this.#replicas[handle]!, this.#nowUs),
      received: (handle, bytes, _view, from, to) => {
        session.received(this.#replicas[handle]!, bytes, from, to, this.#nowUs);
        return to - from;
      },
      closed: (handle) => {
        const replicaId = this.#replicas[handle]!;
        if (this.#handles[replicaId] !== handle) return;
        this.#handles[replicaId] = -1;
        session.closed(replicaId, this.#nowUs, 'the replica closed it');
      },
    };
  }

  /** Sends what was submitted and reads what has come; returns how much there was. @hot */
  turn(nowUs: number): number {
    this.#nowUs = nowUs;
    this.session.flush(nowUs);
    this.#connections.flush();
    return this.#connections.poll(this.#handler);
  }

  #machine(): SessionMachine {
    const connections = this.#connections;
    return {
      place: () => undefined,
      believe: () => undefined,
      connect: (replicaId) => {
        const handle = connections.connect(replicaId, ConnectionRole.session);
        this.#handles[replicaId] = handle;
        if (handle >= 0) this.#replicas[handle] = replicaId;
      },
      disconnect: (replicaId) => {
        const handle = this.#handles[replicaId] ?? -1;
        this.#handles[replicaId] = -1;
        if (handle >= 0) connections.close(handle);
      },
      send: (replicaId, bytes, from, to) => {
        const handle = this.#handles[replicaId] ?? -1;
        return handle >= 0 && connections.send(handle, bytes, from, to);
      },
      random: () => randomBytes(4).readUInt32LE(0),
    };
  }
}
