/** What a replay ends with: as an object for programs, and as text for people. */
import { formatLargeDecimal } from '../../gateway/admission/decimals.ts';
import type { Kill } from './leader-killer.ts';
import type { Replay, ReplayCounts } from './run.ts';

/** What `--json` prints. */
export interface ReplaySummary extends Omit<ReplayCounts, 'volumeLots'> {
  /** Why the file was not read to its end. */
  readonly damage?: string;
  /** Orders and trades that were reported more than once. */
  readonly doubled: number;
  /** Traded quantity, each trade once. */
  readonly volume: string;
  readonly seconds: number;
  readonly economicHash: string;
  readonly replicas: readonly { readonly id: number; readonly stateHash: string; readonly applied: number }[];
  /** All replicas have the same state after the same command. */
  readonly agreed: boolean;
  readonly kills: readonly Kill[];
  readonly failovers: readonly { readonly term: number; readonly leaderId: number; readonly gapMs: number }[];
}

/** The traded quantity in units; where a file trades instruments of different units, in lots. */
export function volumeOf({ instruments }: Pick<Replay, 'instruments'>, lots: bigint): string {
  const decimals = instruments[0]?.quantityDecimals ?? 0;
  const isUniform = instruments.every(({ quantityDecimals }) => quantityDecimals === decimals);
  return formatLargeDecimal(lots, isUniform ? decimals : 0);
}

/** What was wrong, as a sentence; undefined when nothing was. */
export function faultOf({
  lost,
  doubled,
  agreed,
  eventGaps,
  unknown,
  damage,
}: ReplaySummary): string | undefined {
  const faults = [
    ...(lost > 0 ? ['acknowledged orders are lost'] : []),
    ...(doubled > 0 ? ['orders or trades were reported twice'] : []),
    ...(agreed ? [] : ['the replicas do not agree']),
    ...(eventGaps > 0 ? ['events are missing, so that not everything was checked'] : []),
    ...(unknown > 0 ? ['what became of some commands is not known, so that these were not checked'] : []),
  ];
  if (faults.length > 0) return `The replay shows a fault: ${faults.join('; ')}.`;
  return damage === undefined ? undefined : `The file was not read to its end. ${damage}`;
}

const words: Readonly<Record<keyof ReplayCounts['notes'], string>> = {
  stoodBefore: 'levels that were there before the first message, placed',
  cameIntoView: 'levels that came into view with more than the messages tell, placed',
  leftUnseen: 'orders that left unseen, cancelled',
  unseenExecutions: 'executions of orders that the file never shows, not sent',
  unseenCancels: 'cancellations of orders that the file never shows, not sent',
  hiddenExecutions: 'executions of hidden orders, not sent',
  crosses: 'crosses, not sent',
  halts: 'halts and resumptions, not sent',
};

export function describe(summary: ReplaySummary): string {
  const { commands, accepted, rejected, executions, replicas, failovers } = summary;
  const rate = Math.round(commands / summary.seconds);
  const counts = Object.entries(summary.rejections).map(([code, count]) => `${code} ${count}`);
  const reasons = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  const notes = Object.entries(summary.notes).map(
    ([note, count]) => `${count} ${words[note as keyof typeof words]}`,
  );
  const lines = [
    `${commands} commands in ${summary.seconds.toFixed(2)} s (${rate} a second): ${accepted} accepted, ${rejected} rejected${reasons}`,
    `Repeats of an order id: ${summary.repeated}; about ids that the exchange never had: ${summary.unknownIds}`,
    ...(executions.sent === 0
      ? []
      : [
          `Executions sent: ${executions.sent}; of these hit the order that the file names: ${executions.hit}`,
        ]),
    ...(notes.length === 0 ? [] : [`In the file: ${notes.join('; ')}`]),
    ...summary.remarks,
    `${summary.trades} trades, volume ${summary.volume}`,
    `economic hash ${summary.economicHash}`,
    ...replicas.map(
      ({ id, stateHash, applied }) => `replica ${id}: state hash ${stateHash} after seq ${applied}`,
    ),
    summary.agreed ? 'All replicas have the same state.' : 'The replicas do not have the same state.',
    `Acknowledged orders checked: ${summary.checked}; lost: ${summary.lost}; reported twice: ${summary.doubled}; ` +
      `closed and forgotten: ${summary.forgotten}; outcome unknown: ${summary.unknown}`,
    ...failovers.map(
      ({ term, leaderId, gapMs }) =>
        `Failover to replica ${leaderId} in term ${term}: ${gapMs.toFixed(1)} ms`,
    ),
  ];
  return lines.join('\n');
}
