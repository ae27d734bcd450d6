import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameKind, frameHeaderBytes } from '../protocol/frames.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { AssertionError } from '../std/assert.ts';
import { Random } from '../std/random.ts';
import type { Journal } from './journal.ts';
import { newestSnapshot } from './snapshot-file.ts';
import { add, contents, openSound, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

function filled(disk: VirtualDisk, frames: number, bytes = 1000): Journal {
  const journal = openSound(disk);
  for (let n = 0; n < frames; n++) assert.ok(add(journal, bytes));
  return journal;
}

function segmentFiles(disk: VirtualDisk): string[] {
  return disk.list().filter((name) => name.startsWith('segment-'));
}

/** Polls as a replica would between two duty cycles of work. */
function pollMany(journal: Journal): void {
  for (let n = 0; n < 600; n++) journal.pollFlush();
}

test('frames are found as they were written, before and after a restart', () => {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  assert.deepEqual([journal.firstIndex, journal.lastIndex, journal.nextSeq, journal.termAt(0)], [1, 0, 1, 0]);
  const random = new Random(1);
  for (let n = 0; n < 3000; n++) assert.ok(add(journal, 48 + 8 * random.below(40), 1 + (n >> 8)));
  assert.equal(journal.nextSeq, 6001);
  assert.ok(segmentFiles(disk).length > 5, 'it has rolled over');
  const written = contents(journal);
  assert.equal(written.length, 3000);
  disk.crash();
  const reopened = openSound(disk);
  assert.deepEqual(contents(reopened), written);
  assert.deepEqual(
    [reopened.lastTerm, reopened.nextSeq, reopened.lastTimeUs, reopened.durableIndex],
    [journal.lastTerm, 6001, 30_000, 3000],
  );
  assert.equal(reopened.locate(0) || reopened.locate(3001), false);
  assert.deepEqual([reopened.termAt(3001), reopened.verify(3001)], [-1, 'missing']);
});

test('a follower that copies the frames has the same journal', () => {
  const leader = openSound(new VirtualDisk());
  const follower = openSound(new VirtualDisk());
  const random = new Random(2);
  const sizes = [48, 56, 1016, 1024, 1032, frameBytesMax];
  const received = new Uint8Array(frameBytesMax + 64).subarray(5);
  const view = new DataView(received.buffer, received.byteOffset);
  for (let n = 0; n < 60; n++) {
    add(leader, random.pick(sizes));
    leader.locate(leader.lastIndex);
    const { foundAt, foundLength } = leader;
    received.set(leader.foundBytes.subarray(foundAt, foundAt + foundLength), 8);
    assert.ok(follower.append(received, view, 8, foundLength));
  }
  assert.deepEqual(contents(follower), contents(leader));
  assert.deepEqual(
    [follower.lastIndex, follower.lastTerm, follower.nextSeq, follower.lastTimeUs],
    [60, 1, 121, 600],
  );
});

test('a frame that does not follow is refused as a defect', () => {
  const source = filled(new VirtualDisk(), 3);
  const target = openSound(new VirtualDisk());
  const append = (index: number): boolean => {
    source.locate(index);
    return target.append(source.foundBytes, source.foundView, source.foundAt, source.foundLength);
  };
  assert.throws(() => append(2), AssertionError);
  assert.ok(append(1));
  assert.throws(() => append(1), AssertionError);
  assert.ok(target.reserve(48) > 0);
  assert.throws(() => target.seal(48, 0, 1000, 0, FrameKind.commands), /terms do not fall/);
  assert.throws(() => target.seal(48, 1, 9, 0, FrameKind.commands), /time grows/);
  assert.throws(() => target.seal(48, 1, 10, 1, FrameKind.commands), /time grows/);
  assert.throws(() => target.seal(44, 1, 1000, 0, FrameKind.commands), /good length/);
  assert.ok(append(2));
  assert.equal(contents(target).length, 2);
});

test('a reservation may be given up, and what was built there is never a frame', () => {
  const disk = new VirtualDisk();
  const journal = filled(disk, 5);
  const at = journal.reserve(4000);
  journal.bytes.fill(0xff, at + frameHeaderBytes, at + 4000);
  disk.crash();
  const reopened = openSound(disk);
  assert.equal(contents(reopened).length, 5);
  const again = reopened.reserve(4000);
  reopened.bytes.fill(0xff, again + frameHeaderBytes, again + 4000);
  add(reopened, 112);
  disk.crash();
  assert.equal(contents(openSound(disk)).length, 6);
});

test('what is truncated is gone, also after a crash or a power cut', () => {
  for (const keep of [0, 1, 60, 61, 62, 63, 150, 199, 200]) {
    for (const end of ['crash', 'powerCut'] as const) {
      const disk = new VirtualDisk({ isImmediate: false });
      const journal = filled(disk, 200);
      while (disk.flushNext()) journal.pollFlush();
      journal.requestFlush();
      while (disk.flushNext()) journal.pollFlush();
      const before = contents(journal);
      journal.truncateAfter(keep);
      assert.deepEqual(
        [journal.lastIndex, journal.nextSeq, journal.lastTimeUs, journal.durableIndex],
        [keep, 2 * keep + 1, 10 * keep, keep],
      );
      assert.equal(journal.termAt(keep), keep === 0 ? 0 : 1);
      if (end === 'crash') disk.crash();
      else disk.powerCut(new Random(keep));
      const reopened = openSound(disk, { mayBeTorn: end === 'powerCut' });
      assert.deepEqual(contents(reopened), before.slice(0, keep));
      for (let n = 0; n < 100; n++) add(reopened, 1000, 2, 7 * n);
      const after = contents(reopened);
      assert.equal(reopened.termAt(keep + 1), 2);
      disk.crash();
      assert.deepEqual(contents(openSound(disk)), after);
    }
  }
});

test('only whole segments that nobody needs are dropped', () => {
  const disk = new VirtualDisk();
  const journal = filled(disk, 400);
  const before = contents(journal);
  const files = segmentFiles(disk).length;
  for (const index of [1, 2, 61, 62, 63, 200, 400]) {
    journal.dropBefore(index);
    assert.ok(journal.firstIndex <= index);
    assert.deepEqual(contents(journal), before.slice(journal.firstIndex - 1));
    assert.equal(journal.termAt(journal.firstIndex - 1), journal.firstIndex === 1 ? 0 : 1);
    assert.equal(journal.termAt(journal.firstIndex - 2), -1);
    assert.equal(journal.locate(journal.firstIndex - 1), false);
  }
  assert.ok(segmentFiles(disk).length < files - 4);
  journal.dropBefore(1000);
  assert.equal(journal.lastIndex, 400);
  disk.crash();
  const snapshot = { index: journal.firstIndex - 1, term: 1, nextSeq: 1, timeUs: 1 };
  assert.deepEqual(contents(openSound(disk, { startAfter: snapshot })), contents(journal));
});

test('a reset begins anew behind a snapshot, on a full disk too', () => {
  const disk = new VirtualDisk();
  const journal = filled(disk, 200);
  disk.capacityBytes = disk.usedBytes;
  journal.reset(1000, 9, 5001, 77_000);
  pollMany(journal);
  assert.deepEqual(
    [journal.firstIndex, journal.lastIndex, journal.durableIndex, journal.termAt(1000), journal.termAt(200)],
    [1001, 1000, 1000, 9, -1],
  );
  assert.ok(add(journal, 112));
  assert.deepEqual([journal.nextSeq, journal.lastTerm, journal.bytesSince(1000)], [5003, 9, 112]);
  disk.crash();
  const reopened = openSound(disk, {
    startAfter: { index: 1000, term: 9, nextSeq: 5001, timeUs: 77_000 },
  });
  assert.deepEqual(contents(reopened), contents(journal));
});

test('durableIndex follows the flusher, and never covers what was truncated meanwhile', () => {
  const disk = new VirtualDisk({ isImmediate: false });
  const journal = filled(disk, 10);
  assert.equal(journal.pollFlush(), false);
  journal.requestFlush();
  journal.requestFlush();
  assert.equal(disk.pendingFlushes, 1);
  for (let n = 0; n < 5; n++) add(journal);
  journal.requestFlush();
  assert.equal(journal.durableIndex, 0);
  disk.flushNext();
  assert.equal(journal.pollFlush(), true);
  assert.equal(journal.durableIndex, 10);
  journal.truncateAfter(12);
  for (let n = 0; n < 5; n++) add(journal);
  disk.flushNext();
  assert.equal(journal.pollFlush(), true);
  assert.equal(journal.durableIndex, 12);
  journal.requestFlush();
  disk.flushNext();
  journal.pollFlush();
  assert.equal(journal.durableIndex, 17);
});

test('frames that replace as many others are flushed, though the journal is as long as before', () => {
  const disk = new VirtualDisk({ isImmediate: false });
  const journal = filled(disk, 10);
  journal.requestFlush();
  journal.truncateAfter(7);
  for (let n = 0; n < 3; n++) add(journal);
  assert.equal(journal.wantsFlush, true);
  disk.flushNext();
  journal.pollFlush();
  assert.equal(journal.durableIndex, 7);
  journal.requestFlush();
  disk.flushNext();
  journal.pollFlush();
  assert.deepEqual([journal.durableIndex, journal.wantsFlush], [10, false]);
});

test('more requests than are told apart still end durable, and not too early', () => {
  const disk = new VirtualDisk({ isImmediate: false });
  const journal = openSound(disk);
  for (let n = 0; n < 3000; n++) {
    add(journal, 48);
    journal.requestFlush();
  }
  let flushed = 0;
  while (disk.pendingFlushes > 0) {
    disk.flushNext();
    flushed++;
    journal.pollFlush();
    assert.ok(journal.durableIndex <= flushed);
  }
  assert.equal(journal.durableIndex, 3000);
});

test('a roll-over uses the segment that was prepared before', () => {
  const disk = new VirtualDisk();
  const journal = filled(disk, 40);
  journal.pollFlush();
  assert.equal(segmentFiles(disk).length, 2);
  disk.isRefusing = true;
  for (let n = 0; n < 60; n++) assert.ok(add(journal, 1000), 'it needs nothing from the disk');
});

test('a full disk refuses frames, says so, and takes them again once there is room', () => {
  const disk = new VirtualDisk();
  disk.capacityBytes = 3 * 65_536 + 1000;
  const journal = openSound(disk);
  let frames = 0;
  while (add(journal, 1000)) {
    frames++;
    journal.pollFlush();
  }
  assert.ok(frames > 180);
  assert.ok(journal.isDiskFull);
  assert.equal(journal.reserve(1000), -1);
  assert.ok(journal.reserve(48) > 0, 'what is left of the segment can be used');
  journal.locate(1);
  const before = contents(journal);
  disk.capacityBytes *= 2;
  pollMany(journal);
  assert.equal(journal.isDiskFull, false);
  assert.ok(add(journal, 1000));
  assert.equal(contents(journal).length, before.length + 1);
  disk.crash();
  disk.capacityBytes = 0;
  assert.equal(contents(openSound(disk)).length, before.length + 1, 'a full disk can be opened');
});

test('a disk that does not flush takes nothing behind a cut until it does', () => {
  const disk = new VirtualDisk();
  const journal = filled(disk, 20);
  disk.isRefusing = true;
  journal.truncateAfter(10);
  assert.equal(journal.lastIndex, 10);
  assert.equal(add(journal), false);
  disk.isRefusing = false;
  assert.ok(add(journal, 112, 2));
  assert.equal(contents(journal).length, 11);
});

test('bytesSince counts the frames behind an index', () => {
  const journal = filled(new VirtualDisk(), 300);
  for (const index of [0, 1, 59, 60, 61, 62, 63, 299, 300]) {
    assert.equal(journal.bytesSince(index), (300 - index) * 1000, `behind ${index}`);
  }
  journal.dropBefore(200);
  assert.equal(journal.bytesSince(0), (301 - journal.firstIndex) * 1000);
});

test('a clean end leaves everything flushed and no file behind that is not needed', () => {
  const disk = new VirtualDisk({ isImmediate: false });
  const journal = filled(disk, 100);
  journal.pollFlush();
  const before = contents(journal);
  assert.equal(journal.close(), true);
  assert.equal(segmentFiles(disk).length, 2);
  disk.powerCut(new Random(1));
  assert.deepEqual(contents(openSound(disk)), before);
  assert.equal(newestSnapshot(disk).newest, undefined);
});

test('any order of operations gives what a plain list gives', () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = new Random(seed);
    const disk = new VirtualDisk({ isImmediate: random.chance(0.5) });
    let journal = openSound(disk);
    /** [bytes, term] of each frame; the first one has index `base` + 1. */
    let frames: [number, number][] = [];
    let base = 0;
    let snapshot = sampleOptions.startAfter;
    for (let step = 0; step < 120; step++) {
      const what = random.below(20);
      if (what < 12) {
        for (let n = random.below(30); n >= 0; n--) {
          const bytes = 48 + 8 * random.below(300);
          const term = Math.max(1, journal.lastTerm) + (random.chance(0.05) ? 1 : 0);
          assert.ok(add(journal, bytes, term));
          frames.push([bytes, term]);
        }
      } else if (what < 14) {
        const keep = random.between(Math.max(base, snapshot.index), base + frames.length);
        journal.truncateAfter(Math.max(keep, journal.firstIndex - 1));
        frames = frames.slice(0, journal.lastIndex - base);
      } else if (what < 15) {
        const index = random.between(base, base + frames.length);
        if (index > snapshot.index) {
          const term = journal.termAt(index);
          snapshot = { index, term, nextSeq: 0, timeUs: 0 };
          journal.dropBefore(index + 1);
          frames = frames.slice(journal.firstIndex - 1 - base);
          base = journal.firstIndex - 1;
        }
      } else if (what < 16 && random.chance(0.3)) {
        const index = base + frames.length + random.below(50);
        snapshot = { index, term: journal.lastTerm + 1, nextSeq: journal.nextSeq + 9, timeUs: 1e6 * step };
        journal.reset(index, snapshot.term, snapshot.nextSeq, Math.max(snapshot.timeUs, journal.lastTimeUs));
        frames = [];
        base = index;
      } else if (what < 18) {
        journal.requestFlush();
        while (random.chance(0.7)) disk.flushNext();
        journal.pollFlush();
      } else if (what < 19) {
        disk.crash();
        journal = openSound(disk, { startAfter: snapshot });
        // A segment that was dropped while it was in a flush may still be there.
        journal.dropBefore(base + 1);
      }
      assert.deepEqual(
        [journal.firstIndex, journal.lastIndex, journal.bytesSince(0)],
        [base + 1, base + frames.length, frames.reduce((sum, [bytes]) => sum + bytes, 0)],
        `seed ${seed} step ${step}`,
      );
      assert.ok(journal.durableIndex <= journal.lastIndex);
    }
    contents(journal);
    frames.forEach(([bytes, term], n) => {
      assert.ok(journal.locate(base + 1 + n));
      assert.deepEqual([journal.foundLength, journal.termAt(base + 1 + n)], [bytes, term]);
    });
  }
});
