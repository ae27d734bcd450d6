import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { Random } from '../../std/random.ts';
import { Group } from '../testing/group.ts';
import { ApplyMark, applyingAt, markName } from './apply-mark.ts';

/** The process dies while it applies `seq`. */
function die(disk: VirtualDisk, seq: number): void {
  ApplyMark.open(disk).numbers[applyingAt] = seq;
  disk.crash();
}

test('a process that dies between two frames has died on no command', () => {
  const disk = new VirtualDisk();
  const mark = ApplyMark.open(disk);
  mark.numbers[applyingAt] = 7;
  mark.done(7);
  disk.crash();
  assert.equal(ApplyMark.open(disk).death, undefined);
});

test('deaths on one command are counted until it is applied', () => {
  const disk = new VirtualDisk();
  die(disk, 7);
  die(disk, 7);
  const mark = ApplyMark.open(disk);
  assert.deepEqual(mark.death, { seq: 7, deaths: 2 });
  mark.done(7);
  die(disk, 8);
  assert.deepEqual(ApplyMark.open(disk).death, { seq: 8, deaths: 1 });
});

test('a mark whose file was cut is made again, and deaths are counted from then on', () => {
  const disk = new VirtualDisk();
  die(disk, 7);
  disk.truncate(markName, 3_906);
  die(disk, 7);
  die(disk, 7);
  assert.deepEqual(ApplyMark.open(disk).death, { seq: 7, deaths: 2 });
});

test('the state of another counts as applied as far as it goes, and ends the wait for what it holds', () => {
  const disk = new VirtualDisk();
  die(disk, 7);
  die(disk, 7);
  const mark = ApplyMark.open(disk);
  mark.know(true, 6);
  assert.equal(mark.suspect, 7);
  mark.replaced(9);
  assert.equal(mark.appliedBefore, 9);
  assert.deepEqual([mark.suspect, mark.diedOn], [0, 0]);
  mark.replaced(8);
  disk.crash();
  assert.equal(ApplyMark.open(disk).appliedBefore, 9);
});

test('a machine that lost its power forgets the mark', () => {
  const disk = new VirtualDisk();
  die(disk, 7);
  disk.powerCut(new Random(1));
  assert.equal(ApplyMark.open(disk).death, undefined);
});

test('a mark that the disk gave no page for is in one as soon as there is one', () => {
  const disk = new VirtualDisk();
  disk.isRefusing = true;
  const mark = ApplyMark.open(disk);
  mark.know(true, 3);
  assert.equal(mark.keep(disk), false);
  disk.isRefusing = false;
  assert.equal(mark.keep(disk), true);
  assert.equal(mark.keep(disk), false, 'it has one');
  mark.done(6);
  mark.numbers[applyingAt] = 7;
  disk.crash();
  const next = ApplyMark.open(disk);
  assert.deepEqual(next.death, { seq: 7, deaths: 1 });
  assert.equal(next.appliedBefore, 6);
});

test('whatever bit of a mark has rotted, it says nothing that is not so', () => {
  const disk = new VirtualDisk();
  const mark = ApplyMark.open(disk);
  mark.know(true, 880);
  mark.done(880);
  mark.leaveOut(700);
  die(disk, 881);
  die(disk, 881);
  const whole = ApplyMark.open(disk);
  assert.deepEqual([whole.appliedBefore, whole.suspect], [880, 881]);
  const image = disk.image();
  for (let offset = 0; offset < 80 * 8; offset++) {
    for (let bit = 0; bit < 8; bit++) {
      disk.flipByte(markName, offset, 1 << bit);
      const { appliedBefore, suspect, diedOn } = ApplyMark.open(disk);
      const where = `bit ${bit} of byte ${offset}`;
      assert.ok(appliedBefore === 880 || appliedBefore === undefined, `${where}: applied ${appliedBefore}`);
      assert.ok(suspect === 881 || suspect === 0, `${where}: suspect ${suspect}`);
      assert.ok(Number.isSafeInteger(diedOn) && diedOn <= 881, `${where}: died on ${diedOn}`);
      disk.putBack(image, 'set back');
    }
  }
});

test('a process that is ended on its way to a command on which others died leaves that one marked', () => {
  const disk = new VirtualDisk();
  die(disk, 881);
  die(disk, 881);
  ApplyMark.open(disk);
  die(disk, 600);
  const mark = ApplyMark.open(disk);
  assert.deepEqual([mark.suspect, mark.diedOn], [881, 600]);
  mark.done(650);
  assert.deepEqual([mark.suspect, mark.diedOn], [881, 881]);
  mark.done(880);
  assert.deepEqual([mark.suspect, mark.diedOn], [881, 881]);
  mark.replaced(900);
  assert.deepEqual([mark.suspect, mark.diedOn], [0, 0]);
});

test('failure 20: a replica that died on a command says so at its next start', () => {
  const group = new Group(3, { segmentBytes: 65_536 });
  const leader = group.leader();
  const caller = group.connect(leader);
  const [broken] = group.followers();
  const { engine } = broken!.running.state;
  engine.apply = () => {
    throw new Error('the engine cannot do this');
  };
  caller.open(1);
  assert.throws(() => group.step(1_000), /the engine cannot do this/);
  broken!.crash();
  broken!.start();
  assert.deepEqual(
    broken!.log.warnings.filter((line) => line.includes('applied')),
    ['the process before ended while it applied command 1; deaths on it in a row: 1'],
  );
  group.until(() => broken!.running.state.lastSeq === 1, 'a command that is applied');
  group.step(50);
  broken!.crash();
  broken!.start();
  assert.deepEqual(broken!.log.warnings, []);
});
