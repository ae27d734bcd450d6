/** Wrong exchanges in which API keys do not hold. */
import type { Mutant } from '../mutant.ts';

const store = 'engine/stores/keys.ts';

export const keyMutants: readonly Mutant[] = [
  {
    name: 'revoked-key-trades',
    defect: 'A key that is revoked goes on to act.',
    breaks: 10,
    expected: ['keys'],
    edits: [
      {
        file: store,
        find: '    if ((mayDo & REVOKED) !== 0) return OutcomeCode.keyRevoked;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'permission-not-checked',
    defect: 'A key may do everything for its accounts.',
    breaks: 10,
    expected: ['keys'],
    edits: [
      {
        file: store,
        find: '    if ((mayDo & permissions) === 0) return OutcomeCode.notPermitted;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'key-of-another-account',
    defect: 'A key acts for every account.',
    breaks: 10,
    expected: ['keys'],
    edits: [
      {
        file: store,
        find: 'return OutcomeCode.accountNotAllowed;',
        replace: 'return OutcomeCode.ok;',
      },
    ],
  },
  {
    name: 'old-version-for-ever',
    defect: 'The secret before the newest stays good after its time.',
    breaks: 10,
    expected: ['keys'],
    edits: [
      {
        file: store,
        find: ' - 1 && timeUs < untilMs * 1000;',
        replace: ' - 1 && untilMs >= 0;',
      },
    ],
  },
  {
    name: 'expiry-by-the-gateways-clock',
    defect: 'Whether a key has expired is judged by the time that the gateway took over from the request.',
    breaks: 10,
    expected: ['keys'],
    edits: [
      {
        file: 'engine/commands/requests.ts',
        find: 'permissionsOf[type]!, accountId, state.lastTimeUs);',
        replace: 'permissionsOf[type]!, accountId, getU53(view, at) * 1000);',
      },
    ],
  },
  {
    name: 'keys-left-out-of-the-snapshot',
    defect: 'A replica that starts from a snapshot has forgotten the accounts of all keys.',
    breaks: 8,
    expected: ['agreement', 'equivalence', 'keys', 'invariants'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '  return [accounts, tiers, instruments, positions, sessions, keys, keys.accounts, modes, audit];',
        replace: '  return [accounts, tiers, instruments, positions, sessions, keys, modes, audit];',
      },
    ],
  },
];
