/** Orders that are wrongly cancelled, and trades that are wrongly remembered. */
import type { Mutant } from '../mutant.ts';

export const cancellingMutants: readonly Mutant[] = [
  {
    name: 'cancelled-order-trades',
    defect: 'An order that a mass cancel means trades as long as it is in its book.',
    breaks: 6,
    expected: ['mass cancels'],
    edits: [
      {
        file: 'engine/stores/sweeps.ts',
        find: '    while (this.#ifReached(side, slot, limitTicks) !== NONE && this.isDoomed(slot)) {\n',
        replace: '    while (this.#ifReached(side, slot, limitTicks) !== NONE && slot < 0) {\n',
      },
    ],
  },
  {
    name: 'fill-or-kill-looks-twice',
    defect:
      'What a fill-or-kill order has looked past counts again when it trades, so that it may end in the middle.',
    breaks: 6,
    expected: ['positions'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: '      if (isSweeping) sweeps.passAgain(passed);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'order-meets-all-that-rests',
    defect: 'An order trades for as long as there is something to trade with, however many orders that are.',
    breaks: 9,
    expected: ['positions'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: '    if (met === state.limits.tradesMax) return CancelReason.tooManyTrades;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'fill-or-kill-counts-no-orders',
    defect: 'A fill-or-kill order begins to trade with more orders than it may meet, and ends in the middle.',
    breaks: 6,
    expected: ['positions'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: '    if (met++ === limits.tradesMax) return Fillable.tooManyTrades;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'new-leader-leaves-mass-cancels',
    defect: 'A leader of a later term does not go on with the mass cancels of those before it.',
    breaks: 2,
    expected: ['liveness'],
    edits: [
      {
        file: 'replica/sessions/exchange-service.ts',
        find: '    if (this.#view.serving) work += this.#sweeper.doWork(nowUs);\n',
        replace: '    if (this.#view.serving && this.#view.term < 3) work += this.#sweeper.doWork(nowUs);\n',
      },
    ],
  },
  {
    name: 'snapshot-forgets-mass-cancels',
    defect: 'A restored state has forgotten which mass cancels go on.',
    breaks: 8,
    expected: ['equivalence'],
    edits: [
      {
        file: 'engine/snapshot/sweep-snapshot.ts',
        find: '    state.sweeps.add(sweep);\n',
        replace: '',
      },
      {
        file: 'engine/snapshot/sweep-snapshot.ts',
        find: '  state.isSweeping = count > 0;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'snapshot-forgets-values',
    defect: 'A restored state takes what an order has traded for its price times its lots.',
    breaks: 8,
    expected: ['equivalence'],
    edits: [
      {
        file: 'store/order-record.ts',
        find: '      this.keepValue(slot, low, high);',
        replace: '      this.keepValue(slot, this.filledValueLow(slot), 0);',
      },
    ],
  },
  {
    name: 'fills-skip-one',
    defect: 'One in seven executions is left out of the chain of its account.',
    breaks: 2,
    expected: ['linearizability'],
    edits: [
      {
        file: 'replica/exchange/fills.ts',
        find: '    accounts[line + NEWEST] = position + 1;\n',
        replace: '    if (position % 7 !== 0) accounts[line + NEWEST] = position + 1;\n',
      },
    ],
  },
];
