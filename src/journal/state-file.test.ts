import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../std/random.ts';
import { type OpenedState, type ReplicaState, StateFile } from './state-file.ts';
import { DyingDisk, Killed } from './testing/dying-disk.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

const first: ReplicaState = {
  clusterId: 7,
  replicaId: 2,
  term: 1,
  votedFor: 0,
  recovering: true,
  incarnation: 1,
  founders: [1, 2, 3],
  instance: 77,
  epochSeen: 0,
  nextInstance: 0,
  previousIncarnation: 0,
  hasBegun: true,
  heard: new Float64Array(256),
  bootId: 'boot-1',
  isClean: false,
  durability: 'disk',
};
const voted: ReplicaState = { ...first, term: 2 ** 40, votedFor: 3, recovering: false, durability: 'memory' };
const next: ReplicaState = { ...voted, term: 2 ** 40 + 1, votedFor: 1, isClean: true, incarnation: 9 };

function stateIn(disk: VirtualDisk): ReplicaState {
  const opened = StateFile.open(disk);
  assert.ok(opened.kind === 'open', opened.kind);
  return opened.file.state;
}

function saved(disk: VirtualDisk, ...states: readonly ReplicaState[]): StateFile {
  const file = StateFile.create(disk, first);
  assert.ok(file);
  for (const state of states) assert.ok(file.save(state));
  return file;
}

test('the state that was saved last is read', () => {
  const disk = new VirtualDisk();
  assert.equal(StateFile.open(disk).kind, 'none');
  const file = saved(disk);
  for (const state of [first, voted, next, voted, first]) {
    assert.ok(file.save(state));
    assert.deepEqual(file.state, state);
    assert.deepEqual(stateIn(disk), state);
  }
  disk.crash();
  assert.deepEqual(stateIn(disk), first);
});

test('failure 20: killed at each step of a save, the vote is the old one or the new one', () => {
  const seen = new Set<number>();
  for (let step = 0, isAlive = false; !isAlive; step++) {
    const seeds = Array.from({ length: 60 }, (_, n) => new Random(1000 * n + step));
    for (const random of [undefined, ...seeds]) {
      const disk = new DyingDisk({ pageBytes: 512 });
      const file = saved(disk, voted);
      disk.kernel = random;
      disk.stepsToLive = step;
      try {
        file.save(next);
        isAlive = true;
      } catch (error) {
        assert.ok(error instanceof Killed);
      }
      disk.stepsToLive = Number.MAX_SAFE_INTEGER;
      if (random === undefined) disk.crash();
      else disk.powerCut(random);
      const found = stateIn(disk);
      assert.deepEqual(found, found.votedFor === 1 ? next : voted);
      if (isAlive) assert.deepEqual(found, next);
      seen.add(found.votedFor);
    }
  }
  assert.deepEqual([...seen].sort(), [1, 3]);
});

test('failure 17: one rotten byte never takes a vote away', () => {
  const disk = new VirtualDisk();
  saved(disk, voted, next);
  disk.crash();
  for (let offset = 0; offset < 8192; offset++) {
    if (offset % 4096 > 200) continue;
    disk.flipByte('state', offset, 1 + (offset % 255));
    assert.deepEqual(stateIn(disk), next, `byte ${offset}`);
    disk.flipByte('state', offset, 1 + (offset % 255));
  }
});

test('two bad copies are reported, and overwritten by a new state', () => {
  const disk = new VirtualDisk();
  saved(disk, voted);
  disk.crash();
  disk.flipByte('state', 20);
  const one = StateFile.open(disk);
  assert.ok(one.kind === 'open' && one.file.repairedSlot !== undefined);
  disk.flipByte('state', 4096 + 20);
  const both = StateFile.open(disk);
  assert.ok(both.kind === 'damaged');
  assert.match(both.reason, /Both copies/);
  assert.ok(StateFile.create(disk, first));
  assert.deepEqual(stateIn(disk), first);
});

test('a disk that does not flush saves nothing, and says so', () => {
  const disk = new VirtualDisk();
  const file = saved(disk, voted);
  disk.isRefusing = true;
  assert.equal(file.save(next), false);
  assert.deepEqual(file.state, voted);
  assert.ok(StateFile.create(new VirtualDisk({}), first));
  const full = new VirtualDisk();
  full.capacityBytes = 100;
  assert.equal(StateFile.create(full, first), undefined);
});

