import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameKind, frameHeaderBytes, sealFrame } from '../protocol/frames.ts';
import { Random } from '../std/random.ts';
import { Journal, type JournalOptions, type LogPosition } from './journal.ts';
import type { RecoveryReport } from './recovery.ts';
import { DyingDisk, Killed } from './testing/dying-disk.ts';
import { add, contents, openSound, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

function segmentFiles(disk: VirtualDisk): string[] {
  return disk.list().filter((name) => name.startsWith('segment-'));
}

/** Flushes everything, and the mark that says so. */
function settle(journal: Journal): void {
  journal.requestFlush();
  for (let n = 0; n < 600; n++) journal.pollFlush();
}

/** A dead process's folder with this many frames of 1,000 bytes, all flushed and marked so. */
function folderOf(frames: number): { readonly disk: VirtualDisk; readonly lines: string[] } {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  for (let n = 0; n < frames; n++) {
    add(journal, 1000);
    journal.requestFlush();
    journal.pollFlush();
  }
  settle(journal);
  const lines = contents(journal);
  journal.close(false);
  disk.crash();
  return { disk, lines };
}

function allBytes(disk: VirtualDisk): string {
  return disk
    .list()
    .map((name) => `${name} ${Array.from(disk.read(name) ?? []).join()}`)
    .join('\n');
}

/** Opens a damaged journal in the two steps of a replica; returns the report and what is left. */
function openDamaged(
  disk: VirtualDisk,
  changes: Partial<JournalOptions> = {},
): { readonly report: RecoveryReport; readonly left: string[]; readonly journal: Journal } {
  const refused = Journal.open(disk, { ...sampleOptions, ...changes });
  assert.ok(refused.journal === undefined, 'damage is not cut unasked');
  assert.ok(refused.report.damage, JSON.stringify(refused.report));
  const { journal, report } = Journal.open(disk, { ...sampleOptions, ...changes, cutDamage: true });
  assert.ok(journal);
  return { report, left: contents(journal), journal };
}

test('a tail torn at any byte of the last frame is cut after a power cut, and is damage otherwise', () => {
  const frameBytes = 120;
  for (let kept = 0; kept < frameBytes; kept++) {
    for (const mayBeTorn of [true, false]) {
      const disk = new VirtualDisk();
      const journal = openSound(disk);
      for (let n = 0; n < 5; n++) add(journal, frameBytes);
      settle(journal);
      const before = contents(journal);
      const at = journal.reserve(frameBytes);
      add(journal, frameBytes);
      journal.bytes.fill(0, at + kept, at + frameBytes);
      disk.crash();
      if (kept === 0 || mayBeTorn) {
        const { journal: reopened, report } = Journal.open(disk, { ...sampleOptions, mayBeTorn });
        assert.ok(reopened);
        assert.deepEqual(contents(reopened), before);
        assert.equal(report.cutTail?.index, kept === 0 ? undefined : 6);
        add(reopened, 48);
        disk.crash();
        assert.equal(contents(openSound(disk)).length, 6, 'the cut is complete');
      } else {
        const { report, left } = openDamaged(disk, { mayBeTorn });
        assert.deepEqual([report.damage?.index, left], [6, before]);
      }
    }
  }
});

test('failure 17: a flipped bit in any byte of any frame or header is found and never served', () => {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  for (let n = 0; n < 8; n++) add(journal, 56 + 8 * n, 1 + (n >> 1));
  settle(journal);
  const lines = contents(journal);
  const end = 4096 + journal.bytesSince(0);
  disk.crash();
  const [name = ''] = segmentFiles(disk);
  const matters = (offset: number): boolean =>
    offset < 32 || (offset >= 512 && offset < 552) || (offset >= 4096 && offset < end);
  for (let offset = 0; offset < end + frameHeaderBytes; offset++) {
    // Most of the header page means nothing.
    if (offset > 64 && offset < 4096 && offset % 64 > 40) continue;
    for (const mayBeTorn of [false, true]) {
      const copy = copyOf(disk);
      copy.flipByte(name, offset, 1 << (offset & 7));
      const { journal: opened, report } = Journal.open(copy, { ...sampleOptions, mayBeTorn });
      assert.equal(opened === undefined, report.damage !== undefined, `byte ${offset}`);
      if (matters(offset)) assert.ok(report.damage, `byte ${offset}`);
      const at = offset < 4096 ? 0 : frameStart(lines, offset);
      if (report.damage !== undefined) assert.equal(report.damage.offset, at, 'it is where the flip is');
      if (opened !== undefined) assert.deepEqual(contents(opened), lines, `byte ${offset}`);
    }
  }
});

/** Where the frame begins that holds the byte at `offset`, among frames with these headers. */
function frameStart(lines: readonly string[], offset: number): number {
  let at = 4096;
  for (const line of lines) {
    const { length } = JSON.parse(line) as { length: number };
    if (offset < at + length) return at;
    at += length;
  }
  return at;
}

test('failure 17: flips anywhere in a journal of several files lose nothing before them', () => {
  const { disk, lines } = folderOf(250);
  const names = segmentFiles(disk);
  assert.ok(names.length >= 4);
  const flips = fc.record({
    file: fc.nat(names.length - 1),
    offset: fc.nat(65_535),
    mask: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(flips, fc.boolean(), ({ file, offset, mask }, mayBeTorn) => {
      const copy = copyOf(disk);
      copy.flipByte(names[file] ?? '', offset, mask);
      const { journal, report } = Journal.open(copy, { ...sampleOptions, mayBeTorn });
      if (journal !== undefined) {
        assert.deepEqual(contents(journal), lines);
        return;
      }
      const stop = report.damage;
      assert.ok(stop ?? report.refusal);
      if (stop === undefined) return;
      const { left, journal: cut } = openDamaged(copy, { mayBeTorn });
      assert.deepEqual(left, lines.slice(0, stop.index - 1));
      add(cut, 1000);
      copy.crash();
      assert.equal(openSound(copy).lastIndex, stop.index);
    }),
    { numRuns: 150, seed: 1 },
  );
});

function copyOf(disk: VirtualDisk): VirtualDisk {
  const copy = new VirtualDisk();
  for (const name of disk.list()) copy.write(name, disk.read(name) ?? new Uint8Array(0));
  return copy;
}

test('failure 17: a file cut short at any place is found, and what is before the cut stays', () => {
  const { disk, lines } = folderOf(183);
  const names = segmentFiles(disk).slice(0, 3);
  names.forEach((name, file) => {
    for (const size of [0, 100, 4095, 4096, 4100, 5096, 5097, 20_104, 30_000, 64_096, 65_096]) {
      for (const mayBeTorn of [false, true]) {
        const copy = copyOf(disk);
        copy.truncate(name, size);
        const { left, journal } = openDamaged(copy, { mayBeTorn });
        const whole = Math.max(0, Math.floor((size - 4096 - 8) / 1000));
        assert.deepEqual(left, lines.slice(0, 61 * file + whole), `${name} cut to ${size}`);
        for (let n = 0; n < 100; n++) assert.ok(add(journal, 1000), 'it goes on');
        const after = contents(journal);
        copy.crash();
        assert.deepEqual(contents(openSound(copy)), after, 'it is sound again');
      }
    }
  });
});

test('a missing file is damage, wherever it was', () => {
  const { disk, lines } = folderOf(250);
  const names = segmentFiles(disk);
  names.forEach((name, n) => {
    const copy = copyOf(disk);
    copy.remove(name);
    const { left } = openDamaged(copy, { mayBeTorn: true });
    assert.deepEqual(left, n === 0 ? [] : lines.slice(0, left.length));
    assert.equal(left.length, n === 0 ? 0 : n * 61);
  });
  const empty = new VirtualDisk();
  assert.ok(Journal.open(empty, sampleOptions).journal);
  assert.match(
    Journal.open(new VirtualDisk(), { ...sampleOptions, mustExist: true }).report.damage?.reason ?? '',
    /all segments are missing/,
  );
});

test('what the mark says was flushed must be there; what is behind it may be torn', () => {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  for (let n = 0; n < 10; n++) add(journal, 1000);
  settle(journal);
  for (let n = 0; n < 10; n++) add(journal, 1000);
  disk.crash();
  const [name = ''] = segmentFiles(disk);
  for (let frame = 1; frame <= 20; frame++) {
    for (const isGone of [true, false]) {
      const copy = copyOf(disk);
      const region = copy.openRegion(name);
      const at = 4096 + (frame - 1) * 1000;
      // Lost as a whole, or with the length word still there.
      region?.bytes.fill(0, isGone ? at : at + 8, at + 1000);
      const { journal: opened, report } = Journal.open(copy, { ...sampleOptions, mayBeTorn: true });
      assert.equal(opened === undefined, frame <= 10, `frame ${frame}`);
      const stop = report.damage ?? report.cutTail;
      if (frame <= 10 || !isGone) assert.equal(stop?.index, frame);
      if (stop !== undefined) assert.equal(stop.framesBehind, frame === 20 ? 0 : 20 - frame);
      if (opened === undefined) continue;
      assert.equal(opened.lastIndex, frame - 1);
      copy.crash();
      assert.equal(openSound(copy).lastIndex, frame - 1, 'what stood behind the cut does not come back');
    }
  }
});

test('nothing is changed before damage may be cut, nor in a folder of somebody else', () => {
  const { disk } = folderOf(150);
  const [, second = ''] = segmentFiles(disk);
  const before = allBytes(disk);
  for (const stranger of [{ clusterId: 8 }, { replicaId: 3 }]) {
    const { journal, report } = Journal.open(disk, { ...sampleOptions, ...stranger });
    assert.ok(journal === undefined);
    assert.match(report.refusal ?? '', /belongs to replica 2 of cluster 7/);
  }
  assert.equal(allBytes(disk), before);
  disk.flipByte(second, 20_000);
  const damaged = allBytes(disk);
  assert.ok(Journal.open(disk, sampleOptions).report.damage);
  assert.equal(allBytes(disk), damaged);
});

test('a snapshot covers what is broken before it', () => {
  const { disk, lines } = folderOf(250);
  const [first = '', second = ''] = segmentFiles(disk);
  disk.flipByte(first, 20_000);
  disk.flipByte(second, 530);
  const snapshot = positionAt(lines, 200);
  const { journal, report } = Journal.open(disk, { ...sampleOptions, startAfter: snapshot });
  assert.ok(journal);
  assert.deepEqual(report.dropped, [first, second]);
  assert.deepEqual(contents(journal), lines.slice(journal.firstIndex - 1));
  assert.ok(journal.firstIndex <= 201);
});

function positionAt(lines: readonly string[], index: number): LogPosition {
  const { term, firstSeq, count, timeUs } = JSON.parse(lines[index - 1] ?? '') as Record<string, number>;
  return { index, term: term ?? 0, nextSeq: (firstSeq ?? 0) + (count ?? 0), timeUs: timeUs ?? 0 };
}

test('the snapshot and the journal must fit each other', () => {
  const ahead = folderOf(20);
  const position = { index: 500, term: 4, nextSeq: 4000, timeUs: 1e6 };
  const behind = openSound(ahead.disk, { startAfter: position });
  assert.deepEqual([behind.firstIndex, behind.lastIndex, behind.nextSeq], [501, 500, 4000]);

  // An installation that was interrupted between the snapshot and the journal: the leader's history replaces ours.
  const other = folderOf(20);
  const superseded = Journal.open(other.disk, { ...sampleOptions, startAfter: { ...position, index: 10 } });
  assert.equal(superseded.report.isSuperseded, true);
  assert.deepEqual([superseded.journal?.lastIndex, superseded.journal?.lastTerm], [10, 4]);

  // The snapshot that the journal goes on from is lost.
  const gap = new VirtualDisk();
  const journal = openSound(gap);
  for (let n = 0; n < 200; n++) add(journal, 1000);
  journal.dropBefore(150);
  gap.crash();
  const { report, left } = openDamaged(gap, { startAfter: positionAt(folderOf(20).lines, 20) });
  assert.equal(report.damage?.index, 21);
  assert.deepEqual(left, []);
});

test('a good frame that does not follow the one before is not served', () => {
  const good = { index: 4, term: 2, firstSeq: 7, timeUs: 40 };
  const wrong = [{ index: 3 }, { index: 5 }, { term: 1 }, { firstSeq: 6 }, { firstSeq: 8 }, { timeUs: 29 }];
  for (const change of [{}, ...wrong]) {
    const disk = new VirtualDisk();
    const journal = openSound(disk);
    for (let n = 0; n < 3; n++) add(journal, 48, 2);
    const { bytes, view } = journal;
    const { index, term, firstSeq, timeUs } = { ...good, ...change };
    sealFrame(bytes, view, journal.reserve(48), 48, index, term, firstSeq, timeUs, 0, FrameKind.commands);
    disk.crash();
    const { report } = Journal.open(disk, sampleOptions);
    assert.equal(report.damage?.index, Object.keys(change).length > 0 ? 4 : undefined);
  }
});

test('foreign files are left alone, and garbage under a name of ours does no harm', () => {
  const { disk, lines } = folderOf(20);
  const random = new Random(5);
  const garbage = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => random.below(256));
  for (const name of ['notes.txt', 'segment-1.log', 'segment-0000000000000001.log.bak', 'state~']) {
    disk.write(name, garbage(5000));
  }
  assert.deepEqual(contents(openSound(disk)), lines);
  assert.ok(disk.list().includes('notes.txt'));
  for (const bytes of [1, 500, 5000, 65_536]) {
    const copy = copyOf(disk);
    copy.write('segment-0000000000000099.log', garbage(bytes));
    const { left } = openDamaged(copy);
    assert.deepEqual(left, lines);
  }
});

type Operation = (journal: Journal) => void;

const appendSome: Operation = (journal) => {
  add(journal, 2000, Math.max(3, journal.lastTerm));
};
const appendLarge: Operation = (journal) => {
  add(journal, 50_000, Math.max(3, journal.lastTerm));
};
const flush: Operation = (journal) => {
  journal.requestFlush();
  journal.pollFlush();
};

/** What is done to a journal of 150 frames, and the snapshot that is there by then. */
const scenarios: readonly {
  readonly name: string;
  readonly startAfter: LogPosition;
  readonly operations: readonly Operation[];
}[] = [
  {
    name: 'append',
    startAfter: sampleOptions.startAfter,
    operations: [appendSome, flush, appendSome, appendSome, flush],
  },
  {
    name: 'roll over',
    startAfter: sampleOptions.startAfter,
    operations: [appendLarge, flush, appendLarge, appendLarge, flush, appendLarge, flush],
  },
  {
    name: 'truncate',
    startAfter: sampleOptions.startAfter,
    operations: [
      (journal) => journal.truncateAfter(140),
      flush,
      appendSome,
      (journal) => journal.truncateAfter(30),
      appendLarge,
      flush,
      (journal) => journal.truncateAfter(30),
      appendSome,
      flush,
    ],
  },
  {
    name: 'drop and close',
    startAfter: { index: 130, term: 1, nextSeq: 261, timeUs: 1300 },
    operations: [
      (journal) => journal.dropBefore(131),
      appendSome,
      (journal) => {
        journal.close();
      },
    ],
  },
  {
    name: 'reset',
    startAfter: { index: 500, term: 9, nextSeq: 5000, timeUs: 900_000 },
    operations: [(journal) => journal.reset(500, 9, 5000, 900_000), flush, appendSome, appendSome, flush],
  },
];

for (const { name, startAfter, operations } of scenarios) {
  test(`failure 19: killed before each single write, the journal is whole again (${name})`, () => {
    dieAtEachStep(startAfter, operations, undefined);
  });

  test(`failure 17: a power cut at each single write loses nothing that was flushed (${name})`, () => {
    dieAtEachStep(startAfter, operations, new Random(17));
  });
}

function steppedDisk(isImmediate: boolean): { readonly disk: DyingDisk; readonly journal: Journal } {
  const disk = new DyingDisk({ pageBytes: 512, isImmediate });
  const journal = openSound(disk);
  for (let n = 0; n < 150; n++) add(journal, 1000);
  journal.requestFlush();
  while (disk.flushNext());
  for (let n = 0; n < 600; n++) journal.pollFlush();
  while (disk.flushNext());
  journal.pollFlush();
  return { disk, journal };
}

/** The log after each operation when nothing goes wrong, dropped frames included; the first entry is the log before. */
function historyOf(operations: readonly Operation[]): { readonly last: number; readonly lines: string[] }[] {
  const { journal } = steppedDisk(true);
  let lines = contents(journal);
  const history = [{ last: journal.lastIndex, lines }];
  for (const operation of operations) {
    operation(journal);
    const isReset = journal.firstIndex > lines.length + 1;
    lines = [...(isReset ? [] : lines.slice(0, journal.firstIndex - 1)), ...contents(journal)];
    history.push({ last: journal.lastIndex, lines });
  }
  return history;
}

/**
 * Lets the process (or, with `random`, the machine) die before each write in turn, and checks that the next process
 * finds a stretch of the log as it was before or after the operation, with all that had to survive.
 */
function dieAtEachStep(
  startAfter: LogPosition,
  operations: readonly Operation[],
  random: Random | undefined,
): void {
  const history = historyOf(operations);
  for (let step = 0, isAlive = false; !isAlive; step++) {
    const { disk, journal } = steppedDisk(step % 2 === 0);
    let durable = journal.durableIndex;
    let done = 0;
    disk.stepsToLive = step;
    disk.kernel = random;
    try {
      for (; done < operations.length; done++) {
        durable = journal.durableIndex;
        operations[done]?.(journal);
      }
      isAlive = true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    disk.stepsToLive = Number.MAX_SAFE_INTEGER;
    disk.kernel = undefined;
    if (random === undefined) disk.crash();
    else disk.powerCut(random);

    const before = history[Math.min(done, operations.length - 1)]!;
    const after = history[Math.min(done + 1, operations.length)]!;
    const survives = random === undefined ? before.last : durable;
    const least = Math.max(startAfter.index, Math.min(survives, after.last));
    const reopened = openSound(disk, { startAfter, mayBeTorn: random !== undefined });
    const found = contents(reopened);
    const where = `step ${step} in operation ${done}: ${reopened.firstIndex} to ${reopened.lastIndex}`;
    assert.ok(reopened.lastIndex >= least, `${where}, at least ${least} must be there`);
    assert.ok(reopened.firstIndex <= startAfter.index + 1, where);
    const isStretch = [before, after].some(({ lines }) => found.every((line) => lines.includes(line)));
    assert.ok(isStretch, `${where} is of no history`);

    assert.ok(add(reopened, 1000, 11));
    const grown = contents(reopened);
    disk.crash();
    assert.deepEqual(contents(openSound(disk, { startAfter })), grown);
  }
}
