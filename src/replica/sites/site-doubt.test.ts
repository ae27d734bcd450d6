import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionRole, shipped } from '../../protocol/messages.ts';
import { siteSeen } from '../../protocol/site-messages.ts';
import { FakeLog } from '../testing/fake-ports.ts';
import { Group, type Node } from '../testing/group.ts';
import { operatorKind } from '../testing/pair-of-sites.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { SiteDoubt } from './site-doubt.ts';

const siteDoubt = { afterUs: 1_000, withinUs: 5_000 };

function newDoubt() {
  const log = { leaderId: 1 };
  return { log, doubt: new SiteDoubt({ siteDoubt }, log, new FakeLog(), 0) };
}

/** Turns as often as a thread that works. */
function turn(doubt: SiteDoubt, fromUs: number, toUs: number): void {
  for (let us = fromUs; us <= toUs; us += 500) doubt.turn(us);
}

test('a start leaves a doubt, and so does a standstill; each ends by an answer to it alone', () => {
  const { doubt } = newDoubt();
  const first = doubt.open;
  assert.ok(doubt.isOpen && first > 0);
  doubt.answered(first, true);
  assert.deepEqual([doubt.isOpen, doubt.open], [false, 0]);
  turn(doubt, 0, 3_000);
  assert.equal(doubt.isOpen, false, 'it turned all the time');
  doubt.turn(4_001);
  const second = doubt.open;
  assert.ok(doubt.isOpen && second !== first);
  doubt.answered(first, true);
  assert.equal(doubt.isOpen, true, 'what was seen before the standstill says nothing');
  doubt.turn(6_000);
  doubt.answered(second, true);
  assert.equal(doubt.isOpen, true, 'it stood still again');
});

test('a site that had no leader for so long is in doubt, however well this replica ran', () => {
  const { doubt, log } = newDoubt();
  doubt.answered(doubt.open, true);
  log.leaderId = 0;
  turn(doubt, 0, 1_000);
  assert.equal(doubt.isOpen, false, 'that is a failover');
  turn(doubt, 1_500, 60_000);
  log.leaderId = 1;
  turn(doubt, 60_500, 61_000);
  assert.equal(doubt.isOpen, true, 'time without a leader ends no doubt');
});

test('a doubt that nothing answers ends in time, unless another site was seen to be promoted', () => {
  const { doubt } = newDoubt();
  turn(doubt, 0, 4_500);
  assert.equal(doubt.isOpen, true);
  turn(doubt, 5_000, 5_000);
  assert.equal(doubt.isOpen, false);
  doubt.turn(7_000);
  doubt.answered(doubt.open, false);
  turn(doubt, 7_500, 60_000);
  assert.equal(doubt.isOpen, true);
  doubt.answered(doubt.open, true);
  assert.equal(doubt.isOpen, false, 'the promotion came to nothing');
});

test('a replica without other sites has no doubt', () => {
  const lone = new SiteDoubt({}, { leaderId: 0 }, new FakeLog(), 0);
  lone.turn(0);
  lone.turn(1e9);
  assert.deepEqual([lone.isOpen, lone.deadlineUs], [false, Number.POSITIVE_INFINITY]);
});

/** The process of a site: an operator's link to each replica. */
class Watcher {
  readonly #group: Group;
  readonly #links: readonly (readonly [Node, WireClient])[];

  constructor(group: Group) {
    this.#group = group;
    const peer = { kind: operatorKind, role: ConnectionRole.shipping };
    this.#links = group.nodes.map((node) => [node, group.call(node, peer)] as const);
  }

  /** Steps until the leader asks; the link to it, and the number of its doubt. */
  asked(): { readonly leader: Node; readonly doubt: number; readonly link: WireClient } {
    for (let n = 0; n < 20_000; n++) {
      this.#group.step();
      for (const [node, link] of this.#links) {
        const said = link.takeAll(shipped).at(-1);
        if (said !== undefined && said.leaderId === node.id && said.doubt !== 0)
          return { leader: node, doubt: said.doubt, link };
      }
    }
    throw new Error('no leader asks');
  }

  answer({ doubt, link }: ReturnType<Watcher['asked']>, isClear: boolean): void {
    const record = new Uint8Array(siteSeen.size);
    siteSeen.write(new DataView(record.buffer), 0, { doubt, isClear: isClear ? 1 : 0, reserved: 0 });
    link.side.send(record, 0, record.length);
  }
}

test('a site that stood still as a whole stamps nothing and answers nothing until it is told that it may write', () => {
  const group = new Group(3, { site: 1, siteDoubt: { afterUs: 300_000, withinUs: 1e12 } });
  const watcher = new Watcher(group);
  const first = watcher.asked();
  assert.equal(first.leader.running.serving, false, 'it was just started');
  watcher.answer(first, true);
  const caller = group.connect(group.leader());
  caller.open(7);
  group.step(50);
  caller.takeOpened();
  caller.createInstrument();
  caller.createAccount();
  group.step(200);
  const seqs = (): number[] => group.nodes.map(({ running }) => running.log.nextSeq);
  const before = seqs();
  caller.createAccount();
  group.clock.us += 2_000_000;
  const again = watcher.asked();
  group.step(20_000);
  assert.deepEqual(
    [again.leader.running.serving, seqs()],
    [false, before],
    'what waited in its sockets is not stamped',
  );
  watcher.answer(again, false);
  group.step(20_000);
  assert.equal(again.leader.running.serving, false);
  watcher.answer(again, true);
  group.until(() => again.leader.running.serving, 'the site goes on');
});
