import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from '../../protocol/commands.ts';
import { outcome } from '../../protocol/events.ts';
import { ping, pong } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Group } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

test('a program that floods on several connections fills a part of the ring, and others get in and are answered', () => {
  const group = new Group(3, { windowFrames: 4, connectionsMax: 96 });
  const leader = group.leader();
  const opened = (kind: PartyKind, id: number, token: number): WireClient => {
    const caller = group.call(leader, { kind, id });
    caller.open(token);
    group.step(3);
    caller.takeOpened();
    return caller;
  };
  const flood = [1, 2, 3].map((token) => opened(PartyKind.program, 9, token));
  const [other, gateway] = [opened(PartyKind.program, 8, 4), opened(PartyKind.gateway, 1, 5)];
  const { ring } = leader.running.sequencer;
  for (const { datagrams } of group.followers()) datagrams.isCutOff = true;
  // Nothing is committed any more: the window fills, then the part of the ring.
  for (let n = 0, before = 0; n < 1_000; n++) {
    for (const caller of flood) while (caller.side.room > placeOrder.size) caller.place(1, 50);
    group.step();
    if (ring.count > 0 && ring.count === before) break;
    before = ring.count;
  }
  assert.ok(ring.usedPermille <= 16, `half of a thirty-second of the ring: ${ring.usedPermille}`);
  const before = ring.count;
  other.place(1, 50);
  gateway.place(1, 50);
  group.step();
  assert.equal(ring.count, before + 2, 'another program and a gateway are heard');

  for (const { datagrams } of group.followers()) datagrams.isCutOff = false;
  const all = [...flood, other, gateway];
  const answers = all.map(() => 0);
  group.until(() => {
    for (const [n, caller] of all.entries()) answers[n]! += caller.takeAll(outcome).length;
    return all.every(({ sent }, n) => answers[n] === sent);
  }, 'the answers to all of them');
});

test('of what a program asks a bounded number is read in each cycle, and all is answered', () => {
  const group = new Group(1);
  const leader = group.leader();
  const asked = 1_000;
  const [program, gateway] = [PartyKind.program, PartyKind.gateway].map((kind) =>
    group.call(leader, { kind, id: 1 }),
  );
  group.step();
  for (const caller of [program!, gateway!]) {
    caller.take();
    for (let number = 1; number <= asked; number++) caller.send(ping, { number });
  }
  const answered: number[] = [];
  let ofGateway = 0;
  group.until(() => {
    answered.push(program!.takeAll(pong).length);
    ofGateway += gateway!.takeAll(pong).length;
    return ofGateway === asked && answered.reduce((sum, count) => sum + count) === asked;
  }, 'an answer to each');
  assert.deepEqual(
    answered.filter((count) => count > 0),
    [256, 256, 256, 232],
  );
});
