/**
 * A cluster for the tests of the client: replicas that use the real protocol over any byte stream, in front of one
 * shared log. It applies commands at once, and a test may make each replica lag, lie or fall silent.
 */
import { OutcomeCode, ReplyCode } from '../../../protocol/codes.ts';
import { closeSession, commandAt, commands, openSession, placeOrder } from '../../../protocol/commands.ts';
import {
  OrderStatus,
  orderExecuted,
  outcome,
  sessionClosed,
  sessionOpened,
  trade,
} from '../../../protocol/events.ts';
import { TYPE_AT } from '../../../protocol/layout.ts';
import {
  attach,
  attached,
  FeedKind,
  leadership,
  leaderUnreached,
  orderRow,
  ping,
  pong,
  pressure,
  QueryKind,
  query,
  queryResult,
  refused,
  welcome,
} from '../../../protocol/messages.ts';
import { fillsRow, placeRow } from '../../../protocol/place-rows.ts';
import { RecordReader } from '../../../protocol/stream.ts';
import { getU53 } from '../../../std/integers.ts';

interface FakeSession {
  readonly token: string;
  lastNumber: number;
}

/** What the cluster has agreed on: the same for all replicas. */
/** Where the exchange's time begins. */
export const epochUs = 1_700_000_000_000_000;

export class FakeCluster {
  /** Deadlines of all commands, in the order in which they came. */
  readonly deadlinesMs: number[] = [];
  readonly replicas: readonly FakeReplica[];
  readonly sessions = new Map<number, FakeSession>();
  readonly events: {
    readonly seq: number;
    readonly n: number;
    readonly sessionId: number;
    readonly bytes: Uint8Array;
  }[] = [];
  /** Client order ids in the order in which the orders ran. */
  readonly executed: string[] = [];
  /** Commands that came although they had run before. */
  repeats = 0;
  seq = 0;
  term = 0;
  instance = 1;
  epoch = 1;
  /** Client order ids of orders whose outcome comes later than a test lasts, as that of a large mass cancel may. */
  readonly late = new Set<string>();
  /** Events up to here can no longer be sent. */
  forgottenSeq = 0;
  /** The epoch in which the site that writes began, and its first command. */
  siteEpoch = 0;
  siteSeq = 0;
  /** Whether leaders say the exchange's time, when they are asked. */
  saysTime = true;

  constructor(count: number) {
    this.replicas = Array.from({ length: count }, (_, n) => new FakeReplica(this, n + 1));
  }

  replica(id: number): FakeReplica {
    return this.replicas[id - 1]!;
  }

  /** The time that a leader sends. */
  get timeUs(): number {
    return this.saysTime ? epochUs + this.seq * 10 : 0;
  }

  /** Makes one replica the leader in the next term; all replicas hear of it but those in `deaf`. */
  elect(leaderId: number, deaf: readonly number[] = []): void {
    this.term++;
    for (const replica of this.replicas) {
      // What a leader had taken and not run is not in the log of the next one.
      replica.held.length = 0;
      if (!deaf.includes(replica.id)) replica.believe(leaderId, this.term, replica.id === leaderId);
    }
  }

  /** The cluster is another one, restored to its beginning. */
  restore(): void {
    this.sessions.clear();
    this.events.length = 0;
    this.seq = 1;
    for (const replica of this.replicas) replica.kill();
  }

  /** Another cluster is founded in place of this one: it knows nothing of it, and begins with term 1. */
  found(): void {
    this.restore();
    this.executed.length = 0;
    this.seq = 0;
    this.term = 0;
    this.instance += 1;
  }

  /** Removes a session as if too many were open; with an event for it if `loudly`. */
  evict(sessionId: number, loudly: boolean): void {
    this.sessions.delete(sessionId);
    this.seq++;
    if (loudly) this.#emit(0, sessionId, sessionClosed, { evicted: 1, reserved2: 0 });
    this.#route();
  }

