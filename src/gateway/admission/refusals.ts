/**
 * Every error that the gateway can answer with: its status, what happened and what to do. Refusals of the exchange
 * carry the exchange's own code. All have one shape, and a test holds the published documentation to this table.
 */

import type { LockstepErrorCode } from '../../client/index.ts';
import { OutcomeCode, outcomeText } from '../../protocol/codes.ts';
import type { OutcomeCodeName } from '../ports.ts';

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** Seconds after which another attempt makes sense. */
  readonly retryAfterSeconds?: number | undefined;
}

const gatewayErrors = {
  malformedJson: {
    status: 400,
    message: 'The body is not JSON.',
    hint: 'Send one JSON object in UTF-8; write prices and quantities as text, such as "236.47".',
  },
  malformedHttp: {
    status: 400,
    message: 'What arrived is not HTTP.',
    hint: 'Send HTTP/1.1 without TLS here; a proxy in front may speak TLS.',
  },
  invalidField: {
    status: 400,
    message: 'A field is missing, unknown or out of its range.',
    hint: '`error.field` names it; /docs lists the fields of each request.',
  },
  missingSignature: {
    status: 401,
    message: 'This request must be signed.',
    hint: 'Send X-Lockstep-Key, X-Lockstep-Timestamp (milliseconds since 1970) and X-Lockstep-Signature.',
  },
  staleTimestamp: {
    status: 401,
    message: 'The timestamp is too far from the time of the gateway.',
    hint: 'Send milliseconds since 1970, sign anew for each request, and check your clock (NTP).',
  },
  wrongSignature: {
    status: 401,
    message: 'The signature is wrong, or no key has the id in X-Lockstep-Key.',
    hint: 'The signature is the hexadecimal HMAC-SHA-256, under the secret, of timestamp, METHOD, path with query and body, joined by "\\n".',
  },
  wrongOperatorToken: {
    status: 401,
    message: 'The operator token is missing or wrong.',
    hint: 'Send it as "Authorization: Bearer <token>".',
  },
  operatorDisabled: {
    status: 403,
    message: 'Operator requests are switched off at this gateway.',
    hint: 'Set `gateway.operatorToken` to allow them.',
  },
  accountNotAllowed: {
    status: 403,
    message: 'The API key does not act for this account.',
    hint: 'Leave out `accountId` to use the first account of the key.',
  },
  notAuthenticated: {
    status: 401,
    message: 'Executions are private: this stream is not authenticated.',
    hint: 'Send {"auth": {"key", "timestamp", "signature"}} first, signed for GET /v1/stream with an empty body.',
  },
  unknownRoute: {
    status: 404,
    message: 'Nothing is here.',
    hint: 'See /docs for all paths and methods.',
  },
  methodNotAllowed: {
    status: 405,
    message: 'This path is not served with this method.',
    hint: 'The header Allow lists the methods; /docs describes them.',
  },
  requestTimeout: {
    status: 408,
    message: 'The request did not arrive within its time.',
    hint: 'Send the whole request at once.',
  },
  bodyTooLarge: {
    status: 413,
    message: 'The body is larger than 16 KiB.',
    hint: 'One request holds one order; send several requests.',
  },
  unsupportedMediaType: {
    status: 415,
    message: 'The body must be JSON.',
    hint: 'Send "Content-Type: application/json" and the text itself, in UTF-8.',
  },
  expectationFailed: {
    status: 417,
    message: 'The header "Expect" asks for something that the gateway cannot do.',
    hint: 'Leave the header out, or send "Expect: 100-continue".',
  },
  headersTooLarge: {
    status: 431,
    message: 'The head of the request is larger than 16 KiB.',
    hint: 'Send fewer or shorter headers, and what the request says in the body.',
  },
  tooManySubscriptions: {
    status: 429,
    message: 'This stream has as many subscriptions as it may have.',
    hint: 'Unsubscribe from some, or open another stream.',
  },
  tooManyMessages: {
    status: 429,
    message: 'More messages of this stream wait for their answers than may wait.',
    hint: 'Wait for answers, or name more symbols in one message.',
  },
  tooManyStreams: {
    status: 429,
    message: 'The gateway has as many streams as it may have.',
    hint: 'Close some, use another gateway, or try again later.',
    retryAfterSeconds: 5,
  },
  exchangeBusy: {
    status: 429,
    message:
      'The exchange is nearly full of waiting commands, so the request was not sent. Cancels still pass.',
    hint: 'Try again after the time in Retry-After.',
    retryAfterSeconds: 1,
  },
  gatewayBusy: {
    status: 429,
    message: 'The gateway has as many requests in flight as it may have, so this one was not sent.',
    hint: 'Try again after the time in Retry-After, or use another gateway.',
    retryAfterSeconds: 1,
  },
  tooManyUnanswered: {
    status: 429,
    message: 'More requests wait on this connection than may wait there, so it ends.',
    hint: 'Read the answers as they come: up to 32 requests may wait on one connection.',
  },
  internalError: {
    status: 500,
    message: 'The gateway failed on this request.',
    hint: 'Ask for the state of your orders before you send again; the log of the gateway has the cause.',
  },
  callerGone: {
    status: 499,
    message: 'The connection was closed before the request was sent on, so it was not carried out.',
    hint: 'Keep the connection open until the answer comes.',
  },
  stoodStill: {
    status: 503,
    message: 'The gateway stood still while this request waited, so that its sender may have given it up.',
    hint: 'Nothing was done. Send it again, with a new timestamp.',
    retryAfterSeconds: 1,
  },
  noLeader: {
    status: 503,
    message: 'No replica leads at the moment, so the request was not carried out.',
    hint: 'Try again after the time in Retry-After; queries are answered with what a replica has applied.',
    retryAfterSeconds: 1,
  },
  nothingCommitted: {
    status: 503,
    message: 'A replica leads, and nothing is committed, so the request was not carried out.',
    hint: 'Try again after the time in Retry-After. For the operator: "lockstep status" names full disks and replicas that do not answer.',
    retryAfterSeconds: 1,
  },
  unreachable: {
    status: 503,
    message: 'The gateway reaches no replica of the exchange.',
    hint: 'Try again after the time in Retry-After, or use another gateway.',
    retryAfterSeconds: 1,
  },
  misconfigured: {
    status: 503,
    message: 'The exchange refuses this gateway.',
    hint: 'For the operator: compare `clusterId`, `keys.session` and release of gateway and replicas.',
    retryAfterSeconds: 5,
  },
  queryFailed: {
    status: 503,
    message: 'No replica answered the query.',
    hint: 'Try again after the time in Retry-After.',
    retryAfterSeconds: 1,
  },
  outcomeUnknown: {
    status: 504,
    message: 'The outcome did not arrive in time: the command may or may not have been carried out.',
    hint: 'Ask with `error.ask`, or send the same request with the same clientOrderId again: it never trades twice.',
  },
} as const satisfies Record<string, ErrorEntry>;

