/** A client of a practice cluster, turned by hand. */
import type { Session } from '../../../client/core/session.ts';
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
import { PartyKind } from '../../../protocol/parties.ts';
import { loopback, type PracticeKeys, practiceConnections } from './practice-cluster.ts';
import { TurnedSession } from './turned-session.ts';

const windowCommandsMax = 1_024;
/** Longer than any practice. */
const timeoutUs = 60_000_000;
const [buyer, seller] = [1, 2];

export class PracticeClient {
  readonly session: Session;
  readonly #sockets: TcpConnections;
  readonly #turned: TurnedSession;
  #nowUs = 0;
  #orders = 0;

  constructor(ports: ReadonlyMap<number, number>, keys: PracticeKeys, clock: MachineClock) {
    const sockets = new TcpConnections({ ...practiceConnections, ...sealedBytes }, clock);
    for (const [id, port] of ports) sockets.setPeer(id, loopback, port);
    this.#sockets = sockets;
    const identity = keys.of(PartyKind.operator, 1);
    const desk = { clock, counters: { add: nothing, set: nothing }, log: { info: nothing, warn: nothing } };
    const connections = openLinks(sockets, identity, practiceConnections, desk);
    const replicas = [...ports.keys()].map((id) => ({ id, address: `replica ${id}` }));
    this.#turned = new TurnedSession(
      connections,
      {
        replicas,
        feed: 'own',
        cancelOnDisconnectGraceMs: undefined,
        commandTimeoutUs: timeoutUs,
        connectTimeoutUs: timeoutUs,
        windowCommandsMax,
      },
      silentListener,
    );
    this.session = this.#turned.session;
  }

  /** Commands without an outcome. */
  get pending(): number {
    return this.session.window.pending;
  }

  /** Sends what was submitted, reads what has come. */
  turn(nowUs: number): void {
    this.#nowUs = nowUs;
    this.#turned.turn(nowUs);
    this.session.tick(nowUs);
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
