/** API keys: how they sign, what they may do, and the commands of an operator that make, change and end them. */
import { command, requestStamp } from './command-layouts.ts';
import { bytes, text, u8, u8Of, u16, u32, u53 } from './layout.ts';
import {
  accountsPerGrantMax,
  keyIdBytes,
  keyNetworksBytes,
  keyVersionMax,
  publicKeyBytes,
  tiersMax,
} from './limits.ts';

/**
 * How a key signs: with a secret that gateways derive, or with a private key that its owner alone has. A key of the
 * kind `program` signs nothing: it says for which accounts a program acts whose certificate opens its sessions.
 */
export const KeyKind = { hmac: 1, ed25519: 2, program: 3 } as const;
export type KeyKind = (typeof KeyKind)[keyof typeof KeyKind];

/** What a key may do; several of them are a sum. `cancel` may cancel and place nothing. */
export const Permission = { read: 1, trade: 2, cancel: 4, operator: 8, audit: 16 } as const;
export type Permission = (typeof Permission)[keyof typeof Permission];
const permissionsMax = Object.values(Permission).reduce((sum, bit) => sum + bit, 0);

/**
 * Makes an API key that may do nothing yet: accounts and permissions follow. The same again answers `ok` until it has
 * permissions, then `alreadyExists`.
 */
export const createKey = command(
  13,
  'createKey',
  {
    keyId: text(keyIdBytes),
    /** Of Ed25519; of a program its number, in the first 4 bytes; zeros where the secret is derived. */
    publicKey: bytes(publicKeyBytes),
    kind: u8Of(KeyKind),
    /** 1: its first secret is not derived but is in a file of the gateways. */
    isImported: u8(0, 1),
    reserved2: u16(0, 0),
    /** From which root its secret is derived: a hash of that, 0 for none. */
    rootId: u32(),
  },
  requestStamp,
);

/** Changes what an API key may do, from where and for how long: all of it. */
export const changeKey = command(
  14,
  'changeKey',
  {
    keyNumber: u32(),
    /** A sum of Permission; a key that may do nothing is revoked instead. */
    permissions: u8(1, permissionsMax),
    /** A mark for operators: quotas go by the tier of the account. */
    tier: u8(0, tiersMax - 1),
    reserved2: u16(0, 0),
    /** Milliseconds since 1970, in the exchange's own time; 0 is never. */
    expiresAtMs: u53(),
    /** From where it may sign, as gateways read it; zeros are everywhere. */
    networks: bytes(keyNetworksBytes),
  },
  requestStamp,
);

/** Gives an API key more accounts, or takes some away. */
export const grantKey = command(
  15,
  'grantKey',
  {
    keyNumber: u32(),
    /** 1: the accounts are taken away. */
    isTaken: u32(0, 1),
    /** Numbers of accounts, which need not be there yet; 0 is none. */
    accountIds: bytes(accountsPerGrantMax * 4),
  },
  requestStamp,
);

/** Gives an API key its next secret; the one before stays good for a while. */
export const rotateKey = command(
  16,
  'rotateKey',
  {
    keyNumber: u32(),
    /** The version that follows, so that a repeat changes nothing. */
    newVersion: u32(2, keyVersionMax),
    /** Milliseconds for which the secret before stays good. */
    graceMs: u32(),
    /** As in createKey. */
    rootId: u32(),
    publicKey: bytes(publicKeyBytes),
  },
  requestStamp,
);

/** Ends an API key for good. */
export const revokeKey = command(19, 'revokeKey', { keyNumber: u32(), reserved2: u32(0, 0) }, requestStamp);
