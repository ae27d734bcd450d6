/**
 * How long an exchange is to be expected to be down in a year: parts in series, those with redundancy in parallel, from
 * configured rates and from waits that were measured. Failures are taken to be independent, but for the power of a
 * site. Pure.
 */

import { msPerMinute } from '../../std/units.ts';
import {
  type AvailabilitySettings,
  type FailureName,
  failuresAYear,
} from '../configuration/availability-keys.ts';
import { yearMs } from './budget.ts';

/** How long traders waited, at worst of SDK and HTTP, over so many times. */
export interface MeasuredWait {
  readonly n: number;
  readonly p50Ms: number;
  readonly maxMs: number;
}

/** What fails, as traders wait for it. */
export const waitNames = [
  'process',
  'machine',
  'network',
  'disk',
  'operator',
  'gateway',
  'everything',
] as const;
export type WaitName = (typeof waitNames)[number];
export type MeasuredWaits = Readonly<Record<WaitName, MeasuredWait>>;

export interface ExchangeLayout {
  readonly voters: number;
  readonly hasOtherSite: boolean;
}

export interface ExpectedPart {
  readonly name: string;
  /** What takes its place. */
  readonly redundancy: string;
  /** Of the part, with all that takes its place: how often traders wait for it. */
  readonly failuresAYear: number;
  readonly downMsAYear: number;
  /** Where the times come from; a wait that was never measured counts as {@link unmeasuredMs}. */
  readonly from: string;
}

export interface Expectation {
  readonly parts: readonly ExpectedPart[];
  /** Product over all parts, in percent. */
  readonly percent: number;
  readonly downMsAYear: number;
  /** Name of the part that spends most. */
  readonly largest: string;
  readonly holds: boolean;
}

/** Taken where the lab has not measured it yet: a take-over that a person would call bad. */
export const unmeasuredMs = 5_000;
/** What can take one machine away. */
const machineFailures = ['process', 'machine', 'network', 'disk'] as const satisfies readonly FailureName[];

export function expectation(
  settings: AvailabilitySettings,
  layout: ExchangeLayout,
  waits: MeasuredWaits,
): Expectation {
  const parts = [
    ...machineFailures.map((name) => takeOver(settings, layout, waits, name)),
    plannedChanges(settings, layout, waits),
    quorum(settings, layout),
    oneGateway(settings, waits),
    allGateways(settings),
    power(settings, layout, waits),
  ];
  const product = parts.reduce((sum, { downMsAYear }) => sum * Math.max(0, 1 - downMsAYear / yearMs), 1);
  const percent = product * 100;
  return {
    parts,
    percent,
    downMsAYear: (1 - product) * yearMs,
    largest: parts.toSorted((a, b) => b.downMsAYear - a.downMsAYear)[0]!.name,
    holds: percent >= Number(settings.targetPercent),
  };
}

function waitOf(waits: MeasuredWaits, name: WaitName): { readonly ms: number; readonly from: string } {
  const { n, maxMs } = waits[name];
  if (n === 0) return { ms: unmeasuredMs, from: `${unmeasuredMs} ms, not measured` };
  return { ms: maxMs, from: `${maxMs} ms, the longest of ${n} in the lab` };
}

/** The leader fails, and another replica takes over; a cluster of one waits for its repair, see {@link quorum}. */
function takeOver(
  settings: AvailabilitySettings,
  { voters }: ExchangeLayout,
  waits: MeasuredWaits,
  name: (typeof machineFailures)[number],
): ExpectedPart {
  const { ms, from } = waitOf(waits, name);
  const rate = voters === 1 ? 0 : failuresAYear(settings, name);
  return {
    name: `leader: ${name}`,
    redundancy: `${voters - 1} ${voters === 2 ? 'follower' : 'followers'}`,
    failuresAYear: rate,
    downMsAYear: rate * ms,
    from,
  };
}

