/**
 * Is the replica alive, is it ready, does it lead: three questions that are kept apart. Alive: its duty cycle turns.
 * Ready: it could take over now. The decisions are pure; the clock and the counters come in.
 */
import { believed, type HeardReport } from '../../gateway/canary/report.ts';
import { idleLeaderText } from '../../gateway/exchange/health.ts';
import { counter } from '../../replica/counters.ts';
import { graySignals } from '../../replica/watches/gray-signals.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import type { HeardSide } from '../notify/side-report.ts';
import { idsIn } from '../replica-sets.ts';
import { type CounterReader, isLeading, lagFrames } from './status.ts';

/** The duty cycle must turn within this; longer is a stall. */
export const stallMs = 2_000;
/** A replica that stalls this long is ended, so that its supervisor starts a new one. */
export const stallFatalMs = 30_000;

const disputeText =
  'no majority of the replicas agrees on the state, so no orders are taken: see "lockstep diverged"';

const poisonText = (seq: number): string =>
  `its processes died on command ${seq}, so it applies nothing from there on: see "lockstep void list"`;

/** How often the process looks at its duty cycle. */
export const sampleMs = 250;

/**
 * Sees from a counter that only grows whether work goes on. Time that passed while this process itself did not run (it
 * was stopped, the machine slept) counts for nothing.
 */
export class ProgressWatch {
  #cycles = 0;
  #sampledAtMs = 0;
  #stalledMs = 0;

  /** How long the duty cycle had stood still at the last sample; 0 before the first cycle. */
  get stalledMs(): number {
    return this.#stalledMs;
  }

  sample(cycles: number, nowMs: number): void {
    const passedMs = Math.min(nowMs - this.#sampledAtMs, 2 * sampleMs);
    this.#stalledMs = cycles === this.#cycles && cycles !== 0 ? this.#stalledMs + passedMs : 0;
    this.#cycles = cycles;
    this.#sampledAtMs = nowMs;
  }
}

/** Notices that no replica leads. A short absence is an ordinary failover. */
export class LeaderWatch {
  readonly #absenceMs: number;
  #seenAtMs: number | undefined;
  #isTold = false;

  constructor(absenceMs: number) {
    this.#absenceMs = absenceMs;
  }

  /** True once for each absence that lasts. `leaderId` is 0 when no leader is known. */
  sample(leaderId: number, nowMs: number): boolean {
    this.#seenAtMs ??= nowMs;
    if (leaderId !== 0) {
      this.#seenAtMs = nowMs;
      this.#isTold = false;
    }
    const isNews = !this.#isTold && nowMs - this.#seenAtMs >= this.#absenceMs;
    this.#isTold ||= isNews;
    return isNews;
  }
}

/** What a replica says once it has heard no leader for so long; `isBad`: an operator has to do something. */
export function absenceText(
  replicaId: number,
  leaderlessMs: number,
  failover: 'automatic' | 'manual',
  read: CounterReader,
): { readonly isBad: boolean; readonly text: string } {
  const absence = `this replica has heard no leader for ${leaderlessMs / 1_000} s`;
  const members = [...idsIn(read(counter.voters)), ...idsIn(read(counter.learners))];
  if (read(counter.founding) !== 0)
    return {
      isBad: true,
      text:
        `${absence}; a new cluster begins once all its founders run with the same members; one that is recovering takes ` +
        'part after "lockstep members rebuild"',
    };
  if (members.length === 0)
    return {
      isBad: false,
      text: `${absence}: it has no log yet, and waits to be taken as a member ("lockstep members add ${replicaId}")`,
    };
  if (!members.includes(replicaId))
    return {
      isBad: false,
      text: `${absence}: it was removed. Stop it, or take it again with "lockstep members add ${replicaId}"`,
    };
  if (failover === 'manual')
    return {
      isBad: true,
      text: `${absence}; automatic failover would hold an election now, but failover is manual: "lockstep failover" decides`,
    };
  return {
    isBad: true,
    text:
      `${absence}; a majority of the replicas must run and reach each other, and this one must be a member still: see ` +
      '"lockstep status"',
  };
}

/** Shares of the machine that are in use, in percent. */
export interface Resources {
  readonly memoryPercent: number;
  readonly cpuPercent: number;
}

export interface ResourceLimits {
  /** A replica that is further behind is not warm. */
  readonly lagFramesMax: number;
  readonly memoryPercentMax: number;
  readonly cpuPercentMax: number;
}

/** An answer of a health endpoint: 200 where `ok`, else 503. `reasons` say what is missing. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  /** What is wrong beside the exchange, and makes no replica unready; absent where nothing is. */
  readonly warnings?: readonly string[];
}

/** Whether this replica leads, and what it knows of the leader. */
export interface LeaderHealth extends Health {
  /** 0: no leader is known. */
  readonly leaderId: number;
  readonly term: number;
  /** The generation of the exchange. */
  readonly epoch: number;
  /** Leader and term are so old: since then the core may have voted for another one. */
  readonly ageMs: number;
}

