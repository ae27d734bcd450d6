/**
 * Join tokens as an operator hands them to a new machine: the secret half of a key whose public half the log has, and
 * what the machine needs to believe the cluster. With it the machine signs its own key; the token is sent nowhere.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { replicaIdMax, replicasMax } from '../../protocol/limits.ts';
import { clusterUuidBytes } from '../../trust/messages.ts';

const prefix = 'lockstep-join-';
const keyBytes = 32;
const hashBytes = 32;
const checkBytes = 4;
const version = 1;
/** PKCS #8 of an Ed25519 key, before its 32 bytes. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface JoinSecret {
  readonly replicaId: number;
  readonly expiresAtMs: number;
  readonly clusterUuid: Uint8Array;
  /** Of what the machine is to believe ({@link pinOf}). */
  readonly pin: Uint8Array;
  readonly secret: Uint8Array;
}

export function newSecret(): Uint8Array {
  return new Uint8Array(randomBytes(keyBytes));
}

/** The private key that signs the key of the machine. */
export function signingKeyOf(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, secret]), format: 'der', type: 'pkcs8' });
}

/** The half that the log has. */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  const { x = '' } = createPublicKey(signingKeyOf(secret)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

/** What a replica says of the cluster to a machine that wants to join it. */
export interface BelievedFacts {
  /** Base64, DER. */
  readonly authorities: readonly string[];
  readonly members: readonly { readonly id: number; readonly fingerprint: string }[];
}

/** A hash over what a new machine believes: the authorities, and keys that none of them certified. */
export function pinOf({ authorities, members }: BelievedFacts): Uint8Array {
  const keys = members
    .filter(({ fingerprint }) => fingerprint !== '')
    .map(({ id, fingerprint }) => `${id} ${fingerprint}`);
  const text = [...authorities.toSorted(), '', ...keys.toSorted()].join('\n');
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/**
 * The members without a certificate that a token vouches for: others may have joined since it was made, and are
 * believed once one of these, or one with a certificate, has named them. Undefined where it vouches for something else,
 * or no member is left to begin with.
 */
export function vouchedFor(
  { authorities, members }: BelievedFacts,
  pin: Uint8Array,
): BelievedFacts['members'] | undefined {
  const joined = members.filter(({ fingerprint }) => fingerprint !== '');
  if (members.length > replicasMax) return undefined;
  for (let left = 0; left < 2 ** joined.length; left++) {
    const vouched = joined.filter((_, n) => ((left >> n) & 1) === 0);
    if (Buffer.compare(pinOf({ authorities, members: vouched }), pin) !== 0) continue;
    return vouched.length > 0 || joined.length < members.length ? vouched : undefined;
  }
  return undefined;
}

export function tokenText(token: JoinSecret): string {
  const head = Buffer.alloc(10);
  head.writeUInt8(version, 0);
  head.writeUInt8(token.replicaId, 1);
  head.writeBigUInt64LE(BigInt(token.expiresAtMs), 2);
  const body = Buffer.concat([head, token.clusterUuid, token.pin, token.secret]);
  return prefix + Buffer.concat([body, checkOf(body)]).toString('base64url');
}

/** Undefined for a text that is no whole token. */
export function readToken(text: string): JoinSecret | undefined {
  const given = text.trim();
  if (!given.startsWith(prefix)) return undefined;
  const bytes = Buffer.from(given.slice(prefix.length), 'base64url');
  // Letters that carry no bits, or are none of this alphabet, are read as if they were not there.
  if (prefix + bytes.toString('base64url') !== given) return undefined;
  const body = bytes.subarray(0, -checkBytes);
  const isWhole =
    body.length === 10 + clusterUuidBytes + hashBytes + keyBytes &&
    bytes[0] === version &&
    checkOf(body).equals(bytes.subarray(-checkBytes));
  if (!isWhole) return undefined;
  let at = 10;
  const next = (count: number): Uint8Array => new Uint8Array(body.subarray(at, (at += count)));
  const replicaId = body.readUInt8(1);
  const expiresAtMs = Number(body.readBigUInt64LE(2));
  if (replicaId < 1 || replicaId > replicaIdMax || !Number.isSafeInteger(expiresAtMs)) return undefined;
  const clusterUuid = next(clusterUuidBytes);
  return {
    replicaId,
    expiresAtMs,
    clusterUuid,
    pin: next(hashBytes),
    secret: next(keyBytes),
  };
}

/** A letter that was lost on the way is noticed. */
function checkOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, checkBytes);
}
