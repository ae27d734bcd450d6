/**
 * A simulated client: the client's own core under virtual sockets, driven by a workload. It sends, loses its
 * connections, finds the leader again, resends, and passes everything that it receives on to the checkers.
 *
 * What can happen: it repeats what it has sent, sends an order again whose outcome did not come in time, uses a client
 * order id again, loses connections with and without cancel on disconnect, asks for more than there is room for. What
 * the cluster must survive: all of it, from all clients at once. Each command runs once, each outcome arrives, and
 * a client that has to wait loses nothing.
 */

import { typeAt } from '../../checkers/exactly-once.ts';
import type { SessionListener, UnknownReason } from '../../client/core/ports.ts';
import { Session } from '../../client/core/session.ts';
import { ReplyCode, replyText } from '../../protocol/codes.ts';
import { placeOrder } from '../../protocol/commands.ts';
import { keyChanged, orderAccepted } from '../../protocol/events.ts';
import { query } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import type { Intent } from '../world/intent.ts';
import { NextStep } from '../world/next-step.ts';
import { fork } from '../world/scheduler.ts';
import { worldBeginsUs } from '../world/virtual-clock.ts';
import type { World } from '../world/world.ts';
import { ClientSockets } from './client-sockets.ts';
import { Workload } from './workload.ts';

/** What watches the clients: the checkers, by way of the cluster. */
export interface ClientWatcher {
  /** An event reached the client in `term`. */
  saw(client: ClientActor, view: DataView, at: number, term: number): void;
  /** The client has a session. */
  opened(client: ClientActor, sessionId: number): void;
  /** The client calls: `record` is the command or query. */
  called(
    client: ClientActor,
    kind: 'command' | 'query',
    number: number,
    record: Uint8Array,
    isOfLeader: boolean,
  ): void;
  /** The client gives a command up that has no outcome after so long. */
  waits(client: ClientActor, ticket: number, forUs: number): void;
  /** A query of the client was answered. */
  read(client: ClientActor, requestId: number, result: Uint8Array): void;
  /** A command of the client was answered. */
  answered(client: ClientActor, ticket: number, view: DataView, at: number): void;
  /** A command will never be answered. */
  unknown(client: ClientActor, ticket: number, reason: UnknownReason): void;
  /** Events were gone before the client could be sent them. */
  missed(client: ClientActor): void;
  /** It believes that another cluster answers. */
  clusterChanged(client: ClientActor): void;
  /** Commands are served by another leader, or in a new term. */
  failedOver(client: ClientActor, term: number, leaderId: number, gapUs: number, resent: number): void;
  /** The leader's ring of waiting commands is so full. */
  pressed(usedPermille: number): void;
  /** A replica called what the client sent malformed. */
  refused(client: ClientActor, why: string): void;
  /** The client could not go on. */
  failed(client: ClientActor, why: string): void;
}

export interface ClientActorOptions {
  readonly clusterId: number;
  readonly replicaIds: readonly number[];
  /** Where there are several. */
  readonly siteOf?: (replicaId: number) => string | undefined;
  readonly feed: 'own' | 'all';
  readonly cancelOnDisconnectGraceMs: number | undefined;
  /** When it sends an order again whose outcome is not known. */
  readonly commandTimeoutUs: number;
  /** Longest pause between two bursts of commands, and the most commands of a burst. */
  readonly pauseUsMax: number;
  readonly burstMax: number;
  readonly windowCommandsMax: number;
}

const connectTimeoutUs = 600_000_000;
const connectionsMax = 32;
/** How often a client looks at the exchange when it sends. */
const readChance = 0.2;
/** Longest time between the arrival of bytes and the client's look at them. */
const wakeUsMax = 30;

export class ClientActor implements SessionListener {
  readonly id: number;
  readonly name: string;
  readonly feed: 'own' | 'all';
  readonly session: Session;
  submitted = 0;
  readonly #world: World;
  readonly #options: ClientActorOptions;
  readonly #watcher: ClientWatcher;
  readonly #random: Random;
  readonly #workload: Workload;
  readonly #sockets: ClientSockets;
  /** What it sends before anything that it draws. */
  readonly #opening: Intent[];
  /** Orders without an outcome, by ticket. */
  readonly #orders = new Map<number, Intent>();
  /** Orders to send again. */
  readonly #overdue: Intent[] = [];
  #isSending = false;
  #hasFailed = false;
  readonly #nextStep: NextStep;

