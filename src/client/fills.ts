/**
 * Executions and trades that the replica which was asked has forgotten, and another one still remembers: each remembers
 * as far back as its own start and its own memory reach.
 */
import { ExecutionsAheadError, QueryFailedError } from './errors.ts';

/** A replica may be behind what another one has reported: it is asked so often, with so much time between. */
const attemptsMax = 6;
const pauseMs = 100;

/** Executions in their order. */
export interface Fills<Row> {
  readonly fills: readonly Row[];
  /** Whether there are more behind these. */
  readonly more: boolean;
  /** All executions from this seq on are known, and none before. */
  readonly rememberedFromSeq: number;
  /** Without `more`: all executions up to this seq are among them. */
  readonly appliedSeq: number;
}

interface Place {
  readonly seq: number;
}

/** The answer of a replica that has come to `fromSeq`: an empty one of a replica that has not would look complete. */
export async function reached<Row>(
  filter: { readonly accountId: number; readonly fromSeq?: number | undefined },
  ask: () => Promise<Fills<Row>>,
): Promise<Fills<Row>> {
  for (let attempt = 1; ; attempt++) {
    const found = await ask();
    const { accountId, fromSeq = 0 } = filter;
    if (found.appliedSeq + 1 >= fromSeq) return found;
    if (attempt === attemptsMax) throw new ExecutionsAheadError(accountId, fromSeq, found.appliedSeq);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export interface FurtherBack {
  readonly fromSeq: number;
  readonly limit: number;
  /** Asks each of the other replicas the same. */
  readonly others: Iterable<() => Promise<Fills<Place>>>;
}

/** What was found, with what came before it and another replica remembers; others are asked only where it is needed. */
export async function furtherBack<Row extends Place>(
  found: Fills<Row>,
  { fromSeq, limit, others }: FurtherBack,
): Promise<Fills<Row>> {
  let whole = found;
  for (const ask of others) {
    if (whole.rememberedFromSeq <= Math.max(1, fromSeq)) break;
    const other = (await ask().catch(undefinedIfFailed)) as Fills<Row> | undefined;
    if (other !== undefined) whole = joined(other, whole, limit);
  }
  return whole;
}

function joined<Row extends Place>(other: Fills<Row>, found: Fills<Row>, limit: number): Fills<Row> {
  const { rememberedFromSeq } = other;
  // Of what a replica has not applied it does not know whether something is missing.
  const isBehind = !other.more && other.appliedSeq + 1 < found.rememberedFromSeq;
  if (isBehind || rememberedFromSeq >= found.rememberedFromSeq) return found;
  const earlier = other.fills.filter(({ seq }) => seq < found.rememberedFromSeq);
  const isReaching = !other.more || earlier.length < other.fills.length;
  const fills = isReaching ? [...earlier, ...found.fills] : earlier;
  return {
    fills: fills.slice(0, limit),
    more: !isReaching || found.more || fills.length > limit,
    rememberedFromSeq,
    appliedSeq: found.appliedSeq,
  };
}

interface Trade extends Place {
  readonly tradeId: number;
}

/** The last trades of an instrument, the oldest first. */
export type Trades<Row> = readonly Row[] & { readonly appliedSeq: number };

export interface EarlierTrades<Row> {
  /** The replica that was asked knows all from this seq on. */
  readonly rememberedFromSeq: number;
  /** Most trades that are wanted. */
  readonly count: number;
  /** Asks each of the other replicas the same. */
  readonly others: Iterable<() => Promise<Trades<Row>>>;
}

/** The trades that were found, with those before them that another replica remembers, as far as there is room. */
export async function earlierTrades<Row extends Trade>(
  found: Trades<Row>,
  { rememberedFromSeq, count, others }: EarlierTrades<Row>,
): Promise<Trades<Row>> {
  const firstId = found[0]?.tradeId ?? Number.POSITIVE_INFINITY;
  let earlier: readonly Row[] = [];
  for (const ask of others) {
    if (found.length + earlier.length >= count) break;
    const other = await ask().catch(undefinedIfFailed);
    // Of what a replica has not applied it does not know whether something is missing.
    if (other === undefined || other.appliedSeq + 1 < rememberedFromSeq) continue;
    const known = other.filter(({ tradeId, seq }) => tradeId < firstId && seq < rememberedFromSeq);
    if (known.length > earlier.length) earlier = known;
  }
  const whole = [...earlier, ...found].slice(-count);
  return Object.assign(whole, { appliedSeq: found.appliedSeq });
}

function undefinedIfFailed(error: unknown): undefined {
  if (!(error instanceof QueryFailedError)) throw error;
}
