/**
 * The audit trail: what operators did, as a chain of entries. Each carries a hash over itself and the hash of the entry
 * before it, so that none can be changed, left out or moved without all later ones showing it.
 */
import { sha256, sha256Bytes } from '../std/sha256.ts';
import { bytes, Layout, text, u8, u32, u53 } from './layout.ts';
import { auditActionBytes, auditSourceBytes } from './limits.ts';

/**
 * `command`: a command that only operators may send, with its outcome. `request`: what an operator asked of a gateway,
 * from where; its commands follow. `control`: an order at the control port of a replica. `refusals`: logins that were
 * refused, in sums. `voided`: a command that no replica applies, as it ended those that did.
 */
export const AuditKind = { command: 1, request: 2, control: 3, refusals: 4, voided: 5 } as const;
export type AuditKind = (typeof AuditKind)[keyof typeof AuditKind];

/**
 * How an order at a control port ended. `unknown`: the process of the replica ended before its core had answered.
 * `needsSecond`: it waits for a second person.
 */
export const ControlOutcome = {
  accepted: 0,
  refused: 1,
  unknown: 2,
  needsSecond: 3,
  notPermitted: 4,
} as const;
export type ControlOutcome = (typeof ControlOutcome)[keyof typeof ControlOutcome];

/** An entry, as replicas keep and give it. */
export const auditRow = new Layout('auditRow', 170, {
  /** The party whose session brought it, as in openSession, or that gave the order; 0 is the leader. */
  ownerId: u32(),
  /** 1, 2, 3 …. */
  number: u53(1),
  seq: u53(),
  /** Microseconds since 1970, as the leader stamped it. */
  timeUs: u53(),
  /** Of an order at a control port: when it came, by the clock of the replica there; each such replica's times grow. */
  givenUs: u53(),
  /** The API key by which the operator is known; 0 where that was the shared token, or the party itself. */
  keyNumber: u32(),
  /** What it was done to: the number of an account, an instrument, a tier, a key or a replica; 0 is nothing. */
  subject: u32(),
  /** Of refusals, how many; of an order at a control port, how many before it there was no room to note. */
  count: u32(),
  /** At whose control port it came; 0 elsewhere. */
  replicaId: u32(),
  ownerKind: u8(),
  entryKind: u8(),
  commandType: u8(),
  /** An OutcomeCode; of an order at a control port a ControlOutcome. */
  outcome: u8(),
  /** The address of the caller; empty where it is not known. */
  source: text(auditSourceBytes),
  action: text(auditActionBytes),
  digest: bytes(sha256Bytes),
});

/** What the hash of an entry begins with: the type of the row and the version of the wire are no part of it. */
const hashedFrom = auditRow.at.ownerId;
/** Before the first entry. */
export const noDigest: Uint8Array = new Uint8Array(sha256Bytes);

/** The hash of an entry, which is an `auditRow` at the start of `row`. */
export function auditDigest(previous: Uint8Array, row: Uint8Array): Uint8Array {
  return sha256(previous, row.subarray(hashedFrom, auditRow.at.digest));
}

/** The hash that is in an entry. */
export function digestIn(row: Uint8Array): Uint8Array {
  return row.subarray(auditRow.at.digest, auditRow.size);
}