const sessionHint = 'This is a fault between gateway and exchange, not of the request; try again.';

/** What to do about a refusal of the exchange; `message` is the protocol's own text. */
const outcomeHints: Readonly<Record<Exclude<OutcomeCodeName, 'ok'>, string>> = {
  unknownSession: sessionHint,
  commandNumberGap: sessionHint,
  unknownAccount: 'The operator creates accounts with POST /v1/operator/accounts.',
  unknownInstrument: 'GET /v1/instruments lists the symbols.',
  unknownOrder: 'GET /v1/orders lists the open orders of the account.',
  invalidPrice: 'Correct the price.',
  invalidQuantity: 'Correct the quantity.',
  invalidCombination: 'See the order types in /docs; a market order is "immediateOrCancel" or "fillOrKill".',
  orderTooLarge: 'Split the order, or ask the operator for a higher limit.',
  tooManyOpenOrders: 'DELETE /v1/orders cancels all open orders of the account.',
  outsidePriceBand: 'Correct the price; GET /v1/instruments has the last one.',
  wouldTakeLiquidity: 'GET /v1/instruments/{symbol}/book shows the market.',
  cannotFillCompletely: 'Send a smaller order, or "immediateOrCancel" to take what is there.',
  noLiquidity: 'Send a limit order, which can wait in the book.',
  selfMatch: 'Cancel the other order first, or choose another `selfMatch`.',
  positionTooLarge: 'Reduce the position first.',
  alreadyExists: 'Use another id, or the same properties as before.',
  exchangeFull: 'Cancel what is not needed, or ask the operator.',
  orderNotOpen: 'GET /v1/orders/{id} shows what became of it.',
  clientOrderIdTaken:
    '`error.ask` shows the order that has the id. Send a clientOrderId of its own for each order.',
  repeatedRequest:
    '`error.ask` shows what the first one did. To do it again, sign again, with an X-Lockstep-Nonce of its own.',
  requestExpired: 'Set the clock of the caller, and sign the request again.',
  deadlinePassed: 'Nothing was done. Send the request again.',
  tooManyRequests: 'Wait a minute, or send fewer signed requests.',
  symbolTaken: 'GET /v1/instruments lists the symbols that are taken.',
  invalidSymbol: 'Choose another symbol.',
  cancelling: 'Send it again in a moment; what is being cancelled trades no more.',
  orderForgotten: 'Use another clientOrderId; GET /v1/orders lists the open orders of the account.',
};

