/**
 * The quotas of accounts, counted again from the one history of commands and events: by the stamped time no account
 * runs more orders in a second or a day than its tier allows, none is refused before, and no cancel is refused.
 */
import { OutcomeCode } from '../protocol/codes.ts';
import { assignTier, commandAt, setTier } from '../protocol/commands.ts';
import { eventAt, outcome } from '../protocol/events.ts';
import { getU53 } from '../std/integers.ts';
import { rulesOf } from './command-rules.ts';
import { typeAt } from './exactly-once.ts';
import { didNothing } from './requests.ts';
import type { Report } from './violations.ts';

const secondUs = 1_000_000;
const dayUs = 86_400 * secondUs;

interface Tier {
  readonly perSecond: number;
  readonly perDay: number;
}

const noQuotas: Tier = { perSecond: 0, perDay: 0 };

/** A command of a session that has no outcome yet. */
type Asked =
  | { readonly kind: 'order' | 'cancel'; readonly accountId: number; readonly timeUs: number }
  | { readonly kind: 'setTier'; readonly tier: number; readonly quotas: Tier }
  | { readonly kind: 'assignTier'; readonly accountId: number; readonly tier: number };

/** Orders of one account that ran, by the second and by the day. */
class Count {
  tier = 0;
  readonly inSecond = new Map<number, number>();
  readonly inDay = new Map<number, number>();

  add(timeUs: number): void {
    more(this.inSecond, Math.floor(timeUs / secondUs));
    more(this.inDay, Math.floor(timeUs / dayUs));
  }
}

function more(counts: Map<number, number>, number: number): void {
  counts.set(number, (counts.get(number) ?? 0) + 1);
}

export class QuotasChecker {
  readonly #report: Report;
  readonly #tiers = new Map<number, Tier>();
  readonly #counts = new Map<number, Count>();
  readonly #asked = new Map<number, Asked>();
  /** Orders that were refused for a quota. */
  refused = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    if (view.getUint32(at + commandAt.sessionId, true) === 0) return;
    const asked = askedBy(timeUs, view, at);
    if (asked !== undefined) this.#asked.set(seq, asked);
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    if (view.getUint8(at + typeAt) !== outcome.type) return;
    const seq = getU53(view, at + eventAt.seq);
    const asked = this.#asked.get(seq);
    if (asked === undefined) return;
    this.#asked.delete(seq);
    const code = view.getUint8(at + outcome.at.code);
    const isRefused = code === OutcomeCode.quotaExceeded || code === OutcomeCode.dayQuotaExceeded;
    if (asked.kind === 'setTier') {
      if (code === OutcomeCode.ok) this.#tiers.set(asked.tier, asked.quotas);
    } else if (asked.kind === 'assignTier') {
      if (code === OutcomeCode.ok) this.#countOf(asked.accountId).tier = asked.tier;
    } else if (asked.kind === 'cancel') {
      if (isRefused) this.#report('quotas', `seq ${seq}, a cancel, was refused for a quota`);
    } else if (isRefused) {
      this.refused += 1;
      this.#checkRefusal(seq, asked.accountId, asked.timeUs, code);
    } else if (!didNothing.has(code) && view.getUint8(at + outcome.at.repeated) === 0) {
      this.#checkOrder(seq, asked.accountId, asked.timeUs);
    }
  }

  #countOf(accountId: number): Count {
    let count = this.#counts.get(accountId);
    if (count === undefined) {
      count = new Count();
      this.#counts.set(accountId, count);
    }
    return count;
  }

  #checkOrder(seq: number, accountId: number, timeUs: number): void {
    const count = this.#countOf(accountId);
    const { perSecond, perDay } = this.#tiers.get(count.tier) ?? noQuotas;
    if (perSecond === 0 && perDay === 0) return;
    const [inSecond, inDay] = countsAt(count, timeUs);
    if (perSecond !== 0 && inSecond >= perSecond)
      this.#report(
        'quotas',
        `seq ${seq}: account ${accountId} ran ${inSecond + 1} orders in a second of ${perSecond}`,
      );
    if (perDay !== 0 && inDay >= perDay)
      this.#report(
        'quotas',
        `seq ${seq}: account ${accountId} ran ${inDay + 1} orders on a day of ${perDay}`,
      );
    count.add(timeUs);
  }

  #checkRefusal(seq: number, accountId: number, timeUs: number, code: number): void {
    const count = this.#countOf(accountId);
    const { perSecond, perDay } = this.#tiers.get(count.tier) ?? noQuotas;
    const [inSecond, inDay] = countsAt(count, timeUs);
    const isOfDay = code === OutcomeCode.dayQuotaExceeded;
    const [most, ran] = isOfDay ? [perDay, inDay] : [perSecond, inSecond];
    if (most !== 0 && ran >= most) return;
    const time = isOfDay ? 'day' : 'second';
    this.#report(
      'quotas',
      `seq ${seq}: account ${accountId} was refused with ${ran} of ${most} orders in this ${time}`,
    );
  }
}

/** Orders that ran in the second, and on the day, of a time. */
function countsAt({ inSecond, inDay }: Count, timeUs: number): readonly [number, number] {
  return [inSecond.get(Math.floor(timeUs / secondUs)) ?? 0, inDay.get(Math.floor(timeUs / dayUs)) ?? 0];
}

function askedBy(timeUs: number, view: DataView, at: number): Asked | undefined {
  const accountId = view.getUint32(at + commandAt.accountId, true);
  const type = view.getUint8(at + typeAt);
  const { counts } = rulesOf(type);
  if (counts !== undefined) return { kind: counts, accountId, timeUs };
  switch (type) {
    case assignTier.type:
      return { kind: 'assignTier', accountId, tier: assignTier.read(view, at).tier };
    case setTier.type: {
      const { tier, ordersPerSecondMax, ordersPerDayMax } = setTier.read(view, at);
      return { kind: 'setTier', tier, quotas: { perSecond: ordersPerSecondMax, perDay: ordersPerDayMax } };
    }
    default:
      return undefined;
  }
}
