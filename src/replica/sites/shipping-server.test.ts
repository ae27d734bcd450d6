import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { frameHeaderBytes } from '../../protocol/frames.ts';
import { attached, ConnectionRole, refused, ShippedCode, shipped } from '../../protocol/messages.ts';
import {
  assertSame,
  firstSeqOf,
  operatorKind,
  type ShippableFrame,
  SitePair,
  shippedRecord,
} from '../testing/pair-of-sites.ts';

test('a standby site makes the same state of the frames that were shipped to it', () => {
  const pair = new SitePair();
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  const { appliedSeq, nextSeq, code, isStandby } = pair.said(link);
  assert.deepEqual([code, isStandby, nextSeq], [ShippedCode.ok, 1, appliedSeq + 1]);
  assertSame(pair);
});

test('a standby site goes on where it was when its leader dies', () => {
  const pair = new SitePair();
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
  const pair = new SitePair();
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
  const { instance } = pair.standbyLeader().running;
  const { bytes, previousTimeUs } = frames[5]!;
  const spoiled = bytes.slice();
  spoiled[frameHeaderBytes + 9]! ^= 1;
  const cases: readonly [ShippableFrame, number, number][] = [
    [{ bytes: spoiled, previousTimeUs }, instance, ShippedCode.malformed],
    [{ bytes: bytes.slice(0, 32), previousTimeUs }, instance, ShippedCode.malformed],
    [{ bytes, previousTimeUs }, instance + 1, ShippedCode.otherHistory],
    [{ bytes, previousTimeUs: previousTimeUs - 1 }, instance, ShippedCode.otherHistory],
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
  const pair = new SitePair();
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
  const bytes = shippedRecord(frame!, 1);
  active.side.send(bytes, 0, bytes.length);
  pair.active.step();
  assert.equal(pair.said(active).code, ShippedCode.writes);
});

test('a site that writes says how far it is a few times in 100 ms, and all of it in the end', () => {
  const pair = new SitePair();
  const link = pair.linkTo(pair.active, pair.active.leader());
  pair.said(link);
  for (let n = 0; n < 100; n++) {
    pair.trader.place(n % 2 === 0 ? 1 : 2, 100);
    pair.active.step(10);
  }
  const said = link.takeAll(shipped);
  assert.ok(said.length >= 1 && said.length <= 3, `${said.length} times in 100 ms`);
  pair.active.step(1_000);
  const { appliedSeq } = [...said, ...link.takeAll(shipped)].at(-1)!;
  assert.equal(appliedSeq, pair.active.leader().running.appliedSeq);
});

test('a standby site opens no session and stamps nothing, and says why', () => {
  const pair = new SitePair();
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