  open(tokenLow: number, tokenHigh: number): void {
    this.seq++;
    const token = `${tokenLow}:${tokenHigh}`;
    let sessionId = [...this.sessions].find(([, session]) => session.token === token)?.[0];
    if (sessionId === undefined) {
      sessionId = 100 + this.seq;
      this.sessions.set(sessionId, { token, lastNumber: 0 });
    }
    this.#emit(0, sessionId, sessionOpened, { tokenLow, tokenHigh, ownerId: 0, ownerKind: 0 });
    for (const replica of this.replicas) replica.bindOpened(token, sessionId);
    this.#route();
  }

  /** Runs a command of a session, once; an order makes a public trade and then its outcome. */
  run(view: DataView, at: number): void {
    const sessionId = view.getUint32(at + commandAt.sessionId, true);
    const number = getU53(view, at + commandAt.commandNumber);
    const type = view.getUint8(at + TYPE_AT);
    const session = this.sessions.get(sessionId);
    if (session !== undefined && number <= session.lastNumber) {
      this.repeats++;
      return;
    }
    this.seq++;
    const isNext = session !== undefined && number === session.lastNumber + 1;
    const refusal = session === undefined ? OutcomeCode.unknownSession : OutcomeCode.commandNumberGap;
    if (isNext) session.lastNumber = number;
    let clientOrderId = '';
    if (isNext && type === placeOrder.type) {
      clientOrderId = placeOrder.read(view, at).clientOrderId;
      this.executed.push(clientOrderId);
      const body = {
        tradeId: this.seq,
        quantityLots: 1,
        instrumentId: 1,
        priceTicks: 5,
        aggressorSide: 1,
        reserved2: 0,
      };
      this.#emit(0, 0, trade, body);
    }
    if (isNext && type === closeSession.type) {
      this.sessions.delete(sessionId);
      this.#emit(0, sessionId, sessionClosed, { evicted: 0, reserved2: 0 });
      this.#route();
      // With this event a replica forgets which connection held the session: the outcome after it reaches no client.
      return;
    }
    if (this.late.has(clientOrderId)) return this.#route();
    this.#emit(1, sessionId, outcome, {
      commandNumber: number,
      orderId: this.seq,
      filledLots: 1,
      filledValueLow: 7,
      filledValueHigh: 0,
      remainingLots: 0,
      code: isNext ? OutcomeCode.ok : refusal,
      commandType: type,
      orderStatus: OrderStatus.filled,
      count: 0,
      clientOrderId,
      repeated: 0,
    });
    this.#route();
  }

  #emit<F extends { write: typeof outcome.write }>(
    n: number,
    sessionId: number,
    layout: F | { write(view: DataView, at: number, values: never): number },
    body: Readonly<Record<string, number | string>>,
  ): void {
    const view = new DataView(new ArrayBuffer(128));
    const values = { sessionId, seq: this.seq, timeUs: epochUs + this.seq * 10, accountId: 0, n, ...body };
    const length = layout.write(view, 0, values as never);
    this.events.push({ seq: this.seq, n, sessionId, bytes: new Uint8Array(view.buffer, 0, length) });
  }

  #route(): void {
    for (const replica of this.replicas) replica.route();
  }
}

/** One replica's view of the cluster, and its connections. */
export class FakeReplica {
  readonly cluster: FakeCluster;
  readonly id: number;
  readonly connections = new Set<FakeConnection>();
  leaderId = 0;
  term = 0;
  serving = false;
  /** The term that it names when it is asked, in place of the truth. */
  ownTerm: number | undefined;
  isVoter = true;
  /** Answers nothing, applies nothing: a stopped process. */
  isFrozen = false;
  /** The cluster that it says it belongs to, in place of its own. */
  claimed: { readonly epoch: number; readonly instance: number } | undefined;
  /** Takes commands and queries but answers none of them, until `release`. */
  isHolding = false;
  /** What the next attach is answered with, in place of the truth. */
  attachCode: ReplyCode | undefined;
  /** What queries are answered with. */
  queryCode: ReplyCode = ReplyCode.ok;
  /** What callers are welcomed with. */
  welcomeCode: ReplyCode = ReplyCode.ok;
  /** Attaches that were asked for. */
  attaches = 0;
  /** Terms whose leader clients did not reach, as often as they said so. */
  readonly unreachedTerms: number[] = [];
  /** Questions that were asked, by kind. */
  readonly asked: number[] = [];
  readonly held: (() => void)[] = [];

