/**
 * Exports of the audit trail: one entry a line, as JSON. Whether one is whole shows from itself: each entry has a hash
 * over itself and the hash of the entry before it.
 */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { hexOf } from '../../../backup/objects.ts';
import type { AuditRow } from '../../../client/index.ts';
import { fileMode } from '../../../io/disk/private-files.ts';
import { auditDigest, auditRow, noDigest } from '../../../protocol/audit.ts';
import { Failure, messageOf } from '../../failure.ts';

const names = Object.keys(auditRow.fields) as (keyof AuditRow)[];

/** What an unbroken part of the chain shows. */
export interface AuditChain {
  readonly first: number;
  readonly last: number;
  /** The hash of the last entry, in hexadecimal. */
  readonly digest: string;
  /** The line of the first entry where its hash could not be computed, as the entry before it is not in the file. */
  readonly unproven: string | undefined;
}

/** The one line that says what a row says. */
export function exportedLine(row: AuditRow): string {
  const fields = Object.fromEntries(names.map((name) => [name, row[name]]));
  return JSON.stringify({ ...fields, digest: hexOf(row.digest) });
}

/** Writes a new file, whole or not at all; throws a Failure where it cannot. */
export function writeExport(path: string, lines: readonly string[]): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'wx', fileMode);
    writeFileSync(file, `${lines.join('\n')}\n`);
  } catch (error) {
    // What another command wrote there stays.
    if (file !== undefined) rmSync(path, { force: true });
    throw new Failure(`${path} cannot be written: ${messageOf(error)}. Nothing was exported.`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Checks the lines of an export; throws a Failure that names the first entry that is not what it was. */
export function verifiedChain(lines: readonly string[]): AuditChain {
  let previous: Uint8Array | undefined;
  let first = 0;
  let last = 0;
  for (const [n, line] of lines.entries()) {
    const row = rowOf(line, n + 1);
    const { number } = row;
    if (last !== 0 && number !== last + 1) {
      const what =
        number > last ? `entries ${last + 1} to ${number - 1} are missing` : 'it is out of its place';
      throw broken(`Line ${n + 1} has entry ${number} after entry ${last}: ${what}.`);
    }
    if (number === 1) previous = noDigest;
    // What stood before the first entry of an export is not in it: that entry is proven by replicas alone.
    if (previous !== undefined && hashOf(previous, row) !== hexOf(row.digest))
      throw broken(
        `Entry ${number} (line ${n + 1}) differs from what was noted, or the entry before it does.`,
      );
    previous = row.digest;
    first = first === 0 ? number : first;
    last = number;
  }
  if (previous === undefined) throw new Failure('The file has no entries.');
  return { first, last, digest: hexOf(previous), unproven: first === 1 ? undefined : lines[0] };
}

function hashOf(previous: Uint8Array, row: AuditRow): string {
  return hexOf(auditDigest(previous, new Uint8Array(viewOf(row).buffer)));
}

function viewOf(row: AuditRow): DataView {
  const view = new DataView(new ArrayBuffer(auditRow.size));
  auditRow.write(view, 0, row);
  return view;
}

function rowOf(line: string, lineNumber: number): AuditRow {
  try {
    const found = JSON.parse(line) as Record<string, unknown>;
    const row = { ...found, digest: new Uint8Array(Buffer.from(String(found['digest']), 'hex')) } as AuditRow;
    if (names.some((name) => row[name] === undefined) || row.digest.length !== noDigest.length)
      throw new Error();
    // Another reader of the line must find the same in it: nothing beside the row, nothing twice, no other form.
    if (exportedLine(auditRow.read(viewOf(row), 0) as AuditRow) !== line) throw new Error();
    return row;
  } catch {
    throw broken(`Line ${lineNumber} is no entry of an audit trail.`);
  }
}

function broken(what: string): Failure {
  return new Failure(
    `${what} The chain is broken there. Compare with another export, or with "lockstep audit list" where the entry is still kept.`,
  );
}
