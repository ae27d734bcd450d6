/**
 * Refusals as HTTP says them: the status of each code, its hint in the words of headers and routes, and what HTTP
 * itself refuses. A code without a status does not compile, and a test holds the published documentation to this table.
 */
import {
  type RefusalCode,
  type RefusalDetails,
  type RefusalText,
  RequestError,
  refusals,
} from '../admission/refusals.ts';
import { errorAnswer, outcomeAnswer } from '../exchange/answers.ts';
import { CommandRefusal, type WhatToAsk } from '../exchange/outcomes.ts';
import { headBytesMax, unansweredMax } from './bounds.ts';

/** What is refused before it is a request of the gateway. */
const httpRefusals = {
  malformedHttp: {
    message: 'What arrived is not HTTP.',
    hint: 'Send HTTP/1.1 without TLS here; a proxy in front may speak TLS.',
  },
  unknownRoute: {
    message: 'Nothing is here.',
    hint: 'See /docs for all paths and methods.',
  },
  methodNotAllowed: {
    message: 'This path is not served with this method.',
    hint: 'The header Allow lists the methods; /docs describes them.',
  },
  requestTimeout: {
    message: 'The request did not arrive within its time.',
    hint: 'Send the whole request at once.',
  },
  unsupportedMediaType: {
    message: 'The body must be JSON.',
    hint: 'Send "Content-Type: application/json" and the text itself, in UTF-8.',
  },
  expectationFailed: {
    message: 'The header "Expect" asks for something that the gateway cannot do.',
    hint: 'Leave the header out, or send "Expect: 100-continue".',
  },
  upgradeRequired: {
    message: 'A stream is opened by an upgrade to WebSocket, and this request asks for none.',
    hint: 'Connect with a WebSocket client: to the same address, with ws:// for http://, and wss:// for https://.',
  },
  headersTooLarge: {
    message: `The head of the request is larger than ${headBytesMax / 1024} KiB.`,
    hint: 'Send fewer or shorter headers, and what the request says in the body.',
  },
  tooManyStreams: {
    message: 'The gateway has as many streams as it may have.',
    hint: 'Close some, use another gateway, or try again later.',
    retryAfterMs: 5000,
  },
  tooManyUnanswered: {
    message: 'More requests wait on this connection than may wait there, so it ends.',
    hint: `Read the answers as they come: up to ${unansweredMax} requests may wait on one connection.`,
  },
} as const satisfies Readonly<Record<string, RefusalText>>;

/** Every code that an answer over HTTP can carry. */
export type ErrorCode = RefusalCode | keyof typeof httpRefusals;

const statuses: Readonly<Record<ErrorCode, number>> = {
  malformedJson: 400,
  malformedHttp: 400,
  invalidField: 400,
  missingSignature: 401,
  staleTimestamp: 401,
  wrongSignature: 401,
  wrongOperatorToken: 401,
  operatorDisabled: 403,
  noOperator: 403,
  accountNotAllowed: 403,
  networkNotAllowed: 403,
  unknownRoute: 404,
  methodNotAllowed: 405,
  requestTimeout: 408,
  bodyTooLarge: 413,
  unsupportedMediaType: 415,
  expectationFailed: 417,
  upgradeRequired: 426,
  tooManyStreams: 429,
  tooManyUnanswered: 429,
  exchangeBusy: 429,
  gatewayBusy: 429,
  rateExceeded: 429,
  headersTooLarge: 431,
  callerGone: 499,
  internalError: 500,
  stoodStill: 503,
  aheadOfExchange: 409,
  exchangeReplaced: 503,
  noLeader: 503,
  nothingCommitted: 503,
  otherSite: 503,
  unreachable: 503,
  misconfigured: 503,
  queryFailed: 503,
  keysUnknown: 503,
  noRootKey: 503,
  outcomeUnknown: 504,
  // Refusals of the exchange.
  unknownSession: 503,
  commandNumberGap: 503,
  unknownAccount: 422,
  unknownInstrument: 404,
  unknownOrder: 404,
  invalidPrice: 422,
  invalidQuantity: 422,
  invalidCombination: 422,
  orderTooLarge: 422,
  tooManyOpenOrders: 422,
  outsidePriceBand: 422,
  wouldTakeLiquidity: 422,
  cannotFillCompletely: 422,
  noLiquidity: 422,
  selfMatch: 422,
  positionTooLarge: 422,
  alreadyExists: 409,
  exchangeFull: 422,
  orderNotOpen: 422,
  clientOrderIdTaken: 409,
  repeatedRequest: 409,
  requestExpired: 401,
  deadlinePassed: 503,
  tooManyRequests: 429,
  symbolTaken: 409,
  invalidSymbol: 422,
  cancelling: 409,
  orderForgotten: 409,
  quotaExceeded: 429,
  dayQuotaExceeded: 429,
  keyRevoked: 401,
  keyExpired: 401,
  notPermitted: 403,
  keyReplaced: 401,
  programNotGranted: 403,
  unknownKey: 404,
  modeCancelOnly: 409,
  modeReadOnly: 409,
  modeHalted: 409,
  openingHeld: 409,
  voided: 422,
  tooManyTrades: 422,
};

