import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventAt } from '../../protocol/events.ts';
import { eventBytesMax } from '../../protocol/limits.ts';
import { noEvent } from '../../protocol/messages.ts';
import { getU53, setU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { EventRing } from './event-ring.ts';
import { RememberedFills } from './fills.ts';

function emit(ring: EventRing, seq: number, n: number, length = 64): void {
  const at = ring.claim(length);
  ring.view.setUint16(at, length, true);
  setU53(ring.view, at + eventAt.seq, seq);
  ring.view.setUint32(at + eventAt.n, n, true);
}

function readFrom(ring: EventRing, position: number): string[] {
  const read: string[] = [];
  for (let p = ring.align(position); p < ring.end; p = ring.align(p + ring.lengthAt(p))) {
    const at = ring.offset(p);
    read.push(`${getU53(ring.view, at + eventAt.seq)}.${ring.view.getUint32(at + eventAt.n, true)}`);
  }
  return read;
}

test('a reader finds every event after the one it saw last, while the ring holds it', () => {
  const ring = new EventRing(65_536, 0, new RememberedFills(1_024, 0));
  for (let seq = 1; seq <= 20; seq++) for (let n = 0; n < 3; n++) emit(ring, seq, n);
  assert.deepEqual(readFrom(ring, ring.positionAfter(19, 1)), ['19.2', '20.0', '20.1', '20.2']);
  assert.deepEqual(readFrom(ring, ring.positionAfter(19, noEvent)), ['20.0', '20.1', '20.2']);
  assert.deepEqual(readFrom(ring, ring.positionAfter(20, 2)), []);
  assert.equal(readFrom(ring, ring.positionAfter(0, noEvent)).length, 60);
});

test('what was overwritten is said to be forgotten, and nothing that follows it is', () => {
  const random = new Random(5);
  const ring = new EventRing(65_536, 0, new RememberedFills(1_024, 0));
  const all: string[] = [];
  for (let seq = 1; seq <= 3_000; seq++) {
    const events = random.between(0, 4);
    for (let n = 0; n < events; n++) {
      emit(ring, seq, n, 8 * random.between(5, 12));
      all.push(`${seq}.${n}`);
    }
    if (seq % 97 !== 0) continue;
    const afterSeq = random.between(1, seq);
    const expected = all.filter((id) => Number(id.split('.')[0]) > afterSeq);
    const position = ring.positionAfter(afterSeq, noEvent);
    const held = readFrom(ring, ring.start);
    if (position >= 0) assert.deepEqual(readFrom(ring, position), expected);
    else assert.ok(held.length < expected.length + 1 || held[0] !== expected[0]);
    assert.ok(position >= 0 || !held.includes(expected[0] ?? ''), 'forgotten only what is really gone');
  }
  assert.equal(ring.positionAfter(1, noEvent), -1);
});

test('a ring that starts after a snapshot knows nothing from before it', () => {
  const ring = new EventRing(65_536, 100, new RememberedFills(1_024, 100));
  assert.equal(ring.positionAfter(99, noEvent), -1);
  assert.equal(ring.positionAfter(100, noEvent), ring.end);
  emit(ring, 101, 0);
  ring.skipTo(500);
  assert.equal(ring.positionAfter(400, noEvent), -1);
  assert.equal(ring.positionAfter(500, noEvent), ring.end);
});

test('events of any length are held whole from the start on, however the wrap falls', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
    const all: string[] = [];
    for (let seq = 1; seq <= 2_000; seq++) {
      emit(ring, seq, 0, 8 * random.between(5, 16));
      all.push(`${seq}.0`);
      if (!random.chance(0.2)) continue;
      const held = readFrom(ring, ring.start);
      assert.deepEqual(held, all.slice(-held.length));
      assert.ok(held.length === seq || held.length > 120, 'it holds about as much as fits');
    }
  }
});

/** The seq of the first event from a position on. */
function seqAt(ring: EventRing, position: number): number {
  return getU53(ring.view, ring.offset(ring.align(position)) + eventAt.seq);
}

test('a place that was overwritten is told apart from one that is held, whatever bytes stand there now', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
    const places: { readonly position: number; readonly seq: number }[] = [];
    for (let seq = 1; seq <= 1_000; seq++) {
      // A reader that has read everything is at the end, which may turn out to be a gap before a wrap.
      places.push({ position: ring.end, seq });
      emit(ring, seq, 0, 8 * random.between(5, 16));
      const held = seqAt(ring, ring.start);
      for (const place of places.slice(Math.max(0, held - 4), held + 3)) {
        assert.equal(ring.isForgotten(place.position), place.seq < held, `${place.seq}, from ${held} on`);
        if (place.seq >= held) assert.equal(seqAt(ring, place.position), place.seq);
      }
    }
  }
});

test('after a jump every earlier place is forgotten, also the last', () => {
  const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
  emit(ring, 1, 0);
  const { end } = ring;
  ring.skipTo(10);
  assert.equal(ring.isForgotten(end), true);
  emit(ring, 11, 0);
  assert.deepEqual(readFrom(ring, ring.start), ['11.0']);
});

test('a run ends at the wrap, at the limit and at the end, always behind a whole event', () => {
  const random = new Random(9);
  const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
  for (let seq = 1; seq <= 2_000; seq++) {
    emit(ring, seq, 0, 8 * random.between(5, 16));
    const limit = random.between(1, 4_000);
    let position = ring.align(ring.start);
    let events = 0;
    while (position < ring.end) {
      const run = ring.contiguous(position, limit);
      assert.ok(run <= limit && ring.offset(position) + run <= 16_384);
      if (run === 0) {
        assert.ok(ring.lengthAt(position) > limit);
        break;
      }
      for (let at = position; at < position + run; at += ring.lengthAt(at)) events += 1;
      position = ring.align(position + run);
    }
    if (limit >= 128) assert.equal(events, readFrom(ring, ring.start).length);
  }
});

test('what is claimed is zero, in every round, however events fall on stretches and on the end of the ring', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
    for (let seq = 1; seq <= 2_000; seq++) {
      const length = 8 * random.between(5, 16);
      const at = ring.claim(length);
      assert.ok(
        ring.bytes.subarray(at, at + length).every((byte) => byte === 0),
        `event ${seq} at ${at}`,
      );
      ring.bytes.fill(0xee, at, at + length);
      ring.view.setUint16(at, length, true);
      setU53(ring.view, at + eventAt.seq, seq);
      ring.view.setUint32(at + eventAt.n, 0, true);
      if (random.below(500) === 0) ring.skipTo(seq);
    }
  }
});

test('an event longer than any may be is refused, also where there is room', () => {
  const ring = new EventRing(16_384, 0, new RememberedFills(1_024, 0));
  assert.throws(() => ring.claim(eventBytesMax + 8), /within its limit/);
  emit(ring, 1, 0);
  assert.throws(() => ring.claim(eventBytesMax + 8), /within its limit/);
});
