/** The published shape of an API key in answers. */
import { KeyKind, Permission } from '../../protocol/key-commands.ts';
import { namesOf } from '../../protocol/layout.ts';

const count = (description: string) => ({ type: 'integer', description });
const yes = (description: string) => ({ type: 'boolean', description });
const listOf = (items: object, description: string) => ({ type: 'array', items, description });

/** What is said of a key. */
export const keyFields = {
  keyId: { type: 'string', description: 'Name of the key.' },
  number: count('Number that the exchange gave to the key.'),
  kind: { type: 'string', enum: namesOf(KeyKind), description: 'How it signs.' },
  version: count('Of its newest secret; the first one is 1.'),
  permissions: listOf({ type: 'string', enum: namesOf(Permission) }, 'What it may do.'),
  accountIds: listOf({ type: 'integer' }, 'The accounts that it acts for; the first is the default.'),
  tier: count('A mark for operators: quotas go by the tier of the account.'),
  networks: listOf({ type: 'string' }, 'From where it may sign; none is everywhere.'),
  createdAtMs: count('Milliseconds since 1970.'),
  expiresAtMs: count('From when on it is refused; 0 is never.'),
  previousUntilMs: count('Until when the secret before the newest is good; 0: no more.'),
  isRevoked: yes('Whether it was ended for good.'),
  isImported: yes('Whether its secret is still in a file: rotate it.'),
  programId: count('Number in the certificate of the program that acts by it.'),
  publicKey: { type: 'string', description: 'Public key of Ed25519, in hexadecimal.' },
} as const;

/** The same, with the secret that was made. */
export const madeKeyFields = {
  ...keyFields,
  secret: {
    type: 'string',
    description: 'What requests are signed with: hexadecimal. It is shown here only.',
  },
} as const;

export const keyExample = {
  keyId: 'alice-1',
  number: 2,
  kind: 'hmac',
  version: 1,
  permissions: ['read', 'trade'],
  accountIds: [7],
  tier: 0,
  networks: [],
  createdAtMs: 1_700_000_000_000,
  expiresAtMs: 0,
  previousUntilMs: 0,
  isRevoked: false,
  isImported: false,
};