const verdict = (reasons: readonly string[]): Health => ({ ok: reasons.length === 0, reasons });

/** Hooks that fail: the exchange goes on without them. */
export function hookWarnings(hooks: readonly HookStanding[]): readonly string[] {
  return hooks
    .filter(({ breaker }) => breaker !== 'closed')
    .map(({ name, error }) => `the hook ${name} is left in peace for a while, since it failed: ${error}`);
}

/** What processes beside the replicas cannot do. */
export function sideWarnings(sides: readonly HeardSide[]): readonly string[] {
  return sides.flatMap(({ source, conditions }) => conditions.map(({ text }) => `${source}: ${text}`));
}

/** What two watchers found of the exchange: which replica is at fault they do not know. */
export function canaryWarnings(canaries: readonly HeardReport[]): readonly string[] {
  return believed(canaries).map(
    ({ sources, text }) => `the canaries of ${sources.join(' and ')} found: ${text}`,
  );
}

/** What makes no replica unready. */
export function withWarnings(health: Health, warnings: readonly string[]): Health {
  return warnings.length === 0 ? health : { ...health, warnings };
}

/** A site that writes under a lease, and has none, does not serve. */
export function withLease(health: Health, trouble: string | undefined): Health {
  return trouble === undefined ? health : { ...health, ok: false, reasons: [...health.reasons, trouble] };
}

export function live(stalledMs: number): Health {
  return verdict(
    stalledMs > stallMs ? [`the duty cycle has stood still for ${Math.round(stalledMs)} ms`] : [],
  );
}

export function ready(
  read: CounterReader,
  stalledMs: number,
  used: Resources,
  limits: ResourceLimits,
): Health {
  const reasons = [...live(stalledMs).reasons];
  if (read(counter.cycles) === 0) return verdict(['the replica is still reading its journal']);
  if (read(counter.superseded) !== 0)
    reasons.push(
      'a later generation of the cluster has begun: the replica comes back blank (members return)',
    );
  else if (read(counter.recovering) !== 0) reasons.push('the replica is recovering and may not vote yet');
  const lag = lagFrames(read);
  if (read(counter.founding) !== 0)
    reasons.push('the cluster waits for all its founders; none of them may be recovering');
  else if (read(counter.leaderId) === 0) reasons.push('no leader is known');
  else if (lag === null)
    reasons.push('the leader is not heard, so it is not known how far behind this replica is');
  if (read(counter.diskFull) !== 0) reasons.push('the disk is full');
  if (read(counter.diskStandsStill) !== 0)
    reasons.push('the disk stands still: a flush of the journal does not return');
  const aheadUs = read(counter.clockAheadUs);
  if (Math.abs(aheadUs) >= graySignals.clock.from)
    reasons.push(
      `its clock is ${(aheadUs / 1e6).toFixed(1)} s ahead of those of the members (less than 0: behind)`,
    );
  if (read(counter.parked) !== 0)
    reasons.push('its state differs from that of the majority, and is being replaced');
  if (read(counter.stateDisputed) !== 0) reasons.push(disputeText);
  if (read(counter.stoppedBeforeSeq) > 0) reasons.push(poisonText(read(counter.stoppedBeforeSeq)));
  if (read(counter.commitsStalled) !== 0) reasons.push(idleLeaderText(read(counter.leaderId)));
  if (lag !== null && lag > limits.lagFramesMax)
    reasons.push(
      `the engine is ${lag} frames behind what the leader has committed; at most ${limits.lagFramesMax}`,
    );
  if (used.memoryPercent > limits.memoryPercentMax) {
    reasons.push(`memory is ${Math.round(used.memoryPercent)} % used; at most ${limits.memoryPercentMax} %`);
  }
  if (used.cpuPercent > limits.cpuPercentMax) {
    reasons.push(`processors are ${Math.round(used.cpuPercent)} % used; at most ${limits.cpuPercentMax} %`);
  }
  return verdict(reasons);
}

export function leads(read: CounterReader, stalledMs: number, nowUs: number): LeaderHealth {
  const reasons = [...live(stalledMs).reasons];
  // First, for the core writes it last: what is read after it is at least as new.
  const ageMs = Math.max(0, nowUs - read(counter.nowUs)) / 1_000;
  const leaderId = read(counter.leaderId);
  if (read(counter.commitsStalled) !== 0) reasons.push(idleLeaderText(leaderId));
  else if (read(counter.stateDisputed) !== 0) reasons.push(disputeText);
  else if (read(counter.stoppedBeforeSeq) > 0) reasons.push(poisonText(read(counter.stoppedBeforeSeq)));
  else if (!isLeading(read)) reasons.push(`replica ${leaderId || '(unknown)'} leads`);
  return { ...verdict(reasons), leaderId, term: read(counter.term), epoch: read(counter.epoch), ageMs };
}
