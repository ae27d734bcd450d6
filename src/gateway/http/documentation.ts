/** What the published documentation says besides its routes: how to sign, and all errors. */
import { errorCodes, errorTable } from './errors.ts';

/** Keeps the names of schemas in the documentation. */
export function buildLocalReference(
  json: { readonly $id?: unknown },
  _base: unknown,
  _fragment: unknown,
  index: number,
): string {
  return typeof json.$id === 'string' ? json.$id : `schema${index}`;
}

const memberText = [
  'Prices and quantities are decimal text in the units of the instrument ("236.47"), and beside them exact counts of ticks and lots.',
  '',
  'Requests about orders and accounts are signed, with three headers: `X-Lockstep-Key` names the key,',
  '`X-Lockstep-Timestamp` is milliseconds since 1970, and `X-Lockstep-Signature` is the hexadecimal HMAC-SHA-256, under',
  'the bytes of the secret (which is written in hexadecimal), of timestamp, METHOD, path with query and body, joined by',
  'line feeds. `lockstep curl --show GET /v1/orders` prints such a request.',
];
const operatorText = [
  'What the operator of an exchange does: instruments, accounts, limits and the end of the day. These routes and',
  '`/metrics` have an address of their own (`gateway.operatorHost`, `gateway.operatorPort`), by default on this machine',
  'only. Requests carry `Authorization: Bearer` and the operator token; `lockstep curl` adds it.',
];

/** Who reads it: each has a server of its own. */
export type Reader = 'member' | 'operator';

export function documentation(reader: Reader) {
  const header = (name: string, description: string) =>
    ({ type: 'apiKey', in: 'header', name, description }) as const;
  const rows = errorCodes.map(
    (code) => `| \`${code}\` | ${errorTable[code].status} | ${errorTable[code].message} |`,
  );
  return {
    info: {
      title: reader === 'member' ? 'Lockstep gateway' : 'Lockstep gateway, for the operator',
      version: '1',
      description: [
        ...(reader === 'member' ? memberText : operatorText),
        '',
        'Errors: `{"error": {"code", "message", "hint"}}`.',
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
