/**
 * Runs a session on a real machine: its sockets, its clock, its identity and one timer. Commands that are submitted in
 * one turn of the event loop leave together at the end of that turn.
 */
import { randomBytes } from 'node:crypto';
import type { SessionListener, SessionMachine } from './core/ports.ts';
import { Session } from './core/session.ts';
import { identityOf } from './identity.ts';
import type { ClientOptions } from './options.ts';
import { Sockets } from './sockets.ts';

const defaultCommandTimeoutMs = 5_000;
const defaultConnectTimeoutMs = 10_000;
const defaultWindowCommands = 4_096;

export class Driver {
  readonly session: Session;
  readonly #sockets: Sockets;
  readonly #flushNow = (): void => this.flush();
  #isFlushDue = false;
  #timer: NodeJS.Timeout | undefined;
  #timerUs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(options: ClientOptions, listener: SessionListener) {
    const sockets = new Sockets(options.replicas, identityOf(options.identity), {
      opened: (replicaId) => this.session.opened(replicaId, this.nowUs()),
      received: (replicaId, bytes, from, to) => {
        this.session.received(replicaId, bytes, from, to, this.nowUs());
        this.flush();
      },
      closed: (replicaId, why, refusal) => {
        this.session.closed(replicaId, this.nowUs(), why, refusal);
        this.flush();
      },
    });
    const machine: SessionMachine = {
      place: (replicaId, host, port) => sockets.place(replicaId, host, port),
      believe: (keys) => sockets.believe(keys),
      connect: (replicaId) => sockets.connect(replicaId),
      disconnect: (replicaId) => sockets.disconnect(replicaId),
      send: (replicaId, bytes, from, to) => sockets.send(replicaId, bytes, from, to),
      random: () => randomBytes(4).readUInt32LE(0),
    };
    this.#sockets = sockets;
    this.session = new Session(
      {
        replicas: options.replicas.map(({ id, host, port, site }) => ({
          id,
          address: `${host}:${port}`,
          site,
        })),
        feed: options.feed ?? 'own',
        cancelOnDisconnectGraceMs: options.cancelOnDisconnect?.graceMs,
        commandTimeoutUs: (options.commandTimeoutMs ?? defaultCommandTimeoutMs) * 1000,
        connectTimeoutUs: (options.connectTimeoutMs ?? defaultConnectTimeoutMs) * 1000,
        windowCommandsMax: options.windowCommandsMax ?? defaultWindowCommands,
      },
      machine,
      listener,
    );
  }

  /** Microseconds that never run back. */
  nowUs(): number {
    return performance.now() * 1000;
  }

  start(): void {
    this.session.start(this.nowUs());
    this.flush();
  }

  /** Something was submitted: send it at the end of this turn, together with what else comes in it. @hot */
  flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(this.#flushNow);
  }

  /** Sends what waits, and sees to it that the session is called again in time. */
  flush(): void {
    this.#isFlushDue = false;
    if (this.#isStopped) return;
    this.session.flush(this.nowUs());
    this.#sockets.flush();
    this.#arm();
  }

  /** No more calls; what was sent still leaves. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    const dueUs = this.session.deadlineUs;
    if (dueUs >= this.#timerUs) return;
    clearTimeout(this.#timer);
    this.#timerUs = dueUs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, Math.ceil((dueUs - this.nowUs()) / 1000)));
  }

  #tick(): void {
    this.#timerUs = Number.POSITIVE_INFINITY;
    if (this.#isStopped) return;
    this.session.tick(this.nowUs());
    this.flush();
  }
}
