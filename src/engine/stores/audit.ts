/**
 * The audit trail: the newest entries, and with them the end of a chain of hashes over all that there ever were. Older
 * entries are in journals and in what was exported.
 */
import { auditDigest, auditRow, digestIn, noDigest } from '../../protocol/audit.ts';
import { DecodeCode } from '../../protocol/codes.ts';
import type { ValuesOf } from '../../protocol/layout.ts';
import { getU53 } from '../../std/integers.ts';
import { Records } from '../../store/records.ts';

const ENTRY_BYTES = auditRow.size;
const START_ENTRIES = 16;

type AuditEntry = ValuesOf<(typeof auditRow)['fields']>;
/** What is noted; number and hash follow from the chain. */
export type AuditNote = Omit<AuditEntry, 'number' | 'digest'>;

export class AuditTrail extends Records {
  /** Entries that were ever noted. */
  count = 0;
  /** The hash of the newest one. */
  #digest = noDigest;

  constructor(max: number) {
    super(ENTRY_BYTES / 4, START_ENTRIES, max);
  }

  /** Puts an entry at the end of the chain, in place of the oldest one where there is no more room. */
  note(noted: AuditNote): void {
    this.count++;
    if (this.used < this.max) this.append();
    const row = this.#rowOf(this.count);
    const view = new DataView(row.buffer, row.byteOffset, ENTRY_BYTES);
    auditRow.write(view, 0, { ...noted, number: this.count, digest: noDigest });
    this.#digest = auditDigest(this.#digest, row);
    row.set(this.#digest, auditRow.at.digest);
  }

  /** Copies the entries with numbers above `after` that are still here, at most `rowsMax`; returns how many. */
  write(view: DataView, at: number, after: number, rowsMax: number): number {
    const first = Math.max(after, this.count - this.used) + 1;
    const rows = Math.min(rowsMax, Math.max(0, this.count - first + 1));
    const into = new Uint8Array(view.buffer, view.byteOffset);
    for (let n = 0; n < rows; n++) into.set(this.#rowOf(first + n), at + n * ENTRY_BYTES);
    return rows;
  }

  /** When the newest noted order came to the control port of a replica, by its clock; 0 where none is kept. */
  lastGivenUs(replicaId: number): number {
    let lastUs = 0;
    for (let number = this.count - this.used + 1; number <= this.count; number++) {
      const row = this.#rowOf(number);
      const view = new DataView(row.buffer, row.byteOffset, ENTRY_BYTES);
      if (view.getUint32(auditRow.at.replicaId, true) === replicaId)
        lastUs = Math.max(lastUs, getU53(view, auditRow.at.givenUs));
    }
    return lastUs;
  }

  /** Entries of a kind that are of this time or later, as far as they are still here. */
  countSince(kind: number, timeUs: number): number {
    let found = 0;
    for (let number = this.count; number > this.count - this.used; number--) {
      const row = this.#rowOf(number);
      const view = new DataView(row.buffer, row.byteOffset, ENTRY_BYTES);
      if (getU53(view, auditRow.at.timeUs) < timeUs) break;
      if (view.getUint8(auditRow.at.entryKind) === kind) found++;
    }
    return found;
  }

  /** Whether an entry of a kind is of this command, as far as it is still here. */
  has(kind: number, seq: number): boolean {
    for (let number = this.count; number > this.count - this.used; number--) {
      const row = this.#rowOf(number);
      const view = new DataView(row.buffer, row.byteOffset, ENTRY_BYTES);
      const isOfKind = view.getUint8(auditRow.at.entryKind) === kind;
      if (isOfKind && getU53(view, auditRow.at.seq) === seq) return true;
    }
    return false;
  }

  /** Takes up the chain after records were copied in; false when an entry is not what its hash says, or misplaced. */
  rebuild(): boolean {
    if (this.used !== Math.min(this.count, this.max)) return false;
    let previous: Uint8Array | undefined = this.used === this.count ? noDigest : undefined;
    for (let number = this.count - this.used + 1; number <= this.count; number++) {
      const row = this.#rowOf(number);
      const view = new DataView(row.buffer, row.byteOffset, ENTRY_BYTES);
      if (auditRow.check(view, 0, ENTRY_BYTES) !== DecodeCode.ok) return false;
      if (auditRow.read(view, 0).number !== number) return false;
      const digest = digestIn(row);
      // The hash before the oldest entry is not here any more.
      if (previous !== undefined && !isSame(digest, auditDigest(previous, row))) return false;
      previous = digest;
    }
    this.#digest = previous === undefined ? noDigest : previous.slice();
    return true;
  }

  #rowOf(number: number): Uint8Array<ArrayBuffer> {
    const at = this.u32.byteOffset + ((number - 1) % this.max) * ENTRY_BYTES;
    return new Uint8Array(this.u32.buffer, at, ENTRY_BYTES);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, n) => byte === other[n]);
}
