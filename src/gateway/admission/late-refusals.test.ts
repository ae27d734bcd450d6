import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { HeldRequests, LateRefusals } from './late-refusals.ts';

function desk(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { ms: 0 };
  const refusals = new LateRefusals(() => clock.ms);
  const given = new Map<string, number>();
  const countOf = (sender: string): number => given.get(sender) ?? 0;
  /** Refuses so many, each on a connection of its own where none is named. */
  const give = (sender: string, count: number, held?: HeldRequests): void => {
    for (let n = 0; n < count; n++)
      refusals.give(sender, held ?? new HeldRequests(), () => void given.set(sender, countOf(sender) + 1));
  };
  const pass = (ms: number): void => {
    clock.ms += ms;
    context.mock.timers.tick(ms);
  };
  return { give, pass, countOf };
}

test('a hundred refusals in a second come at once, the next ones late, and those of others at once', (context) => {
  const { give, pass, countOf } = desk(context);
  give('flood', 150);
  give('honest', 1);
  assert.deepEqual([countOf('flood'), countOf('honest')], [100, 1]);
  pass(250);
  assert.equal(countOf('flood'), 100);
  pass(50 * 8);
  assert.equal(countOf('flood'), 150);
  give('flood', 1);
  assert.equal(countOf('flood'), 150, 'of the same second');
  pass(350);
  give('flood', 1);
  assert.equal(countOf('flood'), 152, 'in another second');
});

test('late refusals come one after the other, so that no turn of the loop is full of them', (context) => {
  const { give, pass, countOf } = desk(context);
  give('flood', 100 + 200);
  pass(250);
  for (let n = 0; n <= 200; n++) {
    assert.equal(countOf('flood'), 100 + n);
    pass(8);
  }
});

test('no refusal is later than by some two seconds, however many wait', (context) => {
  const { give, pass, countOf } = desk(context);
  give('flood', 100 + 4_000);
  pass(2_250);
  assert.equal(countOf('flood'), 4_100);
});

test('where very many refusals wait the next ones come at once', (context) => {
  const { give, countOf } = desk(context);
  give('flood', 100 + 4_096 + 5);
  assert.equal(countOf('flood'), 105);
});

test('what comes on a connection waits behind a refusal that is late', (context) => {
  const { give, pass, countOf } = desk(context);
  const held = new HeldRequests();
  give('flood', 100);
  for (let n = 0; n < 4; n++) held.pass(() => give('flood', 1, held));
  assert.equal(countOf('flood'), 100);
  const seen: number[] = [];
  for (let n = 0; n < 4; n++) {
    pass(258);
    seen.push(countOf('flood'));
  }
  // The last one is of another second, in which a hundred come at once.
  assert.deepEqual(seen, [101, 102, 103, 104]);
  let isPast = false;
  held.pass(() => (isPast = true));
  assert.ok(isPast, 'nothing is held any more');
});
