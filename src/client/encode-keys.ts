/** The commands about API keys as callers write them, checked and encoded. */

import { AuditKind } from '../protocol/audit.ts';
import * as protocol from '../protocol/commands.ts';
import * as keyCommands from '../protocol/key-commands.ts';
import {
  accountsPerGrantMax,
  auditActionBytes,
  auditSourceBytes,
  keyIdBytes,
  keyVersionMax,
  networksPerKeyMax,
  publicKeyBytes,
  tiersMax,
} from '../protocol/limits.ts';
import { u32Max } from '../std/integers.ts';
import {
  commonNames,
  header,
  integer,
  type OperatorStamped,
  printable,
  refuseUnread,
  word,
  writeForOperator,
} from './arguments.ts';
import { InvalidArgumentError } from './errors.ts';
import { type Network, networkForm, readNetwork, writeNetworks } from './networks.ts';
import type { KeyKindName, PermissionName } from './words.ts';

export interface CreateKey extends OperatorStamped {
  /** 1 to 32 printable characters without spaces. */
  readonly keyId: string;
  /** Default: `hmac`, with a secret that gateways derive. */
  readonly kind?: KeyKindName | undefined;
  /** 32 bytes, of Ed25519. */
  readonly publicKey?: Uint8Array | undefined;
  /** Of the kind `program`: the number in the certificate of the program that acts by this key. */
  readonly programId?: number | undefined;
  /** Its first secret is in a file of the gateways. */
  readonly isImported?: boolean | undefined;
  /** From which root its secret is derived; default 0, none. */
  readonly rootId?: number | undefined;
}

/** All that a key may do; what is left out is nothing, or the default. */
export interface ChangeKey extends OperatorStamped {
  readonly keyNumber: number;
  readonly permissions: readonly PermissionName[];
  /** A mark for operators, 0 to 15; default 0. Quotas go by the tier of the account. */
  readonly tier?: number | undefined;
  /** Milliseconds since 1970, in the exchange's own time; default 0, never. */
  readonly expiresAtMs?: number | undefined;
  /** From where it may sign, up to 4 networks such as 192.0.2.0/24; default: from everywhere. */
  readonly networks?: readonly string[] | undefined;
}

export interface GrantKey extends OperatorStamped {
  readonly keyNumber: number;
  /** 1 to 16 accounts. */
  readonly accountIds: readonly number[];
  /** The accounts are taken from it. */
  readonly isTaken?: boolean | undefined;
}

export interface RotateKey extends OperatorStamped {
  readonly keyNumber: number;
  /** The version that follows the newest one. */
  readonly version: number;
  /** Milliseconds for which the secret before stays good. */
  readonly graceMs: number;
  readonly rootId?: number | undefined;
  readonly publicKey?: Uint8Array | undefined;
}

export interface RevokeKey extends OperatorStamped {
  readonly keyNumber: number;
}

export interface ReportAudit {
  readonly kind: keyof typeof AuditKind;
  /** What was asked, up to 36 printable characters without spaces. */
  readonly action: string;
  /** The address of the caller; left out where it is not known. */
  readonly source?: string | undefined;
  /** The key that signed; default 0, none. */
  readonly keyNumber?: number | undefined;
  readonly subject?: number | undefined;
  readonly count?: number | undefined;
}

const reportNames = ['kind', 'action', 'source', 'keyNumber', 'subject', 'count', 'command'] as const;

/** What each command reads. */
const newKeyNames = [
  'keyId',
  'kind',
  'publicKey',
  'programId',
  'isImported',
  'rootId',
  ...commonNames,
] as const;
const rightsNames = ['keyNumber', 'permissions', 'tier', 'expiresAtMs', 'networks', ...commonNames] as const;
const grantNames = ['keyNumber', 'accountIds', 'isTaken', ...commonNames] as const;
const rotationNames = ['keyNumber', 'version', 'graceMs', 'rootId', 'publicKey', ...commonNames] as const;
const revocationNames = ['keyNumber', ...commonNames] as const;

export function writeCreateKey(view: DataView, at: number, given: CreateKey): void {
  const keyId = printable('keyId', given.keyId, keyIdBytes, false);
  const kind = word('kind', given.kind ?? 'hmac', keyCommands.KeyKind);
  const rootId = integer('rootId', given.rootId ?? 0, 0, u32Max);
  const { programId } = given;
  if ((kind === keyCommands.KeyKind.program) !== (programId !== undefined))
    throw new InvalidArgumentError(
      'programId',
      programId,
      'given with the kind "program", and with no other',
    );
  const publicKey = programId === undefined ? publicKeyOf(given.publicKey) : programKey(programId);
  refuseUnread(given, newKeyNames);
  const values = {
    keyId,
    publicKey,
    kind,
    isImported: flag('isImported', given.isImported),
    reserved2: 0,
    rootId,
  };
  writeForOperator(view, at, keyCommands.createKey, { ...header, accountId: 0, ...values }, given);
}

