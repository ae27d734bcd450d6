import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyKind } from '../../protocol/parties.ts';
import { QueryTurns } from './query-turns.ts';
import { Subscriber } from './subscriber.ts';

function subscriber(id: number): Subscriber {
  return new Subscriber({
    id,
    role: 1,
    isOurs: false,
    peerKind: PartyKind.gateway,
    peerId: 1,
    isReady: true,
    sinceUs: 0,
  });
}

test('one long question a cycle, and nobody waits longer than all others take one turn', () => {
  const turns = new QueryTurns();
  const all = Array.from({ length: 5 }, (_, n) => subscriber(n));
  const served = [0, 0, 0, 0, 0];
  for (let cycle = 0; cycle < 100; cycle++) {
    let inCycle = 0;
    // The first ones always come first and have no end of questions.
    all.forEach((one, n) => {
      for (let question = 0; question < 3; question++) {
        if (!turns.take(one)) continue;
        served[n]! += 1;
        inCycle += 1;
      }
    });
    assert.ok(inCycle <= 1);
    turns.next();
  }
  assert.ok(Math.max(...served) - Math.min(...served) <= 1, `${served}`);
  assert.ok(served.reduce((sum, count) => sum + count) >= 99);
});

test('one that leaves while it has the next turn holds up nobody', () => {
  const turns = new QueryTurns();
  const [first, second, third] = [subscriber(1), subscriber(2), subscriber(3)];
  assert.equal(turns.take(first), true);
  assert.equal(turns.take(second), false);
  turns.next();
  assert.equal(turns.take(third), false, 'it is the turn of the second, who is gone');
  turns.next();
  assert.equal(turns.take(third), true);
});
