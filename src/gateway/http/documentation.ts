/** What the published documentation says besides its routes: how to sign, and all errors. */
import { errorCodes, errorTable } from './errors.ts';
import { semantics } from './semantics.ts';
import { sign } from './signing.ts';

/** Keeps the names of schemas in the documentation. */
export function buildLocalReference(
  json: { readonly $id?: unknown },
  _base: unknown,
  _fragment: unknown,
  index: number,
): string {
  return typeof json.$id === 'string' ? json.$id : `schema${index}`;
}

/** A request that a reader can sign to compare: nothing here is secret. */
export const signingExamples = {
  secret: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  withNonce: {
    timestamp: '1700000000000',
    validMs: '800',
    nonce: '7f3a',
    method: 'POST',
    pathWithQuery: '/v1/orders',
    body: '{"symbol":"BTC-USD","side":"buy","price":"236.47","quantity":"0.5"}',
  },
  withoutNonce: {
    timestamp: '1700000000000',
    method: 'GET',
    pathWithQuery: '/v1/orders?limit=10',
    body: '',
  },
} as const;

const { secret, withNonce, withoutNonce } = signingExamples;
const clientText = [
  'Prices and quantities are decimal text in the units of the instrument ("236.47"), and beside them exact counts of ticks and lots.',
  '',
  'Each parameter has one place: what an order is stands in the body of POST and PATCH, everything else in the query,',
  '`accountId` among it; without `accountId` the first account of the key is meant. What a route does not read (a field,',
  'a parameter, a body, one that is there twice) is refused by name, and then nothing is done.',
  '',
  'Each answer names the exchange in `X-Lockstep-Exchange`. Where the number is another one than before, an operator has put',
  'another exchange in the place of yours: its numbers of orders, trades and commands (`seq`) begin again at the first.',
  'While no replica leads, commands are refused, and reads and streams go on; `X-Lockstep-State-Age-Ms` then says for how',
  'many milliseconds nothing has changed what is read.',
  '',
  '### Signing',
  'Requests about orders and accounts are signed, with these headers: `X-Lockstep-Key` names the key, `X-Lockstep-Timestamp`',
  'is milliseconds since 1970 (`GET /v1/time` shows the clock of the gateway and how far off it may be), and',
  '`X-Lockstep-Signature` is the hexadecimal HMAC-SHA-256, under the bytes of the secret (which is written in hexadecimal),',
  'of four parts joined by line feeds: time, METHOD, path with query as sent, and body, which is empty where there is none.',
  'Two more are optional, and stand behind the timestamp in the signed text: `X-Lockstep-Valid-Ms`, the milliseconds for which',
  'you wait, after a plus, then `X-Lockstep-Nonce`, 1 to 36 printable characters, after a point.',
  '',
  'The exchange carries out each signed request that changes something (POST, PATCH, DELETE) once, through whatever gateway',
  'it comes: a copy is refused with 409 `repeatedRequest`. A copy of a GET, of what opens a stream, or of an order with a',
  '`clientOrderId` (with what the order is now) is answered again within the time window: keep requests secret on their',
  'way. Refused as a copy is also a second request that is equal in all, the millisecond included. Send a new nonce with each',
  'request, then equal requests are as many as were sent.',
  '',
  'A request is carried out only until it is as old as a request may be (`timeWindowMs` of `GET /v1/time`), wherever it waited',
  'meanwhile; after that it is refused, with 401 `staleTimestamp`, 503 `deadlinePassed`, or 503 `stoodStill` where a gateway',
  'was stopped or had others to read. If you give requests up sooner, say after how many milliseconds from the timestamp in `X-Lockstep-Valid-Ms`: what',
  'you gave up is then not carried out later, as exactly as your clock and that of the gateway agree. Without it, and after a',
  '504, ask what became of it. A connection that is closed takes back only what the gateway has not sent on by then.',
  '',
  `With the secret \`${secret}\`, the text`,
  '',
  '```',
  `${withNonce.timestamp}+${withNonce.validMs}.${withNonce.nonce}`,
  withNonce.method,
  withNonce.pathWithQuery,
  withNonce.body,
  '```',
  '',
  `has the signature \`${sign(secret, withNonce)}\`; and a request without these two and without a body, with a line feed at the end,`,
  '',
  '```',
  withoutNonce.timestamp,
  withoutNonce.method,
  withoutNonce.pathWithQuery,
  '',
  '```',
  '',
  `has \`${sign(secret, withoutNonce)}\`. \`lockstep curl --show GET /v1/orders\` prints a request with its headers.`,
  '',
  '### Semantics',
  ...semantics,
];
const operatorText = [
  'What the operator of an exchange does: instruments, accounts, limits and the end of the day. These routes and',
  '`/metrics` have an address of their own (`gateway.operatorHost`, `gateway.operatorPort`), by default on this machine',
  'only. Requests carry `Authorization: Bearer` and the operator token; `lockstep curl` adds it.',
  '',
  'Say with each request when you sent it and for how long you wait, in `X-Lockstep-Timestamp` and `X-Lockstep-Valid-Ms`, in',
  'milliseconds, as `lockstep curl` and `lockstep keys` do: what you have given up is then not carried out later, wherever it',
  'waited (503 `deadlinePassed`, or 401 `staleTimestamp` beyond 5 s). Without them a request that is given up may still be',
  'carried out: for as long as the gateway waits for the exchange (5 s), and up to a second later where it waited in the socket',
  'of a gateway that stood still; after a longer standstill it is refused (503 `stoodStill`). A request that is signed with a',
  'key is like those of traders. A connection that is closed takes back what was not sent on by then. Ask what',
  'became of it, or send it again: what is there already with the same properties stays as it is. Another secret for a key',
  'is made by each request that does not name the `version` that it is to have.',
];

