/**
 * When this machine holds an address that moves. Pure: time and all that was heard come in, and what is to be done goes
 * out. Two machines never hold it at once:
 *
 * - It is held while it is confirmed only. A majority has said, after a question that is at most `confirmedMsMax` old,
 *   that it follows the replica of this machine in its term, so no later leader had been elected when it was asked; or,
 *   where the address is one of gateways, that it has granted it to this machine.
 * - The kernel takes the address away `lifetimeMs` after it was last renewed, and not much later, also where this
 *   process or all of the machine's processes stand still.
 * - A replica that comes to lead waits until every machine that may have held it says that it does not, or until the
 *   address of the last leader has run out there: {@link holdOffMs} after its own leadership was first seen. Voters
 *   that grant the address have waited, so no other machine is named here then.
 */
import { type HolderTimes, holdOffMs, standardTimes } from '../address-times.ts';

/** For so long another machine that has the address is shown. */
const conflictShownMs = 10_000;
/** Against another machine that has the address it is announced once in so long. */
const defendMs = 100;

/** What is to be done now. */
export type HolderStep = 'probe' | 'take' | 'renew' | 'announce' | 'giveUp';

export type HolderState = 'follows' | 'waits' | 'probes' | 'holds';

export class Holder {
  readonly #times: HolderTimes;
  #term = 0;
  /** When this machine first knew that it leads in the term. */
  #ledFromMs = 0;
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #isReady = true;
  /** Machines that may hold the address, and when those were asked that said they do not. */
  readonly #others = new Map<number, number>();
  #probedMs: number | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #conflict: { readonly by: string; readonly untilMs: number } | undefined;
  #takenMs: number | undefined;
  #renewedMs = 0;
  #announced = 0;
  #announcedMs = 0;
  #defends = false;

  constructor(times: HolderTimes = standardTimes) {
    this.#times = times;
  }

