/**
 * A machine for the tests of the session's core: its time passes only when a test moves it, and its connections to the
 * fake cluster carry bytes in any pieces and break after any byte.
 */
import type { ReplyCode } from '../../../protocol/codes.ts';
import { placeOrder } from '../../../protocol/commands.ts';
import { eventAt } from '../../../protocol/events.ts';
import { getU53 } from '../../../std/integers.ts';
import { type Outcome, readOutcome } from '../../words.ts';
import type {
  ConnectFailure,
  QueryFailure,
  SessionListener,
  SessionMachine,
  SessionOptions,
} from '../ports.ts';
import { Session } from '../session.ts';
import type { FakeCluster, FakeConnection } from './fake-cluster.ts';

let machines = 0;

interface Wire {
  readonly replicaId: number;
  readonly server: FakeConnection;
  toServer: number[];
  toClient: number[];
  isOpen: boolean;
}

export class FakeMachine implements SessionMachine, SessionListener {
  readonly cluster: FakeCluster;
  readonly session: Session;
  nowUs = 1_000_000;
  /** Replicas whose machines refuse connections. */
  readonly down = new Set<number>();
  /** Replicas that do not believe the identity of this side, or are not believed. */
  readonly refusals = new Map<number, ReplyCode>();
  /** Replicas to and from which nothing gets through. */
  readonly silent = new Set<number>();
  /** Bytes of one delivery. */
  chunkBytes = 65_536;
  /** Bytes that may still be carried, in either direction, until the connections break; then `onCut` is called. */
  bytesToServer = Number.POSITIVE_INFINITY;
  bytesToClient = Number.POSITIVE_INFINITY;
  onCut: () => void = () => {};
  hasRoom = true;

  readonly sent: number[] = [];
  readonly opens: number[] = [];
  readonly outcomes: { readonly ticket: number; readonly outcome: Outcome }[] = [];
  readonly unknowns: { readonly ticket: number; readonly reason: string }[] = [];
  readonly events: string[] = [];
  readonly failovers: { term: number; leaderId: number; gapUs: number; resent: number }[] = [];
  readonly pressures: number[] = [];
  readonly keyChanges: number[] = [];
  readonly warnings: string[] = [];
  clusterChanges = 0;
  readonly lostEvents: { afterSeq: number; appliedSeq: number }[] = [];
  readonly results: number[] = [];
  readonly failures: { readonly requestId: number; readonly why: QueryFailure }[] = [];
  failure: { readonly code: ConnectFailure; readonly text: string } | undefined;
  isClosed = false;
  reached: (() => void) | undefined;
  whenOutcome: () => void = () => {};
  whenUnknown: () => void = () => {};
  /** Where replicas are, as they said. */
  readonly places = new Map<number, string>();

  #wires: Wire[] = [];
  #dials: number[] = [];
  #randoms = ++machines * 0x1_0000;

  constructor(cluster: FakeCluster, options: Partial<SessionOptions> = {}) {
    this.cluster = cluster;
    const replicas = cluster.replicas.map(({ id }) => ({ id, address: `host${id}:70${id}` }));
    const settings = {
      replicas,
      feed: 'own',
      cancelOnDisconnectGraceMs: undefined,
      commandTimeoutUs: 5_000_000,
      connectTimeoutUs: 10_000_000,
      windowCommandsMax: 8,
      ...options,
    } as const;
    this.session = new Session(settings, this, this);
  }

  /** Starts the session and runs until it is open. */
  open(): this {
    this.session.start(this.nowUs);
    this.settle();
    return this;
  }

  /** Submits an order with this client order id. */
  order(clientOrderId: string, validUs?: number): number {
    const at = this.session.begin();
    if (at < 0) return -1;
    const values = {
      sessionId: 0,
      commandNumber: 0,
      deadlineMs: 0,
      accountId: 1,
      instrumentId: 1,
      priceTicks: 5,
    };
    const kinds = { quantityLots: 1, side: 1, orderType: 1, timeInForce: 1, selfMatch: 0, clientOrderId };
    placeOrder.write(this.session.window.view, at, { ...values, ...kinds });
    return this.session.submit(this.nowUs, validUs);
  }

