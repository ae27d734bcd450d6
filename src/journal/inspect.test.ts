import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelOrder, endDay } from '../protocol/commands.ts';
import { FrameKind, frameHeaderBytes } from '../protocol/frames.ts';
import { frameLines, inspectFolder, inspectionLines, readFrames } from './inspect.ts';
import type { Journal } from './journal.ts';
import { buildSnapshot, snapshotName } from './snapshot-file.ts';
import { StateFile } from './state-file.ts';
import { openSound } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

const header = { sessionId: 4, commandNumber: 17, accountId: 9, deadlineMs: 0 };

/** A frame of two commands. */
function addCommands(journal: Journal): void {
  const length = frameHeaderBytes + cancelOrder.size + endDay.size;
  const at = journal.reserve(length) + frameHeaderBytes;
  cancelOrder.write(journal.view, at, { ...header, orderId: 77, clientOrderId: 'abc', reserved2: 0 });
  endDay.write(journal.view, at + cancelOrder.size, { ...header, commandNumber: 18 });
  journal.seal(length, 2, journal.lastTimeUs + 5, 2, FrameKind.commands);
}

function folder(frames: number): VirtualDisk {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  for (let n = 0; n < frames; n++) addCommands(journal);
  const at = journal.reserve(56);
  journal.view.setUint32(at + frameHeaderBytes, 5, true);
  journal.seal(56, 2, journal.lastTimeUs + 5, 0, FrameKind.configuration);
  journal.close();
  const state = {
    clusterId: 7,
    replicaId: 2,
    term: 2,
    votedFor: 1,
    recovering: false,
    incarnation: 3,
    founders: [1, 2, 3],
    instance: 77,
    epochSeen: 0,
    nextInstance: 0,
    previousIncarnation: 0,
    hasBegun: true,
    heard: new Float64Array(256),
    bootId: disk.bootId,
    isClean: true,
    durability: 'disk',
  } as const;
  StateFile.create(disk, state);
  const parts = {
    founders: [1, 2, 3],
    instance: 77,
    epoch: 1,
    configuration: new Uint8Array(4),
    logDigest: 0x89ab_cdef,
    eventDigest: 7,
    stateHash: '0123456789abcdef',
    state: new Uint8Array(40),
  };
  disk.write(snapshotName(6), buildSnapshot({ index: 6, term: 2, seq: 12, timeUs: 30, ...parts }));
  return disk;
}

test('frames and their commands are listed', () => {
  const found = [...readFrames(folder(3), 3)];
  assert.deepEqual(found.flatMap(frameLines), [
    'frame 3 term 2 time 15 us, 128 bytes at segment-0000000000000001.log:4352, 2 commands from seq 5',
    '  seq 5 cancelOrder sessionId=4 commandNumber=17 accountId=9 deadlineMs=0 orderId=77 clientOrderId=abc',
    '  seq 6 endDay sessionId=4 commandNumber=18 accountId=9 deadlineMs=0',
    'frame 4 term 2 time 20 us, 56 bytes at segment-0000000000000001.log:4480, configuration',
  ]);
  assert.equal([...readFrames(folder(3), 2, 2)].length, 1);
});

test('a sound folder of several files has no problem', () => {
  const inspection = inspectFolder(folder(2000));
  assert.deepEqual(inspection.problems, []);
  assert.deepEqual([inspection.frames, inspection.commands], [2001, 4000]);
  assert.ok(inspection.segments.length > 3);
  const lines = inspectionLines(inspection);
  assert.match(lines.at(-1) ?? '', /^2001 frames, 4000 commands: everything is good$/);
  assert.ok(
    lines.includes(
      'state: replica 2 of cluster 7, term 2, voted for 1, voting, last run in disk mode ended cleanly',
    ),
  );
});

test('every bad file is named, with the place, and the rest is still read', () => {
  const disk = folder(2000);
  const [, second = '', third = ''] = disk.list();
  disk.flipByte(second, 4096 + 128 * 10 + 60);
  disk.flipByte(third, 8);
  disk.flipByte(snapshotName(6), 90);
  disk.flipByte('state', 16);
  const { problems, frames, state } = inspectFolder(disk);
  assert.deepEqual(
    problems.map(({ file, offset }) => [file, offset]),
    [
      [second, 4096 + 128 * 10],
      [third, 0],
      ['segment-0000000000000004.log', 0],
      [snapshotName(6), 0],
      ['state', 0],
    ],
  );
  assert.match(
    problems[0]?.reason ?? '',
    /checksum of the frame does not match; \d+ good frames stand behind it/,
  );
  assert.ok(frames > 1000);
  assert.equal(state?.votedFor, 1);
});

test('a frame whose commands are not what its header says is a problem', () => {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  journal.reserve(frameHeaderBytes);
  journal.seal(frameHeaderBytes, 1, 5, 3, FrameKind.commands);
  const at = journal.reserve(frameHeaderBytes + 8);
  journal.bytes.fill(0xee, at + frameHeaderBytes, at + frameHeaderBytes + 8);
  journal.seal(frameHeaderBytes + 8, 1, 6, 1, FrameKind.commands);
  assert.deepEqual(
    inspectFolder(disk).problems.map(({ reason }) => reason),
    ['frame 1: 0 commands stand where the header says 3', 'frame 2: command 1 is malformed'],
  );
  assert.deepEqual([...readFrames(disk, 2)][0]?.commands, [
    `malformed command at offset ${at + frameHeaderBytes}`,
  ]);
});

test('an inspection of a damaged folder changes none of its files', () => {
  const disk = folder(700);
  disk.flipByte('segment-0000000000000001.log', 5000);
  const read = (): string[] => disk.list().map((name) => `${name} ${disk.read(name)?.join()}`);
  const before = read();
  inspectFolder(disk);
  assert.ok([...readFrames(disk)].length > 0);
  assert.deepEqual(read(), before);
});
