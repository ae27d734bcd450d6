import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WIRE_VERSION } from '../protocol/layout.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { PartyKind } from '../protocol/parties.ts';
import { AssertionError } from '../std/assert.ts';
import { TrustFailure, trustFailureText } from './failures.ts';
import { AnswererHandshake, CallerHandshake, type OwnIdentity } from './handshake.ts';
import {
  answer,
  credential,
  evidenceBytesMax,
  handshakeBytesMax,
  opening,
  proof,
  refusal,
} from './messages.ts';
import { keyPairOf, NoiseHandshake } from './noise.ts';
import type { Verifier } from './parties.ts';
import { type SecureStream, SecureStreamState } from './secure-stream.ts';
import {
  answererOf,
  callerOf,
  clusterUuid,
  identity,
  type LinkCall,
  settle,
  smallCluster,
  takeOutput,
} from './testing/parties.ts';

const { session, tether, fetch, shipping } = ConnectionRole;

/** Lets a caller call; both sides afterwards. */
function meet(caller: OwnIdentity, answerer: OwnIdentity, verifier: Verifier, call: LinkCall = {}) {
  const called = { replicaId: answerer.party.id, ...call };
  const sides = {
    caller: callerOf(caller, verifier, called),
    answerer: answererOf(answerer, verifier, call),
  };
  settle(sides.caller, sides.answerer);
  return sides;
}

/** The side has failed so; where it was refused, the other side's reason is this. */
function assertFailed(stream: SecureStream, failure: TrustFailure, reason?: TrustFailure): void {
  assert.equal(stream.state, SecureStreamState.failed);
  assert.equal(stream.failure, failure, trustFailureText[stream.failure!]);
  assert.equal(stream.reason, reason);
  assert.equal(stream.room, 0);
}

function give(stream: SecureStream, bytes: Uint8Array): void {
  stream.take(bytes, 0, bytes.length);
}

test('both sides learn who the other is, its life, and what the link is for', () => {
  const { replica1, replica2, gateway1, program, authority } = smallCluster();
  for (const [own, role] of [
    [gateway1, session],
    [program, session],
    [replica1, tether],
    [replica1, fetch],
  ] as const) {
    const { caller, answerer } = meet(own, replica2, authority, { role });
    assert.deepEqual([caller.state, answerer.state], [SecureStreamState.proven, SecureStreamState.proven]);
    assert.deepEqual(caller.peer, { party: replica2.party, life: 12, role });
    assert.deepEqual(answerer.peer, { party: own.party, life: own.life, role });
  }
});

test('the same arguments give the same bytes, and another ephemeral key gives others', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const said = (name: string): string => {
    const caller = callerOf(gateway1, authority, { name });
    const answerer = answererOf(replica1, authority, { name });
    const bytes: Uint8Array[] = [takeOutput(caller)];
    give(answerer, bytes[0]!);
    bytes.push(takeOutput(answerer));
    give(caller, bytes[1]!);
    bytes.push(takeOutput(caller));
    return Buffer.concat(bytes).toString('hex');
  };
  assert.equal(said('one'), said('one'));
  assert.notEqual(said('one'), said('two'));
});

test('what a party may not do, its certificate does not open', () => {
  const { replica1, replica2, gateway1, program, operator, authority } = smallCluster();
  for (const [own, role] of [
    [gateway1, tether],
    [gateway1, fetch],
    [program, tether],
    [operator, fetch],
    [operator, tether],
    [replica1, session],
    ...[replica1, gateway1, program].map((party) => [party, shipping] as const),
  ] as const) {
    const { caller, answerer } = meet(own, replica2, authority, { role });
    assertFailed(answerer, TrustFailure.roleNotAllowed);
    assert.equal(answerer.peer, undefined);
    assertFailed(caller, TrustFailure.refused, TrustFailure.roleNotAllowed);
  }
});

