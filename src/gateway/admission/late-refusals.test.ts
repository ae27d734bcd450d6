import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { LateRefusals } from './late-refusals.ts';

function desk(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { ms: 0 };
  const refusals = new LateRefusals(() => clock.ms);
  const given = new Map<string, number>();
  const give = (sender: string, count: number): void => {
    for (let n = 0; n < count; n++)
      refusals.give(sender, () => void given.set(sender, (given.get(sender) ?? 0) + 1));
  };
  const pass = (ms: number): void => {
    clock.ms += ms;
    context.mock.timers.tick(ms);
  };
  return { give, pass, given };
}

test('a hundred refusals in a second come at once, the next ones late, and those of others at once', (context) => {
  const { give, pass, given } = desk(context);
  give('flood', 150);
  give('honest', 1);
  assert.deepEqual([given.get('flood'), given.get('honest')], [100, 1]);
  pass(249);
  assert.equal(given.get('flood'), 100);
  pass(1);
  assert.equal(given.get('flood'), 150);
  give('flood', 1);
  assert.equal(given.get('flood'), 150, 'of the same second');
  pass(750);
  give('flood', 1);
  assert.equal(given.get('flood'), 152, 'in another second');
});

test('where very many refusals wait the next ones come at once', (context) => {
  const { give, given } = desk(context);
  give('flood', 100 + 1_024 + 5);
  assert.equal(given.get('flood'), 105);
});
