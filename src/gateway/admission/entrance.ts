/**
 * Where each request of a client comes in, whatever face it came to, before its body is read and its signature checked:
 * it is charged to whose it is, turned away where there is too much to do, or waits in line for its owner's turn.
 */
import { Line } from './line.ts';
import { LoopDelay } from './loop-delay.ts';
import { RateError } from './rate-error.ts';
import { type Claim, claimOf, type RateLimits, type RateRefusal, RequestRates } from './rates.ts';
import { RecentProofs } from './recent-proofs.ts';
import { CoreError } from './refusals.ts';
import type { RequestKind } from './services.ts';
import { strangers } from './shares.ts';
import { isShed, type SheddingLimits } from './shedding.ts';

export interface EntranceLimits extends RateLimits, SheddingLimits {
  /** What goes on of requests in one turn of the event loop before others wait in line: about so many. */
  readonly lineCostPerTurn: number;
  /** Requests of one owner that may wait in line. */
  readonly lineWaitingMax: number;
  /** A loop that has not turned for longer stood still: what it reads then is late, but it is not busy. */
  readonly turnMsMax: number;
  /** Requests are turned away, the less important first, when they wait for so long in line or in their sockets. */
  readonly delayMsMax: number;
}

/** What was turned away, for the metrics. */
export type RefusalCause = 'delay' | 'line' | 'source' | 'key' | 'cancels' | 'account' | 'streams';

export interface EntrancePorts {
  readonly now: () => number;
  readonly defer: (callback: () => void) => void;
  readonly onRefused: (kind: RequestKind, reason: RefusalCause) => void;
}

const anySource = '*';

export class Entrance {
  readonly #limits: EntranceLimits;
  readonly #ports: EntrancePorts;
  readonly #rates: RequestRates;
  readonly #recent = new RecentProofs();
  readonly #line: Line;
  readonly #loop: LoopDelay;

  constructor(limits: EntranceLimits, ports: EntrancePorts) {
    const { now, defer } = ports;
    this.#limits = limits;
    this.#ports = ports;
    this.#rates = new RequestRates(limits);
    const { lineCostPerTurn: costPerTurn, lineWaitingMax: waitingMax } = limits;
    this.#line = new Line({ costPerTurn, waitingMax, now, defer });
    this.#loop = new LoopDelay(now(), limits.turnMsMax);
  }

  /** Call it by a timer, every `loopLookMs`. */
  look(): void {
    this.#loop.look(this.#ports.now());
  }

  get waiting(): number {
    return this.#line.waiting;
  }

  /** For how long what is read may have waited in its socket. */
  get loopDelayMs(): number {
    return this.#loop.delayMs;
  }

  /** For how long requests of proven keys wait. */
  get delayMs(): number {
    return this.#delayMsOf(true);
  }

  #delayMsOf(isProven: boolean): number {
    return Math.max(this.#loop.delayMs, this.#line.delayMs(isProven));
  }

  /** Calls `go` when it is the turn of a request of this cost; throws a CoreError where too many wait. */
  wait(claim: Claim, kind: RequestKind, cost: number, go: () => void): void {
    const { keyId, source } = claim;
    const provenKey = provenKeyOf(claim);
    const isBelieved = provenKey !== undefined || this.isBelieved(claim);
    const place = !isBelieved ? 'unproven' : kind === 'cancel' ? 'cancel' : 'proven';
    // However many sources a key has signed from, its new connections are one owner together.
    const owner =
      provenKey ?? (keyId === undefined ? strangers : claimOf(isBelieved ? anySource : source, keyId));
    if (this.#line.enter(owner, place, cost, go)) return;
    this.#ports.onRefused(kind, 'line');
    throw new CoreError('gatewayBusy');
  }

  /** Whose refusals are counted together: the key that the connection has shown, or else where it comes from. */
  senderOf(claim: Claim): string {
    return provenKeyOf(claim) ?? claim.source;
  }

  /** Charges a request to whose it is; throws a CoreError where it is turned away. */
  charge(claim: Claim, kind: RequestKind): void {
    this.#refuse(claim, kind, this.#rates.enter(claim, kind, this.#ports.now()));
    const delayMs = this.#delayMsOf(this.isBelieved(claim));
    const permille = (1000 * delayMs) / this.#limits.delayMsMax;
    if (!isShed(kind, permille, this.#limits)) return;
    this.#ports.onRefused(kind, 'delay');
    throw new CoreError('gatewayBusy');
  }

  /** The signature of a request holds. Throws a CoreError where its key has used up its rate. */
  proven(claim: Claim, kind: RequestKind): void {
    const nowMs = this.#ports.now();
    const { source, keyId } = claim;
    if (keyId !== undefined) this.#recent.add(claimOf(source, keyId), nowMs);
    this.#refuse(claim, kind, this.#rates.proven(claim, kind, nowMs));
  }

  /** The signature of a request does not hold. */
  failed(claim: Claim): void {
    if (claim.keyId !== undefined) this.#recent.remove(claimOf(claim.source, claim.keyId));
    this.#rates.failed(claim, this.#ports.now());
  }

  /** Whether the key was proven on this connection, or lately from where it comes. */
  isBelieved(claim: Claim): boolean {
    const { source, keyId } = claim;
    if (keyId === undefined) return false;
    return provenKeyOf(claim) !== undefined || this.#recent.has(claimOf(source, keyId), this.#ports.now());
  }

  /** A command of an account is about to be sent; throws a CoreError where its accounts has used up its rate. */
  command(claim: Claim, kind: RequestKind, accountId: number): void {
    if (kind === 'cancel') return;
    this.#refuse(claim, kind, this.#rates.command(accountId, this.#ports.now()));
  }

  /** A message has come on a stream; throws a CoreError where it is one too many. */
  streamed(claim: Claim, cost: number): void {
    this.#refuse(claim, 'query', this.#rates.streamed(claim, cost, this.#ports.now()));
  }

  #refuse(claim: Claim, kind: RequestKind, refusal: RateRefusal | undefined): void {
    if (refusal === undefined) return;
    this.#ports.onRefused(kind, refusal.subject);
    const state = this.#rates.state(refusal.subject, claim, this.#ports.now());
    throw new RateError(refusal, state);
  }
}

/** The key that a request names, where the connection has shown that it has it. */
function provenKeyOf({ keyId, trust }: Claim): string | undefined {
  return keyId !== undefined && trust.has(keyId) ? keyId : undefined;
}
