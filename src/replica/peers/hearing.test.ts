import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hearing } from './hearing.ts';

const own = 1;
const peer = 3;

/** `members`: as this replica knows them; `isHeard`: whether the peer has said that it hears this replica. */
function hearingAmong(members: readonly number[], isHeard = true) {
  const heard = new Uint8Array(256);
  const probes: number[] = [];
  const contacts = { reaches: () => true, isCalledBy: () => true, hears: () => isHeard };
  const hearing = new Hearing(own, {
    heard,
    sendProbe: (to) => probes.push(to),
    isMember: (id) => members.includes(id),
    contactsOf: () => contacts,
  });
  return { hearing, heard, probes };
}

test('a peer that is heard is said to be, whichever of the two knows the other as a member', () => {
  // A replica that was removed holds itself for a member still, and its peer waits for its word.
  for (const members of [[own, peer], [peer], [own]]) {
    const { hearing, heard } = hearingAmong(members);
    assert.equal(hearing.doWork(0, [peer]), false, `members ${members}`);
    heard[peer] = 1;
    assert.equal(hearing.doWork(1, [peer]), true, `members ${members}`);
    assert.equal(hearing.doWork(2, [peer]), false, 'once');
    assert.equal(hearing.hears(peer), true);
  }
});

test('probes go to a peer until both sides have heard each other, and to none between members', () => {
  const { hearing, heard, probes } = hearingAmong([peer]);
  hearing.doWork(0, [peer]);
  heard[peer] = 1;
  hearing.doWork(200_000, [peer]);
  assert.deepEqual(probes, [peer], 'heard in both directions after the first one');
  const unheard = hearingAmong([peer], false);
  unheard.heard[peer] = 1;
  for (const nowUs of [0, 200_000]) unheard.hearing.doWork(nowUs, [peer]);
  assert.deepEqual(unheard.probes, [peer, peer]);
  const members = hearingAmong([own, peer]);
  members.hearing.doWork(0, [peer]);
  assert.deepEqual(members.probes, []);
});
