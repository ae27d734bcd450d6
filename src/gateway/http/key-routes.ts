/** API keys, for the operator. The answer that makes a secret is the only one that holds it. */

import { traderAccountMax } from '../../protocol/canary.ts';
import { Permission } from '../../protocol/key-commands.ts';
import { namesOf } from '../../protocol/layout.ts';
import {
  accountsPerKeyMax,
  keyIdBytes,
  keyVersionMax,
  networksPerKeyMax,
  tiersMax,
} from '../../protocol/limits.ts';
import { u32Max } from '../../std/integers.ts';
import { field, integer, list, oneOf, refuse, ruled, shape, word } from '../admission/fields.ts';
import type { KeyWithAccounts } from '../admission/keys.ts';
import { type MadeKey, networkTexts, programIdOf } from '../exchange/operator-keys.ts';
import { type AddRoute, operatorOf, route } from './requests.ts';

const graceMsDefault = 86_400_000;

const rights = {
  accountIds: list(
    integer(1, traderAccountMax, 'Number of an account.'),
    accountsPerKeyMax,
    'The accounts that it acts for; the first is the default.',
  ),
  permissions: list(
    oneOf(namesOf(Permission), 'What it may do.'),
    8,
    'What it may do; a new key reads and trades.',
    1,
  ),
  tier: integer(0, tiersMax - 1, 'A mark for operators: quotas go by the tier of the account.'),
  expiresAtMs: integer(
    0,
    Number.MAX_SAFE_INTEGER,
    "Milliseconds since 1970 in the exchange's time, from which it is refused; 0 is never.",
  ),
  networks: list(
    word(43, 'A network such as 192.0.2.0/24 or 2001:db8::/48.'),
    networksPerKeyMax,
    'From where it may sign; none is everywhere.',
  ),
} as const;
const publicKey = field<string>(
  { type: 'string', pattern: '^[0-9a-fA-F]{64}$', description: 'Public key of Ed25519, in hexadecimal.' },
  '64 hexadecimal digits',
);
const keyId = field<string>(
  { type: 'string', pattern: `^[A-Za-z0-9_-]{1,${keyIdBytes}}$`, description: 'Name of the key.' },
  `1 to ${keyIdBytes} letters, digits, - and _`,
);

const programId = integer(
  1,
  u32Max,
  'Number in the certificate of the program that acts by this key, through the SDK.',
);
const newKeyShape = shape({ keyId, publicKey, programId, ...rights }, 'keyId');
const rightsShape = ruled(shape(rights), {
  schema: { type: 'object', minProperties: 1 },
  refusalOf: (sent) =>
    Object.keys(sent).length > 0
      ? undefined
      : refuse('', `Nothing is to be changed: name one of ${Object.keys(rights).join(', ')}.`),
});
const rotationShape = shape({
  graceMs: integer(0, u32Max, 'For how long the secret before stays good; default a day.'),
  publicKey,
  version: integer(
    2,
    keyVersionMax,
    'The version that the next secret is to have: the same again gives the same secret. Default: the next one.',
  ),
});
const params = shape({ keyId }, 'keyId');

const addKey = route({
  method: 'POST',
  path: '/v1/operator/keys',
  operationId: 'addKey',
  summary: 'Make an API key',
  description:
    'The secret is in this answer and in no other; only gateways can derive it. With `publicKey` the key signs by Ed25519 and has none, and one with `programId` signs nothing: it says for which accounts that program acts.',
  tag: 'operator',
  access: 'operator',
  answers: { 201: 'MadeKey' },
  body: newKeyShape,
  examples: [{ keyId: 'alice-1', accountIds: [7], permissions: ['read', 'trade'] }],
  handle: async (core, { body }, request) => madeAnswer(await core.keys.add(operatorOf(request), body)),
});

const listKeys = route({
  method: 'GET',
  path: '/v1/operator/keys',
  operationId: 'listKeys',
  summary: 'List the API keys, revoked ones too',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Keys' },
  handle: async (core) => ({ keys: (await core.keys.list()).map(keyAnswer) }),
});

const showKey = route({
  method: 'GET',
  path: '/v1/operator/keys/:keyId',
  operationId: 'showKey',
  summary: 'Show an API key',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Key' },
  params,
  handle: async (core, { params: { keyId: id } }) => keyAnswer(await core.keys.show(id)),
});

const changeKey = route({
  method: 'PATCH',
  path: '/v1/operator/keys/:keyId',
  operationId: 'changeKey',
  summary: 'Change what an API key may do',
  description: 'What is not named stays as it is; a list that is named is the whole list.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Key' },
  params,
  body: rightsShape,
  examples: [{ permissions: ['read'], networks: ['192.0.2.0/24'] }],
  handle: async (core, { params: { keyId: id }, body }, request) =>
    keyAnswer(await core.keys.change(operatorOf(request), id, body)),
});

const rotateKey = route({
  method: 'POST',
  path: '/v1/operator/keys/:keyId/rotate',
  operationId: 'rotateKey',
  summary: 'Give an API key another secret',
  description:
    'The secret before stays good for `graceMs`; the one before that ends. The new one is in this answer. With `version` ' +
    'the request can be sent again where its answer was lost; without it each request makes another secret.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'MadeKey' },
  params,
  body: rotationShape,
  examples: [{ graceMs: 3_600_000, version: 2 }],
  handle: async (core, { params: { keyId: id }, body }, request) =>
    madeAnswer(await core.keys.rotate(operatorOf(request), id, { graceMs: graceMsDefault, ...body })),
});

const revokeKey = route({
  method: 'DELETE',
  path: '/v1/operator/keys/:keyId',
  operationId: 'revokeKey',
  summary: 'Revoke an API key for good',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Key' },
  params,
  handle: async (core, { params: { keyId: id } }, request) =>
    keyAnswer(await core.keys.revoke(operatorOf(request), id)),
});

export const keyRoutes: readonly AddRoute[] = [addKey, listKeys, showKey, changeKey, rotateKey, revokeKey];

function madeAnswer({ key, secret }: MadeKey): object {
  return { ...keyAnswer(key), ...(secret === undefined ? {} : { secret }) };
}

function keyAnswer(row: KeyWithAccounts): object {
  const {
    keyId: id,
    keyNumber,
    keyVersion,
    kind,
    tier,
    permissions,
    isRevoked,
    isImported,
    accountIds,
  } = row;
  const { createdAtMs, expiresAtMs, previousUntilMs } = row;
  return {
    keyId: id,
    number: keyNumber,
    kind,
    version: keyVersion,
    permissions,
    accountIds,
    tier,
    networks: networkTexts(row),
    createdAtMs,
    expiresAtMs,
    previousUntilMs,
    isRevoked,
    isImported: isImported && keyVersion === 1,
    ...(kind === 'ed25519' ? { publicKey: Buffer.from(row.publicKey).toString('hex') } : {}),
    ...(kind === 'program' ? { programId: programIdOf(row) } : {}),
  };
}
