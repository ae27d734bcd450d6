/**
 * Drives the judge: sends what it asks for through a session of its own, gives it what comes back, and tells its owner
 * of each round. Nothing that goes wrong here ends it; without a session it tries again with each round.
 */
import { type Client, LockstepError } from '../../client/index.ts';
import { canaryInstrument } from '../../protocol/canary.ts';
import { CanaryJudge, type CanaryNext, type CanaryRules } from './judge.ts';
import type { CanaryReport } from './report.ts';

export interface CanarySettings extends Omit<CanaryRules, 'name'> {
  /** Between the beginnings of two rounds. */
  readonly everyMs: number;
}

export interface CanaryParts {
  readonly settings: CanarySettings;
  /** Opens a session that hears its own events and needs no leader to begin. */
  readonly connect: () => Promise<Client>;
  /** Called at the end of each round. */
  readonly onReport: (report: CanaryReport) => void;
  readonly warn: (text: string) => void;
}

const lookMs = 50;
/** A longer time between two looks is a standstill of this process: it cannot say how long an answer took. */
const turnMsMax = 300;
/** Between two attempts to read what a round led to: the leader may have changed. */
const readAgainMs = 50;
const levelsRead = 4;
const nameLength = 6;

export class CanaryRunner {
  readonly #parts: CanaryParts;
  readonly #judge: CanaryJudge;
  readonly #timer: NodeJS.Timeout;
  #client: Client | undefined;
  #isConnecting = false;
  #isClosed = false;
  #epoch = 0;
  #nextMs = 0;
  #lookedMs = performance.now();
  #reported = 0;
  /** Another number for each round: what belongs to a round that was given up is not heard. */
  #round = 0;

  constructor(parts: CanaryParts) {
    this.#parts = parts;
    const name = Math.random().toString(36).slice(2).padEnd(nameLength, '0').slice(0, nameLength);
    this.#judge = new CanaryJudge({ ...parts.settings, name });
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  get report(): CanaryReport {
    const { leaderId = 0, connections = [] } = this.#client?.status ?? {};
    const unreached = connections.filter(({ state }) => state !== 'ready').map(({ replicaId }) => replicaId);
    return this.#judge.report(leaderId, unreached, performance.now());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#client?.close();
  }

  #look(): void {
    const nowMs = performance.now();
    const stoodMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    if (stoodMs > turnMsMax) this.#judge.stoodStill(stoodMs);
    if (this.#client !== undefined) this.#judge.look(this.#isReached, nowMs);
    this.#tell();
    if (this.#judge.isRunning || nowMs < this.#nextMs) return;
    // Rounds that were missed are not made up for.
    this.#nextMs = nowMs + this.#parts.settings.everyMs;
    if (this.#client === undefined) void this.#connect();
    else this.#begin(this.#client, nowMs);
  }

  get #isReached(): boolean {
    return this.#client?.status.connections.some(({ state }) => state === 'ready') ?? false;
  }

  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      const client = await this.#parts.connect();
      if (this.#isClosed) return void (await client.close());
      this.#client = client;
      this.#epoch = client.epoch;
      client.on('event', (event) => this.#judge.heard(event, performance.now()));
      client.on('eventsLost', () =>
        this.#judge.leave('events were forgotten before they came', performance.now()),
      );
      client.on('clusterChanged', () => this.#judge.restarted(performance.now()));
      client.on('warning', (text) => this.#parts.warn(text));
      this.#nextMs = 0;
    } catch (error) {
      this.#absent(error);
    } finally {
      this.#isConnecting = false;
    }
  }

  #absent(error: unknown): void {
    const { code, message } = error instanceof LockstepError ? error : { code: '', message: String(error) };
    const nowMs = performance.now();
    if (code === 'unreachable') this.#judge.absent('crash', message, nowMs);
    else if (code === 'noLeader') this.#judge.absent('silent', message, nowMs);
    else this.#judge.leave(message, nowMs);
    this.#tell();
  }

  #begin(client: Client, nowMs: number): void {
    const { epoch } = client;
    if (this.#epoch !== 0 && epoch !== this.#epoch) this.#judge.restarted(nowMs);
    this.#epoch = epoch;
    this.#round += 1;
    this.#ask(client, this.#judge.begin(nowMs));
  }

  #ask(client: Client, next: CanaryNext | undefined): void {
    if (next?.ask === 'command') this.#send(client, next.command);
    else if (next?.ask === 'reads') void this.#read(client, next.order);
    else this.#tell();
  }

  #send(client: Client, command: Extract<CanaryNext, { ask: 'command' }>['command']): void {
    const round = this.#round;
    try {
      client.submitWith(command, (outcome, error) => {
        if (round !== this.#round || !this.#judge.isRunning) return;
        const nowMs = performance.now();
        if (outcome !== undefined) this.#ask(client, this.#judge.answered(outcome, nowMs));
        else if (error !== undefined && !isTimeout(error)) this.#judge.leave(error.message, nowMs);
      });
    } catch (error) {
      this.#judge.leave(error instanceof Error ? error.message : String(error), performance.now());
      if (error instanceof LockstepError && error.code === 'closed') this.#client = undefined;
    }
  }

  /** Asks until it is answered or the round is given up. */
  async #read(client: Client, named: Extract<CanaryNext, { ask: 'reads' }>['order']): Promise<void> {
    const round = this.#round;
    const instrumentId = canaryInstrument(this.#parts.settings.watcher);
    try {
      const [order, book, trades] = await Promise.all([
        client.order(named),
        client.book(instrumentId, levelsRead),
        client.trades(instrumentId, 1),
      ]);
      if (round !== this.#round) return;
      this.#judge.read({ order, book, trades }, performance.now());
      this.#tell();
    } catch {
      const isWanted = (): boolean => round === this.#round && this.#judge.isRunning && !this.#isClosed;
      setTimeout(() => {
        if (isWanted()) void this.#read(client, named);
      }, readAgainMs).unref();
    }
  }

  #tell(): void {
    const { ended } = this.#judge;
    if (ended === this.#reported) return;
    this.#reported = ended;
    this.#parts.onReport(this.report);
  }
}

/** The judge sees that no answer came; what came too late is of no round. */
function isTimeout(error: LockstepError): boolean {
  return error.code === 'outcomeUnknown' && (error as { readonly reason?: unknown }).reason === 'timeout';
}
