/**
 * Figures of many orders' paths. Medians of steps do not add up where other orders are long in each; the figures of the
 * orders in the middle do: they are means over the tenth of the orders around the median of the whole.
 */
import { strict as assert } from 'node:assert';
import type { Durability } from '../../raft/types.ts';
import type { Table } from '../report/suite.ts';
import { type OrderPath, type OrderTimes, stepNames } from './trace.ts';

/** Part of the orders whose calls must all have been seen, and by how much of the whole the steps may miss it. */
const tracedPartMin = 0.95;
const missedPartMax = 0.03;
/** The orders in the middle: from and to these parts of all, the shortest first. */
const middleFrom = 0.45;
const middleTo = 0.55;

/** Microseconds. */
interface Step {
  readonly name: string;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly middleUs: number;
}

export interface PathFigures {
  /** Median from the call to the outcome while it was recorded, as the client measures it. */
  readonly wholeUs: number;
  /** Of the orders whose majority a follower completed. */
  readonly steps: readonly Step[];
  /** Of those whose majority the leader's own flush completed, and their part of all; only with `disk`. */
  readonly ownFlushSteps?: readonly Step[];
  readonly ownFlushPart?: number;
  /** That median less the one without the recording. */
  readonly recordingCostUs: number;
  readonly orders: number;
  /** Part of the orders whose calls were all seen. */
  readonly tracedPart: number;
}

/** Throws where the steps do not explain what the client measured. `plain` are orders that were not recorded. */
export function summary(
  durability: Durability,
  plain: readonly OrderTimes[],
  orders: readonly OrderTimes[],
  paths: readonly (OrderPath | undefined)[],
): { tables: Table[]; figures: PathFigures } {
  const traced = paths.filter((path) => path !== undefined);
  const tracedPart = traced.length / orders.length;
  assert.ok(tracedPart >= tracedPartMin, `all calls were seen of ${percent(tracedPart)} of the orders only`);
  const wholeUs = median(orders.map(lengthUs));
  const plainUs = median(plain.map(lengthUs));
  const explainedUs = mean(middle(traced).map(({ stepsUs }) => sum(stepsUs)));
  assert.ok(
    Math.abs(explainedUs / wholeUs - 1) <= missedPartMax,
    `the steps add up to ${explainedUs.toFixed(1)} µs in place of ${wholeUs.toFixed(1)} µs`,
  );
  const byFollower = traced.filter(({ completedBy }) => completedBy === 'follower');
  const byLeader = traced.filter(({ completedBy }) => completedBy === 'leader');
  const part = (own: readonly OrderPath[]): number => own.length / traced.length;
  const steps = stepsOf(durability, 'follower', byFollower);
  const ownFlushSteps = stepsOf(durability, 'leader', byLeader);
  const followerTable = tableOf(
    `One order, ${durability}: a follower completes the majority (${percent(part(byFollower))} of the orders)`,
    steps,
    byFollower,
  );
  const ends = {
    'all orders, as the client measures them': { 'p50 µs': rounded(wholeUs) },
    'all orders, without the recording': { 'p50 µs': rounded(plainUs) },
  };
  const tables: Table[] = [{ ...followerTable, rows: { ...followerTable.rows, ...ends } }];
  if (byLeader.length > 0) {
    const title = `One order, ${durability}: the leader's own flush does (${percent(part(byLeader))})`;
    tables.push(tableOf(title, ownFlushSteps, byLeader));
  }
  const figures = {
    wholeUs: rounded(wholeUs),
    steps,
    recordingCostUs: rounded(wholeUs - plainUs),
    orders: orders.length,
    tracedPart: rounded(tracedPart),
    ...(byLeader.length > 0 && { ownFlushPart: rounded(part(byLeader)), ownFlushSteps }),
  };
  return { tables, figures };
}

function tableOf(title: string, steps: readonly Step[], paths: readonly OrderPath[]): Table {
  const wholes = spreadOf(
    'whole',
    paths.map(({ stepsUs }) => sum(stepsUs)),
  );
  const rows = [...steps, wholes].map(({ name, p50Us, p99Us }, n) => [
    name,
    {
      'p50 µs': p50Us,
      'p99 µs': p99Us,
      'in the middle, µs': steps[n]?.middleUs ?? rounded(sum(steps.map(({ middleUs }) => middleUs))),
    },
  ]);
  return { title, rows: Object.fromEntries(rows) };
}

function stepsOf(
  durability: Durability,
  completedBy: OrderPath['completedBy'],
  paths: readonly OrderPath[],
): Step[] {
  const inTheMiddle = middle(paths);
  return stepNames(durability, completedBy).map((name, n) => ({
    ...spreadOf(
      name,
      paths.map(({ stepsUs }) => stepsUs[n]!),
    ),
    middleUs: rounded(mean(inTheMiddle.map(({ stepsUs }) => stepsUs[n]!))),
  }));
}

/** The tenth around the median; all where they are few. */
function middle(paths: readonly OrderPath[]): OrderPath[] {
  const sorted = paths.toSorted((a, b) => sum(a.stepsUs) - sum(b.stepsUs));
  return sorted.slice(Math.floor(sorted.length * middleFrom), Math.ceil(sorted.length * middleTo));
}

function lengthUs({ calledUs, outcomeUs }: OrderTimes): number {
  return outcomeUs - calledUs;
}

function spreadOf(name: string, values: readonly number[]): { name: string; p50Us: number; p99Us: number } {
  return { name, p50Us: rounded(rank(values, 0.5)), p99Us: rounded(rank(values, 0.99)) };
}

function median(values: readonly number[]): number {
  return rank(values, 0.5);
}

/** Nearest rank. */
function rank(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** To a hundredth: the recording is no finer. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
