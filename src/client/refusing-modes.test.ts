import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { modeRefused, outcome } from '../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { Mode, ModeScope } from '../protocol/mode-commands.ts';
import { RefusingModes } from './refusing-modes.ts';

function record<F extends Fields>(layout: Layout<F>, values: object): DataView {
  const view = new DataView(new ArrayBuffer(layout.size));
  layout.write(view, 0, { ...layout.read(view, 0), ...values } as ValuesOf<F>);
  return view;
}

const stated = { mode: Mode.halted, scope: ModeScope.account, accountId: 7, reasonText: 'runs wild' };
const code = OutcomeCode.modeHalted;

test('an outcome says which mode refused its command, and why', () => {
  const modes = new RefusingModes();
  modes.heard(record(modeRefused, { seq: 5, ...stated }), 0);
  const { refusedBy, code: word } = modes.outcome(record(outcome, { seq: 5, code }), 0);
  assert.deepEqual([word, refusedBy?.mode, refusedBy?.scope], ['modeHalted', 'halted', 'account']);
  assert.deepEqual([refusedBy?.accountId, refusedBy?.reasonText], [7, 'runs wild']);
  assert.equal(modes.outcome(record(outcome, { seq: 6 }), 0).refusedBy, undefined);
});

test('the mode of another command is not told of this one', () => {
  const modes = new RefusingModes();
  modes.heard(record(modeRefused, { seq: 4, ...stated }), 0);
  assert.equal(modes.outcome(record(outcome, { seq: 5, code }), 0).refusedBy, undefined);
});
