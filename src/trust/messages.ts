/**
 * The messages of a handshake, and the records after it. Behind the fields of the first three is a Noise message.
 *
 * caller → answerer `opening`, answerer → caller `answer`, caller → answerer `proof`; then both `sealed`, whose bytes
 * together are the stream that the two wanted to exchange. Instead of any of them: `refusal`, and the end.
 */
import {
  bytes,
  isWireVersion,
  Layout,
  TYPE_AT,
  u8,
  u8Of,
  u16,
  u32,
  u53,
  VERSION_AT,
} from '../protocol/layout.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { assertBelow, assertEqual } from '../std/assert.ts';
import { noiseOverheadBytes, tagBytes } from './noise.ts';

/** "LSTP", little-endian. */
export const linkMagic = 0x5054_534c;
/** Bytes of the number that tells a cluster from all others, for good. */
export const clusterUuidBytes = 16;
/** Bytes of what a side shows for its key. */
export const evidenceBytesMax = 4_096;
/** Bytes of the stream in one sealed record. */
export const sealedPlainBytesMax = 16_384;

/** Which cluster and replica are called, and what for: both sides bind it into the handshake. */
export const opening = new Layout(
  'opening',
  143,
  {
    magic: u32(),
    clusterUuid: bytes(clusterUuidBytes),
    role: u8Of(ConnectionRole),
    replicaId: u8(1),
    reserved: u16(0, 0),
    reserved2: u32(0, 0),
  },
  true,
);
export const answer = new Layout('answer', 144, { reserved: u32(0, 0) }, true);
export const proof = new Layout('proof', 145, { reserved: u32(0, 0) }, true);

/** `code`: a TrustFailure. It is not proven: a hint for a person. */
export const refusal = new Layout('refusal', 146, { code: u16(), reserved: u16(0, 0) });

/** Part of the stream, then its tag. Without a part of the stream: the sender has said everything. */
export const sealed = new Layout('sealed', 147, { reserved: u32(0, 0) }, true);

/** Inside `answer` and `proof`: the sender's life (0 of one that counts none), and what it shows for its key. */
export const credential = new Layout(
  'credential',
  148,
  { evidenceBytes: u32(1, evidenceBytesMax), life: u53() },
  true,
);

/** In front of a sealed datagram: by which key, and its number under that key. The tag ends it. */
export const sealedDatagram = new Layout('sealedDatagram', 149, { keyId: u32(1), counter: u53(1) }, true);

/** Bytes of a record of the handshake, the largest. */
export const handshakeBytesMax =
  answer.size + Math.max(...noiseOverheadBytes) + credential.size + evidenceBytesMax;
/** Bytes of the largest sealed record. */
export const sealedBytesMax = sealed.size + sealedPlainBytesMax + tagBytes;

/** Whether a record is of a handshake, of whatever version, by its type. */
export function isOfHandshake(type: number): boolean {
  return type >= opening.type && type <= refusal.type;
}

/**
 * Whether a record of a handshake may begin with these bytes, PREFIX_BYTES at least: one that cannot become good is not
 * waited for.
 */
export function mayBeHandshake(bytes: Uint8Array, at: number): boolean {
  const length = bytes[at]! | (bytes[at + 1]! << 8);
  const isOurs = isWireVersion(bytes[at + VERSION_AT]!) && isOfHandshake(bytes[at + TYPE_AT]!);
  return isOurs && length >= refusal.size && length <= handshakeBytesMax;
}

assertEqual(sealedPlainBytesMax % 8, 0, 'records are multiples of 8 bytes');
assertEqual(evidenceBytesMax % 8, 0, 'records are multiples of 8 bytes');
assertBelow(handshakeBytesMax, sealedBytesMax, 'a buffer for a sealed record holds a handshake');
