/** A member that alone has applied a command on which all others died. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { Preference } from '../../protocol/roster.ts';
import { areAlike, description, trader, WeakGroup } from '../testing/weak-group.ts';

/** Files that are written in the background are not finished before the returned function was called. */
function holdWrites(disk: VirtualDisk): () => void {
  const start = disk.startWrite.bind(disk);
  const state = disk.backgroundWrite.bind(disk);
  let isHeld = true;
  let waiting: (() => void) | undefined;
  disk.startWrite = (name, bytes) => {
    if (isHeld) waiting = () => start(name, bytes);
    else start(name, bytes);
  };
  disk.backgroundWrite = () => (waiting === undefined ? state() : 'busy');
  return () => {
    isHeld = false;
    const write = waiting;
    waiting = undefined;
    write?.();
  };
}

test('one that is not to lead, and alone has applied a command, leads until the others have its state', () => {
  const group = new WeakGroup('exception', [], { description });
  const caller = trader(group);
  const leader = group.leader();
  const [survivor] = group.followers();
  const others = group.nodes.filter((node) => node !== survivor);
  const { running, disk } = survivor!;
  leader.control.give('preferMember', survivor!.id, false, { preference: 'never' });
  group.until(
    () => running.log.membership.roster.some(({ preference }) => preference === Preference.never),
    'a preference',
  );
  for (const { id } of others) group.weak.add(id);
  const writeOn = holdWrites(disk);
  caller.place(2, 105, 'poison');
  group.until(() => group.deaths === 2 && running.serving, 'the survivor to serve');
  const { term } = running;
  group.step(10_000);
  assert.equal(running.term, term);
  assert.ok(running.serving);
  assert.ok(others.every((node) => node.running.poison.isParked));
  writeOn();
  group.until(() => areAlike(group) && others.some((node) => node.running.serving), 'one that may lead');
  assert.equal(running.state.voidsSince(0), 0);
});
