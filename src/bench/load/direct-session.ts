/**
 * A session of the SDK without the event loop: the same core (numbering, window, failover), over the non-blocking
 * sockets that replicas use, driven by a loop that calls `turn` again and again. It shows what the exchange takes,
 * without the wake-ups and timers of the client's event loop. One turn without news costs one system call.
 */
import { randomBytes } from 'node:crypto';
import type { SessionListener, SessionMachine } from '../../client/core/ports.ts';
import { Session } from '../../client/core/session.ts';
import { silentListener } from '../../client/core/silent-listener.ts';
import { identityOf } from '../../client/identity.ts';
import { openLinks, sealedBytes } from '../../io/sockets/links.ts';
import { defaultConnectionSettings } from '../../io/sockets/settings.ts';
import { TcpConnections } from '../../io/sockets/tcp.ts';
import { MachineClock } from '../../io/system/clock.ts';
import { schedYield } from '../../io/system/native.ts';
import { identityFolder } from '../../ops/certificates/identities.ts';
import { ownOperator } from '../../ops/certificates/own-identity.ts';
import type { Loaded } from '../../ops/configuration/load.ts';
import { outcome } from '../../protocol/events.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import type { ConnectionHandler } from '../../replica/ports.ts';
import type { SecureConnections } from '../../trust/secure-connections.ts';

const idsMax = 256;
const connectTimeoutUs = 10_000_000;
const commandTimeoutUs = 60_000_000;
/** The session's own time-outs are looked at after so many turns. */
const turnsPerTick = 256;
const outputBytes = 1_048_576;
const codeAt = outcome.at.code;

/** Hears of each outcome: the command's ticket, counted from 1 in the order of submission. */
export type OnOutcome = (ticket: number, isOk: boolean, view: DataView, at: number) => void;

export class DirectSession {
  readonly session: Session;
  readonly #sockets: TcpConnections;
  readonly #connections: SecureConnections;
  readonly #handler: ConnectionHandler;
  readonly #clock = new MachineClock();
  /** Handle of the connection to each replica, and the replica of each handle. */
  readonly #handles = new Int32Array(idsMax).fill(-1);
  readonly #replicas = new Int32Array(idsMax);
  #nowUs = 0;
  #turns = 0;
  #isOpen = false;
  #failure = '';

  constructor({ configuration, dataFolder }: Loaded, windowCommandsMax: number, onOutcome: OnOutcome) {
    const settings = { ...defaultConnectionSettings, outputBytes, address: '127.0.0.1', port: 0 };
    const sockets = new TcpConnections({ ...settings, ...sealedBytes }, this.#clock);
    for (const { id, host, tcpPort } of configuration.replicas) sockets.setPeer(id, host, tcpPort);
    this.#sockets = sockets;
    const identity = identityOf(identityFolder(dataFolder, ownOperator));
    const ignored = (): void => undefined;
    const connections = openLinks(sockets, identity, settings, {
      clock: this.#clock,
      counters: { add: ignored, set: ignored },
      log: {
        info: ignored,
        warn: (text, fields) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`),
      },
    });
    this.#connections = connections;
    const machine: SessionMachine = {
      place: () => undefined,
      believe: () => undefined,
      connect: (replicaId) => {
        const handle = connections.connect(replicaId, ConnectionRole.session);
        this.#handles[replicaId] = handle;
        if (handle >= 0) this.#replicas[handle] = replicaId;
      },
      disconnect: (replicaId) => {
        const handle = this.#handles[replicaId]!;
        this.#handles[replicaId] = -1;
        if (handle >= 0) connections.close(handle);
      },
      send: (replicaId, bytes, from, to) => {
        const handle = this.#handles[replicaId]!;
        return handle >= 0 && connections.send(handle, bytes, from, to);
      },
      random: () => randomBytes(4).readUInt32LE(0),
    };
    this.session = new Session(
      {
        replicas: configuration.replicas.map(({ id, host, tcpPort }) => ({
          id,
          address: `${host}:${tcpPort}`,
        })),
        feed: 'own',
        cancelOnDisconnectGraceMs: undefined,
        commandTimeoutUs,
        connectTimeoutUs,
        windowCommandsMax,
      },
      machine,
      this.#listener(onOutcome),
    );
    this.#handler = {
      opened: (handle) => this.session.opened(this.#replicas[handle]!, this.#nowUs),
      received: (handle, bytes, _view, from, to) => {
        this.session.received(this.#replicas[handle]!, bytes, from, to, this.#nowUs);
        return to - from;
      },
      closed: (handle) => {
        const replicaId = this.#replicas[handle]!;
        if (this.#handles[replicaId] !== handle) return;
        this.#handles[replicaId] = -1;
        this.session.closed(replicaId, this.#nowUs, 'the replica closed it');
      },
    };
  }

  /** Returns when the session is open. */
  open(): void {
    this.session.start(this.nowUs());
    while (!this.#isOpen) {
      this.turn();
      schedYield();
    }
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  /** Submits a copy of an encoded command; false when the window is full. `turn` sends it. @hot */
  submit(command: Uint8Array): boolean {
    const { session } = this;
    const at = session.begin();
    if (at < 0) return false;
    session.window.bytes.set(command, at);
    session.submit(this.#nowUs);
    return true;
  }

  /** Sends what was submitted and reads what has come; returns how much there was. @hot */
  turn(): number {
    const nowUs = this.#clock.nowUs();
    this.#nowUs = nowUs;
    this.session.flush(nowUs);
    this.#connections.flush();
    const count = this.#connections.poll(this.#handler);
    if (++this.#turns % turnsPerTick === 0) this.session.tick(nowUs);
    if (this.#failure !== '') throw new Error(this.#failure);
    return count;
  }

  /** Ends the session. */
  close(): void {
    this.session.close(this.nowUs(), false);
    while (!this.session.isOver) this.turn();
    this.#sockets.closeAll();
  }

  #listener(onOutcome: OnOutcome): SessionListener {
    return {
      ...silentListener,
      opened: () => {
        this.#isOpen = true;
      },
      outcome: (ticket, view, at) => onOutcome(ticket, view.getUint8(at + codeAt) === 0, view, at),
      unknown: (ticket, reason) => {
        // The event of the session's end may come before the outcome of the command that closes it.
        if (reason !== 'closed') this.#failure = `the outcome of command ${ticket} is not known: ${reason}`;
      },
      failed: (_code, text) => {
        this.#failure = text;
      },
    };
  }
}