  get state(): HolderState {
    if (this.#takenMs !== undefined) return 'holds';
    if (this.#term === 0) return 'follows';
    return this.#probedMs === undefined ? 'waits' : 'probes';
  }

  /** Whether it has the address at this moment: it was renewed, and has not run out since. */
  holdsAt(nowMs: number): boolean {
    return this.#takenMs !== undefined && !this.#hasRunOut(nowMs);
  }

  /** 0 where this machine does not lead. */
  get term(): number {
    return this.#term;
  }

  /** How old the newest confirmation is; undefined: there was none. */
  confirmedAgeMs(nowMs: number): number | undefined {
    return Number.isFinite(this.#confirmedMs) ? nowMs - this.#confirmedMs : undefined;
  }

  /** The other machine that said lately that the address is its own; undefined: no machine did. */
  conflict(nowMs: number): string | undefined {
    return this.#conflict !== undefined && nowMs < this.#conflict.untilMs ? this.#conflict.by : undefined;
  }

  /** A majority follows this machine in the term, as it was at `asOfMs`; heard at `nowMs`. */
  confirmed(term: number, asOfMs: number, nowMs: number): void {
    if (term < this.#term) return;
    if (term > this.#term) {
      this.#term = term;
      this.#ledFromMs = nowMs;
      this.#confirmedMs = Number.NEGATIVE_INFINITY;
      this.#probedMs = undefined;
      for (const id of this.#others.keys()) this.#others.set(id, Number.NEGATIVE_INFINITY);
    }
    this.#confirmedMs = Math.max(this.#confirmedMs, asOfMs);
  }

  /** This machine does not lead. */
  deposed(): void {
    this.#term = 0;
    this.#probedMs = undefined;
  }

  /** Whether what the address is for can be had here. */
  ready(isReady: boolean): void {
    this.#isReady = isReady;
    if (!isReady) this.#probedMs = undefined;
  }

  /** The machines that may hold the address beside this one. */
  others(ids: readonly number[]): void {
    for (const id of this.#others.keys()) if (!ids.includes(id)) this.#others.delete(id);
    for (const id of ids) if (!this.#others.has(id)) this.#others.set(id, Number.NEGATIVE_INFINITY);
  }

  /** One of them, asked at `askedMs`, does not hold it. */
  released(id: number, askedMs: number): void {
    const before = this.#others.get(id);
    if (before !== undefined) this.#others.set(id, Math.max(before, askedMs));
  }

  /** Those whose word would let this machine take the address sooner. */
  unsure(nowMs: number): number[] {
    if (this.#takenMs !== undefined || this.#term === 0 || nowMs < this.#releasedFromMs) return [];
    return [...this.#others].filter(([, askedMs]) => askedMs < this.#releasedFromMs).map(([id]) => id);
  }

  /**
   * Another machine says that it has the address. False where it may: a former holder, for as long as this machine has
   * not begun to take it.
   */
  claimed(by: string, nowMs: number): boolean {
    const holds = this.#takenMs !== undefined;
    // What stood still, and goes on, has nothing to defend any more.
    if (holds ? this.#hasRunOut(nowMs) : this.#probedMs === undefined) return false;
    this.#conflict = { by, untilMs: nowMs + conflictShownMs };
    if (holds) {
      this.#defends = true;
      return true;
    }
    this.#probedMs = undefined;
    this.#notBeforeMs = nowMs + this.#times.conflictMs;
    return true;
  }

  next(nowMs: number): HolderStep | undefined {
    if (this.#takenMs !== undefined) return this.#nextAsHolder(nowMs, this.#takenMs);
    if (!this.#isLive(nowMs) || nowMs < this.#notBeforeMs || !this.#isFree(nowMs)) return undefined;
    if (this.#probedMs === undefined) return 'probe';
    return nowMs >= this.#probedMs + this.#times.probeMs ? 'take' : undefined;
  }

  /** What {@link next} asked for has been done. */
  done(step: HolderStep, nowMs: number): void {
    if (step === 'probe') this.#probedMs = nowMs;
    if (step === 'take') {
      this.#conflict = undefined;
      this.#takenMs = nowMs;
      this.#announced = 0;
    }
    if (step === 'take' || step === 'renew') this.#renewedMs = nowMs;
    if (step === 'announce') {
      if (!this.#defends) this.#announced++;
      this.#defends = false;
      this.#announcedMs = nowMs;
    }
    if (step === 'giveUp') {
      this.#takenMs = undefined;
      this.#probedMs = undefined;
      this.#defends = false;
    }
  }

  /** The system refused to do it: it is tried again a while later. */
  refused(step: HolderStep, nowMs: number): void {
    if (step === 'take') this.#probedMs = undefined;
    this.#notBeforeMs = nowMs + this.#times.conflictMs;
  }

  #nextAsHolder(nowMs: number, takenMs: number): HolderStep | undefined {
    const { renewMs, announceAfterMs, announceMs } = this.#times;
    // Once it has run out it is not renewed: another machine may have it by now.
    if (this.#term === 0 || !this.#isReady || this.#hasRunOut(nowMs)) return 'giveUp';
    if (nowMs >= this.#renewedMs + renewMs && this.#isLive(nowMs)) return 'renew';
    if (this.#defends && nowMs >= this.#announcedMs + defendMs) return 'announce';
    const after = announceAfterMs[this.#announced];
    const dueMs = after === undefined ? this.#announcedMs + announceMs : takenMs + after;
    return nowMs >= dueMs ? 'announce' : undefined;
  }

  #hasRunOut(nowMs: number): boolean {
    return nowMs >= this.#renewedMs + this.#times.lifetimeMs;
  }

  #isLive(nowMs: number): boolean {
    return this.#term !== 0 && this.#isReady && nowMs <= this.#confirmedMs + this.#times.confirmedMsMax;
  }

  /** A machine that does not hold the address from here on takes it no more under an earlier term. */
  get #releasedFromMs(): number {
    return this.#ledFromMs + this.#times.confirmedMsMax;
  }

  #isFree(nowMs: number): boolean {
    if (nowMs >= this.#ledFromMs + holdOffMs(this.#times)) return true;
    return [...this.#others.values()].every((askedMs) => askedMs >= this.#releasedFromMs);
  }
}
