/** Failure 20: what the writing site voids reaches a standby, whatever that has made of the command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voidedIn } from '../../protocol/frames.ts';
import { ShippedCode } from '../../protocol/messages.ts';
import type { Node } from '../testing/group.ts';
import {
  assertSame,
  firstSeqOf,
  type ShippableFrame,
  SitePair,
  siteAddresses,
} from '../testing/pair-of-sites.ts';
import { WeakGroup } from '../testing/weak-group.ts';

/** Two sites, of which the writing one, and some replicas of the other, die on an order; and its seq. */
function twoSites(weak: readonly number[], spare = 0): { pair: SitePair; standby: WeakGroup } {
  const standby = new WeakGroup('exception', weak, { site: 2, sites: siteAddresses, openAfterMs: 1 }, spare);
  const active = new WeakGroup('exception', [1, 2, 3], { site: 1, sites: siteAddresses });
  return { pair: new SitePair(standby, active), standby };
}

const isVoid = ({ bytes }: ShippableFrame): boolean => voidedIn(new DataView(bytes.buffer), 0) !== 0;

/** The writing site gets the deadly order, and voids it; what it ships up to there, and the void. */
function poison(pair: SitePair): {
  seq: number;
  before: ShippableFrame[];
  commands: ShippableFrame[];
  void: ShippableFrame;
} {
  const before = pair.frames();
  pair.trader.place(2, 105, 'poison');
  const isOver = (): boolean =>
    pair.active.nodes.every(({ replica }) => replica !== undefined && replica.applier.voided > 0);
  pair.active.until(isOver, 'a void');
  pair.active.step(1_000);
  const all = pair.frames();
  const at = all.findIndex(isVoid);
  const commands = all.slice(before.length, at);
  const seq = voidedIn(new DataView(all[at]!.bytes.buffer), 0);
  return { seq, before, commands, void: all[at]! };
}

function shipAll(pair: SitePair, frames: readonly ShippableFrame[]): void {
  const link = pair.link();
  for (const frame of frames) pair.ship(link, frame);
  pair.standby.step(1_000);
}

function leading(standby: WeakGroup): Node {
  const find = (): Node | undefined => standby.nodes.find(({ replica }) => replica?.log.isLeader === true);
  standby.until(() => find() !== undefined, 'a leader');
  return find()!;
}

/** A snapshot of each replica, which an older one may stay behind. */
function takeSnapshots(standby: WeakGroup, nodes: readonly Node[] = standby.nodes): void {
  for (const node of nodes) {
    const { appliedIndex } = node.running.applier;
    node.control.give('takeSnapshot', node.id);
    standby.until(() => node.running.snapshots.snapshotIndex >= appliedIndex, 'a snapshot');
  }
}

/** Another leader, whose opening is a frame of the log. */
function elect(standby: WeakGroup): void {
  const former = leading(standby);
  former.crash();
  standby.until(() => leading(standby) !== former, 'another leader');
  standby.begin(former);
  standby.step(2_000);
}

/** No frame from before its snapshots is there, as after more orders than a test sends. */
function dropLog({ running }: Node): void {
  Object.assign(running.log.facts, { copyOf: () => undefined });
}

function text(node: Node, name: string): string {
  const found = [...node.disk.aside.keys()].find((key) => key.endsWith(name));
  assert.ok(found !== undefined, `${name} is kept`);
  return new TextDecoder().decode(node.disk.aside.get(found));
}

