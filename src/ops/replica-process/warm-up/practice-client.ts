/** A client of a practice cluster: the session of the SDK over the sockets of a replica, turned by hand. */
import { randomBytes } from 'node:crypto';
import type { SessionMachine } from '../../../client/core/ports.ts';
import { Session } from '../../../client/core/session.ts';
import { silentListener } from '../../../client/core/silent-listener.ts';
import { openLinks, sealedBytes } from '../../../io/sockets/links.ts';
import { TcpConnections } from '../../../io/sockets/tcp.ts';
import type { MachineClock } from '../../../io/system/clock.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  OrderType,
  placeOrder,
  SelfMatch,
  Side,
  TimeInForce,
} from '../../../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../../../protocol/layout.ts';
import { ConnectionRole } from '../../../protocol/messages.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import type { ConnectionHandler } from '../../../replica/ports.ts';
import type { SecureConnections } from '../../../trust/secure-connections.ts';
import { loopback, type PracticeKeys, practiceConnections } from './practice-cluster.ts';

const windowCommandsMax = 1_024;
/** Longer than any practice. */
const timeoutUs = 60_000_000;
const [buyer, seller] = [1, 2];

export class PracticeClient {
  readonly session: Session;
  readonly #sockets: TcpConnections;
  readonly #connections: SecureConnections;
  readonly #handler: ConnectionHandler;
  /** Handle of the connection to each replica, and the replica of each handle. */
  readonly #handles = new Map<number, number>();
  readonly #replicas = new Map<number, number>();
  #nowUs = 0;
  #orders = 0;

  constructor(ports: ReadonlyMap<number, number>, keys: PracticeKeys, clock: MachineClock) {
    const sockets = new TcpConnections({ ...practiceConnections, ...sealedBytes }, clock);
    for (const [id, port] of ports) sockets.setPeer(id, loopback, port);
    this.#sockets = sockets;
    const identity = keys.of(PartyKind.operator, 1);
    const desk = { clock, counters: { add: nothing, set: nothing }, log: { info: nothing, warn: nothing } };
    const connections = openLinks(sockets, identity, practiceConnections, desk);
    this.#connections = connections;
    const machine: SessionMachine = {
      place: nothing,
      believe: nothing,
      connect: (replicaId) => {
        const handle = connections.connect(replicaId, ConnectionRole.session);
        this.#handles.set(replicaId, handle);
        this.#replicas.set(handle, replicaId);
      },
      disconnect: (replicaId) => {
        const handle = this.#handles.get(replicaId);
        if (handle !== undefined) connections.close(handle);
        this.#handles.delete(replicaId);
      },
      send: (replicaId, bytes, from, to) => {
        const handle = this.#handles.get(replicaId);
        return handle !== undefined && connections.send(handle, bytes, from, to);
      },
      random: () => randomBytes(4).readUInt32LE(0),
    };
    const replicas = [...ports.keys()].map((id) => ({ id, address: `replica ${id}` }));
    this.session = new Session(
      {
        replicas,
        feed: 'own',
        cancelOnDisconnectGraceMs: undefined,
        commandTimeoutUs: timeoutUs,
        connectTimeoutUs: timeoutUs,
        windowCommandsMax,
      },
      machine,
      silentListener,
    );
    this.#handler = {
      opened: (handle) => this.session.opened(this.#replicas.get(handle)!, this.#nowUs),
      received: (handle, bytes, _view, from, to) => {
        this.session.received(this.#replicas.get(handle)!, bytes, from, to, this.#nowUs);
        return to - from;
      },
      closed: (handle) => {
        const replicaId = this.#replicas.get(handle)!;
        if (this.#handles.get(replicaId) !== handle) return;
        this.#handles.delete(replicaId);
        this.session.closed(replicaId, this.#nowUs, 'the replica closed it');
      },
    };
  }

  /** Commands without an outcome. */
  get pending(): number {
    return this.session.window.pending;
  }

  /** Sends what was submitted, reads what has come. */
  turn(nowUs: number): void {
    this.#nowUs = nowUs;
    this.session.flush(nowUs);
    this.#connections.poll(this.#handler);
    this.session.tick(nowUs);
    this.#connections.flush();
  }

  /** An instrument, and two accounts that trade it. */
  createMarket(): void {
    const symbol = { symbol: 'PRACTICE', priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
    this.#submit(createInstrument, { ...header(0), instrumentId: 1, ...symbol });
    for (const accountId of [buyer, seller]) {
      const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
      this.#submit(createAccount, { ...header(accountId), ...limits, name: '' });
    }
  }

  /** Orders of both sides at some prices: some trade, some rest, and some of those are cancelled. */
  trade(count: number): void {
    for (let n = 0; n < count; n++) {
      const number = this.#orders++;
      if (number % 8 === 7) {
        this.#submit(cancelOrder, {
          ...header(buyer),
          orderId: number >> 1,
          clientOrderId: '',
          reserved2: 0,
        });
        continue;
      }
      const isBuy = number % 2 === 0;
      const kind = {
        orderType: OrderType.limit,
        timeInForce: TimeInForce.goodTillCancel,
        selfMatch: SelfMatch.allow,
      };
      this.#submit(placeOrder, {
        ...header(isBuy ? buyer : seller),
        ...kind,
        instrumentId: 1,
        priceTicks: 10_000 + (number % 5),
        quantityLots: 1,
        side: isBuy ? Side.buy : Side.sell,
        clientOrderId: '',
      });
    }
  }

  end(): void {
    this.#sockets.closeAll();
  }

  #submit<F extends Fields>(layout: Layout<F>, values: Readonly<ValuesOf<F>>): void {
    const at = this.session.begin();
    if (at < 0) return;
    layout.write(this.session.window.view, at, values);
    this.session.submit(this.#nowUs);
  }
}

function header(accountId: number): {
  sessionId: number;
  commandNumber: number;
  accountId: number;
  deadlineMs: number;
} {
  return { sessionId: 0, commandNumber: 0, accountId, deadlineMs: 0 };
}

const nothing = (): void => undefined;