function plannedChanges(
  settings: AvailabilitySettings,
  { voters }: ExchangeLayout,
  waits: MeasuredWaits,
): ExpectedPart {
  const { ms, from } = waitOf(waits, 'operator');
  const rate = failuresAYear(settings, 'operator');
  return {
    name: 'planned changes of the leader',
    redundancy: `${voters - 1} ${voters === 2 ? 'follower' : 'followers'}`,
    failuresAYear: rate,
    downMsAYear: rate * ms,
    from,
  };
}

/** Part of the time that one machine is away. */
function awayPart(settings: AvailabilitySettings): number {
  const { repairMinutes } = settings;
  const awayMs = machineFailures.reduce(
    (sum, name) => sum + failuresAYear(settings, name) * repairMinutes[name] * msPerMinute,
    0,
  );
  return Math.min(1, awayMs / yearMs);
}

function failuresOfOne(settings: AvailabilitySettings): number {
  return machineFailures.reduce((sum, name) => sum + failuresAYear(settings, name), 0);
}

/** So many are away at once that no majority is left. */
function quorum(settings: AvailabilitySettings, { voters }: ExchangeLayout): ExpectedPart {
  const away = awayPart(settings);
  const majority = Math.floor(voters / 2) + 1;
  const tooMany = voters - majority + 1;
  const lost = atLeast(tooMany, voters, away);
  return {
    name: 'majority of the replicas',
    redundancy: `${majority} of ${voters}`,
    failuresAYear: timesAYear(tooMany, voters, away) * failuresOfOne(settings),
    downMsAYear: lost * yearMs,
    from: 'availability.repairMinutes',
  };
}

/** A trader waits while it goes from a gateway that fails to the next one. */
function oneGateway(settings: AvailabilitySettings, waits: MeasuredWaits): ExpectedPart {
  const { gateways } = settings;
  const { ms, from } = waitOf(waits, 'gateway');
  const rate = gateways === 1 ? 0 : failuresOfOne(settings);
  return {
    name: 'gateway of a trader',
    redundancy: `${gateways - 1} ${gateways === 2 ? 'other' : 'others'}`,
    failuresAYear: rate,
    downMsAYear: rate * ms,
    from,
  };
}

function allGateways(settings: AvailabilitySettings): ExpectedPart {
  const { gateways } = settings;
  return {
    name: 'all gateways',
    redundancy: `1 of ${gateways}`,
    failuresAYear: timesAYear(gateways, gateways, awayPart(settings)) * failuresOfOne(settings),
    downMsAYear: awayPart(settings) ** gateways * yearMs,
    from: 'availability.repairMinutes',
  };
}

function power(
  settings: AvailabilitySettings,
  { hasOtherSite }: ExchangeLayout,
  waits: MeasuredWaits,
): ExpectedPart {
  const { repairMinutes } = settings;
  const { ms, from } = waitOf(waits, 'everything');
  const rate = failuresAYear(settings, 'power');
  const standsMs = hasOtherSite
    ? repairMinutes.promotion * msPerMinute
    : repairMinutes.power * msPerMinute + ms;
  return {
    name: 'power of the site',
    redundancy: hasOtherSite ? 'another site' : 'none',
    failuresAYear: rate,
    downMsAYear: rate * standsMs,
    from: hasOtherSite
      ? 'availability.repairMinutes.promotion'
      : `availability.repairMinutes.power, and ${from}`,
  };
}

/** Chance that at least `least` of `all` are away, each with the same chance and independently. */
function atLeast(least: number, all: number, chance: number): number {
  let sum = 0;
  for (let count = least; count <= all; count++)
    sum += choose(all, count) * chance ** count * (1 - chance) ** (all - count);
  return sum;
}

/**
 * How often so many are away at once, in times of how often one fails: any of them fails while one less than so many of
 * the others is away.
 */
function timesAYear(many: number, all: number, chance: number): number {
  return all * choose(all - 1, many - 1) * chance ** (many - 1) * (1 - chance) ** (all - many);
}

function choose(all: number, count: number): number {
  let product = 1;
  for (let n = 1; n <= count; n++) product = (product * (all - count + n)) / n;
  return product;
}