test('any bytes under the name of the state file are answered, never thrown at', () => {
  const kinds = new Set<OpenedState['kind']>();
  const sizes = fc.constantFrom(0, 1, 100, 4096, 8191, 8192, 8193);
  fc.assert(
    fc.property(sizes, fc.integer(), fc.array(fc.tuple(fc.nat(200), fc.nat(255))), (size, seed, edits) => {
      const disk = new VirtualDisk();
      saved(disk, voted);
      const bytes = (disk.read('state') ?? new Uint8Array(0)).slice(0, size);
      const random = new Random(seed);
      for (const [at, value] of edits) {
        for (const slot of [0, 4096]) if (slot + at < bytes.length) bytes[slot + at] = value;
      }
      if (random.chance(0.3)) for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256);
      disk.write('state', bytes);
      const opened = StateFile.open(disk);
      kinds.add(opened.kind);
      if (opened.kind === 'open') assert.deepEqual(opened.file.state, voted);
    }),
    { numRuns: 300, seed: 1 },
  );
  assert.ok(kinds.has('damaged') && kinds.has('open'));
});

test('a copy of the file is told from the file, however it was made', () => {
  const isCopy = (disk: VirtualDisk): boolean => {
    const opened = StateFile.open(disk);
    assert.ok(opened.kind === 'open', opened.kind);
    assert.deepEqual(opened.file.state, voted);
    return opened.file.isCopy;
  };
  for (const how of ['copied', 'copied over files'] as const) {
    const disk = new VirtualDisk();
    const file = saved(disk, voted);
    assert.ok(file.renew() && file.save(voted));
    disk.crash();
    assert.equal(isCopy(disk), false);
    const image = disk.image();
    // Something is promised in the life in which the copy was made.
    assert.ok(file.save(next));
    disk.putBack(image, how);
    assert.equal(isCopy(disk), true, `${how}, before the next start`);
    disk.putBack(image, 'set back');
    // The next start.
    const opened = StateFile.open(disk);
    assert.ok(opened.kind === 'open' && opened.file.renew() && opened.file.save(next));
    disk.putBack(image, how);
    assert.equal(isCopy(disk), true, how);
    disk.putBack(image, 'set back');
    assert.equal(isCopy(disk), false, 'a volume that was set back shows nothing');
  }
});

test('killed at each step of a renewal, the state is the one that it was', () => {
  for (let step = 0, isAlive = false; !isAlive; step++) {
    for (const random of [undefined, new Random(step), new Random(1000 + step)]) {
      const disk = new DyingDisk({ pageBytes: 512 });
      const file = saved(disk, voted);
      disk.kernel = random;
      disk.stepsToLive = step;
      try {
        assert.ok(file.renew() && file.save(voted));
        isAlive = true;
      } catch (error) {
        assert.ok(error instanceof Killed);
      }
      disk.stepsToLive = Number.MAX_SAFE_INTEGER;
      if (random === undefined) disk.crash();
      else disk.powerCut(random);
      assert.deepEqual(stateIn(disk), voted);
      const opened = StateFile.open(disk);
      assert.ok(opened.kind === 'open' && !opened.file.isCopy);
    }
  }
});

test('a disk without room keeps the old file, and the state is saved there', () => {
  const disk = new VirtualDisk();
  const file = saved(disk, voted);
  disk.capacityBytes = 100;
  assert.ok(file.renew());
  assert.ok(file.save(next));
  assert.deepEqual(stateIn(disk), next);
});

test('a mark with another owner or other rights proves nothing; one that is gone or written again is that of a copy', () => {
  class MarkedDisk extends VirtualDisk {
    mark = '1/0.0.600.1';
    override changeOf(): string {
      return this.mark;
    }
  }
  const disk = new MarkedDisk();
  const file = saved(disk, voted);
  assert.ok(file.renew() && file.save(voted));
  for (const [mark, isCopy] of [
    ['1/0.0.600.1', false],
    ['2/7.7.600.1', false],
    ['2/0.0.600.1', true],
    ['', true],
  ] as const) {
    disk.mark = mark;
    const opened = StateFile.open(disk);
    assert.ok(opened.kind === 'open');
    assert.equal(opened.file.isCopy, isCopy, `the mark reads "${mark}"`);
  }
});
