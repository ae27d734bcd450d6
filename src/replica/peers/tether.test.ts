import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Connection } from '../connections/connection-server.ts';
import { Group } from '../testing/group.ts';
import { replicaKind } from '../testing/wires.ts';
import { Tethers } from './tether.ts';

/** Tethers of replica 2, and what they did. */
function tethersOfTwo(): { tethers: Tethers; done: string[]; said: { names: number[]; contacts: number[] } } {
  const done: string[] = [];
  const watcher = {
    leaderId: 1,
    peerFound: (id: number) => done.push(`found ${id}`),
    peerLost: (id: number) => done.push(`lost ${id}`),
  };
  /** The tethers on which something was said: names of snapshots last, and contacts in all. */
  const said = { names: [] as number[], contacts: [] as number[] };
  const introducer = {
    send: () => undefined,
    take: () => true,
    describe: () => undefined,
    sendMembers: () => undefined,
    hasNewRoster: () => false,
    sendContacts: (id: number) => said.contacts.push(id) > 0,
    takeContacts: () => true,
    forgetContacts: () => undefined,
  };
  const keys = {
    greet: () => undefined,
    record: () => true,
    doWork: () => undefined,
    forget: () => undefined,
  };
  const names = {
    ...keys,
    doWork(peers: readonly number[], tethersTo: (id: number) => readonly Connection[]): void {
      said.names = peers.flatMap((id) => tethersTo(id).map((tether) => tether.id));
    },
  };
  const hearing = { hears: () => false, doWork: () => false, forget: () => undefined };
  const conversation = { introductions: introducer, keys, names, hearing };
  const tethers = new Tethers(2, watcher, conversation, ({ id }) => done.push(`close ${id}`));
  return { tethers, done, said };
}

function connection(id: number, peerId: number, isCalled: boolean): Connection {
  const role = ConnectionRole.tether;
  return { id, role, isOurs: isCalled, peerKind: PartyKind.replica, peerId, isReady: true, sinceUs: 0 };
}

test('every peer is called, one call at a time, with longer and longer waits', () => {
  const { tethers, done } = tethersOfTwo();
  const calls: number[] = [];
  let nowUs = 0;
  const work = (): void => {
    nowUs += 1_000;
    tethers.doWork(nowUs, [1, 2, 3], (id) => {
      if (id === 3) calls.push(nowUs);
      done.push(`call ${id}`);
      return true;
    });
  };
  for (let n = 0; n < 100; n++) work();
  assert.deepEqual(done, ['call 1', 'call 3']);
  for (let n = 0; n < 2_000; n++) {
    tethers.connectionGone({ ...connection(5, 3, true), isReady: false });
    const before = calls.length;
    while (calls.length === before) work();
    if (calls.length > 8) break;
  }
  const waits = calls.slice(2).map((us, n) => us - calls[n + 1]!);
  assert.ok(waits[0]! <= waits.at(-1)! && waits.at(-1)! >= 35_000 && waits.at(-1)! <= 45_000, `${waits}`);
});

test('what is new is said on each open tether, so that nothing older comes after it on another', () => {
  const { tethers, said } = tethersOfTwo();
  const ours = connection(5, 1, true);
  for (const tether of [ours, connection(6, 1, false), connection(7, 3, false)])
    tethers.connectionReady(tether);
  tethers.doWork(1_000_000, [1, 2, 3], () => true);
  assert.deepEqual(said.names, [5, 6, 7]);
  assert.deepEqual(said.contacts, [5, 6, 7]);
  tethers.connectionGone(ours);
  tethers.doWork(2_000_000, [1, 2, 3], () => true);
  assert.deepEqual(said.names, [6, 7]);
});

test('a call that fails tells of the loss, once until the peer was there again', () => {
  const { tethers, done } = tethersOfTwo();
  const failed = { ...connection(5, 1, true), isReady: false };
  for (let n = 0; n < 3; n++) tethers.connectionGone(failed);
  assert.deepEqual(done, ['lost 1']);
  tethers.connectionReady(connection(6, 1, false));
  for (let n = 0; n < 3; n++) tethers.connectionGone(failed);
  assert.deepEqual(done, ['lost 1', 'found 1', 'lost 1']);
});

test('the first of two tethers that breaks tells of the loss', () => {
  const { tethers, done } = tethersOfTwo();
  const [ours, theirs] = [connection(5, 1, true), connection(6, 1, false)];
  tethers.connectionReady(ours);
  tethers.connectionReady(theirs);
  tethers.connectionGone(theirs);
  tethers.connectionGone(ours);
  assert.deepEqual(done, ['found 1', 'found 1', 'lost 1']);
});

test('a peer whose machine vanished and that calls anew is lost when the new tether breaks', () => {
  const { tethers, done } = tethersOfTwo();
  const [old, young] = [connection(5, 1, false), connection(6, 1, false)];
  tethers.connectionReady(old);
  tethers.connectionReady(young);
  assert.deepEqual(done, ['found 1', 'close 5', 'found 1']);
  tethers.connectionGone(young);
  assert.equal(done.at(-1), 'lost 1');
});

test('each process that dies is found by its tether at once, however often', () => {
  const group = new Group(3);
  for (let round = 0; round < 3; round++) {
    const leader = group.leader();
    group.step(2_000);
    const [survivor] = group.followers();
    leader.crash();
    const startedUs = group.clock.us;
    group.until(
      () => survivor!.running.leaderId !== leader.id && survivor!.running.leaderId !== 0,
      'a new leader',
    );
    assert.ok(group.clock.us - startedUs < group.options.electionTimeoutUs / 2, 'long before a time-out');
    leader.start();
  }
});

test('tethers of replicas that are no members are borne, and move nothing', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(1_000);
  const { term } = leader.running;
  for (let id = 10; id < 20; id++) {
    const stranger = group.call(leader, { kind: replicaKind, id, role: ConnectionRole.tether });
    group.step(2);
    stranger.side.close();
  }
  group.step(5_000);
  assert.equal(leader.running.term, term);
  assert.equal(leader.running.serving, true);
});
