import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadership, members } from '../../protocol/messages.ts';
import { memberRecord, newMember } from '../../protocol/roster.ts';
import { type LinkOptions, type ReplicaLink, ReplicaLinkState } from './link.ts';
import type { SessionMachine } from './ports.ts';
import { Roster } from './roster.ts';

/** The links of a client that began with one address. */
class Desk {
  readonly placed = new Map<number, string>();
  readonly left: number[] = [];
  /** Replicas of which a key is believed. */
  believed: readonly number[] = [];
  readonly roster: Roster;

  constructor(configured: readonly LinkOptions[] = [{ replicaId: 1, address: 'configured:1' }]) {
    const machine: SessionMachine = {
      place: (id, host, port) => this.placed.set(id, `${host}:${port}`),
      believe: (keys) => {
        this.believed = keys.map(({ replicaId }) => replicaId);
      },
      connect: () => undefined,
      disconnect: () => undefined,
      send: () => true,
      random: () => 0,
    };
    this.roster = new Roster(configured, machine, { warning: () => undefined }, (id) => this.left.push(id));
  }

  get links(): readonly ReplicaLink[] {
    return this.roster.links;
  }

  get ids(): number[] {
    return this.links.map(({ replicaId }) => replicaId);
  }

  /** A replica, leading or not, sends the members. */
  send(
    from: ReplicaLink,
    isLeader: boolean,
    ids: readonly number[],
    count = ids.length,
    joinedFrom = 99,
  ): boolean {
    const view = new DataView(new ArrayBuffer(4_096));
    for (const [n, replicaId] of ids.entries()) {
      const member = newMember({
        replicaId,
        host: `host-${replicaId}`,
        tcpPort: 7_200 + replicaId,
        fingerprint: new Uint8Array(32).fill(replicaId < joinedFrom ? 0 : replicaId),
      });
      memberRecord.write(view, members.size + n * memberRecord.size, member);
    }
    members.write(view, 0, { count }, ids.length * memberRecord.size);
    from.serving = isLeader;
    if (isLeader) this.follow(from.replicaId, from.replicaId);
    return this.roster.take(from, view, 0);
  }

  of(id: number): ReplicaLink {
    return this.links.find(({ replicaId }) => replicaId === id)!;
  }

  /** These are called and do not answer. */
  fail(...ids: readonly number[]): void {
    for (const id of ids) {
      this.of(id).lost(0, 'ECONNREFUSED', 0);
      this.roster.lost();
    }
  }

  /** These are connected, and name a leader. */
  follow(leader: number, ...ids: readonly number[]): void {
    for (const id of ids) {
      const view = new DataView(new ArrayBuffer(leadership.size));
      const serving = Number(this.of(id).serving);
      leadership.write(view, 0, { leaderId: leader, serving, term: 1, instance: 1, epoch: 1, reserved: 0 });
      this.of(id).state = ReplicaLinkState.ready;
      this.roster.leads(this.of(id), view, 0, 0);
    }
  }
}

test('a client that began with one address connects to all members', () => {
  const desk = new Desk();
  assert.deepEqual(desk.ids, [1]);
  assert.ok(desk.send(desk.links[0]!, false, [1, 2, 3]));
  assert.deepEqual(desk.ids, [1, 2, 3]);
  assert.equal(desk.placed.get(3), 'host-3:7203');
});

test('a client follows through an exchange of all machines', () => {
  const desk = new Desk();
  desk.send(desk.links[0]!, true, [1, 2, 3]);
  desk.follow(2, 1, 2, 3);
  desk.send(desk.of(2), true, [2, 3, 4]);
  desk.follow(4, 2, 3, 4);
  desk.send(desk.of(4), true, [3, 4, 5]);
  desk.send(desk.of(4), true, [4, 5, 6]);
  assert.deepEqual(desk.ids, [4, 5, 6]);
});

test('only a replica that leads is believed that another one is no member any more', () => {
  const desk = new Desk();
  desk.send(desk.links[0]!, true, [1, 2, 3]);
  desk.send(desk.links[1]!, false, [2]);
  assert.deepEqual(desk.ids, [1, 2, 3]);
  desk.follow(2, 1);
  desk.send(desk.links[1]!, true, [2, 3]);
  assert.deepEqual(desk.left, [1]);
});

const three: readonly LinkOptions[] = [1, 2, 3].map((replicaId) => ({
  replicaId,
  address: `c:${replicaId}`,
}));

