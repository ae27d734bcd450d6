/** Parties of made-up clusters, with keys that follow from their names, and an authority that knows them. */
import { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { crc32 } from '../../std/crc32.ts';
import { Random } from '../../std/random.ts';
import { TrustFailure } from '../failures.ts';
import { AnswererHandshake, CallerHandshake, type OwnIdentity } from '../handshake.ts';
import { clusterUuidBytes } from '../messages.ts';
import { keyBytes, keyPairOf } from '../noise.ts';
import type { EvidenceFailure, Party, Verifier } from '../parties.ts';
import { newStreamBuffers, SecureStream } from '../secure-stream.ts';

export const clusterUuid = new Uint8Array(clusterUuidBytes).fill(7);
const newBuffers = () => newStreamBuffers(65_536, 65_536);

/** Random bytes that follow from a text. */
export function bytesFrom(text: string, count = keyBytes): Uint8Array {
  const letters = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const random = new Random(crc32(letters, 0, letters.length));
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** An identity, such as that of replica 1; its evidence is `replica 1`. */
export function identity(
  kind: keyof typeof PartyKind,
  id: number,
  changes: Partial<OwnIdentity> = {},
): OwnIdentity {
  const name = `${kind} ${id}`;
  const evidence = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
  const party = { kind: PartyKind[kind], id };
  return { clusterUuid, party, staticKey: keyPairOf(bytesFrom(name)), evidence, life: 0, ...changes };
}

/** Believes the evidence of those that it enrolled. */
export class Authority implements Verifier {
  readonly #known = new Map<string, { readonly key: Uint8Array; finding: Party | EvidenceFailure }>();

  constructor(identities: readonly OwnIdentity[] = []) {
    for (const one of identities) this.enrol(one);
  }

  enrol({ evidence, staticKey, party }: OwnIdentity): void {
    this.#known.set(evidence.join(), { key: staticKey.publicKey, finding: party });
  }

  /** What it says of this party from now on. */
  finds({ evidence }: OwnIdentity, finding: Party | EvidenceFailure): void {
    this.#known.get(evidence.join())!.finding = finding;
  }

  partyOf(evidence: Uint8Array, staticKey: Uint8Array): Party | EvidenceFailure {
    const known = this.#known.get(evidence.join());
    const isOwner = known?.key.every((byte, n) => byte === staticKey[n]) ?? false;
    return isOwner ? known!.finding : TrustFailure.notCertified;
  }
}

/** Three replicas, two gateways, a program and an operator of one cluster, and the authority that knows them all. */
export function smallCluster() {
  const replicas = [1, 2, 3].map((id) => identity('replica', id, { life: 10 + id }));
  const gateways = [1, 2].map((id) => identity('gateway', id));
  const program = identity('program', 1);
  const operator = identity('operator', 1);
  const authority = new Authority([...replicas, ...gateways, program, operator]);
  const [replica1, replica2, replica3] = replicas as [OwnIdentity, OwnIdentity, OwnIdentity];
  return {
    replica1,
    replica2,
    replica3,
    gateway1: gateways[0]!,
    gateway2: gateways[1]!,
    program,
    operator,
    authority,
  };
}

/** Both sides of a call, before the first byte. */
export interface LinkCall {
  readonly role?: ConnectionRole;
  /** The replica that the caller means to call; the answerer's own id otherwise. */
  readonly replicaId?: number;
  /** Two calls of one name have the same ephemeral keys. */
  readonly name?: string;
}

export function callerOf(own: OwnIdentity, verifier: Verifier, call: LinkCall): SecureStream {
  const called = { role: call.role ?? ConnectionRole.session, replicaId: call.replicaId ?? 1 };
  const secret = bytesFrom(`${call.name ?? ''} caller`);
  return new SecureStream(new CallerHandshake(own, verifier, called, secret), newBuffers);
}

export function answererOf(own: OwnIdentity, verifier: Verifier, call: LinkCall = {}): SecureStream {
  const secret = bytesFrom(`${call.name ?? ''} answerer`);
  return new SecureStream(new AnswererHandshake(own, verifier, secret), newBuffers);
}

/** Takes what a side has for the transport. */
export function takeOutput(stream: SecureStream): Uint8Array {
  const bytes = stream.output.slice();
  stream.sent(bytes.length);
  return bytes;
}

/** Carries bytes between the two until none has more. */
export function settle(one: SecureStream, other: SecureStream): void {
  for (;;) {
    const there = takeOutput(one);
    other.take(there, 0, there.length);
    const back = takeOutput(other);
    one.take(back, 0, back.length);
    if (there.length + back.length === 0) return;
  }
}

/** Takes what has come out of the stream. */
export function takeInput(stream: SecureStream): Uint8Array {
  const bytes = stream.input.slice(stream.inputFrom, stream.inputTo);
  stream.consume(bytes.length);
  return bytes;
}
