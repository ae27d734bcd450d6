import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { largeMappings, useHugePages } from './huge-pages.ts';

const mega = 2 ** 20;

test('only large anonymous memory that can be written to is asked for', () => {
  const maps = [
    '00400000-06c00000 r-xp 00000000 fe:00 1234                               /usr/bin/node',
    '7f0000000000-7f0000800000 rw-p 00000000 00:00 0 ',
    '7f0001000000-7f0001001000 rw-p 00000000 00:00 0 ',
    '7f0002000000-7f0003000000 ---p 00000000 00:00 0 ',
    '7f0004000000-7f0005000000 rw-s 00000000 00:01 77                        /dev/shm/x',
    '7ffc00000000-7ffc01000000 rw-p 00000000 00:00 0                          [stack]',
    '',
  ].join('\n');
  assert.deepEqual(largeMappings(maps), [{ from: 0x7f0000000000, to: 0x7f0000800000 }]);
});

test('the memory of a large array is asked for, and keeps what it holds', () => {
  const words = new Int32Array((64 * mega) / 4);
  for (let at = 0; at < words.length; at += 1_000) words[at] = at;

  assert.ok(useHugePages() >= words.byteLength, 'the array is part of what was asked for');

  for (let at = 0; at < words.length; at += 1_000) assert.equal(words[at], at);
  const switchedOff = readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8').includes('[never]');
  const held = /^AnonHugePages: +(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'));
  if (!switchedOff) assert.notEqual(held?.[1], '0', 'the kernel gave large pages');
});
