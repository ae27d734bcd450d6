/**
 * Both sides of a link prove their identity. A state machine without a socket, a clock or chance: records go in and
 * out.
 *
 * What must hold: the other side of a handshake that ends in `proven` holds the secret of the key that the verifier
 * knows as the party's, and used it in this one conversation, about this cluster, role and replica. The opening with
 * all its fields is the prologue of the Noise handshake, so a message of one conversation says nothing in another;
 * fresh ephemeral keys see to the same for repeated ones. Each failure has a name, and ends the handshake for good.
 */
import { DecodeCode } from '../protocol/codes.ts';
import { type Fields, type Layout, TYPE_AT } from '../protocol/layout.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { PartyKind } from '../protocol/parties.ts';
import { assert, assertAtLeast, assertAtMost, assertEqual } from '../std/assert.ts';
import { isTrustFailure, TrustFailure } from './failures.ts';
import {
  answer,
  clusterUuidBytes,
  credential,
  evidenceBytesMax,
  handshakeBytesMax,
  isOfHandshake,
  linkMagic,
  opening,
  proof,
  refusal,
} from './messages.ts';
import { type KeyPair, keyBytes, NoiseHandshake, type NoiseKeys, noiseOverheadBytes } from './noise.ts';
import { mayOpen, type Party, type Verifier } from './parties.ts';

/** Is before the opening in the prologue: another protocol over the same keys is another conversation. */
const prologueLabel = Uint8Array.from('lockstep link 1\n', (letter) => letter.charCodeAt(0));
const nothing = new Uint8Array(0);
/** How a server of HTTP answers what is none: "HTTP", or the alert of TLS where it is HTTPS. */
const httpBeginnings = [
  [0x48, 0x54, 0x54, 0x50],
  [0x15, 0x03],
];

/** What a side is, and shows for it. */
export interface OwnIdentity {
  readonly clusterUuid: Uint8Array;
  readonly party: Party;
  /** X25519, made where it is used. */
  readonly staticKey: KeyPair;
  /** What the other side's verifier reads, 1 to `evidenceBytesMax` bytes. */
  readonly evidence: Uint8Array;
  /** The incarnation of a replica; 0 of others. */
  readonly life: number;
}

/** The identity of this side, as of its next link, and what it believes of others. */
export interface LinkIdentity {
  readonly own: OwnIdentity;
  readonly verifier: Verifier;
}

/** The proven identity of the other side. */
export interface ProvenParty {
  readonly party: Party;
  readonly life: number;
  readonly role: ConnectionRole;
}

/** What the other side showed for its key, to ask later whether it is believed still. */
export interface ShownEvidence {
  readonly evidence: Uint8Array;
  readonly staticKey: Uint8Array;
}

/** What a message led to. `reply`: bytes for the other side, also with the last words after a failure; may be empty. */
export type HandshakeStep =
  | { readonly state: 'waiting'; readonly reply: Uint8Array }
  | {
      readonly state: 'proven';
      readonly reply: Uint8Array;
      readonly peer: ProvenParty;
      readonly shown: ShownEvidence;
      readonly keys: NoiseKeys;
    }
  | Failed;

export interface Failed {
  readonly state: 'failed';
  readonly reply: Uint8Array;
  readonly failure: TrustFailure;
  /** With `refused`: what the other side says why, without a proof that it said so. */
  readonly reason?: TrustFailure;
}

/** One side of a handshake: the next whole record of the other side goes in. */
export interface Handshake {
  receive(record: Uint8Array): HandshakeStep;
}

/** The side that called. */
export class CallerHandshake implements Handshake {
  /** The first record of the conversation. */
  readonly opening: Uint8Array;
  readonly #own: OwnIdentity;
  readonly #verifier: Verifier;
  readonly #role: ConnectionRole;
  readonly #replicaId: number;
  readonly #noise: NoiseHandshake;
  #isOver = false;

