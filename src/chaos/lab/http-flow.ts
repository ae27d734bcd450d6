/**
 * Orders over HTTP at a fixed rate, each with a known number: two accounts trade one lot with each other again and
 * again. What a caller believes of each order is kept, and held against what the exchange says in the end.
 */
import { Agent, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, OrderRow } from '../../client/index.ts';
import type { RequestKind } from '../../gateway/admission/services.ts';
import { stateAgeHeader } from '../../gateway/http/checks.ts';
import { signedHeaders } from '../../gateway/http/signing.ts';
import { AnswerTimes } from '../answer-times.ts';
import type { AgentSettings, ServiceAnswer, ServiceAnswers } from './agent-orders.ts';
import { type BookSides, bookText } from './stream-book.ts';
import { probeStream } from './stream-probe.ts';

export const market = {
  instrumentId: 900,
  symbol: 'LAB',
  buyerId: 90_001,
  sellerId: 90_002,
  /** Of a member that sends more than it may. */
  floodId: 90_003,
} as const;
const path = '/v1/orders';
const timeoutMs = 3_000;
const tickMs = 5;
const askedAtOnce = 128;
/** Of the gateway's answers these are about the order; the others leave it open, or say that it was not sent. */
const placedStatuses = [200, 201];

type Belief =
  | { readonly kind: 'sent' }
  | { readonly kind: 'acknowledged'; readonly orderId: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' };

interface Order {
  readonly clientOrderId: string;
  readonly accountId: number;
  belief: Belief;
}

/** What became of all orders. */
export interface HttpAccount {
  readonly acknowledged: number;
  readonly lost: number;
  /** Acknowledged, and gone with a site that said so. */
  readonly lostWithSite: number;
  readonly doubled: number;
  /** How many were refused, by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly unknown: { readonly executed: number; readonly notExecuted: number };
  /** Lots that the orders of the buyer have traded, by the id that their caller gave them. */
  readonly filled: ReadonlyMap<string, number>;
}

export class HttpFlow {
  readonly times = new AnswerTimes();
  readonly #settings: AgentSettings;
  readonly #orders: Order[] = [];
  readonly #agents = new Map<string, Agent | SecureAgent>();
  readonly #waiting = new Set<Promise<void>>();
  #isTrading = false;
  #probes = 0;
  #gateway = 0;

  constructor(settings: AgentSettings) {
    this.#settings = settings;
  }

  /** Sends at its rate until {@link rest}, whatever becomes of the orders before. */
  async trade(): Promise<void> {
    this.#isTrading = true;
    for (let lastMs = performance.now(); this.#isTrading; ) {
      await sleep(tickMs);
      const count = Math.floor(((performance.now() - lastMs) * this.#settings.httpPerSecond) / 1_000);
      if (count === 0) continue;
      lastMs = performance.now();
      for (let n = 0; n < count; n++) this.#send();
    }
  }

  /** Resolves when each order has an answer, or has been given up. */
  async rest(): Promise<void> {
    this.#isTrading = false;
    await Promise.all(this.#waiting);
    for (const agent of this.#agents.values()) agent.destroy();
  }

  /** Orders whose outcome their caller does not know. */
  get unknown(): number {
    return this.#orders.filter(({ belief }) => belief.kind === 'unknown').length;
  }

  /** One request of each kind and a stream; none of them trades, and a cancel that is carried out finds no order. */
  async probe(gateway: number): Promise<ServiceAnswers> {
    const url = this.#settings.gatewayUrls[gateway]!;
    const owner = `accountId=${market.buyerId}`;
    const { symbol } = market;
    const timeInForce = 'immediateOrCancel';
    const order = JSON.stringify({ symbol, side: 'buy', priceTicks: 1, quantityLots: 1, timeInForce });
    const asked: Record<RequestKind, Promise<HttpAnswer>> = {
      cancel: this.#ask('DELETE', url, `${path}/by-client-id/none-${this.#probes++}?${owner}`),
      order: this.#ask('POST', url, `${path}?${owner}`, order),
      query: this.#ask('GET', url, `/v1/instruments/${symbol}/book?levels=1`),
      report: this.#ask('GET', url, `/v1/fills?${owner}&limit=5`),
    };
    const [stream, cancel, placed, query, report] = await Promise.all([
      probeStream(url, symbol),
      ...[asked.cancel, asked.order, asked.query, asked.report].map(async (each) =>
        serviceAnswer(await each),
      ),
    ]);
    return { cancel: cancel!, stream, order: placed!, query: query!, report: report! };
  }

  /** What a gateway shows of the book; undefined where it does not. */
  async book(gateway: number): Promise<string | undefined> {
    const url = this.#settings.gatewayUrls[gateway]!;
    try {
      const { status, text } = await this.#ask(
        'GET',
        url,
        `/v1/instruments/${market.symbol}/book?levels=500`,
      );
      return status === 200 ? bookText(JSON.parse(text) as BookSides) : undefined;
    } catch {
      return undefined;
    } finally {
      this.#agents.get(url)?.destroy();
    }
  }

  /** Asks the exchange for every order; those that a lost site has listed may be gone. */
  async account(client: Client, listed: ReadonlySet<string> = new Set()): Promise<HttpAccount> {
    const count = { acknowledged: 0, lost: 0, lostWithSite: 0, doubled: 0, executed: 0, notExecuted: 0 };
    const filled = new Map<string, number>();
    const orderIds = new Set<number>();
    const refused: Record<string, number> = {};
    const rows = await this.#rows(client);
    for (const [n, { accountId, clientOrderId, belief }] of this.#orders.entries()) {
      const row = rows[n];
      if (row !== undefined) {
        if (orderIds.has(row.orderId)) count.doubled += 1;
        orderIds.add(row.orderId);
        if (accountId === market.buyerId && row.filledLots > 0) filled.set(clientOrderId, row.filledLots);
      }
      if (belief.kind === 'acknowledged') {
        count.acknowledged += 1;
        if (row === undefined) count[listed.has(clientOrderId) ? 'lostWithSite' : 'lost'] += 1;
        else if (row.orderId !== belief.orderId) count.doubled += 1;
      } else if (belief.kind === 'refused') {
        refused[belief.code] = (refused[belief.code] ?? 0) + 1;
        // An order that the exchange has refused may be remembered, and has traded nothing.
        if (row !== undefined && row.filledLots > 0) count.doubled += 1;
      } else count[row === undefined ? 'notExecuted' : 'executed'] += 1;
    }
    const { executed, notExecuted, ...rest } = count;
    return { ...rest, refused, unknown: { executed, notExecuted }, filled };
  }

  /** What the exchange says of each order. */
  async #rows(client: Client): Promise<readonly (OrderRow | undefined)[]> {
    const rows: (OrderRow | undefined)[] = [];
    for (let from = 0; from < this.#orders.length; from += askedAtOnce) {
      const orders = this.#orders.slice(from, from + askedAtOnce);
      const asked = orders.map(({ accountId, clientOrderId }) => client.order({ accountId, clientOrderId }));
      rows.push(...(await Promise.all(asked)));
    }
    return rows;
  }

  #send(): void {
    const n = this.#orders.length;
    const isBuy = n % 2 === 0;
    const accountId = isBuy ? market.buyerId : market.sellerId;
    const order: Order = { clientOrderId: `lab-${n}`, accountId, belief: { kind: 'sent' } };
    this.#orders.push(order);
    const sent = this.#place(order, isBuy ? 'buy' : 'sell').finally(() => this.#waiting.delete(sent));
    this.#waiting.add(sent);
  }

  async #place(order: Order, side: 'buy' | 'sell'): Promise<void> {
    const { gatewayUrls } = this.#settings;
    const { clientOrderId, accountId } = order;
    const gateway = this.#gateway;
    const body = JSON.stringify({
      symbol: market.symbol,
      side,
      priceTicks: 100,
      quantityLots: 1,
      clientOrderId,
    });
    try {
      const url = gatewayUrls[gateway]!;
      const answer = await this.#ask('POST', url, `${path}?accountId=${accountId}`, body);
      order.belief = believed(answer);
      if (order.belief.kind !== 'unknown') return this.times.add();
    } catch {
      order.belief = { kind: 'unknown' };
    }
    // Its callers look elsewhere, once for all that fail there.
    if (this.#gateway === gateway) this.#gateway = (gateway + 1) % gatewayUrls.length;
  }

  #ask(method: Method, base: string, pathWithQuery: string, body = ''): Promise<HttpAnswer> {
    const { keyId, secret } = this.#settings.apiKey;
    const signed = { timestamp: String(Date.now()), method, pathWithQuery, body };
    const headers = {
      ...signedHeaders(keyId, secret, signed),
      ...(body !== '' && { 'content-type': 'application/json' }),
    };
    const isSecure = base.startsWith('https:');
    let agent = this.#agents.get(base);
    if (agent === undefined) {
      agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 64 });
      this.#agents.set(base, agent);
    }
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const send = isSecure ? requestSecurely : request;
    const call = send(`${base}${pathWithQuery}`, { method, headers, agent });
    const timer = setTimeout(() => call.destroy(new Error('no answer in time')), timeoutMs);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      const stateAgeMs = response.headers[stateAgeHeader];
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, stateAgeMs }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
    return promise.finally(() => clearTimeout(timer));
  }
}

type Method = 'GET' | 'POST' | 'DELETE';

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly stateAgeMs?: string | string[] | undefined;
}

function serviceAnswer({ status, text, stateAgeMs }: HttpAnswer): ServiceAnswer {
  const { error } = JSON.parse(text) as { readonly error?: { readonly code: string } };
  return {
    status,
    code: error?.code ?? '',
    ...(stateAgeMs !== undefined && { stateAgeMs: Number(stateAgeMs) }),
  };
}

interface HttpOutcome {
  readonly ok: boolean;
  readonly orderId: number;
  readonly code: string;
}

function believed({ status, text }: HttpAnswer): Belief {
  if (placedStatuses.includes(status)) {
    const { ok, orderId, code } = JSON.parse(text) as HttpOutcome;
    return ok ? { kind: 'acknowledged', orderId } : { kind: 'refused', code };
  }
  if (status < 400 || status >= 500 || status === 408) return { kind: 'unknown' };
  const { error } = JSON.parse(text) as { readonly error: { readonly code: string } };
  return { kind: 'refused', code: error.code };
}