  constructor(cluster: FakeCluster, id: number) {
    this.cluster = cluster;
    this.id = id;
  }

  believe(leaderId: number, term: number, serving: boolean): void {
    this.leaderId = leaderId;
    this.term = term;
    this.serving = serving;
    for (const connection of this.connections) {
      if (!serving) connection.sessionId = 0;
      connection.sendLeadership();
    }
  }

  accept(send: (bytes: Uint8Array) => void, end: () => void): FakeConnection {
    const connection = new FakeConnection(this, send, end);
    this.connections.add(connection);
    connection.sendWelcome();
    return connection;
  }

  bindOpened(token: string, sessionId: number): void {
    for (const connection of this.connections)
      if (connection.token === token) connection.sessionId = sessionId;
  }

  route(): void {
    if (!this.isFrozen) for (const connection of this.connections) connection.sendEvents();
  }

  say(usedPermille: number): void {
    for (const connection of this.connections) connection.put(pressure, { usedPermille });
  }

  release(): void {
    this.isHolding = false;
    for (const run of this.held.splice(0)) run();
  }

  /** The process dies: its kernel ends every connection. */
  kill(): void {
    for (const connection of this.connections) connection.end();
    this.connections.clear();
  }
}

/** The server's end of one connection. */
export class FakeConnection {
  sessionId = 0;
  token = '';
  readonly #replica: FakeReplica;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #end: () => void;
  readonly #reader = new RecordReader(256);
  #isWelcome = false;
  #feed: number = FeedKind.none;
  #eventsSent: number;

  constructor(replica: FakeReplica, send: (bytes: Uint8Array) => void, end: () => void) {
    this.#replica = replica;
    this.#send = send;
    this.#end = end;
    this.#eventsSent = replica.cluster.events.length;
  }

  end(): void {
    this.#replica.connections.delete(this);
    this.#end();
  }

  closed(): void {
    this.#replica.connections.delete(this);
  }