  /** `ephemeralSecret`: `keyBytes` random bytes for this handshake alone. */
  constructor(
    own: OwnIdentity,
    verifier: Verifier,
    called: { readonly role: ConnectionRole; readonly replicaId: number },
    ephemeralSecret: Uint8Array,
  ) {
    checkOwn(own);
    this.#own = own;
    this.#verifier = verifier;
    this.#role = called.role;
    this.#replicaId = called.replicaId;
    const fields = { magic: linkMagic, clusterUuid: own.clusterUuid, reserved: 0, reserved2: 0, ...called };
    const record = newRecord(opening, fields, noiseOverheadBytes[0]);
    this.#noise = new NoiseHandshake(true, own.staticKey, ephemeralSecret, prologueOf(record));
    record.set(this.#noise.write(nothing)!, opening.size);
    this.opening = record;
  }

  receive(record: Uint8Array): HandshakeStep {
    assert(!this.#isOver, () => `a handshake with replica ${this.#replicaId} that is over takes nothing`);
    this.#isOver = true;
    const shape = checkShape(record, answer);
    if (shape !== undefined) return shape;
    const found = readCredential(this.#noise, record.subarray(answer.size), this.#verifier);
    if ('failure' in found) return failed(found.failure);
    const { party, life, shown } = found;
    const { kind, id } = party;
    if (kind !== PartyKind.replica || id !== this.#replicaId) return failed(TrustFailure.wrongParty);
    const message = this.#noise.write(credentialOf(this.#own));
    if (message === undefined) return failed(TrustFailure.badKey);
    const reply = newRecord(proof, { reserved: 0 }, message.length);
    reply.set(message, proof.size);
    return {
      state: 'proven',
      reply,
      peer: { party, life, role: this.#role },
      shown,
      keys: this.#noise.keys!,
    };
  }
}

/** The replica that was called. */
export class AnswererHandshake implements Handshake {
  readonly #own: OwnIdentity;
  readonly #verifier: Verifier;
  readonly #ephemeralSecret: Uint8Array;
  #noise: NoiseHandshake | undefined;
  #role: ConnectionRole = ConnectionRole.session;
  #isOver = false;

  /** `ephemeralSecret`: `keyBytes` random bytes for this handshake alone. */
  constructor(own: OwnIdentity, verifier: Verifier, ephemeralSecret: Uint8Array) {
    assertEqual(own.party.kind, PartyKind.replica, 'only replicas are called');
    checkOwn(own);
    this.#own = own;
    this.#verifier = verifier;
    this.#ephemeralSecret = ephemeralSecret;
  }

  receive(record: Uint8Array): HandshakeStep {
    assert(!this.#isOver, () => `a handshake at replica ${this.#own.party.id} that is over takes nothing`);
    const step = this.#noise === undefined ? this.#takeOpening(record) : this.#takeProof(record, this.#noise);
    this.#isOver = step.state !== 'waiting';
    return step;
  }

  #takeOpening(record: Uint8Array): HandshakeStep {
    const shape = checkShape(record, opening);
    if (shape !== undefined) return shape;
    if (record.length !== opening.size + noiseOverheadBytes[0]) return failed(TrustFailure.malformed);
    const { magic, clusterUuid, role, replicaId } = opening.read(viewOf(record), 0);
    if (magic !== linkMagic) return failed(TrustFailure.notLockstep);
    if (!sameBytes(clusterUuid, this.#own.clusterUuid)) return failed(TrustFailure.wrongCluster);
    if (replicaId !== this.#own.party.id) return failed(TrustFailure.wrongReplica);
    this.#role = role as ConnectionRole;
    const { staticKey } = this.#own;
    const noise = new NoiseHandshake(false, staticKey, this.#ephemeralSecret, prologueOf(record));
    const read = noise.read(record.subarray(opening.size));
    assert(typeof read !== 'string', () => `the first message of the pattern cannot fail: ${String(read)}`);
    const message = noise.write(credentialOf(this.#own));
    if (message === undefined) return failed(TrustFailure.badKey);
    this.#noise = noise;
    const reply = newRecord(answer, { reserved: 0 }, message.length);
    reply.set(message, answer.size);
    return { state: 'waiting', reply };
  }

  #takeProof(record: Uint8Array, noise: NoiseHandshake): HandshakeStep {
    const shape = checkShape(record, proof);
    if (shape !== undefined) return shape;
    const found = readCredential(noise, record.subarray(proof.size), this.#verifier);
    if ('failure' in found) return failed(found.failure);
    const { party, life, shown } = found;
    const { party: own } = this.#own;
    if (party.kind === own.kind && party.id === own.id) return failed(TrustFailure.ownIdentity);
    if (!mayOpen(this.#role, party)) return failed(TrustFailure.roleNotAllowed);
    return {
      state: 'proven',
      reply: nothing,
      peer: { party, life, role: this.#role },
      shown,
      keys: noise.keys!,
    };
  }
}

/** Before anything is said: a side that could not finish its own part would fail at every call. */
function checkOwn({ clusterUuid, evidence, staticKey }: OwnIdentity): void {
  assertEqual(clusterUuid.length, clusterUuidBytes, 'the number of a cluster is whole');
  assertAtLeast(evidence.length, 1, 'there is evidence, and not too much of it');
  assertAtMost(evidence.length, evidenceBytesMax, 'there is evidence, and not too much of it');
  assertEqual(staticKey.publicKey.length, keyBytes, 'a static key is whole');
  assertEqual(staticKey.secretKey.length, keyBytes, 'a static key is whole');
}

/** What a refusal of the other side leads to; undefined for any other record. */
export function readRefusal(record: Uint8Array): Failed | undefined {
  const view = viewOf(record);
  if (refusal.check(view, 0, record.length) !== DecodeCode.ok) return undefined;
  const { code } = refusal.read(view, 0);
  const reason = isTrustFailure(code) ? code : TrustFailure.refused;
  return { state: 'failed', reply: nothing, failure: TrustFailure.refused, reason };
}

/** Undefined for a whole record of the layout; else the end of the handshake. */
function checkShape(record: Uint8Array, expected: Layout<Fields>): Failed | undefined {
  const view = viewOf(record);
  if (record.length > handshakeBytesMax) return failed(TrustFailure.malformed);
  const isRefused = readRefusal(record);
  if (isRefused !== undefined) return isRefused;
  const code = expected.check(view, 0, record.length);
  if (code === DecodeCode.wrongVersion) return failed(otherProtocol(record));
  if (code === DecodeCode.unknownType) return failed(TrustFailure.unexpectedMessage);
  const isWhole = code === DecodeCode.ok && view.getUint16(0, true) === record.length;
  return isWhole ? undefined : failed(TrustFailure.malformed);
}

/** What a side speaks whose first record is of no version that is read here. */
function otherProtocol(record: Uint8Array): TrustFailure {
  if (isOfHandshake(record[TYPE_AT]!)) return TrustFailure.wrongVersion;
  const isHttp = httpBeginnings.some((bytes) => bytes.every((byte, n) => byte === record[n]));
  return isHttp ? TrustFailure.answersHttp : TrustFailure.notLockstep;
}

function failed(failure: TrustFailure): Failed {
  return { state: 'failed', reply: newRecord(refusal, { code: failure, reserved: 0 }), failure };
}

function prologueOf(record: Uint8Array): Uint8Array {
  const prologue = new Uint8Array(prologueLabel.length + opening.size);
  prologue.set(prologueLabel);
  prologue.set(record.subarray(0, opening.size), prologueLabel.length);
  return prologue;
}

function credentialOf({ evidence, life }: OwnIdentity): Uint8Array {
  const padded = Math.ceil(evidence.length / 8) * 8;
  const record = newRecord(credential, { evidenceBytes: evidence.length, life }, padded);
  record.set(evidence, credential.size);
  return record;
}

/** The other side, by the message that brings its static key. */
function readCredential(
  noise: NoiseHandshake,
  message: Uint8Array,
  verifier: Verifier,
):
  | { readonly party: Party; readonly life: number; readonly shown: ShownEvidence }
  | { readonly failure: TrustFailure } {
  const payload = noise.read(message);
  if (payload === 'badKey') return { failure: TrustFailure.badKey };
  if (payload === 'forged') return { failure: TrustFailure.forged };
  const view = viewOf(payload);
  if (credential.check(view, 0, payload.length) !== DecodeCode.ok)
    return { failure: TrustFailure.badEvidence };
  const { evidenceBytes, life } = credential.read(view, 0);
  const end = credential.size + evidenceBytes;
  // As `credentialOf` writes it, and not otherwise: its length, and zeros behind the evidence.
  const isExact =
    payload.length === Math.ceil(end / 8) * 8 && payload.subarray(end).every((byte) => byte === 0);
  if (!isExact || view.getUint16(0, true) !== payload.length) return { failure: TrustFailure.badEvidence };
  const shown = { evidence: payload.slice(credential.size, end), staticKey: noise.peerKey.slice() };
  const party = verifier.partyOf(shown.evidence, shown.staticKey);
  return typeof party === 'number' ? { failure: party } : { party, life, shown };
}

function newRecord<F extends Fields>(
  layout: Layout<F>,
  values: Parameters<Layout<F>['write']>[2],
  trailing = 0,
): Uint8Array {
  const record = new Uint8Array(layout.size + trailing);
  layout.write(viewOf(record), 0, values, trailing);
  return record;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, n) => byte === right[n]);
}

assertEqual(clusterUuidBytes, 16, 'the records of a handshake are multiples of 8 bytes');
assertEqual(keyBytes, 32, 'the records of a handshake are multiples of 8 bytes');
