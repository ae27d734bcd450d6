import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { frameAt, frameHeaderBytes } from '../../protocol/frames.ts';
import {
  attached,
  ConnectionRole,
  refused,
  ShippedCode,
  shipped,
  shippedFrame,
} from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import type { Caller } from '../testing/caller.ts';
import { Group, type Node } from '../testing/group.ts';

const operatorKind = 4;

/** Two sites of the same exchange, the second of which follows; and an order flow at the first. */
class Pair {
  readonly active = new Group(3, { site: 1 });
  readonly standby = new Group(3, { site: 2 });
  readonly trader: Caller;

  constructor() {
    this.trader = this.active.connect(this.active.leader());
    this.trader.open(7);
    this.active.step(20);
    this.trader.takeOpened();
    this.trader.createInstrument();
    this.trader.createAccount();
    this.trade(20);
    this.standbyLeader();
  }

  trade(orders: number): void {
    for (let n = 0; n < orders; n++) {
      this.trader.place(n % 2 === 0 ? 1 : 2, 100 + (n % 5));
      this.active.step(3);
    }
    // A follower hears of the last commit with the next heartbeat.
    this.active.step(500);
  }

  /** What a follower of the active site holds and knows to be committed, without frames of the log itself. */
  frames(): Uint8Array[] {
    const { log } = this.active.followers()[0]!.running;
    const frames: Uint8Array[] = [];
    for (let index = 1; index <= log.commitIndex; index++) {
      const frame = log.facts.copyOf(index)!;
      if (new DataView(frame.buffer).getUint32(frameAt.count, true) > 0) frames.push(frame);
    }
    return frames;
  }

  standbyLeader(): Node {
    const find = (): Node | undefined => this.standby.nodes.find(({ replica }) => replica?.takesShipped);
    this.standby.until(() => find() !== undefined, 'a leader of the standby site');
    return find()!;
  }

  link(node = this.standbyLeader()): Caller {
    const caller = this.standby.call(node, { kind: operatorKind, role: ConnectionRole.shipping });
    this.standby.step();
    return caller;
  }

  get instance(): number {
    return this.standbyLeader().running.instance;
  }

  ship(link: Caller, frame: Uint8Array, instance = this.instance): void {
    const bytes = new Uint8Array(shippedFrame.size + frame.length);
    shippedFrame.write(new DataView(bytes.buffer), 0, { reserved: 0, instance }, frame.length);
    bytes.set(frame, shippedFrame.size);
    assert.ok(link.side.send(bytes, 0, bytes.length));
    this.standby.step(20);
  }

  /** What the link was last told. */
  said(link: Caller): ReturnType<typeof shipped.read> {
    return link.takeAll(shipped).at(-1)!;
  }
}

/** All replicas of both sites have the same state, once they have applied all. */
function assertSame({ active, standby }: Pair): void {
  const nodes = [...active.nodes, ...standby.nodes];
  const seqOf = ({ running }: Node): number => running.appliedSeq;
  active.until(() => new Set(active.nodes.map(seqOf)).size === 1);
  standby.until(
    () => standby.nodes.every((node) => seqOf(node) === seqOf(active.nodes[0]!)),
    'a level standby',
  );
  assert.equal(new Set(nodes.map(({ running }) => running.state.engine.stateHash())).size, 1);
}

test('a standby site makes the same state of the frames that were shipped to it', () => {
  const pair = new Pair();
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  const { appliedSeq, nextSeq, code, isStandby } = pair.said(link);
  assert.deepEqual([code, isStandby, nextSeq], [ShippedCode.ok, 1, appliedSeq + 1]);
  assertSame(pair);
});

test('a standby site goes on where it was when its leader dies', () => {
  const pair = new Pair();
  const frames = pair.frames();
  const link = pair.link();
  for (const frame of frames.slice(0, 10)) pair.ship(link, frame);
  pair.standbyLeader().crash();
  const next = pair.link();
  const from = pair.said(next).nextSeq;
  for (const frame of frames) if (firstSeqOf(frame) >= from) pair.ship(next, frame);
  pair.standby.nodes.find(({ replica }) => replica === undefined)!.start();
  pair.standby.step(2_000);
  assertSame(pair);
});

test('frames that came before are no harm, and one that does not go on from the log changes nothing', () => {
  const pair = new Pair();
  const frames = pair.frames();
  const link = pair.link();
  for (const frame of frames.slice(0, 5)) pair.ship(link, frame);
  const { nextSeq } = pair.said(link);
  pair.ship(link, frames[2]!);
  pair.ship(link, frames[7]!);
  assert.deepEqual(
    [pair.said(link).code, pair.standbyLeader().running.log.nextSeq],
    [ShippedCode.gap, nextSeq],
  );
  const spoiled = frames[5]!.slice();
  spoiled[frameHeaderBytes + 9]! ^= 1;
  const early = frames[5]!.slice();
  const cases: readonly [Uint8Array, number, number][] = [
    [spoiled, pair.instance, ShippedCode.malformed],
    [frames[5]!.slice(0, 32), pair.instance, ShippedCode.malformed],
    [early, pair.instance + 1, ShippedCode.otherHistory],
  ];
  for (const [frame, instance, code] of cases) {
    pair.ship(link, frame, instance);
    assert.equal(pair.said(link).code, code);
  }
  assert.equal(pair.standbyLeader().running.log.nextSeq, nextSeq);
  for (const frame of frames) pair.ship(link, frame);
  assertSame(pair);
});

test('a replica of a standby site that does not lead, and one of the site that writes, take no frame', () => {
  const pair = new Pair();
  const leader = pair.standbyLeader();
  const follower = pair.standby.nodes.find((node) => node !== leader)!;
  const link = pair.link(follower);
  assert.equal(pair.said(link).leaderId, leader.id);
  const [frame] = pair.frames();
  pair.ship(link, frame!);
  assert.equal(pair.said(link).code, ShippedCode.notLeader);
  const active = pair.active.call(pair.active.leader(), {
    kind: operatorKind,
    role: ConnectionRole.shipping,
  });
  pair.active.step();
  const bytes = new Uint8Array(shippedFrame.size + frame!.length);
  shippedFrame.write(new DataView(bytes.buffer), 0, { reserved: 0, instance: 1 }, frame!.length);
  bytes.set(frame!, shippedFrame.size);
  active.side.send(bytes, 0, bytes.length);
  pair.active.step();
  assert.equal(pair.said(active).code, ShippedCode.writes);
});

test('a standby site opens no session and stamps nothing, and says why', () => {
  const pair = new Pair();
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  const { sessionId } = pair.trader;
  const caller = pair.standby.connect(pair.standbyLeader());
  caller.open(9);
  pair.standby.step(20);
  assert.deepEqual(
    caller.takeAll(refused).map(({ code }) => code),
    [ReplyCode.standby],
  );
  caller.attach(sessionId);
  pair.standby.step(20);
  assert.equal(caller.takeAll(attached)[0]!.code, ReplyCode.standby);
  const { nextSeq } = pair.standbyLeader().running.log;
  pair.standby.step(20_000);
  assert.equal(pair.standbyLeader().running.log.nextSeq, nextSeq);
});

function firstSeqOf(frame: Uint8Array): number {
  return getU53(new DataView(frame.buffer), frameAt.firstSeq);
}
