/**
 * The API keys as this gateway knows them: rows of the exchange, with what is needed to check a signature. What a key
 * may change is decided by the exchange at the seq of the command; what it may read, and from where, is decided here.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import sodium from 'sodium-native';
import { networkCheck, readNetworks } from '../../client/networks.ts';
import type { KeyRow, PermissionName } from '../ports.ts';
import type { ApiKey, KeySecrets } from './key-secrets.ts';
import { CoreError, type RefusalCode, type RefusalDetails } from './refusals.ts';
import { SignatureKey, type SignedParts, signedText } from './signature.ts';

/** A row with its accounts; the first one is what the key acts for where a request names none. */
export type KeyWithAccounts = KeyRow & { readonly accountIds: readonly number[] };

/** A key by which a request was signed. */
export interface HeldKey {
  readonly keyId: string;
  readonly number: number;
  /** Of the secret that signed. */
  readonly version: number;
  readonly accountIds: readonly number[];
}

/** One secret of a key, or one public key. */
interface Signer {
  readonly held: HeldKey;
  /** Until when it is good, by the exchange's time. */
  readonly untilMs: number;
  readonly hasSigned: (signed: SignedParts, signature: string) => boolean;
}

interface Entry {
  readonly row: KeyWithAccounts;
  /** From where it may sign; undefined is everywhere. */
  readonly isFromNetworks: ((address: string) => boolean) | undefined;
  readonly signers: readonly Signer[];
}

/** DER of a public key of Ed25519 (RFC 8410), before its 32 bytes. */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const signatureDigits = 128;
/** A key is made in steps, and what it may do comes last: so long a gateway may have heard of the first ones only. */
const makingMsMax = 10_000;
/** Compared with when the key is unknown, so that an unknown key takes as long as a wrong signature. */
const noSecret = new SignatureKey('00'.repeat(32));

export class KeyTable {
  /** Changes of keys that are known here. */
  changes = 0;
  /** Whether there are more: what they allow may not be refused. */
  isBehind: () => boolean = () => false;
  readonly #secrets: KeySecrets;
  readonly #entries = new Map<string, Entry>();
  /** Secrets of keys that are on their way into the exchange. */
  #awaited: ReadonlyMap<string, SignatureKey> = new Map();

  constructor(secrets: KeySecrets) {
    this.#secrets = secrets;
  }

  /** Another exchange has other keys. */
  clear(): void {
    this.#entries.clear();
    this.changes = 0;
  }

  /** Takes rows that have changed, and how many changes there were. */
  take(rows: readonly KeyWithAccounts[], changes: number): void {
    for (const row of rows) this.#entries.set(row.keyId, entryOf(row, this.#secrets));
    this.changes = Math.max(this.changes, changes);
  }

  /** Takes all rows that there are, in place of those before. */
  replace(rows: readonly KeyWithAccounts[], changes: number): void {
    this.clear();
    this.take(rows, changes);
  }

  /** These keys of the configuration file are not in the exchange yet, and are brought there. */
  awaits(keys: readonly ApiKey[]): void {
    this.#awaited = new Map(keys.map(({ keyId, secret }) => [keyId, new SignatureKey(secret)]));
  }

  /** Whether a key that is awaited has signed. */
  isAwaited(keyId: string, signed: SignedParts, signature: string): boolean {
    return this.#awaited.get(keyId)?.hasSigned(signed, signature) === true;
  }

