/**
 * What the holder of an API key may do with orders, for every face: place, replace, cancel, cancel all, find. A request
 * that comes twice acts once; an order without an id of its own gets one that follows from its signature; where an
 * outcome stays unknown, the refusal says what to ask; an order of another account looks like one that never was.
 */
import type { Caller } from '../admission/caller.ts';
import { admitted } from '../admission/fields.ts';
import {
  admitOrder,
  admitReplacement,
  type Instrument,
  isInTicksAndLots,
  type PlaceBody,
  type ReplaceBody,
} from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import type { RequestKind } from '../admission/services.ts';
import type { GatewayExchange, OrderReference, OrderRow, Outcome, RequestStamp, SideName } from '../ports.ts';
import type { FoundRow } from './accounts.ts';
import type { Commands } from './commands.ts';
import type { InstrumentLookup } from './instrument-lookup.ts';
import type { ExchangeLink } from './link.ts';
import {
  type CommandOutcome,
  CommandRefusal,
  carriedOut,
  orderCarriedOut,
  type WhatToAsk,
} from './outcomes.ts';

/** Which order: by the number that the exchange gave it, or by the client's own id. */
export type OrderId = { readonly orderId: number } | { readonly clientOrderId: string };

/** What a mass cancel cancels of an account: without a symbol in all instruments, without a side on both. */
export interface CancelFilter {
  readonly symbol?: string;
  readonly side?: SideName;
}

/** Means the instrument of a replacement that needs none. */
const unknownInstrument: Instrument = {
  instrumentId: 0,
  symbol: 'the instrument',
  priceDecimals: 0,
  quantityDecimals: 0,
};

/** In each call `accountId` is the account that the caller names; without one it acts for the first of its key. */
export class Orders {
  readonly #link: ExchangeLink;
  readonly #commands: Commands;
  readonly #instruments: InstrumentLookup;

  constructor(link: ExchangeLink, commands: Commands, instruments: InstrumentLookup) {
    this.#link = link;
    this.#commands = commands;
    this.#instruments = instruments;
  }

  /** Places an order. The outcome is `repeated` where the same order was placed before, under an id of its own. */
  async place(caller: Caller, accountId: number | undefined, body: PlaceBody): Promise<CommandOutcome> {
    const owner = caller.accountOf(accountId);
    const instrument = await this.#instruments.bySymbol(body.symbol);
    const order = admitted(admitOrder(body, instrument));
    const clientOrderId = body.clientOrderId ?? caller.ownOrderId;
    const named = { accountId: owner, clientOrderId };
    const outcome = await this.#send(caller, 'order', named, (exchange, request) =>
      exchange.placeOrder({ ...order, accountId: owner, clientOrderId, request }),
    );
    if (outcome.code === 'clientOrderIdTaken') throw alreadyThere(outcome.code, named, outcome);
    if (outcome.repeated) {
      if (body.clientOrderId === undefined) throw alreadyThere('repeatedRequest', named, outcome);
      return orderCarriedOut(outcome, await this.#instrumentOf(caller, owner, outcome));
    }
    if (outcome.ok) this.#link.instruments.rememberOrder(owner, outcome.orderId, instrument.instrumentId);
    return orderCarriedOut(outcome, instrument);
  }

  /** Gives an order another price and whole quantity. */
  async replace(
    caller: Caller,
    accountId: number | undefined,
    order: OrderId,
    body: ReplaceBody,
  ): Promise<CommandOutcome> {
    const reference = referenceOf(caller, accountId, order);
    const { target, instrument } = isInTicksAndLots(body)
      ? { target: reference, instrument: unknownInstrument }
      : await this.#targetOf(caller, reference);
    const amounts = admitted(admitReplacement(body, instrument));
    const outcome = await this.#send(caller, 'order', target, (exchange, request) =>
      exchange.replaceOrder({ ...target, ...amounts, request }),
    );
    return orderCarriedOut(outcome, await this.#instrumentOf(caller, target.accountId, outcome));
  }

  async cancel(caller: Caller, accountId: number | undefined, order: OrderId): Promise<CommandOutcome> {
    const reference = referenceOf(caller, accountId, order);
    const outcome = await this.#send(caller, 'cancel', reference, (exchange, request) =>
      exchange.cancelOrder({ ...reference, request }),
    );
    return orderCarriedOut(outcome, await this.#instrumentOf(caller, reference.accountId, outcome));
  }