/** Refusals that have another status than 422. */
const outcomeStatus: Partial<Record<OutcomeCodeName, number>> = {
  unknownSession: 503,
  commandNumberGap: 503,
  unknownInstrument: 404,
  unknownOrder: 404,
  alreadyExists: 409,
  clientOrderIdTaken: 409,
  repeatedRequest: 409,
  requestExpired: 401,
  deadlinePassed: 503,
  tooManyRequests: 429,
  symbolTaken: 409,
  orderForgotten: 409,
  cancelling: 409,
};

/** Seconds after which another attempt makes sense, where it does. */
const outcomeRetryAfterSeconds: Partial<Record<OutcomeCodeName, number>> = {
  deadlinePassed: 1,
  tooManyRequests: 60,
};

export type ErrorCode = keyof typeof gatewayErrors | Exclude<OutcomeCodeName, 'ok'>;

/** Every code, the gateway's own first. */
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ...gatewayErrors,
  ...(Object.fromEntries(
    Object.entries(outcomeHints).map(([name, hint]) => [
      name,
      {
        status: outcomeStatus[name as OutcomeCodeName] ?? 422,
        message: outcomeText[OutcomeCode[name as OutcomeCodeName]],
        hint,
        retryAfterSeconds: outcomeRetryAfterSeconds[name as OutcomeCodeName],
      },
    ]),
  ) as Record<Exclude<OutcomeCodeName, 'ok'>, ErrorEntry>),
};
export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[];

/** What stands beside code, message and hint. */
export interface ErrorDetails {
  /** The field that was refused. */
  readonly field?: string;
  /** Where to ask what became of the order. */
  readonly ask?: string;
  readonly clientOrderId?: string;
  /** Of the order that was placed before. */
  readonly orderId?: number;
  /** The outcome of the exchange, where there is one. */
  readonly outcome?: Readonly<Record<string, unknown>>;
}

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint: string;
  } & ErrorDetails;
}

/** A request that ends with an error of the table; `message` may say more than the table does. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, message: string = errorTable[code].message) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryAfterSeconds(): number | undefined {
    return errorTable[this.code].retryAfterSeconds;
  }

  body(): ErrorBody {
    const { hint } = errorTable[this.code];
    return { error: { code: this.code, message: this.message, hint, ...this.details } };
  }
}

/** The error to answer with for each failure between gateway and exchange. */
export const errorOfFailure: Readonly<Record<LockstepErrorCode, ErrorCode>> = {
  outcomeUnknown: 'outcomeUnknown',
  windowFull: 'gatewayBusy',
  closed: 'unreachable',
  invalidArgument: 'internalError',
  notAuthorized: 'misconfigured',
  wrongCluster: 'misconfigured',
  wrongVersion: 'misconfigured',
  unreachable: 'unreachable',
  noLeader: 'noLeader',
  queryFailed: 'queryFailed',
  executionsForgotten: 'queryFailed',
};