test('what stands in the opening is part of the proof: a changed role, replica or cluster opens nothing', () => {
  const { replica1, gateway1, authority } = smallCluster();
  for (const [at, value, failure] of [
    [opening.at.role, tether, TrustFailure.forged],
    [opening.at.replicaId, 2, TrustFailure.wrongReplica],
    [opening.at.clusterUuid, 8, TrustFailure.wrongCluster],
    [opening.at.magic, 8, TrustFailure.notLockstep],
    [opening.at.role, 9, TrustFailure.malformed],
    [opening.at.reserved, 1, TrustFailure.malformed],
    [opening.at.version, WIRE_VERSION + 1, TrustFailure.wrongVersion],
    [opening.at.type, answer.type, TrustFailure.unexpectedMessage],
  ] as const) {
    const caller = callerOf(gateway1, authority, {});
    const answerer = answererOf(replica1, authority);
    const changed = takeOutput(caller);
    changed[at] = value;
    give(answerer, changed);
    settle(caller, answerer);
    if (failure === TrustFailure.forged) {
      assertFailed(caller, failure);
      assertFailed(answerer, TrustFailure.refused, failure);
    } else {
      assertFailed(answerer, failure);
      assertFailed(caller, TrustFailure.refused, failure);
    }
  }
});

test('another program at either end is not taken for another release, and what answers by HTTP is named', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const ofText = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const alertOfTls = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);
  for (const [bytes, failure] of [
    [ofText('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'), TrustFailure.answersHttp],
    [alertOfTls, TrustFailure.answersHttp],
    [ofText('SSH-2.0-OpenSSH_9.2\r\n'), TrustFailure.notLockstep],
    [ofText('-ERR Protocol error\r\n'), TrustFailure.notLockstep],
  ] as const) {
    const caller = callerOf(gateway1, authority, {});
    give(caller, bytes);
    assertFailed(caller, failure);
  }
  const helloOfTls = Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01);
  for (const bytes of [ofText('GET /v1/orders HTTP/1.1\r\nHost: x\r\n\r\n'), helloOfTls]) {
    const answerer = answererOf(replica1, authority);
    give(answerer, bytes);
    assertFailed(answerer, TrustFailure.notLockstep);
  }
});

test('a proof that is passed on opens no session at another replica', () => {
  const { replica1, replica2, gateway1, authority } = smallCluster();
  // An impostor answers at the address of replica 1 and passes everything on to replica 2.
  const { caller, answerer } = meet(gateway1, replica2, authority, { replicaId: 1 });
  assertFailed(answerer, TrustFailure.wrongReplica);
  assertFailed(caller, TrustFailure.refused, TrustFailure.wrongReplica);
  // It rewrites the opening, so that replica 2 takes it: the caller does not take the answer.
  const victim = callerOf(gateway1, authority, { replicaId: 1 });
  const leader = answererOf(replica2, authority);
  const rewritten = takeOutput(victim);
  rewritten[opening.at.replicaId] = 2;
  give(leader, rewritten);
  give(victim, takeOutput(leader));
  assertFailed(victim, TrustFailure.forged);
  // Replica 1 itself, with its own certificate, is not replica 2 either.
  const own = { ...replica1, party: replica2.party };
  const { caller: misled } = meet(gateway1, own, authority, { replicaId: 2 });
  assertFailed(misled, TrustFailure.wrongParty);
});

test('an impostor without a key, with a foreign one or with a copied certificate proves nothing', () => {
  const { replica1, gateway1, gateway2, authority } = smallCluster();
  const foreign = keyPairOf(new Uint8Array(32).fill(9));
  for (const changes of [{ staticKey: foreign }, { evidence: gateway1.evidence }]) {
    const { caller, answerer } = meet(gateway1, { ...replica1, ...changes }, authority);
    assertFailed(caller, TrustFailure.notCertified);
    assertFailed(answerer, TrustFailure.refused, TrustFailure.notCertified);
  }
  for (const changes of [{ staticKey: foreign }, { evidence: gateway2.evidence }]) {
    const { caller, answerer } = meet({ ...gateway1, ...changes }, replica1, authority);
    assertFailed(answerer, TrustFailure.notCertified);
    assertFailed(caller, TrustFailure.refused, TrustFailure.notCertified);
  }
  // The public key of replica 1 is no secret: without the secret one it proves nothing.
  const copied = { publicKey: replica1.staticKey.publicKey, secretKey: foreign.secretKey };
  const { caller } = meet(gateway1, { ...replica1, staticKey: copied }, authority);
  assertFailed(caller, TrustFailure.forged);
});