test('a standby that waits at a command hears that the writing site voided it, and goes on by itself', () => {
  const { pair, standby } = twoSites([1, 2, 3]);
  const { before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  shipAll(pair, commands);
  standby.until(
    () => standby.nodes.every(({ replica }) => replica?.poison.isParked === true),
    'a site that waits',
  );
  const link = pair.linkTo(standby, leading(standby));
  pair.ship(link, frame);
  standby.until(() => standby.nodes.every(({ running }) => running.applier.voided === 1), 'a void');
  pair.trade(5);
  shipAll(pair, pair.frames());
  assertSame(pair);
});

test('what is known to be voided ends no process of a standby', () => {
  const { pair, standby } = twoSites([1, 2, 3]);
  const { before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  shipAll(pair, [frame, ...commands, frame]);
  assert.equal(standby.deaths, 0);
  assertSame(pair);
});

test('a standby that applied what the writing site voided goes back, and applies its log again without it', () => {
  const { pair, standby } = twoSites([]);
  const { seq, before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  takeSnapshots(standby);
  shipAll(pair, commands);
  standby.until(() => standby.nodes.every(({ running }) => running.appliedSeq >= seq), 'the command');
  const [wrong] = standby.nodes;
  takeSnapshots(standby, [wrong!]);
  shipAll(pair, [frame]);
  standby.until(() => standby.nodes.every(({ running }) => running.applier.voided === 1), 'a void');
  assertSame(pair);
  for (const node of standby.nodes)
    assert.match(text(node, 'finding.txt'), new RegExp(`command ${seq}.* event`));
  assert.ok([...wrong!.disk.aside.keys()].some((key) => /voided-after-command-.*snapshot/.test(key)));
  pair.trade(5);
  shipAll(pair, pair.frames());
  assertSame(pair);
  takeSnapshots(standby);
});

test('a replica without an older snapshot takes the state of one that has passed over the command', () => {
  const { pair, standby } = twoSites([]);
  const { seq, before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  const [blank, ...others] = standby.nodes as [Node, Node, Node];
  takeSnapshots(standby, others);
  shipAll(pair, commands);
  standby.until(() => standby.nodes.every(({ running }) => running.appliedSeq >= seq), 'the command');
  takeSnapshots(standby, [blank]);
  elect(standby);
  takeSnapshots(standby, [blank]);
  dropLog(blank);
  shipAll(pair, [frame]);
  standby.until(() => standby.nodes.every(({ running }) => running.state.hasPassedOver(seq)), 'one state');
  assert.equal(blank.running.state.hasPassedOver(seq), true);
  assertSame(pair);
});

/**
 * A follower of the standby site has applied the command, differs from the others for another reason, and gets the
 * state of one that has passed the void: it comes to the void with its own.
 */
function wrongTwice(): { pair: SitePair; standby: WeakGroup; wrong: Node; others: Node[]; seq: number } {
  const { pair, standby } = twoSites([]);
  const { seq, before, commands, void: frame } = poison(pair);
  shipAll(pair, [...before, ...commands]);
  standby.until(() => standby.nodes.every(({ running }) => running.appliedSeq >= seq), 'the command');
  const leader = leading(standby);
  const wrong = standby.nodes.find((node) => node !== leader)!;
  const others = standby.nodes.filter((node) => node !== wrong);
  for (const { running } of others) Object.assign(running.snapshots, { request: () => undefined });
  const { applier } = wrong.running;
  const { digests } = applier;
  digests.restart(applier.appliedIndex, digests.log, digests.events ^ 1);
  standby.until(() => wrong.running.isParked, 'a state that is found wrong');
  const apply = applier.apply.bind(applier);
  // It goes no further than the void for now.
  const { voids } = leader.running.log;
  applier.apply = (limit, nowUs) => apply(Math.min(limit, voids.newestIndex || limit), nowUs);
  shipAll(pair, [frame]);
  standby.until(() => others.every(({ running }) => running.applier.voided === 1), 'a void');
  pair.trade(3);
  shipAll(pair, pair.frames());
  for (const { running } of others) Reflect.deleteProperty(running.snapshots, 'request');
  return { pair, standby, wrong, others, seq };
}

test('a state that is wrong for two reasons is given to none until both are gone', () => {
  const { pair, standby, wrong, seq } = wrongTwice();
  const { running } = wrong;
  standby.until(() => running.applier.voided === 1, 'a state without the command');
  running.snapshots.request();
  standby.step(3_000);
  assert.equal(running.state.hasPassedOver(seq), true);
  assert.equal(running.isParked, true);
  assert.deepEqual([running.snapshots.snapshotIndex, running.snapshots.held], [0, undefined]);
  assert.equal(leading(standby).running.log.raft.mayTakeOver(wrong.id), false);
  Reflect.deleteProperty(running.applier, 'apply');
  standby.until(() => !running.isParked, 'the state of the majority');
  standby.until(() => leading(standby).running.log.raft.mayTakeOver(wrong.id), 'one that could lead');
  assertSame(pair);
});

test('a wrong state that a void makes newer than the one that had come for it takes another', () => {
  const { pair, standby, wrong, others } = wrongTwice();
  const { running } = wrong;
  dropLog(wrong);
  standby.until(() => running.applier.wrongSeq !== 0, 'a state that cannot be made again');
  pair.trade(3);
  shipAll(pair, pair.frames());
  takeSnapshots(standby, others);
  Reflect.deleteProperty(running.applier, 'apply');
  standby.until(() => !running.isParked, 'the state of the majority');
  assertSame(pair);
});

test('a standby that cannot make its state again says so, takes nothing and does not open', () => {
  const { pair, standby } = twoSites([]);
  const { seq, before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  shipAll(pair, commands);
  standby.until(() => standby.nodes.every(({ running }) => running.appliedSeq >= seq), 'the command');
  // Of two snapshots, and of the log before them, nothing older is left.
  takeSnapshots(standby);
  elect(standby);
  takeSnapshots(standby);
  standby.nodes.forEach(dropLog);
  shipAll(pair, [frame]);
  const leader = leading(standby);
  assert.ok(
    leader.log.warnings.some((line) => line.includes('"lockstep site seed"')),
    leader.log.warnings.join(),
  );
  pair.trade(3);
  const link = pair.linkTo(standby, leader);
  for (const each of pair.frames()) pair.ship(link, each);
  assert.equal(pair.said(link).code, ShippedCode.differs);
  leader.control.give('openSite', leader.id, false, { site: { site: 2, epoch: 1, seq } });
  standby.step(3_000);
  assert.equal(leader.control.replies.at(-1)!.ok, false);
  assert.ok(standby.nodes.every(({ running }) => !running.serving && running.isStandby));
  leader.crash();
  standby.begin(leader);
  dropLog(leader);
  standby.step(5_000);
  assert.ok(standby.nodes.every(({ running }) => !running.serving && running.applier.wrongSeq === seq));
});

test('a site that was promoted while it waited at a command takes no word of the other one on it', () => {
  const { pair, standby } = twoSites([1, 2, 3]);
  const { seq, before, commands, void: frame } = poison(pair);
  shipAll(pair, before);
  const leader = pair.standbyLeader();
  const others = standby.nodes.filter((node) => node !== leader);
  for (const node of others) node.crash();
  const link = pair.link(leader);
  for (const each of commands) pair.ship(link, each);
  leader.control.give('openSite', leader.id, false, { site: { site: 2, epoch: 1, seq: 0 } });
  standby.step(20);
  const { applier, log } = leader.running;
  assert.ok(log.voids.opensSiteAfter(applier.appliedIndex), 'it begins to write behind the command');
  for (const node of others) standby.begin(node);
  standby.until(
    () => standby.nodes.every(({ replica }) => replica?.poison.isParked === true),
    'a site that waits',
  );
  const found = leading(standby);
  const late = pair.linkTo(standby, found);
  pair.ship(late, frame);
  standby.step(3_000);
  assert.equal(pair.said(late).code, ShippedCode.writes);
  assert.ok(standby.nodes.every(({ running }) => running.applier.voided === 0));
  found.control.give('decideVoid', 0, true, { seq });
  standby.until(() => standby.nodes.some(({ replica }) => replica?.serving === true), 'a site that writes');
});

test('a site ends what it writes behind what it has applied, so that nothing is voided behind its end', () => {
  const { pair, standby } = twoSites([1, 2, 3]);
  const { active, trader } = pair;
  shipAll(pair, pair.frames());
  const leader = active.leader();
  active.split([leader.id]);
  trader.place(2, 105, 'poison');
  active.step();
  const site = { site: 2, epoch: leader.running.log.epoch, seq: 0 };
  leader.control.give('openSite', leader.id, false, { site });
  active.step(20);
  active.cuts.clear();
  const isVoided = (): boolean =>
    active.nodes.every(({ replica }) => replica !== undefined && replica.applier.voided > 0);
  active.until(isVoided, 'a void');
  const next = active.leader();
  next.control.give('openSite', next.id, false, { site });
  active.until(() => active.nodes.every(({ running }) => running.isStandby), 'the end of the site');
  active.step(500);
  const frames = pair.frames();
  const seq = voidedIn(new DataView(frames.find(isVoid)!.bytes.buffer), 0);
  const behind = frames.findIndex((frame) => firstSeqOf(frame) > seq);
  shipAll(pair, frames.slice(0, behind));
  standby.until(
    () => standby.nodes.every(({ replica }) => replica?.poison.isParked === true),
    'a site that waits',
  );
  const link = pair.linkTo(standby, leading(standby));
  for (const frame of frames.slice(behind)) pair.ship(link, frame);
  standby.until(() => standby.nodes.some(({ replica }) => replica?.serving === true), 'the successor');
  pair.shipBack();
  assertSame(pair);
});

test('a site whose first command is voided begins again, and no command of a client comes before that', () => {
  const { pair, standby } = twoSites([1, 2, 3]);
  shipAll(pair, pair.frames());
  const leader = pair.standbyLeader();
  const { nextSeq, epoch } = leader.running.log;
  standby.deadlySeq = nextSeq;
  const caller = standby.connect(leader);
  leader.control.give('openSite', leader.id, false, { site: { site: 2, epoch, seq: 0 } });
  standby.until(() => leader.running.serving, 'the promoted site');
  caller.open(9);
  standby.until(() => standby.deaths >= 3, 'the end of all of them');
  const writes = (): boolean => standby.nodes.some(({ replica }) => replica?.serving === true);
  standby.until(writes, 'a site that writes');
  const { engine } = standby.leader().running.state;
  standby.until(() => engine.siteEpoch === epoch + 1, 'the site that began');
  assert.deepEqual([engine.siteSeq, engine.isOpeningHeld], [nextSeq + 1, true]);
  const late = standby.connect(standby.leader());
  late.open(10);
  standby.step(20);
  assert.ok(late.takeOpened(), 'it takes sessions');
});
