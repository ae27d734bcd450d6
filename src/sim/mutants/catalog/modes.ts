/** Wrong modes: what the exchange, an instrument or an account takes. */
import type { Mutant } from '../mutant.ts';

export const modeMutants: readonly Mutant[] = [
  {
    name: 'mode-by-the-gateway',
    defect:
      'The exchange leaves it to gateways to refuse what a mode refuses, and orders come by other ways too.',
    breaks: 10,
    expected: ['modes'],
    edits: [
      {
        file: 'engine/commands/modes.ts',
        find: '  if (place === NONE) return OutcomeCode.ok;\n',
        replace: '  if (place === NONE || state.accountId !== 0) return OutcomeCode.ok;\n',
      },
    ],
  },
  {
    name: 'mode-forgotten-in-the-snapshot',
    defect: 'A replica that starts from a snapshot takes everything to be open.',
    breaks: 8,
    expected: ['equivalence', 'modes', 'agreement', 'linearizability'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '  state.isRestricted = modes.stopped > 0;',
        replace: '  state.isRestricted = false;',
      },
    ],
  },
  {
    name: 'kill-that-lets-an-order-in',
    defect: 'A kill cancels the orders of an account that has some, and forgets to stop the account.',
    breaks: 10,
    expected: ['modes'],
    edits: [
      {
        file: 'engine/commands/mode-changes.ts',
        find: '  noteChange(state, state.modes.set(ModeScope.account, account, given));\n',
        replace: `  if (state.accounts.openOrders(account) === 0)
    noteChange(state, state.modes.set(ModeScope.account, account, given));
`,
      },
    ],
  },
];