  /** Carries everything that waits, until nothing does. */
  settle(): void {
    this.session.flush(this.nowUs);
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const replicaId of this.#dials.splice(0)) {
        isBusy = true;
        this.#dial(replicaId);
      }
      for (const wire of [...this.#wires]) {
        if (!wire.isOpen || this.silent.has(wire.replicaId)) continue;
        if (wire.toServer.length > 0) isBusy = this.#carryToServer(wire);
        if (wire.isOpen && wire.toClient.length > 0) isBusy = this.#carryToClient(wire) || isBusy;
      }
      this.session.flush(this.nowUs);
    }
  }

  /** Lets time pass, ticking whenever the session asks for it. */
  pass(us: number): void {
    const untilUs = this.nowUs + us;
    this.settle();
    for (let turns = 0; this.session.deadlineUs <= untilUs && !this.session.isOver; turns++) {
      if (turns > 100_000)
        throw new Error('the session asks to be called again and again without time passing');
      this.nowUs = Math.max(this.nowUs, this.session.deadlineUs);
      this.session.tick(this.nowUs);
      this.settle();
    }
    this.nowUs = untilUs;
  }

  /** Breaks the connection to a replica in the middle. */
  cut(replicaId: number): void {
    for (const wire of this.#wires.filter((each) => each.isOpen && each.replicaId === replicaId)) {
      wire.server.closed();
      this.#broken(wire, 'ECONNRESET');
    }
  }

  /** The process of a replica dies and refuses connections from now on. */
  kill(replicaId: number): void {
    this.down.add(replicaId);
    this.cluster.replica(replicaId).kill();
  }

  connectionOf(replicaId: number): FakeConnection {
    const wire = this.#wires.find((each) => each.isOpen && each.replicaId === replicaId);
    if (wire === undefined) throw new Error(`no connection to replica ${replicaId}`);
    return wire.server;
  }

  believe(): void {}

  place(replicaId: number, host: string, port: number): void {
    this.places.set(replicaId, `${host}:${port}`);
  }

  connect(replicaId: number): void {
    this.#dials.push(replicaId);
  }

  disconnect(replicaId: number): void {
    for (const wire of this.#wires) {
      if (wire.replicaId !== replicaId || !wire.isOpen) continue;
      wire.isOpen = false;
      wire.server.closed();
    }
    this.#wires = this.#wires.filter((wire) => wire.isOpen);
  }

  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean {
    const wire = this.#wires.find((each) => each.isOpen && each.replicaId === replicaId);
    if (wire === undefined || !this.hasRoom) return false;
    wire.toServer.push(...bytes.subarray(from, to));
    return true;
  }

  random(): number {
    return (this.#randoms += 0x9e37) >>> 0;
  }

  opened(sessionId: number): void {
    this.opens.push(sessionId);
  }

  outcome(ticket: number, view: DataView, at: number): void {
    this.outcomes.push({ ticket, outcome: readOutcome(view, at) });
    this.whenOutcome();
  }

  unknown(ticket: number, reason: string): void {
    this.unknowns.push({ ticket, reason });
    this.whenUnknown();
  }

  event(view: DataView, at: number): void {
    this.events.push(`${getU53(view, at + eventAt.seq)}.${view.getUint32(at + eventAt.n, true)}`);
  }

  eventsLost(afterSeq: number, appliedSeq: number): void {
    this.lostEvents.push({ afterSeq, appliedSeq });
  }

  clusterChanged(): void {
    this.clusterChanges++;
  }

  queryResult(requestId: number): void {
    this.results.push(requestId);
  }

  queryFailed(requestId: number, why: QueryFailure): void {
    this.failures.push({ requestId, why });
  }

  failover(term: number, leaderId: number, gapUs: number, resent: number): void {
    this.failovers.push({ term, leaderId, gapUs, resent });
  }

  pressure(usedPermille: number): void {
    this.pressures.push(usedPermille);
  }

  keysChanged(changes: number): void {
    this.keyChanges.push(changes);
  }

  warning(text: string): void {
    this.warnings.push(text);
  }

  failed(code: ConnectFailure, text: string): void {
    this.failure = { code, text };
  }

  closed(): void {
    this.isClosed = true;
  }

  #dial(replicaId: number): void {
    if (this.silent.has(replicaId)) return;
    if (this.down.has(replicaId)) {
      this.session.closed(replicaId, this.nowUs, 'ECONNREFUSED');
      return;
    }
    const refusal = this.refusals.get(replicaId);
    if (refusal !== undefined) {
      this.session.closed(replicaId, this.nowUs, 'it refused this side', refusal);
      return;
    }
    const replica = this.cluster.replica(replicaId);
    const waiting: number[] = [];
    let wire: Wire | undefined;
    const server = replica.accept(
      (bytes) => (wire?.toClient ?? waiting).push(...bytes),
      () => {
        if (wire === undefined) return;
        // What the server had sent still arrives, then the end.
        if (wire.isOpen && wire.toClient.length > 0) this.#carryToClient(wire);
        if (wire.isOpen) this.#broken(wire, 'the replica closed it');
      },
    );
    wire = { replicaId, server, toServer: [], toClient: waiting, isOpen: true };
    this.#wires.push(wire);
    this.session.opened(replicaId, this.nowUs);
  }

  #carryToServer(wire: Wire): boolean {
    const count = Math.min(wire.toServer.length, this.chunkBytes, this.bytesToServer);
    this.bytesToServer -= count;
    const bytes = Uint8Array.from(wire.toServer.splice(0, count));
    if (count > 0) wire.server.received(bytes);
    if (this.bytesToServer === 0) this.#cutAll();
    return true;
  }

  #carryToClient(wire: Wire): boolean {
    const count = Math.min(wire.toClient.length, this.chunkBytes, this.bytesToClient);
    this.bytesToClient -= count;
    const bytes = Uint8Array.from(wire.toClient.splice(0, count));
    // The bytes are in the middle of a buffer, as a socket may give them.
    const buffer = new Uint8Array(count + 7);
    buffer.set(bytes, 5);
    if (count > 0) this.session.received(wire.replicaId, buffer, 5, 5 + count, this.nowUs);
    if (this.bytesToClient === 0) this.#cutAll();
    return true;
  }

  #cutAll(): void {
    this.bytesToServer = Number.POSITIVE_INFINITY;
    this.bytesToClient = Number.POSITIVE_INFINITY;
    for (const { id } of this.cluster.replicas) this.cut(id);
    this.onCut();
  }

  #broken(wire: Wire, why: string): void {
    wire.isOpen = false;
    this.#wires = this.#wires.filter((each) => each.isOpen);
    this.session.closed(wire.replicaId, this.nowUs, why);
  }
}