test('a gateway cannot answer for a replica, and a replica not for another', () => {
  const { replica1, replica2, gateway1, gateway2, authority } = smallCluster();
  for (const impostor of [gateway2, replica2]) {
    const answering = { ...impostor, party: replica1.party };
    const { caller, answerer } = meet(gateway1, answering, authority);
    assertFailed(caller, TrustFailure.wrongParty);
    assertFailed(answerer, TrustFailure.refused, TrustFailure.wrongParty);
  }
});

test('what was said once is worth nothing when it is said again', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const caller = callerOf(gateway1, authority, { name: 'first' });
  const answerer = answererOf(replica1, authority, { name: 'first' });
  const first = takeOutput(caller);
  give(answerer, first);
  const second = takeOutput(answerer);
  give(caller, second);
  const third = takeOutput(caller);
  give(answerer, third);
  assert.equal(answerer.state, SecureStreamState.proven);
  // The caller's part again.
  const later = answererOf(replica1, authority, { name: 'later' });
  give(later, first);
  give(later, third);
  assertFailed(later, TrustFailure.forged);
  assert.equal(later.peer, undefined);
  // The replica's part again, to the same caller in another call.
  const again = callerOf(gateway1, authority, { name: 'later' });
  give(again, second);
  assertFailed(again, TrustFailure.forged);
});

test('what a side said, sent back to it, opens nothing', () => {
  const { replica1, replica2, authority } = smallCluster();
  const caller = callerOf(replica1, authority, { role: tether, replicaId: 2 });
  const said = takeOutput(caller);
  give(caller, said);
  assertFailed(caller, TrustFailure.unexpectedMessage);
  // To the side of it that answers: it is not the replica that it calls.
  const own = answererOf(replica1, authority);
  give(own, said);
  assertFailed(own, TrustFailure.wrongReplica);
  // Under the type of an answer, with the caller's own ephemeral key in it.
  const other = callerOf(replica1, authority, { role: tether, replicaId: 2 });
  const key = takeOutput(other).subarray(opening.size);
  const forged = takeOutput(
    answered(replica2, callerOf(replica1, authority, { role: tether, replicaId: 2 })),
  );
  forged.set(key, answer.size);
  give(other, forged);
  assertFailed(other, TrustFailure.forged);
});

/** The replica after it has taken the opening of a caller. */
function answered(own: OwnIdentity, caller: SecureStream): SecureStream {
  const answerer = answererOf(own, smallCluster().authority);
  give(answerer, takeOutput(caller));
  return answerer;
}

test('another cluster, also one of the same keys, is told apart', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const successor = { ...replica1, clusterUuid: clusterUuid.map((byte) => byte + 1) };
  const { caller, answerer } = meet(gateway1, successor, authority);
  assertFailed(answerer, TrustFailure.wrongCluster);
  assertFailed(caller, TrustFailure.refused, TrustFailure.wrongCluster);
});

test('a replica does not take its own identity for a peer', () => {
  const { replica1, authority } = smallCluster();
  const { caller, answerer } = meet(replica1, replica1, authority, { role: tether });
  assertFailed(answerer, TrustFailure.ownIdentity);
  assertFailed(caller, TrustFailure.refused, TrustFailure.ownIdentity);
});

test('what the authority finds wrong with a certificate is said to both sides', () => {
  for (const finding of [
    TrustFailure.badEvidence,
    TrustFailure.notCertified,
    TrustFailure.expired,
    TrustFailure.notYetValid,
    TrustFailure.revoked,
  ] as const) {
    const { replica1, gateway1, authority } = smallCluster();
    authority.finds(gateway1, finding);
    const refusedCaller = meet(gateway1, replica1, authority);
    assertFailed(refusedCaller.answerer, finding);
    assertFailed(refusedCaller.caller, TrustFailure.refused, finding);
    authority.finds(gateway1, gateway1.party);
    authority.finds(replica1, finding);
    const refusedReplica = meet(gateway1, replica1, authority);
    assertFailed(refusedReplica.caller, finding);
    assertFailed(refusedReplica.answerer, TrustFailure.refused, finding);
  }
});