const retryHint = 'Try again after the time in Retry-After.';

/** What to do, where HTTP can say it more exactly than the core. */
const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  invalidField: '`error.field` names it; /docs lists the fields of each request.',
  missingSignature:
    'Send X-Lockstep-Key, X-Lockstep-Timestamp (milliseconds since 1970) and X-Lockstep-Signature.',
  wrongSignature:
    'The signature is the hexadecimal HMAC-SHA-256, under the secret of the key in X-Lockstep-Key, of timestamp, METHOD, path with query and body, joined by "\\n"; behind the timestamp stand "+" and X-Lockstep-Valid-Ms, then "." and X-Lockstep-Nonce, where these are sent.',
  wrongOperatorToken: 'Send it as "Authorization: Bearer <token>".',
  exchangeBusy: retryHint,
  gatewayBusy: 'Try again after the time in Retry-After, or use another gateway.',
  noLeader: `${retryHint.slice(0, -1)}; queries are answered with what a replica has applied.`,
  nothingCommitted: `${retryHint} For the operator: "lockstep status" names full disks and replicas that do not answer.`,
  unreachable: 'Try again after the time in Retry-After, or use another gateway.',
  queryFailed: retryHint,
  outcomeUnknown:
    'Ask with `error.ask`, or send the same request with the same clientOrderId again: it never trades twice.',
  unknownAccount: 'The operator creates accounts with POST /v1/operator/accounts.',
  unknownInstrument: 'GET /v1/instruments lists the symbols.',
  unknownOrder: 'GET /v1/orders lists the open orders of the account.',
  invalidCombination: 'See the order types in /docs; a market order is "immediateOrCancel" or "fillOrKill".',
  tooManyOpenOrders: 'DELETE /v1/orders cancels all open orders of the account.',
  outsidePriceBand: 'Correct the price; GET /v1/instruments has the last one.',
  wouldTakeLiquidity: 'GET /v1/instruments/{symbol}/book shows the market.',
  orderNotOpen: 'GET /v1/orders/{id} shows what became of it.',
  clientOrderIdTaken:
    '`error.ask` shows the order that has the id. Send a clientOrderId of its own for each order.',
  repeatedRequest:
    '`error.ask` shows what the first one did. To do it again, sign again, with an X-Lockstep-Nonce of its own.',
  symbolTaken: 'GET /v1/instruments lists the symbols that are taken.',
  orderForgotten: 'Use another clientOrderId; GET /v1/orders lists the open orders of the account.',
};

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
  readonly hint: string;
  /** Of the header Retry-After. */
  readonly retryAfterSeconds: number | undefined;
}

const texts: Readonly<Record<ErrorCode, RefusalText>> = { ...refusals, ...httpRefusals };
/** Every code: of the core and of HTTP. */
export const errorCodes = Object.keys(texts) as readonly ErrorCode[];

export const errorTable = Object.fromEntries(
  errorCodes.map((code) => {
    const { message, hint, retryAfterMs } = texts[code];
    const retryAfterSeconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
    return [code, { status: statuses[code], message, hint: hints[code] ?? hint, retryAfterSeconds }];
  }),
) as Readonly<Record<ErrorCode, ErrorEntry>>;

/** What a route refuses; `message` may say more than the table does. */
export class HttpError extends RequestError<ErrorCode> {
  override readonly name = 'HttpError';

  constructor(code: ErrorCode, details: RefusalDetails = {}, message: string = errorTable[code].message) {
    super(code, errorTable[code], details, message);
  }
}

/** What is answered to a refusal, whichever part of the gateway it comes from. */
export function answerTo(error: RequestError<ErrorCode>) {
  const { status, hint, retryAfterSeconds } = errorTable[error.code];
  const said = error instanceof CommandRefusal ? { ...error.details, ...sayCommand(error) } : error.details;
  return { status, retryAfterSeconds, body: errorAnswer(error, hint, said) };
}

/** What HTTP says of a refused command: the path that tells what became of it, or the outcome of the exchange. */
function sayCommand({ ask, refused }: CommandRefusal): object {
  return {
    ...(ask === undefined ? {} : { ask: pathOf(ask) }),
    ...(refused === undefined ? {} : { outcome: outcomeAnswer(refused) }),
  };
}

function pathOf(ask: WhatToAsk): string {
  const { accountId } = ask;
  const name =
    'orderId' in ask
      ? `/${ask.orderId}`
      : 'clientOrderId' in ask
        ? `/by-client-id/${encodeURIComponent(ask.clientOrderId)}`
        : '';
  return `/v1/orders${name}?accountId=${accountId}`;
}