  /** Cancels all open orders of an account that the filter means. */
  async cancelAll(
    caller: Caller,
    accountId: number | undefined,
    { symbol, side }: CancelFilter,
  ): Promise<CommandOutcome> {
    const owner = caller.accountOf(accountId);
    const instrument = symbol === undefined ? undefined : await this.#instruments.bySymbol(symbol);
    const outcome = await this.#send(caller, 'cancel', { accountId: owner }, (exchange, request) =>
      exchange.massCancel({
        accountId: owner,
        request,
        ...(instrument === undefined ? {} : { instrumentId: instrument.instrumentId }),
        ...(side === undefined ? {} : { side }),
      }),
    );
    return carriedOut(outcome);
  }

  async find(caller: Caller, accountId: number | undefined, order: OrderId): Promise<FoundRow<OrderRow>> {
    const reference = { accountId: caller.readableAccountOf(accountId), ...order };
    const row = await this.#rowOf(caller, reference);
    return { row, instrument: await this.#instruments.ofRow(row) };
  }

  /** Sends a command; where its outcome stays unknown, or it came before, the refusal says what to ask. */
  async #send(
    caller: Caller,
    kind: RequestKind,
    ask: WhatToAsk,
    command: (exchange: GatewayExchange, request: RequestStamp) => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      const outcome = await this.#commands.ofCaller(caller, ask.accountId, kind, command);
      if (outcome.code !== 'repeatedRequest') return outcome;
    } catch (error) {
      if (!(error instanceof CoreError) || error.code !== 'outcomeUnknown') throw error;
      const details = 'clientOrderId' in ask ? { clientOrderId: ask.clientOrderId } : {};
      throw new CommandRefusal(error.code, { ask }, details);
    }
    throw new CommandRefusal('repeatedRequest', { ask });
  }

  /** An order of the account; what another account has is not found. */
  async #rowOf(caller: Caller, reference: OrderReference): Promise<OrderRow> {
    const row = await this.#link.query(caller.key.keyId, (exchange) => exchange.order(reference));
    if (row === undefined || row.accountId !== reference.accountId) throw new CoreError('unknownOrder');
    if (row.instrumentId !== 0) {
      this.#link.instruments.rememberOrder(row.accountId, row.orderId, row.instrumentId);
    }
    return row;
  }

  /**
   * The order to replace, and its instrument. It is named by its number from here on: a client order id could by then
   * mean an order in another instrument.
   */
  async #targetOf(
    caller: Caller,
    reference: OrderReference,
  ): Promise<{ readonly target: OrderReference; readonly instrument: Instrument }> {
    const { accountId } = reference;
    if ('orderId' in reference) {
      const instrument = this.#link.instruments.ofOrder(accountId, reference.orderId);
      if (instrument !== undefined) return { target: reference, instrument };
    }
    const { orderId, instrumentId } = await this.#rowOf(caller, reference);
    if (instrumentId === 0) throw new CoreError('orderNotOpen');
    return { target: { accountId, orderId }, instrument: await this.#instruments.byId(instrumentId) };
  }

  /**
   * The instrument of the order of an outcome, to write it in decimals; undefined where there is none, or no replica
   * answers in time: what was done is not taken back for that.
   */
  async #instrumentOf(
    caller: Caller,
    accountId: number,
    { orderId }: Outcome,
  ): Promise<Instrument | undefined> {
    if (orderId === 0) return undefined;
    const known = this.#link.instruments.ofOrder(accountId, orderId);
    if (known !== undefined) return known;
    try {
      return await this.#instruments.ofRow(await this.#rowOf(caller, { accountId, orderId }));
    } catch (error) {
      if (error instanceof CoreError) return undefined;
      throw error;
    }
  }
}

function referenceOf(caller: Caller, accountId: number | undefined, order: OrderId): OrderReference {
  return { accountId: caller.accountOf(accountId), ...order };
}

/** Nothing was placed: names the order that was placed before, and describes it as little as the request does. */
function alreadyThere(
  code: 'clientOrderIdTaken' | 'repeatedRequest',
  { accountId, clientOrderId }: { readonly accountId: number; readonly clientOrderId: string },
  { orderId }: Outcome,
): CommandRefusal {
  return new CommandRefusal(code, { ask: { accountId, orderId } }, { orderId, clientOrderId });
}
