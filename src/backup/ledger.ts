/**
 * What a shipper knows of its target: the chain that it writes, and how far. It is kept beside the replica, so that a
 * target that loses objects, or shows an older state of itself, is found out.
 */
import type { KnownHead } from './chains.ts';
import type { SourcePosition } from './source.ts';

export interface BackupLedger {
  readonly chain: string;
  readonly instance: number;
  /** The newest object, and its hash. */
  readonly number: number;
  readonly hash: string;
  /** Up to where the log was shipped. */
  readonly position: SourcePosition;
  /** Of the newest snapshot in the chain, or of its beginning: index, and when it was shipped. */
  readonly snapshotIndex: number;
  readonly snapshotUs: number;
  /** Of all objects that were shipped in the chain; absent in a ledger of an earlier release. */
  readonly bytes?: number;
  /** The last epoch that was shipped opens another site: this one has nothing more to ship until it writes again. */
  readonly isSealed?: boolean;
  /** In which the newest object was shipped; absent in a ledger of an earlier release. */
  readonly epoch?: number;
  /** Where the disk of the target was mounted; absent where it has none, and in a ledger of an earlier release. */
  readonly disk?: string;
}

/** Keeps the ledger: whole or not at all, and not always at once. */
export interface LedgerFile {
  /** For people. */
  readonly place: string;
  load(): string | undefined;
  save(text: string): void;
}

/** Undefined where there is none, `spoiled` where it cannot be read: in both cases a new chain is begun. */
export function loadLedger(file: Pick<LedgerFile, 'load'>): BackupLedger | 'spoiled' | undefined {
  const text = file.load();
  if (text === undefined) return undefined;
  try {
    const ledger = JSON.parse(text) as BackupLedger;
    const { chain, hash, instance, number, position, snapshotIndex, snapshotUs } = ledger;
    const { index, term, nextSeq, timeUs, crc } = position;
    const numbers = [instance, number, index, term, nextSeq, timeUs, crc, snapshotIndex, snapshotUs];
    const isGood =
      typeof chain === 'string' && typeof hash === 'string' && numbers.every(Number.isSafeInteger);
    return isGood ? ledger : 'spoiled';
  } catch {
    return 'spoiled';
  }
}

/** The head that the target shows, if it still has what it confirmed. */
export function shippedHead(ledger: BackupLedger): KnownHead {
  const { chain, number, hash, position, bytes, isSealed, epoch, instance } = ledger;
  const { nextSeq, timeUs } = position;
  return {
    chain,
    head: {
      ...{ number, hash, seq: nextSeq - 1, timeUs, madeUs: timeUs, instance },
      ...(bytes !== undefined && { bytes }),
      ...(epoch !== undefined && { epoch }),
      ...(isSealed === true && { sealed: 1 }),
    },
  };
}

export function saveLedger(file: LedgerFile, ledger: BackupLedger): void {
  file.save(`${JSON.stringify(ledger, undefined, 2)}\n`);
}
