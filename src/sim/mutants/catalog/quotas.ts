/** Wrong quotas: what an account may send in a second and in a day. */
import type { Mutant } from '../mutant.ts';

export const quotaMutants: readonly Mutant[] = [
  {
    name: 'quota-by-the-gateway',
    defect: 'The exchange leaves it to gateways to count orders, each of which sees a part of them.',
    breaks: 9,
    expected: ['quotas'],
    edits: [
      {
        file: 'engine/commands/quotas.ts',
        find: '  return state.tiers.hasQuotas ? refusalOfTier(state, account) : OutcomeCode.ok;',
        replace:
          '  return refusalOfTier(state, account) === -1 ? OutcomeCode.quotaExceeded : OutcomeCode.ok;',
      },
    ],
  },
  {
    name: 'quota-forgotten-in-the-snapshot',
    defect:
      'A replica that starts from a snapshot does not know what accounts have sent in this second and day.',
    breaks: 8,
    expected: ['equivalence', 'quotas', 'agreement', 'linearizability'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '  at = tiers.copyFrom(bytes, at);\n',
        replace: `  at = tiers.copyFrom(bytes, at);
  for (let slot = 0; slot < accounts.used; slot++) accounts.forgetOrders(slot);
`,
      },
      {
        file: 'engine/stores/accounts.ts',
        find: '  /** Counts an order. @hot */\n',
        replace: `  forgetOrders(slot: number): void {
    this.i32.fill(0, slot * ACCOUNT_WORDS + SECOND, (slot + 1) * ACCOUNT_WORDS);
  }

  /** Counts an order. @hot */
`,
      },
    ],
  },
  {
    name: 'second-that-never-ends',
    defect: 'What an account sent in a second counts in all later ones.',
    breaks: 9,
    expected: ['quotas'],
    edits: [
      {
        file: 'engine/stores/accounts.ts',
        find: 'return this.i32[at + SECOND] === second ? this.u32[at + IN_SECOND]! : 0;',
        replace: 'return second === 0 ? 0 : this.u32[at + IN_SECOND]!;',
      },
    ],
  },
  {
    name: 'cancel-behind-orders',
    defect: 'An account that has spent its quota may not even cancel.',
    breaks: 9,
    expected: ['quotas'],
    edits: [
      {
        file: 'engine/commands/order-changes.ts',
        find: '  const slot = findOpen(state, cancelType, view, at + cancelIdAt, at + cancelClientAt);\n',
        replace: `  const owner = findAccount(state, cancelType, OutcomeCode.unknownAccount);
  if (owner === NONE) return;
  const refused = quotaRefusal(state, owner);
  if (refused !== OutcomeCode.ok) {
    answerUnknown(state, cancelType, refused, 0, view, at + cancelClientAt);
    return;
  }
  const slot = findOpen(state, cancelType, view, at + cancelIdAt, at + cancelClientAt);
`,
      },
    ],
  },
];
