/**
 * Fuzzes both sides of a link: whatever comes in whatever pieces, a stranger proves nothing to a side, and nothing
 * comes out but what the other side wrote.
 */
import { ConnectionRole } from '../protocol/messages.ts';
import { assert, assertAtLeast, assertAtMost, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, joined, mutated, noise, piecesOf } from '../std/testing/fuzzing.ts';
import { isTrustFailure } from './failures.ts';
import type { OwnIdentity } from './handshake.ts';
import type { Party } from './parties.ts';
import { type SecureStream, SecureStreamState } from './secure-stream.ts';
import { answererOf, callerOf, smallCluster, takeInput, takeOutput } from './testing/parties.ts';

const { replica1, replica2, gateway1, authority } = smallCluster();
const turnsMax = 12;

interface Side {
  readonly party: Party;
  readonly stream: SecureStream;
  /** What it wrote, what came out at it, and what waits for it. */
  wrote: Uint8Array;
  read: Uint8Array;
  waiting: Uint8Array;
}

function run(random: Random): void {
  const name = `${random.next()}`;
  const isTether = random.chance(0.3);
  const call = { name, role: isTether ? ConnectionRole.tether : ConnectionRole.session };
  const own = isTether ? replica2 : gateway1;
  const caller = sideOf(own, callerOf(own, authority, call));
  const answerer = sideOf(replica1, answererOf(replica1, authority, { name }));
  // Most links are let alone until both are proven, so that records are attacked too.
  const soundTurns = random.pick([0, 0, 1, 2, 3, 4, turnsMax]);
  let isSpoiled = false;
  for (let turn = random.between(1, turnsMax); turn > 0; turn--) {
    for (const [from, to] of [
      [caller, answerer],
      [answerer, caller],
    ] as const) {
      speak(random, from);
      const said = takeOutput(from.stream);
      const given = turnsMax - turn < soundTurns || random.chance(0.6) ? said : spoiled(random, said);
      if (!isSameBytes(given, said)) isSpoiled = true;
      to.waiting = joined(to.waiting, given);
      hear(random, to);
      assertSound(to, from);
    }
  }
  if (isSpoiled) return;
  for (const { stream } of [caller, answerer])
    assert(stream.state !== SecureStreamState.failed, 'what is let alone works');
}

function sideOf({ party }: OwnIdentity, stream: SecureStream): Side {
  return { party, stream, wrote: new Uint8Array(0), read: new Uint8Array(0), waiting: new Uint8Array(0) };
}

function speak(random: Random, side: Side): void {
  const bytes = noise(random, random.chance(0.05) ? 40_000 : 500);
  const { room } = side.stream;
  const isTaken = side.stream.write(bytes, 0, bytes.length);
  assertEqual(isTaken, bytes.length <= room, 'a write is taken where there is room, as a whole');
  if (isTaken) side.wrote = joined(side.wrote, bytes);
  if (random.chance(0.8)) side.stream.flush();
  if (random.chance(0.02)) side.stream.end();
}

function spoiled(random: Random, said: Uint8Array): Uint8Array {
  return random.chance(0.1) ? joined(said, noise(random, 200)) : mutated(random, said);
}

/** Takes what waits, offered in pieces; what a stream leaves is offered again with the next one. */
function hear(random: Random, side: Side): void {
  const { stream, waiting } = side;
  let at = 0;
  let until = 0;
  const read: Uint8Array[] = [];
  for (const { length } of piecesOf(random, waiting)) {
    until += length;
    const taken = stream.take(waiting, at, until);
    assertAtLeast(taken, 0, 'a stream takes what it was offered');
    assertAtMost(taken, until - at, 'a stream takes what it was offered');
    at += taken;
    if (stream.inputTo > stream.inputFrom) read.push(takeInput(stream));
  }
  side.read = read.reduce(joined, side.read);
  side.waiting = waiting.slice(at);
}

function assertSound(side: Side, other: Side): void {
  const { stream, read } = side;
  assert(isSameBytes(read, other.wrote.subarray(0, read.length)), 'what comes out is what was written');
  assertEqual(
    stream.failure !== undefined,
    stream.state === SecureStreamState.failed,
    'every failure has a name',
  );
  assert(stream.failure === undefined || isTrustFailure(stream.failure), 'which is known');
  if (stream.state === SecureStreamState.proving) {
    assertEqual(read.length, 0, 'nothing before the proof');
    assertEqual(stream.room, 0, 'nothing before the proof');
  }
  if (stream.peer === undefined) return;
  const { party } = stream.peer;
  assertEqual(party.kind, other.party.kind, 'a peer is who it is');
  assertEqual(party.id, other.party.id, 'a peer is who it is');
}

export const linkFuzzer: Fuzzer = {
  name: 'links',
  property:
    'Whatever comes, a link gives what its other side wrote or fails by a name, and proves nothing to others.',
  casesInTests: 150,
  run,
};
