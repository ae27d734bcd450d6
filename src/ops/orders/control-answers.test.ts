import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { type AnswerName, answerIn, answers, leaseIn } from './control-answers.ts';

test('an answer is taken as its schema says: around each bound, without each key, with unknown keys', () => {
  for (const [name, { json }] of Object.entries(answers) as [AnswerName, (typeof answers)[AnswerName]][]) {
    const accepts = new Ajv({ strict: true }).compile(json);
    let taken = 0;
    let refused = 0;
    tryAroundBounds(json, (answer) => {
      const isTaken = answerIn(name, answer) !== undefined;
      assert.equal(isTaken, accepts(answer), `${name} ${JSON.stringify(answer)?.slice(0, 300)}`);
      if (isTaken) taken++;
      else refused++;
    });
    assert.ok(taken > 10 && refused > 10, `${name}: ${taken} taken, ${refused} refused`);
    assert.equal(answerIn(name, undefined), undefined);
  }
});

const leaseOf = (lease: unknown) => leaseIn(answerIn('reply', { lease })!);

test('a lease says until when it is good, or why there is none', () => {
  const granted = { isGranted: true, epoch: 1, lengthUs: 5 } as const;
  assert.deepEqual(leaseOf(granted), granted);
  const refused = { isGranted: false, reason: 'another site has it', waitUs: 0 } as const;
  assert.deepEqual(leaseOf(refused), refused);
  for (const lease of [undefined, { isGranted: true, epoch: 1 }, { isGranted: false, waitUs: 1 }])
    assert.equal(leaseOf(lease), undefined);
});
