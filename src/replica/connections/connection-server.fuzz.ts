/**
 * Fuzzes the connections of a replica: callers of every role, whose records are spoiled, out of turn or of no meaning.
 * What they do must stay between them and the replica.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { commands, openSession } from '../../protocol/commands.ts';
import { eventAt, events, outcome } from '../../protocol/events.ts';
import type { Fields, Layout } from '../../protocol/layout.ts';
import { ConnectionRole, messages } from '../../protocol/messages.ts';
import { snapshotRequest } from '../../protocol/snapshot-messages.ts';
import { randomRecord } from '../../protocol/testing/random-records.ts';
import { assert, assertAtMost, assertEqual } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise, piecesOf } from '../../std/testing/fuzzing.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { gatewayKind, replicaKind } from '../testing/wires.ts';

const layouts: readonly Layout<Fields>[] = [...messages.layouts, ...commands.layouts];
const roles = [...Object.values(ConnectionRole), ConnectionRole.session, ConnectionRole.session];
const stepsMax = 12;
const strangersMax = 4;
const settleCycles = 4;
const connectionsMax = 16;

function run(random: Random): void {
  const group = new Group(1, { connectionsMax });
  const node = group.leader();
  const strangers: WireClient[] = [];
  for (let n = random.between(1, stepsMax); n > 0; n--) {
    if (strangers.length < strangersMax && random.chance(0.4)) strangers.push(enter(random, group, node));
    else if (strangers.length > 0) speak(random, random.pick(strangers));
    group.step(random.between(1, settleCycles));
    for (const stranger of strangers) if (random.chance(0.7)) hear(stranger);
    assertAtMost(node.counters.of('connections'), connectionsMax, 'connections are bounded');
  }
  node.running.state.engine.invariants();
  for (const { side } of strangers) if (!side.hasEnded) side.close();
  group.step(settleCycles);
  assertServes(group, node);
}

/** Has proven its identity, and says nothing yet. */
function enter(random: Random, group: Group, node: Node): WireClient {
  const role = random.pick(roles);
  const isSession = role === ConnectionRole.session;
  const peer = { kind: isSession ? gatewayKind : replicaKind, id: random.between(2, 5), role };
  return group.call(node, peer);
}

function speak(random: Random, caller: WireClient): void {
  const bytes = random.chance(0.1) ? noise(random, 2_000) : randomRecord(random, random.pick(layouts));
  switch (random.below(8)) {
    case 0:
      if (caller.side.room > openSession.size)
        caller.open(random.below(3), random.pick([undefined, 1, 1_000]));
      return;
    case 1:
      return caller.side.room > 1_000 ? caller.place(1, random.between(1, 100)) : undefined;
    case 2:
      return caller.side.room > 1_000 ? caller.ask(random.between(1, 8)) : undefined;
    case 3:
      return caller.side.room > 1_000 ? caller.attach(random.below(4), random.below(50)) : undefined;
    case 4:
      return send(random, caller, randomRecord(random, snapshotRequest));
    default:
      return send(random, caller, random.chance(0.5) ? mutated(random, bytes) : bytes);
  }
}

/** Sends in pieces, as far as there is room. */
function send(random: Random, { side }: WireClient, bytes: Uint8Array): void {
  for (const piece of piecesOf(random, bytes)) {
    if (side.hasEnded || !side.send(piece, 0, piece.length)) return;
  }
}

/** What a replica sends is whole and good records, to any caller. */
function hear(caller: WireClient): void {
  for (const { type, view } of caller.take()) {
    const catalog = events.of(type) === undefined ? messages : events;
    const code = catalog.check(view, 0, view.byteLength);
    assertEqual(code, DecodeCode.ok, 'a replica sends good records');
  }
}

/** A new session is opened and answered, after all that. */
function assertServes(group: Group, node: Node): void {
  const caller = group.connect(node);
  caller.open(0x7fff_fff0);
  group.step(settleCycles);
  const sessionId = caller.takeOpened();
  caller.createAccount(77);
  group.step(settleCycles);
  const answer = caller.take().find(({ type }) => type === outcome.type);
  assert(answer !== undefined, 'who comes afterwards is served');
  assertEqual(answer.view.getUint32(eventAt.sessionId, true), sessionId, 'and gets its own answer');
  assertEqual(getU53(answer.view, outcome.at.commandNumber), 1, 'to its own command');
}

export const connectionFuzzer: Fuzzer = {
  name: 'replica-connections',
  property: 'Whatever callers say, a replica answers in good records, stays within its bounds and serves on.',
  casesInTests: 60,
  run,
};