test('every bit of every message counts', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const record = (caller: SecureStream, answerer: SecureStream, n: number): [Uint8Array, SecureStream] => {
    const first = takeOutput(caller);
    if (n === 0) return [first, answerer];
    give(answerer, first);
    const second = takeOutput(answerer);
    if (n === 1) return [second, caller];
    give(caller, second);
    return [takeOutput(caller), answerer];
  };
  for (let n = 0; n < 3; n++) {
    const length = record(callerOf(gateway1, authority, {}), answererOf(replica1, authority), n)[0].length;
    for (let at = 0; at < length; at += n === 0 ? 1 : 5) {
      const caller = callerOf(gateway1, authority, {});
      const answerer = answererOf(replica1, authority);
      const [bytes, receiver] = record(caller, answerer, n);
      bytes[at]! ^= 1 << (at & 7);
      give(receiver, bytes);
      settle(caller, answerer);
      const where = `message ${n}, byte ${at}`;
      // A longer length waits for the rest of a record that never comes.
      const isWaiting = at < 2 && receiver.failure === undefined;
      assert.ok(
        isWaiting || receiver.state === SecureStreamState.failed || caller.state === SecureStreamState.failed,
        where,
      );
      assert.ok(isWaiting || answerer.state === SecureStreamState.failed, where);
    }
  }
});

test('public keys that keep nothing secret are refused', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const one = new Uint8Array(32);
  one[0] = 1;
  for (const key of [new Uint8Array(32), one]) {
    const bytes = takeOutput(callerOf(gateway1, authority, {}));
    bytes.set(key, opening.size);
    const answerer = answererOf(replica1, authority);
    give(answerer, bytes);
    assertFailed(answerer, TrustFailure.badKey);
    const caller = callerOf(gateway1, authority, {});
    const second = takeOutput(answered(replica1, callerOf(gateway1, authority, {})));
    second.set(key, answer.size);
    give(caller, second);
    assertFailed(caller, TrustFailure.badKey);
  }
});

test('a cut message waits for its rest, an endless one is refused before it is there', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const caller = callerOf(gateway1, authority, {});
  const bytes = takeOutput(caller);
  for (let length = 0; length < bytes.length; length++) {
    const answerer = answererOf(replica1, authority);
    assert.equal(answerer.take(bytes, 0, length), 0);
    assert.equal(answerer.state, SecureStreamState.proving);
    assert.equal(answerer.closed(length), false);
    assertFailed(answerer, TrustFailure.truncated);
  }
  const endless = bytes.slice(0, 8);
  new DataView(endless.buffer).setUint16(0, handshakeBytesMax + 8, true);
  const answerer = answererOf(replica1, authority);
  give(answerer, endless);
  assertFailed(answerer, TrustFailure.malformed);
});

test('messages out of turn end the handshake', () => {
  const { replica1, gateway1, authority } = smallCluster();
  for (const layout of [answer, proof]) {
    const bytes = new Uint8Array(layout.size + 96);
    layout.write(new DataView(bytes.buffer), 0, { reserved: 0 }, 96);
    const answerer = answererOf(replica1, authority);
    give(answerer, bytes);
    assertFailed(answerer, TrustFailure.unexpectedMessage);
  }
  const own = answererOf(replica1, authority);
  const said = takeOutput(callerOf(gateway1, authority, {}));
  give(own, said);
  give(own, said);
  assertFailed(own, TrustFailure.unexpectedMessage);
});

test('a refusal is a hint: a reason that is not known is none', () => {
  const { gateway1, authority } = smallCluster();
  for (const [code, reason] of [
    [TrustFailure.revoked, TrustFailure.revoked],
    [999, TrustFailure.refused],
  ] as const) {
    const bytes = new Uint8Array(refusal.size);
    refusal.write(new DataView(bytes.buffer), 0, { code, reserved: 0 });
    const caller = callerOf(gateway1, authority, {});
    give(caller, bytes);
    assertFailed(caller, TrustFailure.refused, reason);
    assert.equal(takeOutput(caller).length, opening.size + 32, 'a refusal is not answered');
  }
});

