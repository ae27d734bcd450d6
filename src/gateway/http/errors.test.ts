import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { Desk } from '../testing/desk.ts';
import { answerTo, errorCodes, errorTable, HttpError } from './errors.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

interface Document {
  readonly info: { readonly description: string };
  readonly components: {
    readonly schemas: {
      readonly Error: {
        readonly properties: {
          readonly error: {
            readonly properties: { readonly code: { readonly enum: string[]; readonly description: string } };
          };
        };
      };
    };
  };
}

test('the documentation lists the codes of the table, no more and no fewer', async () => {
  const document = (await desk.get('/openapi.json')).body as unknown as Document;
  const { code } = document.components.schemas.Error.properties.error.properties;
  assert.deepEqual(code.enum, [...errorCodes]);
  const rows = document.info.description
    .split('\n')
    .flatMap((line) => /^\| `(\w+)` \| (\d+)/.exec(line) ?? []);
  assert.equal(rows.length, 3 * errorCodes.length);
  for (const name of errorCodes)
    assert.ok(document.info.description.includes(`| \`${name}\` | ${errorTable[name].status} |`));
});

test('each error says what happened and what to do, and where waiting helps, how long', () => {
  for (const code of errorCodes) {
    const { status, message, hint, retryAfterSeconds } = errorTable[code];
    assert.ok(status >= 400 && status <= 504, code);
    assert.match(message, /\.$/, code);
    assert.ok(hint.length > 0, code);
    assert.equal(answerTo(new HttpError(code)).body.error.code, code);
    if (retryAfterSeconds !== undefined) assert.ok(status === 429 || status === 503, code);
  }
});

test('the hint of a wrong signature names every header that is signed', () => {
  for (const name of [
    'X-Lockstep-Key',
    'X-Lockstep-Valid-Ms',
    'X-Lockstep-Nonce',
    'timestamp',
    'METHOD',
    'body',
  ])
    assert.ok(errorTable.wrongSignature.hint.includes(name), name);
});

test('a refusal of the exchange has the status that its kind has elsewhere on the web', () => {
  const statuses: Readonly<Record<number, readonly string[]>> = {
    401: ['keyExpired', 'keyReplaced', 'keyRevoked', 'requestExpired'],
    403: ['accountNotAllowed', 'notPermitted', 'programNotGranted'],
    404: ['unknownInstrument', 'unknownKey', 'unknownOrder'],
    409: [
      'alreadyExists',
      'cancelling',
      'clientOrderIdTaken',
      'modeCancelOnly',
      'modeHalted',
      'modeReadOnly',
      'openingHeld',
      'orderForgotten',
      'repeatedRequest',
      'symbolTaken',
    ],
    429: ['dayQuotaExceeded', 'quotaExceeded', 'tooManyRequests'],
    503: ['commandNumberGap', 'deadlinePassed', 'unknownSession'],
  };
  const found: Record<number, string[]> = {};
  for (const name of Object.keys(OutcomeCode).sort()) {
    if (name === 'ok') continue;
    const { status } = errorTable[name as keyof typeof errorTable];
    if (status !== 422) found[status] = [...(found[status] ?? []), name];
  }
  assert.deepEqual(found, statuses);
});