test('one replica that says it leads takes none away that another leader serves, nor before it was called', () => {
  const desk = new Desk(three);
  desk.follow(1, 1, 2);
  desk.send(desk.of(3), true, [3]);
  assert.deepEqual(desk.ids, [1, 2, 3]);
  const early = new Desk(three);
  early.send(early.of(3), true, [3]);
  assert.deepEqual(early.ids, [1, 2, 3]);
  early.fail(1);
  assert.deepEqual(early.ids, [2, 3], 'it was called, and nothing answers there');
});

test('a leader that a majority follows takes away what names no leader, and what it adds has a voice then', () => {
  const desk = new Desk(three);
  desk.follow(1, 1, 2, 3);
  desk.send(desk.of(1), true, [1, 2, 4, 5]);
  assert.deepEqual([desk.ids, desk.left], [[1, 2, 4, 5], [3]]);
  assert.ok(desk.links.every(({ isBacked }) => isBacked));
});

test('those that one leader alone has added have no voice about it', () => {
  const desk = new Desk(three);
  desk.follow(1, 1, 2);
  desk.send(desk.of(3), true, [3, 4, 5, 6, 7]);
  desk.follow(3, 4, 5, 6, 7);
  assert.deepEqual(desk.ids, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    desk.links.filter(({ isBacked }) => isBacked).map(({ replicaId }) => replicaId),
    [1, 2, 3],
  );
});

test('a leader that the members have removed is kept until it ends the connection', () => {
  const desk = new Desk();
  desk.send(desk.links[0]!, true, [1, 2, 3]);
  desk.send(desk.links[0]!, true, [2, 3]);
  assert.deepEqual(desk.ids, [1, 2, 3]);
});

test('a client that reaches no member goes back to where it began', () => {
  const desk = new Desk();
  desk.send(desk.links[0]!, false, [1, 2]);
  desk.fail(1);
  desk.send(desk.links[1]!, true, [2]);
  assert.deepEqual(desk.ids, [2]);
  desk.fail(2);
  assert.deepEqual(desk.ids, [2, 1]);
});

test('the members of one site take nothing from those of another, and a member that comes is of the site that says so', () => {
  const desk = new Desk([
    { replicaId: 1, address: 'configured:1', site: 'north' },
    { replicaId: 11, address: 'configured:11', site: 'south' },
  ]);
  desk.send(desk.of(1), true, [1, 2], undefined, 1);
  desk.send(desk.of(11), true, [11, 12], undefined, 1);
  assert.deepEqual(
    [desk.ids, desk.believed],
    [
      [1, 11, 2, 12],
      [1, 2, 11, 12],
    ],
  );
  assert.deepEqual([desk.of(2).site, desk.of(12).site], ['north', 'south']);
  desk.follow(2, 1, 2);
  desk.send(desk.of(2), true, [2], undefined, 1);
  assert.deepEqual(
    [desk.ids, desk.believed],
    [
      [11, 2, 12],
      [2, 11, 12],
    ],
  );
});

test('bytes that are no list of members are refused', () => {
  const desk = new Desk();
  assert.ok(!desk.send(desk.links[0]!, true, [1, 2], 3));
  assert.ok(!desk.send(desk.links[0]!, true, [1, 2], 1));
  assert.deepEqual(desk.ids, [1]);
});

test('keys of members without a certificate are believed as long as the leader says so', () => {
  const desk = new Desk();
  desk.send(desk.links[0]!, true, [1, 2, 4, 5], undefined, 4);
  assert.deepEqual(desk.believed, [4, 5]);
  desk.send(desk.links[1]!, false, [1, 2], undefined, 4);
  assert.deepEqual(desk.believed, [4, 5], 'a replica that is behind takes none away');
  desk.follow(2, 1, 2, 4, 5);
  desk.send(desk.links[1]!, true, [1, 2, 5], undefined, 4);
  assert.deepEqual(desk.believed, [5]);
});

test('the key of a member that is left only later is believed no more from then on', () => {
  const desk = new Desk(three);
  desk.send(desk.of(1), true, [1, 2, 3, 4], undefined, 4);
  desk.send(desk.of(1), true, [1, 2, 3], undefined, 4);
  assert.deepEqual([desk.ids, desk.believed], [[1, 2, 3, 4], [4]], 'it was not called yet');
  desk.fail(4);
  assert.deepEqual([desk.ids, desk.believed], [[1, 2, 3], []]);
});