test('a handshake that is over takes nothing more', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const call = { role: session, replicaId: 1 };
  const secrets = [3, 4].map((byte) => new Uint8Array(32).fill(byte));
  const caller = new CallerHandshake(gateway1, authority, call, secrets[0]!);
  const answerer = new AnswererHandshake(replica1, authority, secrets[1]!);
  const first = answerer.receive(caller.opening);
  assert.equal(first.state, 'waiting');
  const second = caller.receive(first.reply);
  assert.equal(second.state, 'proven');
  const third = answerer.receive(second.reply);
  assert.ok(second.state === 'proven' && third.state === 'proven');
  assert.deepEqual(Buffer.from(second.keys.sending), Buffer.from(third.keys.receiving));
  assert.deepEqual(Buffer.from(second.keys.receiving), Buffer.from(third.keys.sending));
  assert.notDeepEqual(Buffer.from(second.keys.sending), Buffer.from(second.keys.receiving));
  assert.deepEqual(Buffer.from(second.keys.hash), Buffer.from(third.keys.hash));
  assert.deepEqual(
    secrets,
    [new Uint8Array(32), new Uint8Array(32)],
    'secrets of one handshake are gone after it',
  );
  for (const side of [caller, answerer]) assert.throws(() => side.receive(first.reply), /over/);
  assert.throws(() => new AnswererHandshake(gateway1, authority, new Uint8Array(32)), /replicas/);
});

test('a side that could not finish its own part does not begin', () => {
  const { replica1, authority } = smallCluster();
  const secret = new Uint8Array(32);
  for (const changes of [
    { evidence: new Uint8Array(0) },
    { evidence: new Uint8Array(evidenceBytesMax + 1) },
    { clusterUuid: new Uint8Array(15) },
    { staticKey: { publicKey: new Uint8Array(31), secretKey: secret } },
  ]) {
    const own = { ...replica1, ...changes };
    assert.throws(() => new AnswererHandshake(own, authority, secret), AssertionError);
    assert.throws(
      () => new CallerHandshake(own, authority, { role: tether, replicaId: 2 }, secret),
      AssertionError,
    );
  }
  const largest = { ...replica1, evidence: new Uint8Array(evidenceBytesMax).fill(1) };
  const { caller } = meet(largest, largest, authority, { role: tether });
  assertFailed(caller, TrustFailure.notCertified);
});

test('every kind of party, and every failure, has its words', () => {
  assert.deepEqual(Object.values(PartyKind), [1, 2, 3, 4, 5]);
  for (const failure of Object.values(TrustFailure)) assert.match(trustFailureText[failure], /\.$/);
  assert.equal(identity('gateway', 2).party.kind, PartyKind.gateway);
});

test('a credential is taken in one form only, also from a caller with a certified key', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const { evidence } = gateway1;
  const form = (evidenceBytes: number, trailing: number): Uint8Array => {
    const bytes = new Uint8Array(credential.size + trailing);
    credential.write(new DataView(bytes.buffer), 0, { evidenceBytes, life: 0 }, trailing);
    bytes.set(evidence.subarray(0, trailing), credential.size);
    return bytes;
  };
  const whole = Math.ceil(evidence.length / 8) * 8;
  assert.ok(whole > evidence.length, 'there is padding');
  const good = form(evidence.length, whole);
  const padded = good.slice();
  padded[padded.length - 1] = 1;
  const longer = form(evidence.length, whole + 8);
  const beyond = form(whole + 1, whole);
  const wrongLength = good.slice();
  wrongLength[0] = wrongLength[0]! - 8;
  const empty = new Uint8Array(0);
  const spoiled = [
    padded,
    longer,
    beyond,
    wrongLength,
    empty,
    good.subarray(0, 8),
    new Uint8Array(good.length),
  ];
  for (const [payload, failure] of [
    [good, undefined],
    ...spoiled.map((bytes) => [bytes, TrustFailure.badEvidence] as const),
  ] as const) {
    const answerer = answererOf(replica1, authority);
    const said = takeOutput(callerOf(gateway1, authority, {})).subarray(0, opening.size);
    const prologue = new Uint8Array([...Buffer.from('lockstep link 1\n'), ...said]);
    const noise = new NoiseHandshake(true, gateway1.staticKey, new Uint8Array(32).fill(5), prologue);
    give(answerer, new Uint8Array([...said, ...noise.write(new Uint8Array(0))!]));
    assert.notEqual(typeof noise.read(takeOutput(answerer).subarray(answer.size)), 'string');
    const message = noise.write(payload)!;
    const bytes = new Uint8Array(proof.size + message.length);
    proof.write(new DataView(bytes.buffer), 0, { reserved: 0 }, message.length);
    bytes.set(message, proof.size);
    give(answerer, bytes);
    if (failure === undefined) assert.equal(answerer.state, SecureStreamState.proven);
    else assertFailed(answerer, failure);
  }
});
