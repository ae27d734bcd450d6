/**
 * A session of the SDK over the non-blocking sockets that replicas use, driven by a loop that calls `turn` again and
 * again. It shows what the exchange takes, without the wake-ups and timers of the client's event loop. One turn without
 * news costs one system call.
 */
import type { SessionListener } from '../../client/core/ports.ts';
import type { Session } from '../../client/core/session.ts';
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
import { TurnedSession } from '../../ops/replica-process/warm-up/turned-session.ts';
import { outcome } from '../../protocol/events.ts';

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
  readonly #turned: TurnedSession;
  readonly #clock = new MachineClock();
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
    this.#turned = new TurnedSession(
      connections,
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
      this.#listener(onOutcome),
    );
    this.session = this.#turned.session;
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
    const count = this.#turned.turn(nowUs);
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