  constructor(world: World, id: number, random: Random, options: ClientActorOptions, watcher: ClientWatcher) {
    this.id = id;
    this.name = `client ${id}`;
    this.feed = options.feed;
    this.#world = world;
    this.#nextStep = new NextStep(world.scheduler, () => this.#step());
    this.#random = random;
    this.#options = options;
    this.#watcher = watcher;
    this.#workload = new Workload(id, random, {
      tally: world.tally,
      copies: world.copies,
      nowMs: () => Math.floor((worldBeginsUs + world.scheduler.nowUs) / 1000),
    });
    this.#opening = this.#workload.opening();
    const wake = (): void => this.#nextStep.in(random.between(1, wakeUsMax));
    const connections = world.wires.openEndpoint(id, connectionsMax, wake);
    this.#sockets = new ClientSockets(world, connections, connectionsMax, fork(random), () => this.session);
    this.session = new Session(
      {
        replicas: options.replicaIds.map((id) => ({
          id,
          address: `virtual:${id}`,
          site: options.siteOf?.(id),
        })),
        feed: options.feed,
        cancelOnDisconnectGraceMs: options.cancelOnDisconnectGraceMs,
        commandTimeoutUs: options.commandTimeoutUs,
        connectTimeoutUs,
        windowCommandsMax: options.windowCommandsMax,
      },
      this.#sockets,
      this,
    );
  }

  /** The commands that it sent last. */
  get opening(): ClientSockets['opening'] {
    return this.#sockets.opening;
  }

  get lastSent(): Uint8Array | undefined {
    return this.#sockets.lastSent;
  }

  get accounts(): readonly [number, number] {
    return this.#workload.accounts;
  }

  /** Commands without an outcome. */
  get pending(): number {
    return this.session.window.pending;
  }

  start(): void {
    this.#isSending = true;
    this.session.start(this.#nowUs);
    this.#nextStep.in(0);
    this.#sendLater();
  }

  /** No more new commands; pending commands are still resent and awaited. */
  stopSending(): void {
    this.#isSending = false;
  }

  /** Sends `count` more commands, as a sign of life, and gives them up after `validUs` where it would wait longer. */
  sendMore(count: number, validUs = Number.POSITIVE_INFINITY): void {
    this.#guard(() => {
      for (let n = 0; n < count; n++) this.#submit(validUs);
      this.#finishStep();
    });
  }

  /** Sends these commands, behind those that it began with. */
  sendAll(intents: readonly Intent[]): void {
    this.#opening.push(...intents);
    this.sendMore(this.#opening.length);
  }

  /** How long its orders outlive its connection, if it asked for that. */
  get graceMs(): number | undefined {
    return this.#options.cancelOnDisconnectGraceMs;
  }

  /** Goes away for good, and leaves its session behind. */
  leave(): void {
    if (this.graceMs !== undefined) this.#world.tally.add('disconnect with cancel on disconnect');
    this.#guard(() => {
      this.session.close(this.#nowUs, true);
      this.#sockets.flush();
    });
  }

  /** Something breaks one of its connections; false when it has none. */
  resetConnection(): boolean {
    const isReset = this.#sockets.reset();
    if (isReset && this.graceMs !== undefined) this.#world.tally.add('disconnect with cancel on disconnect');
    return isReset;
  }

  opened(sessionId: number): void {
    this.#world.trace.note(this.name, `opens session ${sessionId}`);
    this.#watcher.opened(this, sessionId);
  }

  outcome(ticket: number, view: DataView, at: number): void {
    this.#orders.delete(ticket);
    this.#watcher.answered(this, ticket, view, at);
  }

  unknown(ticket: number, reason: UnknownReason): void {
    const order = this.#orders.get(ticket);
    this.#orders.delete(ticket);
    if (reason !== 'timeout') this.#watcher.unknown(this, ticket, reason);
    else if (order !== undefined && this.#isSending) this.#overdue.push(order);
  }

  event(view: DataView, at: number): void {
    if (view.getUint8(at + typeAt) === orderAccepted.type) {
      this.#workload.learned(getU53(view, at + orderAccepted.at.orderId));
    } else if (view.getUint8(at + typeAt) === keyChanged.type) {
      const { keyNumber, keyVersion } = keyChanged.read(view, at);
      this.#workload.learnedKey(keyNumber, keyVersion);
    }
    this.#watcher.saw(this, view, at, this.session.term);
  }

  eventsLost(afterSeq: number, appliedSeq: number): void {
    this.#world.trace.note(this.name, `misses events after seq ${afterSeq} up to ${appliedSeq}`);
    this.#watcher.missed(this);
  }

  clusterChanged(): void {
    this.#watcher.clusterChanged(this);
  }

  queryResult(requestId: number, view: DataView, at: number): void {
    const result = new Uint8Array(view.buffer, view.byteOffset + at, view.getUint16(at, true));
    this.#watcher.read(this, requestId, result);
  }

  queryFailed(): void {}

  failover(term: number, leaderId: number, gapUs: number, resent: number): void {
    this.#watcher.failedOver(this, term, leaderId, gapUs, resent);
  }

  pressure(usedPermille: number): void {
    this.#watcher.pressed(usedPermille);
  }

  keysChanged(): void {}

  warning(text: string): void {
    this.#world.trace.note(this.name, `warning: ${text}`);
    if (text.includes(replyText[ReplyCode.malformed])) this.#watcher.refused(this, text);
  }

  failed(_code: string, text: string): void {
    this.#watcher.failed(this, text);
  }

  closed(): void {}

  get #nowUs(): number {
    return this.#world.scheduler.nowUs;
  }

  #sendLater(): void {
    this.#world.scheduler.after(this.#random.between(50, this.#options.pauseUsMax), () => {
      if (!this.#isSending) return;
      const burst = this.#random.between(1, this.#options.burstMax);
      this.#guard(() => {
        if (this.session.sessionId !== 0) for (let n = 0; n < burst; n++) this.#submit();
        if (this.#random.chance(readChance)) this.#ask();
        this.#finishStep();
      });
      this.#sendLater();
    });
  }

  #submit(validUsMax = Number.POSITIVE_INFINITY): void {
    const at = this.session.begin();
    if (at < 0) return;
    const overdue = this.#overdue.shift();
    if (overdue !== undefined) this.#world.tally.add('retry after a time-out');
    const intent = this.#opening.shift() ?? overdue ?? this.#workload.next();
    intent.write(this.session.window.view, at);
    const { bytes, view } = this.session.window;
    const record = bytes.slice(at, at + view.getUint16(at, true));
    const validUs = Math.min(intent.validUs ?? validUsMax, validUsMax);
    const ticket = this.session.submit(this.#nowUs, validUs);
    this.#watcher.waits(this, ticket, Math.min(validUs, this.#options.commandTimeoutUs));
    if (intent.name === placeOrder.name) this.#orders.set(ticket, intent);
    this.#watcher.called(this, 'command', ticket, record, true);
    this.submitted += 1;
    if (this.#world.trace.isOn) this.#world.trace.note(this.name, `wants ${intent.name} (${ticket})`);
  }

  #ask(): void {
    const request = this.#workload.question();
    const target = this.#random.pick(['leader', 'leader', 'any'] as const);
    const record = new Uint8Array(query.size);
    query.write(new DataView(record.buffer), 0, { requestId: 0, reserved: 0, ...request, reserved2: 0 });
    const requestId = this.session.query(request, target, this.#nowUs);
    if (requestId !== 0) this.#watcher.called(this, 'query', requestId, record, target === 'leader');
  }

  #step(): void {
    this.#guard(() => {
      this.#sockets.poll();
      this.session.tick(this.#nowUs);
      this.#finishStep();
    });
  }

  /** Runs the client's code; what it throws ends this client alone. */
  #guard(run: () => void): void {
    if (this.#hasFailed) return;
    try {
      run();
    } catch (error) {
      this.#hasFailed = true;
      this.#watcher.failed(this, error instanceof Error ? error.message : String(error));
    }
  }

  #finishStep(): void {
    this.session.flush(this.#nowUs);
    this.#sockets.flush();
    const { deadlineUs } = this.session;
    if (Number.isFinite(deadlineUs)) this.#nextStep.in(Math.max(1, Math.ceil(deadlineUs - this.#nowUs)));
  }
}