export function writeChangeKey(view: DataView, at: number, given: ChangeKey): void {
  const keyNumber = integer('keyNumber', given.keyNumber, 1, u32Max);
  const permissions = permissionsOf(given.permissions);
  const tier = integer('tier', given.tier ?? 0, 0, tiersMax - 1);
  const expiresAtMs = integer('expiresAtMs', given.expiresAtMs ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const networks = writeNetworks(networksOf(given.networks ?? []));
  refuseUnread(given, rightsNames);
  const values = { keyNumber, permissions, tier, reserved2: 0, expiresAtMs, networks };
  writeForOperator(view, at, keyCommands.changeKey, { ...header, accountId: 0, ...values }, given);
}

export function writeGrantKey(view: DataView, at: number, given: GrantKey): void {
  const keyNumber = integer('keyNumber', given.keyNumber, 1, u32Max);
  const { accountIds: named } = given;
  if (!Array.isArray(named) || named.length === 0 || named.length > accountsPerGrantMax)
    throw new InvalidArgumentError('accountIds', named, `1 to ${accountsPerGrantMax} accounts`);
  const accountIds = new Uint8Array(accountsPerGrantMax * 4);
  const bytes = new DataView(accountIds.buffer);
  for (const [n, accountId] of named.entries())
    bytes.setUint32(n * 4, integer('accountIds', accountId, 1, u32Max), true);
  refuseUnread(given, grantNames);
  const values = { keyNumber, isTaken: flag('isTaken', given.isTaken), accountIds };
  writeForOperator(view, at, keyCommands.grantKey, { ...header, accountId: 0, ...values }, given);
}

export function writeRotateKey(view: DataView, at: number, given: RotateKey): void {
  const keyNumber = integer('keyNumber', given.keyNumber, 1, u32Max);
  const version = integer('version', given.version, 2, keyVersionMax);
  const graceMs = integer('graceMs', given.graceMs, 0, u32Max);
  const rootId = integer('rootId', given.rootId ?? 0, 0, u32Max);
  const publicKey = publicKeyOf(given.publicKey);
  refuseUnread(given, rotationNames);
  const values = { keyNumber, newVersion: version, graceMs, rootId, publicKey };
  writeForOperator(view, at, keyCommands.rotateKey, { ...header, accountId: 0, ...values }, given);
}

export function writeRevokeKey(view: DataView, at: number, given: RevokeKey): void {
  const keyNumber = integer('keyNumber', given.keyNumber, 1, u32Max);
  refuseUnread(given, revocationNames);
  writeForOperator(
    view,
    at,
    keyCommands.revokeKey,
    { ...header, accountId: 0, keyNumber, reserved2: 0 },
    given,
  );
}

export function writeReportAudit(view: DataView, at: number, given: ReportAudit): void {
  const action = printable('action', given.action, auditActionBytes, false);
  const entryKind = word('kind', given.kind, AuditKind);
  const keyNumber = integer('keyNumber', given.keyNumber ?? 0, 0, u32Max);
  const subject = integer('subject', given.subject ?? 0, 0, u32Max);
  const count = integer('count', given.count ?? 0, 0, u32Max);
  const source = printable('source', given.source ?? '', auditSourceBytes, true);
  refuseUnread(given, reportNames);
  const values = { keyNumber, subject, count, entryKind, outcome: 0, reserved: 0, source, action };
  const byLeader = { operatorId: 0, givenUs: 0, replicaId: 0 };
  protocol.reportAudit.write(view, at, { ...header, accountId: 0, ...values, ...byLeader });
}

function flag(field: string, value: boolean | undefined): number {
  if (value === undefined || typeof value === 'boolean') return value === true ? 1 : 0;
  throw new InvalidArgumentError(field, value, 'true or false');
}

/** Where a key of Ed25519 has its public key, that of a program has the program's number. */
function programKey(programId: number): Uint8Array {
  const bytes = new Uint8Array(publicKeyBytes);
  new DataView(bytes.buffer).setUint32(0, integer('programId', programId, 1, u32Max), true);
  return bytes;
}

function publicKeyOf(given: Uint8Array | undefined): Uint8Array {
  const publicKey = given ?? new Uint8Array(publicKeyBytes);
  if (publicKey instanceof Uint8Array && publicKey.length === publicKeyBytes) return publicKey;
  throw new InvalidArgumentError('publicKey', given, `${publicKeyBytes} bytes`);
}

function permissionsOf(given: readonly PermissionName[]): number {
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidArgumentError('permissions', given, 'a list of at least one permission');
  return given.reduce((sum, name) => sum | word('permissions', name, keyCommands.Permission), 0);
}

function networksOf(given: readonly string[]): readonly Network[] {
  if (!Array.isArray(given) || given.length > networksPerKeyMax)
    throw new InvalidArgumentError('networks', given, `at most ${networksPerKeyMax} networks`);
  return given.map((text) => {
    const network = readNetwork(String(text));
    if (network === undefined) throw new InvalidArgumentError('networks', text, networkForm);
    return network;
  });
}
