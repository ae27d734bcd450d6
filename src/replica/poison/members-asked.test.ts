/** Failure 20: members that are asked before a command is voided, beside the voters of now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Preference } from '../../protocol/roster.ts';
import { configurationChanges } from '../raft-log/startup.ts';
import type { Node } from '../testing/group.ts';
import { SitePair } from '../testing/pair-of-sites.ts';
import { areAlike, description, trader, WeakGroup } from '../testing/weak-group.ts';

const find = (group: WeakGroup): Node | undefined =>
  group.nodes.find(({ replica }) => replica?.log.isLeader === true);

function give(node: Node, seq: number, force = true): void {
  node.control.give('decideVoid', 0, force, { seq });
}

test('what a learner has applied is voided by an operator alone, though it was removed', () => {
  const group = new WeakGroup('exception', [1, 2, 3], {}, 1);
  const caller = trader(group);
  const learner = group.nodes[3]!;
  const voters = group.nodes.slice(0, 3);
  group.step(2_000);
  group.leader().control.give('addMember', 4, false, { role: 'learner' });
  group.until(() => learner.running.state.lastSeq === 4, 'a learner');
  caller.place(2, 105, 'poison');
  group.until(() => learner.running.state.lastSeq === 5, 'the command at the learner');
  learner.crash();
  group.until(() => group.deaths === 3 && find(group) !== undefined, 'a leader that is parked');
  find(group)!.control.give('removeMember', 4, true);
  group.until(() => voters.every(({ running }) => !running.log.membership.learners.includes(4)), 'a removal');
  group.step(5_000);
  assert.ok(voters.every(({ running }) => running.state.voidsSince(0) === 0));
  const leading = find(group)!;
  assert.ok(
    leading.log.warnings.some((line) => line.startsWith('Replica 4 has not said that it died on command 5')),
    leading.log.warnings.join(),
  );
  give(leading, 5);
  group.until(() => voters.every(({ running }) => running.state.lastSeq >= 5), 'the word of an operator');
});

test('a standby site voids nothing by itself: the site that writes may have answered', () => {
  const standby = new WeakGroup('exception', [1, 2, 3], { site: 2, openAfterMs: 1 });
  const pair = new SitePair(standby);
  pair.trader.place(2, 105, 'poison');
  pair.active.step(500);
  const seq = pair.active.leader().running.state.lastSeq;
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  standby.until(() => standby.nodes.every(({ running }) => running.poison.isParked), 'deaths of all');
  standby.step(5_000);
  for (const { running } of standby.nodes) assert.equal(running.state.lastSeq, seq - 1);
  const leading = find(standby)!;
  assert.ok(
    leading.log.warnings.some((line) => line.startsWith(`Another site stamped command ${seq}`)),
    leading.log.warnings.join(),
  );
  give(leading, seq, false);
  standby.step(30);
  assert.match(leading.control.replies.at(-1)!.text, /^Another site stamped command/);
  give(leading, seq);
  standby.until(() => standby.nodes.every(({ running }) => running.state.lastSeq === seq), 'a void');
});

test('a replica that takes the state of another knows what is said of the members in the frames that it passes over', () => {
  const group = new WeakGroup('exception', [], { description });
  const caller = trader(group);
  const leader = group.leader();
  const [victim] = group.followers() as [Node, Node];
  group.weak.add(victim.id);
  const preferences = ({ running }: Node): readonly number[] =>
    running.log.membership.roster.map(({ preference }) => preference);
  caller.place(2, 105, 'poison');
  group.until(() => group.deaths === 1, 'a death');
  leader.control.give('preferMember', victim.id, false, { preference: 'never' });
  group.until(() => preferences(leader).includes(Preference.never), 'a change of the roster');
  group.until(() => victim.running.state.lastSeq >= 5, 'the state of another');
  for (let n = 0; n < 2; n++) {
    caller.place(2, 106 + n);
    group.step(50);
    victim.control.give('takeSnapshot');
    group.step(500);
  }
  const change = configurationChanges(leader.running.log.journal, 0).at(-1)!;
  assert.ok(victim.running.snapshots.snapshotIndex > change.index);
  victim.crash();
  group.begin(victim);
  assert.deepEqual(preferences(victim), preferences(leader));
  group.until(() => areAlike(group), 'one state');
});

test('where the one that has applied a command is gone for good, an operator may void it', () => {
  const group = new WeakGroup('exception', [1, 2, 3], {}, 1);
  const caller = trader(group);
  const [holder] = group.nodes.slice(3);
  const voters = group.nodes.slice(0, 3);
  group.step(2_000);
  group.leader().control.give('addMember', 4, false, { role: 'learner' });
  group.until(() => holder!.running.state.lastSeq === 4, 'a learner');
  // Its disk takes no snapshot that the others could fetch.
  holder!.storage.backgroundWrite = () => 'busy';
  caller.place(2, 105, 'poison');
  const answer = (force: boolean): string => {
    const leading = find(group);
    if (leading === undefined) return '';
    give(leading, 5, force);
    group.step(50);
    return leading.control.replies.at(-1)?.text ?? '';
  };
  group.until(() => group.deaths === 3, 'deaths of all voters');
  group.until(() => answer(false).startsWith('Replica 4 has applied command 5'), 'a report of the learner');
  holder!.crash();
  group.step(1_000);
  group.until(() => /^Command 5 is voided/.test(answer(true)), 'the word of an operator');
  group.until(() => voters.every(({ running }) => running.state.lastSeq >= 5), 'a void');
});
