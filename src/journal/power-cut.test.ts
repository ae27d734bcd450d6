import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../std/random.ts';
import { Journal } from './journal.ts';
import { add, contents, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

/** What one machine lives through: work, with power cuts and crashes in between. */
class Life {
  readonly #random: Random;
  readonly #disk: VirtualDisk;
  #journal: Journal;
  /** The log as it should be, frame by frame, from index 1. */
  #lines: string[] = [];
  cuts = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#disk = new VirtualDisk({ isImmediate: false, pageBytes: this.#random.pick([512, 4096]) });
    this.#journal = this.#open(false);
  }

  work(): void {
    const random = this.#random;
    const what = random.below(12);
    if (what < 5) this.#append();
    else if (what < 6) this.#truncate();
    else if (what < 8) this.#journal.requestFlush();
    else if (what < 10) while (random.chance(0.6)) this.#disk.flushNext();
    else this.#disk.writeBack(random);
    this.#journal.pollFlush();
  }

  /** The machine loses its power: what was durable is there again, and nothing that is not of the log. */
  cutPower(): void {
    const durable = this.#journal.durableIndex;
    this.#disk.powerCut(this.#random);
    this.#journal = this.#open(true);
    const found = contents(this.#journal);
    assert.deepEqual(found, this.#lines.slice(0, found.length));
    assert.ok(found.length >= durable, `${found.length} frames are left where ${durable} were durable`);
    this.#lines = found;
  }

  /** The process dies: nothing at all is lost. */
  crash(): void {
    this.#disk.crash();
    this.#journal = this.#open(false);
    assert.deepEqual(contents(this.#journal), this.#lines);
  }

  #open(mayBeTorn: boolean): Journal {
    const { journal, report } = Journal.open(this.#disk, { ...sampleOptions, mayBeTorn });
    assert.equal(report.damage, undefined, 'a power cut is not damage');
    assert.ok(journal !== undefined, `${report.refusal}`);
    if (report.cutTail !== undefined) this.cuts += 1;
    return journal;
  }

  #append(): void {
    const random = this.#random;
    const journal = this.#journal;
    for (let n = random.below(20); n >= 0; n--) {
      const term = Math.max(1, journal.lastTerm) + (random.chance(0.1) ? 1 : 0);
      // Mostly one size, so that old and new frames are at the same places.
      const bytes = random.chance(0.7) ? 512 : 48 + 8 * random.below(1000);
      assert.ok(add(journal, bytes, term, random.below(250)));
      this.#lines.push(...contents(journal, journal.lastIndex));
    }
  }

  #truncate(): void {
    const keep = Math.max(0, this.#journal.lastIndex - this.#random.below(40));
    this.#journal.truncateAfter(keep);
    this.#lines = this.#lines.slice(0, keep);
  }
}

test('failure 17: over many power cuts nothing durable is lost and no other log appears', () => {
  let cuts = 0;
  for (let seed = 0; seed < 30; seed++) {
    const random = new Random(1000 + seed);
    const life = new Life(seed);
    for (let round = 0; round < 6; round++) {
      for (let step = random.below(40); step >= 0; step--) life.work();
      if (random.chance(0.7)) life.cutPower();
      else life.crash();
    }
    cuts += life.cuts;
  }
  assert.ok(cuts > 10, 'tails were torn');
});