  get rows(): readonly KeyWithAccounts[] {
    return Array.from(this.#entries.values(), ({ row }) => row);
  }

  /** Keys whose secrets this gateway cannot know, as other gateways made them by another root key. */
  get ofOtherRoot(): readonly KeyWithAccounts[] {
    return this.rows.filter((row) => !row.isRevoked && this.#secrets.isOfOtherRoot(row));
  }

  row(keyId: string): KeyWithAccounts | undefined {
    return this.#entries.get(keyId)?.row;
  }

  /** The key that has signed; undefined where it is unknown or has not. */
  signerOf(keyId: string, signed: SignedParts, signature: string): HeldKey | undefined {
    const signers = this.#entries.get(keyId)?.signers ?? [];
    if (signers.length === 0) noSecret.hasSigned(signed, signature);
    return signers.find((signer) => signer.hasSigned(signed, signature))?.held;
  }

  /** Throws a CoreError where a key that has signed rightly may not act from this address, or at all any more. */
  requireGood({ keyId }: HeldKey, address: string, nowMs: number): void {
    const entry = this.#entries.get(keyId);
    if (entry === undefined || entry.row.isRevoked) throw new CoreError('keyRevoked');
    const { permissions, createdAtMs } = entry.row;
    const isInTheMaking = permissions.length === 0 && nowMs - createdAtMs < makingMsMax;
    if (isUnfinished(entry.row) || isInTheMaking) throw new CoreError('keysUnknown');
    if (entry.isFromNetworks?.(address) === false)
      throw this.#refusal('networkNotAllowed', {}, `The API key may not sign from ${address}.`);
  }

  /** Throws a CoreError where a key does not act for an account. */
  requireAccount({ accountIds }: HeldKey, accountId: number | undefined): asserts accountId is number {
    if (accountId !== undefined && accountIds.includes(accountId)) return;
    throw this.#refusal('accountNotAllowed', { field: 'accountId' });
  }

  /** Throws a CoreError where a key may not read now. */
  requireRead(key: HeldKey, nowMs: number): void {
    this.#require('read', key, nowMs);
  }

  /** Throws a CoreError where a key may not act as the operator now; the exchange asks again at each change. */
  requireOperator(key: HeldKey, nowMs: number): void {
    this.#require('operator', key, nowMs);
  }

  /** Throws a CoreError where a key may not read the audit trail now. */
  requireAuditor(key: HeldKey, nowMs: number): void {
    const mayOperate = this.#entries.get(key.keyId)?.row.permissions.includes('operator') === true;
    this.#require(mayOperate ? 'operator' : 'audit', key, nowMs);
  }

  #require(permission: PermissionName, { keyId, version }: HeldKey, nowMs: number): void {
    const entry = this.#entries.get(keyId);
    if (entry === undefined || entry.row.isRevoked) throw new CoreError('keyRevoked');
    const { expiresAtMs, permissions } = entry.row;
    if (expiresAtMs !== 0 && nowMs >= expiresAtMs) throw this.#refusal('keyExpired');
    const signer = entry.signers.find(({ held }) => held.version === version);
    if (signer === undefined || nowMs >= signer.untilMs) throw new CoreError('keyReplaced');
    if (!permissions.includes(permission)) throw this.#refusal('notPermitted');
  }

  /** What a later change of the key may have allowed. */
  #refusal(code: RefusalCode, details: RefusalDetails = {}, message?: string): CoreError {
    return this.isBehind() ? new CoreError('keysUnknown') : new CoreError(code, details, message);
  }
}

/** Whether a gateway is still bringing a key of its configuration into the exchange: what it may do comes last. */
export function isUnfinished({ isImported, isRevoked, permissions }: KeyRow): boolean {
  return isImported && !isRevoked && permissions.length === 0;
}

function entryOf(row: KeyWithAccounts, secrets: KeySecrets): Entry {
  const { keyVersion: newest, previousUntilMs } = row;
  const versions = [{ version: newest, untilMs: Number.POSITIVE_INFINITY }];
  if (previousUntilMs > 0) versions.push({ version: newest - 1, untilMs: previousUntilMs });
  const signers = versions.flatMap(({ version, untilMs }) => {
    const hasSigned = checkOf(row, version, secrets);
    const held = { keyId: row.keyId, number: row.keyNumber, version, accountIds: row.accountIds };
    return hasSigned === undefined ? [] : [{ held, untilMs, hasSigned }];
  });
  return { row, isFromNetworks: networksOf(row), signers };
}

/** How a signature of a version is checked; undefined where this gateway cannot. */
function checkOf(
  row: KeyWithAccounts,
  version: number,
  secrets: KeySecrets,
): Signer['hasSigned'] | undefined {
  if (row.kind === 'hmac') {
    const secret = secrets.secretOf(row, version);
    if (secret === undefined) return undefined;
    const key = new SignatureKey(secret);
    return (signed, signature) => key.hasSigned(signed, signature);
  }
  if (row.kind !== 'ed25519') return undefined;
  const key = publicKeyOf(version === row.keyVersion ? row.publicKey : row.previousPublicKey);
  if (key === undefined) return undefined;
  return (signed, signature) =>
    signature.length === signatureDigits &&
    /^[0-9a-f]+$/i.test(signature) &&
    verify(undefined, Buffer.from(signedText(signed)), key, Buffer.from(signature, 'hex'));
}

/**
 * The public key of 32 bytes; undefined where they are none, or a point of small order: under such a key the same
 * signature is good for every text, and needs no secret.
 */
export function publicKeyOf(bytes: Uint8Array): KeyObject | undefined {
  try {
    if (!sodium.crypto_core_ed25519_is_valid_point(bytes)) return undefined;
    return createPublicKey({ key: Buffer.concat([publicKeyPrefix, bytes]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** From where a key may sign; what cannot be read lets nothing through. */
function networksOf({ networks: bytes }: KeyRow): Entry['isFromNetworks'] {
  const networks = readNetworks(bytes);
  return networks?.length === 0 ? undefined : networkCheck(networks ?? []);
}
