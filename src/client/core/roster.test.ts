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
  /** Replicas of which a key is believed, and the first byte of each. */
  believed: readonly number[] = [];
  keys: readonly number[] = [];
  /** What is sent of where members are, and of their keys. */
  tale = { host: 'host', keys: 0 };
  readonly roster: Roster;

  constructor(configured: readonly LinkOptions[] = [{ replicaId: 1, address: 'configured:1' }]) {
    const machine: SessionMachine = {
      place: (id, host, port) => this.placed.set(id, `${host}:${port}`),
      believe: (keys) => {
        this.believed = keys.map(({ replicaId }) => replicaId);
        this.keys = keys.map(({ fingerprint }) => fingerprint[0]!);
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
        host: `${this.tale.host}-${replicaId}`,
        tcpPort: 7_200 + replicaId,
        fingerprint: new Uint8Array(32).fill(replicaId < joinedFrom ? 0 : replicaId + this.tale.keys),
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

test('one replica that says it leads takes none away that does not answer while another contradicts it', () => {
  const desk = new Desk(three);
  desk.follow(1, 1, 2);
  desk.send(desk.of(3), true, [3]);
  desk.fail(2);
  desk.follow(1, 2);
  desk.fail(1);
  assert.deepEqual(desk.ids, [1, 2, 3], 'all members were started again, one after the other');
  desk.fail(2);
  assert.deepEqual(desk.ids, [3], 'none contradicts');
  desk.roster.tick(20_000_000);
  assert.deepEqual(desk.ids, [3, 1, 2], 'they may be back');
  assert.ok(desk.links.every(({ isBacked }) => isBacked));
  for (const id of [1, 2]) desk.of(id).state = ReplicaLinkState.connecting;
  desk.follow(3, 3);
  assert.deepEqual(desk.ids, [3, 1, 2], 'they have the time to answer');
});

test('what one replica says of other members is not believed against what more say', () => {
  const desk = new Desk(three);
  const told = (from: number, host: string, isLeader = false, ids = [1, 2, 3, 4]): void => {
    const isLie = host === 'thief';
    desk.tale = { host, keys: isLie ? 100 : 0 };
    desk.send(desk.of(from), isLeader, ids, undefined, isLie ? 1 : 4);
  };
  const places = (): string[] => [1, 2, 4].map((id) => desk.placed.get(id)!);
  desk.follow(1, 1, 2, 3);
  told(3, 'thief');
  assert.deepEqual(desk.keys, [101, 102, 103, 104], 'it is the only one that was heard');
  told(2, 'host');
  assert.deepEqual(
    [desk.believed, desk.keys],
    [[4], [104]],
    'where an authority vouches for a member it does',
  );
  told(1, 'host', true);
  const right = [[4], ['host-1:7201', 'host-2:7202', 'host-4:7204']];
  assert.deepEqual([desk.keys, places()], right);
  for (const id of [1, 2]) {
    desk.fail(id);
    told(3, 'thief', true);
    assert.deepEqual([desk.keys, places()], right, `while ${id} is away`);
    desk.follow(1, id);
  }
  desk.fail(1, 2);
  told(3, 'thief');
  assert.deepEqual([desk.keys, places()], right, 'while both are away');
  desk.follow(1, 1, 2);
  told(3, 'thief', false, [1, 2, 3, 4, 5, 6]);
  for (const id of [5, 6]) {
    desk.follow(1, id);
    told(id, 'thief', false, [1, 2, 3, 4, 5, 6]);
  }
  assert.deepEqual(places(), right[1], 'those that it alone has named have no voice');
  for (const id of [1, 2]) told(id, 'moved', id === 1);
  assert.equal(desk.placed.get(4), 'moved-4:7204');
});

test('where replicas say two things of a member, the word of one that does not answer counts less', () => {
  const desk = new Desk(three);
  desk.follow(1, 1, 2);
  for (const host of ['host', 'moved']) {
    desk.tale = { host, keys: 0 };
    desk.send(desk.of(host === 'host' ? 2 : 1), false, [1, 2, 3]);
    assert.equal(desk.placed.get(2), 'host-2:7202');
  }
  desk.fail(2);
  assert.equal(desk.placed.get(2), 'moved-2:7202');
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
  desk.roster.tick(20_000_000);
  assert.deepEqual(desk.ids, [1, 2, 3], 'nor is it called again');
});