const tags = {
  client: [
    { name: 'orders', description: 'Orders, fills and positions of the accounts of a key.' },
    { name: 'market', description: 'Instruments, books and trades, for everybody.' },
    { name: 'state', description: 'The gateway and the cluster behind it.' },
  ],
  operator: [{ name: 'operator', description: 'Instruments, accounts and the day.' }],
};

/** Its readers: each has a server of its own. */
export type Audience = 'client' | 'operator';

export function documentation(reader: Audience) {
  const header = (name: string, description: string) =>
    ({ type: 'apiKey', in: 'header', name, description }) as const;
  const rows = errorCodes.map(
    (code) => `| \`${code}\` | ${errorTable[code].status} | ${errorTable[code].message} |`,
  );
  return {
    openapi: '3.1.0',
    servers: [{ url: '/' }],
    tags: tags[reader],
    info: {
      title: reader === 'client' ? 'Lockstep gateway' : 'Lockstep gateway, for the operator',
      version: '1',
      description: [
        ...(reader === 'client' ? clientText : operatorText),
        '',
        '### Answers',
        'Amounts, ids and times are as each schema says. Later releases may add fields to answers, and codes to errors: pass',
        'over what you do not know.',
        '',
        '### Errors',
        'Each is `{"error": {"code", "message", "hint"}}`. Every answer carries `X-Request-Id`: yours, if you sent one of up to 64',
        'printable characters, else one that the gateway made.',
        '',
        '<details><summary>All error codes</summary>',
        '',
        '| code | status | what happened |',
        '|---|---|---|',
        ...rows,
        '',
        '</details>',
      ].join('\n'),
    },
    components: {
      securitySchemes: {
        key: header('X-Lockstep-Key', 'The `keyId`.'),
        timestamp: header('X-Lockstep-Timestamp', 'Milliseconds since 1970.'),
        signature: header('X-Lockstep-Signature', 'See above.'),
        operator: { type: 'http', scheme: 'bearer' } as const,
      },
    },
  };
}