  put(layout: { write(view: DataView, at: number, values: never): number }, values: object): void {
    if (this.#replica.isFrozen) return;
    const view = new DataView(new ArrayBuffer(1024));
    this.#send(new Uint8Array(view.buffer, 0, layout.write(view, 0, values as never)));
  }

  putBytes(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  sendWelcome(): void {
    const { id: replicaId, leaderId, term, welcomeCode: code } = this.#replica;
    this.put(welcome, { code, replicaId, leaderId, term });
    this.#isWelcome = code === ReplyCode.ok;
    if (this.#isWelcome) this.sendLeadership();
    else this.end();
  }

  sendLeadership(): void {
    const { leaderId, term, serving, cluster, claimed = cluster } = this.#replica;
    const { instance, epoch } = claimed;
    if (this.#isWelcome)
      this.put(leadership, { leaderId, serving: serving ? 1 : 0, reserved: 0, term, instance, epoch });
  }

  sendEvents(): void {
    const { events } = this.#replica.cluster;
    for (; this.#eventsSent < events.length; this.#eventsSent++) {
      const event = events[this.#eventsSent]!;
      const isOurs = event.sessionId !== 0 && event.sessionId === this.sessionId;
      if (isOurs || this.#feed === FeedKind.all) this.#send(event.bytes);
    }
  }

  received(bytes: Uint8Array): void {
    if (this.#replica.isFrozen) return;
    for (let from = 0; from < bytes.length; ) {
      from += this.#reader.take(bytes, from, bytes.length);
      for (let at = this.#reader.next(); at >= 0; at = this.#reader.next())
        this.#record(this.#reader.view, at);
    }
  }

  #record(view: DataView, at: number): void {
    const type = view.getUint8(at + TYPE_AT);
    if (type === attach.type) this.#attach(view, at);
    else if (type === ping.type)
      this.put(pong, {
        number: ping.read(view, at).number,
        deliveredSeq: 0,
        timeUs: this.#replica.cluster.timeUs,
        term: this.#replica.ownTerm ?? this.#replica.term,
        isVoter: this.#replica.isVoter ? 1 : 0,
        reserved: 0,
        reserved2: 0,
        reserved3: 0,
      });
    else if (commands.of(type) !== undefined) this.#command(view, at, type);
    else if (type === query.type) this.#query(view, at);
    else if (type === leaderUnreached.type)
      this.#replica.unreachedTerms.push(leaderUnreached.read(view, at).term);
  }

  #attach(view: DataView, at: number): void {
    const { sessionId, afterSeq, afterN, feed, tokenLow, tokenHigh } = attach.read(view, at);
    const { cluster, serving, attachCode, term } = this.#replica;
    const session = cluster.sessions.get(sessionId);
    let code: ReplyCode = attachCode ?? ReplyCode.ok;
    this.#replica.attaches++;
    this.#replica.attachCode = undefined;
    if (sessionId !== 0 && !serving) code = ReplyCode.notLeader;
    else if (sessionId !== 0 && session?.token !== `${tokenLow}:${tokenHigh}`)
      code = ReplyCode.unknownSession;
    else if (afterSeq > 0 && afterSeq < cluster.forgottenSeq) code = ReplyCode.eventsForgotten;
    const lastCommandNumber = session?.lastNumber ?? 0;
    const { seq: appliedSeq, timeUs } = cluster;
    const { siteEpoch, siteSeq } = cluster;
    const body = { sessionId, lastCommandNumber, appliedSeq, timeUs, term, code, siteEpoch, siteSeq };
    this.put(attached, { ...body, reserved: 0, reserved2: 0 });
    if (code !== ReplyCode.ok && code !== ReplyCode.eventsForgotten) return;
    this.sessionId = sessionId;
    this.#feed = feed;
    this.#eventsSent = cluster.events.length;
    if (code === ReplyCode.ok && afterSeq > 0) {
      const isAfter = (event: { seq: number; n: number }): boolean =>
        event.seq > afterSeq || (event.seq === afterSeq && event.n > afterN);
      const next = cluster.events.findIndex(isAfter);
      if (next >= 0) this.#eventsSent = next;
    }
    this.sendEvents();
  }

  #command(view: DataView, at: number, type: number): void {
    const { cluster, serving } = this.#replica;
    const isOpening = type === openSession.type;
    const isOurs = isOpening
      ? this.sessionId === 0
      : view.getUint32(at + commandAt.sessionId, true) === this.sessionId;
    if (!serving || !isOurs) {
      const unknown = isOpening ? ReplyCode.malformed : ReplyCode.unknownSession;
      const code = serving ? unknown : ReplyCode.notLeader;
      this.put(refused, { code, subject: type, reserved: 0 });
      return;
    }
    if (!isOpening) cluster.deadlinesMs.push(view.getUint32(at + commandAt.deadlineMs, true));
    const copy = new DataView(view.buffer.slice(at, at + view.getUint16(at, true)));
    const run = (): void => {
      if (!isOpening) return cluster.run(copy, 0);
      const { tokenLow, tokenHigh } = openSession.read(copy, 0);
      this.token = `${tokenLow}:${tokenHigh}`;
      cluster.open(tokenLow, tokenHigh);
    };
    if (this.#replica.isHolding) this.#replica.held.push(run);
    else run();
  }

  /** Five fills, at seqs 11 to 15; two in an answer, the second answer has looked at some and found nothing. */
  #fills({ requestId, accountId, afterSeq, afterN, rowsMax }: ReturnType<typeof query.read>): void {
    const findsNone = afterSeq === 12 && afterN === 3;
    const seqs = findsNone
      ? []
      : [11, 12, 13, 14, 15].filter((seq) => seq > afterSeq).slice(0, Math.min(2, rowsMax));
    const answer = new DataView(new ArrayBuffer(1024));
    const rowAt = queryResult.size + fillsRow.size;
    for (const [n, seq] of seqs.entries()) {
      const header = { sessionId: 1, seq, timeUs: seq, accountId, n: 3 };
      const order = { orderId: 7, tradeId: seq, quantityLots: 2, remainingLots: 1, instrumentId: 1 };
      const rest = { priceTicks: 5, side: 1, liquidity: 2, reserved2: 0, clientOrderId: 'f' };
      orderExecuted.write(answer, rowAt + n * orderExecuted.size, { ...header, ...order, ...rest });
    }
    const untilSeq = findsNone ? 12 : (seqs.at(-1) ?? 15);
    const scope = { reserved: 0, rememberedFromSeq: 10, untilSeq, untilN: findsNone ? 9 : 3, reserved2: 0 };
    fillsRow.write(answer, queryResult.size, scope);
    const trailing = fillsRow.size + seqs.length * orderExecuted.size;
    const isLast = untilSeq === 15 ? 0 : 1;
    const fields = {
      requestId,
      code: 0,
      kind: QueryKind.fills,
      more: isLast,
      rowCount: 1 + seqs.length,
      appliedSeq: 20,
    };
    this.#send(new Uint8Array(answer.buffer, 0, queryResult.write(answer, 0, fields, trailing)));
  }

  /** Answers with orders: two rows in a page, ids up to five; of account 4 the first answer has none, and says so. */
  #query(view: DataView, at: number): void {
    const { requestId, kind, afterId, accountId } = query.read(view, at);
    this.#replica.asked.push(kind);
    if (this.#replica.isHolding) return;
    const { queryCode: code, cluster } = this.#replica;
    if (kind === QueryKind.fills) {
      this.#fills(query.read(view, at));
      return;
    }
    const answer = new DataView(new ArrayBuffer(1024));
    if (accountId === 4 && afterId === 0) {
      const fields = { requestId, code, kind, more: 1, rowCount: 1, appliedSeq: cluster.seq };
      placeRow.write(answer, queryResult.size, { reserved: 0, lookedUntil: 3 });
      this.#send(new Uint8Array(answer.buffer, 0, queryResult.write(answer, 0, fields, placeRow.size)));
      return;
    }
    const ids = code === ReplyCode.ok ? [1, 2, 3, 4, 5].filter((id) => id > afterId).slice(0, 2) : [];
    const more = ids.at(-1) === 5 ? 0 : 1;
    const fields = { requestId, code, kind, more, rowCount: ids.length, appliedSeq: cluster.seq };
    let length = queryResult.write(answer, 0, fields, ids.length * orderRow.size);
    for (const [n, orderId] of ids.entries()) {
      const none = { filledLots: 0, filledValueLow: 0, filledValueHigh: 0, cancelReason: 0, reserved: 0 };
      const lots = { quantityLots: 9, remainingLots: 9, ...none };
      const row = { accountId, orderId, ...lots, instrumentId: 1, priceTicks: 5 };
      const kinds = {
        side: 2,
        orderType: 3,
        timeInForce: 1,
        status: 1,
        code: 0,
        clientOrderId: `o${orderId}`,
      };
      orderRow.write(answer, queryResult.size + n * orderRow.size, { ...row, ...kinds });
    }
    length = answer.getUint16(0, true);
    this.#send(new Uint8Array(answer.buffer, 0, length));
  }
}
