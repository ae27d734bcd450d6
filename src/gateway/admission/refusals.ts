/**
 * Why the gateway refuses a request, or fails on it, in the words of no protocol: a code, what happened, what to do,
 * and where waiting helps, how long. Refusals of the exchange carry the exchange's own code. Each face has a table over
 * these codes that says them in its protocol, and refusals of its own beside them.
 */

import type { LockstepErrorCode } from '../../client/index.ts';
import { OutcomeCode, outcomeText } from '../../protocol/codes.ts';
import type { OutcomeCodeName } from '../ports.ts';

/** Largest body of a request and largest message on a stream. */
export const bodyBytesMax = 16_384;

/** What a refusal says. */
export interface RefusalText {
  /** What happened. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** After so long another attempt makes sense. */
  readonly retryAfterMs?: number | undefined;
}

const gatewayRefusals = {
  malformedJson: {
    message: 'The body is not JSON.',
    hint: 'Send one JSON object in UTF-8; write prices and quantities as text, such as "236.47".',
  },
  invalidField: {
    message: 'A field is missing, unknown or out of its range.',
    hint: 'Correct the field that is named.',
  },
  bodyTooLarge: {
    message: `The body is larger than ${bodyBytesMax / 1024} KiB.`,
    hint: 'One request holds one order; send several requests.',
  },
  missingSignature: {
    message: 'This request must be signed.',
    hint: 'Send the id of a key, the time (milliseconds since 1970) and the signature.',
  },
  networkNotAllowed: {
    message: 'The API key may not sign from this address.',
    hint: 'Send it from a network of the key, through no other proxy, or ask the operator to add this one.',
  },
  keysUnknown: {
    message:
      'The gateway does not know the API keys of the exchange as they are now, so the request was not read.',
    hint: 'Try again in a moment, or use another gateway.',
    retryAfterMs: 1000,
  },
  noRootKey: {
    message: 'This gateway has no root key, so it can make no secrets.',
    hint: 'Set `keys.root`, or copy gateway-root.key from another gateway into the data folder; or make a key with a public key.',
  },
  staleTimestamp: {
    message: 'The timestamp is too far from the time of the gateway.',
    hint: 'Send milliseconds since 1970, sign each request by itself, and check your clock (NTP).',
  },
  wrongSignature: {
    message: 'The signature is wrong, or no key has this id.',
    hint: 'The signature is the hexadecimal HMAC-SHA-256, under the secret, of the timestamp and what is asked, joined by "\\n"; behind the timestamp stand "+" and the valid time, then "." and the nonce, where these are sent.',
  },
  wrongOperatorToken: {
    message: 'The operator token is missing or wrong.',
    hint: 'Send the token of the operator (`keys.operator`, or operator in keys.json), or sign with a key that has the permission operator.',
  },
  operatorDisabled: {
    message: 'This gateway takes no token of an operator.',
    hint: 'Ask a gateway that has the identity of an operator and the token: see "Operators" in docs/SECURITY.md.',
  },
  noOperator: {
    message: 'This gateway has no identity of an operator, so it changes nothing of the exchange itself.',
    hint: 'Ask a gateway that has one, or put one into its data folder: see "Operators" in docs/SECURITY.md.',
  },
  exchangeBusy: {
    message:
      'The exchange is nearly full of waiting commands, so the request was not sent. Cancels still pass.',
    hint: 'Try again in a moment.',
    retryAfterMs: 1000,
  },
  gatewayBusy: {
    message: 'The gateway has as many requests in flight as it may have, so this one was not sent.',
    hint: 'Try again in a moment, or use another gateway.',
    retryAfterMs: 1000,
  },
  rateExceeded: {
    message: 'More requests come than are taken, so this one was not carried out.',
    hint: 'Wait for the time that is said, and send fewer; cancels are counted apart from all else.',
    retryAfterMs: 1000,
  },
  internalError: {
    message: 'The gateway failed on this request.',
    hint: 'Ask for the state of your orders before you send again; the log of the gateway has the cause.',
  },
  callerGone: {
    message: 'The connection was closed before the request was sent on, so it was not carried out.',
    hint: 'Keep the connection open until the answer comes.',
  },
  stoodStill: {
    message:
      'This request waited for the gateway, which stood still or had others to read, so that its sender may have given it up.',
    hint: 'Nothing was done. Send it again, with a new timestamp.',
    retryAfterMs: 1000,
  },
  exchangeReplaced: {
    message: 'Another exchange has taken the place of the exchange for which this request was read.',
    hint: 'Nothing was done. Read the instruments and your orders again before you send anything.',
  },
  aheadOfExchange: {
    message: 'Executions are asked for from a seq on that the exchange has not come to.',
    hint: 'Compare the id of the exchange, which comes with each answer, with the id of the exchange that the seq belongs to: where they differ begin at the first seq, else ask again in a moment.',
  },
  noLeader: {
    message: 'No replica leads at the moment, so the request was not carried out.',
    hint: 'Try again in a moment; queries are answered with what a replica has applied.',
    retryAfterMs: 1000,
  },
  nothingCommitted: {
    message: 'A replica leads, and nothing is committed, so the request was not carried out.',
    hint: 'Try again in a moment. For the operator: "lockstep status" names full disks and replicas that do not answer.',
    retryAfterMs: 1000,
  },
  otherSite: {
    message: 'Another site of this exchange takes orders now, so the request was not carried out.',
    hint: 'Send it to a gateway of that site. For the operator: "lockstep site status" says which one it is.',
    retryAfterMs: 1000,
  },
  unreachable: {
    message: 'The gateway reaches no replica of the exchange.',
    hint: 'Try again in a moment, or use another gateway.',
    retryAfterMs: 1000,
  },
  misconfigured: {
    message: 'The exchange refuses this gateway.',
    hint: 'For the operator: look at the log of the gateway and of the replicas, and at its identity ("lockstep certificates show").',
    retryAfterMs: 5000,
  },
  queryFailed: {
    message: 'No replica answered the query.',
    hint: 'Try again in a moment.',
    retryAfterMs: 1000,
  },
  outcomeUnknown: {
    message: 'The outcome did not arrive in time: the command may or may not have been carried out.',
    hint: 'Ask for the order, or send the same request with the same clientOrderId again: it never trades twice.',
  },
} as const satisfies Readonly<Record<string, RefusalText>>;

const sessionHint = 'This is a fault between gateway and exchange, not of the request; try again.';

/** What to do about a refusal of the exchange; `message` is the protocol's own text. */
const outcomeHints: Readonly<Record<Exclude<OutcomeCodeName, 'ok'>, string>> = {
  unknownSession: sessionHint,
  commandNumberGap: sessionHint,
  unknownAccount: 'Name an account that there is, or ask the operator to create this one.',
  unknownInstrument: 'Ask for the instruments; each has its symbol.',
  unknownOrder: 'Ask for the open orders of the account.',
  invalidPrice: 'Correct the price.',
  invalidQuantity: 'Correct the quantity.',
  invalidCombination: 'A market order is "immediateOrCancel" or "fillOrKill".',
  orderTooLarge: 'Split the order, or ask the operator for a higher limit.',
  tooManyOpenOrders: 'Cancel some, or all with a mass cancel.',
  outsidePriceBand: 'Correct the price; each instrument has its last one.',
  wouldTakeLiquidity: 'Look at the book, and send another price.',
  cannotFillCompletely: 'Send a smaller order, or "immediateOrCancel" to take what is there.',
  tooManyTrades: 'Send smaller orders, or "immediateOrCancel" to take the first 1,024.',
  noLiquidity: 'Send a limit order, which can wait in the book.',
  selfMatch: 'Cancel the other order first, or choose another `selfMatch`.',
  positionTooLarge: 'Reduce the position first.',
  alreadyExists: 'Use another id, or the same properties as before.',
  exchangeFull: 'Cancel orders that you do not need, or ask the operator.',
  orderNotOpen: 'Ask for the order: it shows what became of it.',
  clientOrderIdTaken: 'Send a clientOrderId of its own for each order.',
  repeatedRequest: 'Ask what the first one did. To do it again, sign again, with a nonce of its own.',
  requestExpired: 'Set the clock of the caller, and sign the request again.',
  deadlinePassed: 'Nothing was done. Send the request again.',
  tooManyRequests: 'Wait a minute, or send fewer signed requests.',
  symbolTaken: 'Ask for the instruments: their symbols are taken.',
  invalidSymbol: 'Choose another symbol.',
  quotaExceeded: 'Send it again in the next second, or ask the operator for another tier.',
  dayQuotaExceeded: 'Send it again tomorrow (UTC), or ask the operator for another tier.',
  cancelling: 'Send it again in a moment; orders that are being cancelled trade no more.',
  orderForgotten: 'Use another clientOrderId, or ask for the open orders of the account.',
  keyRevoked: 'Ask the operator for another key.',
  keyExpired: 'Ask the operator to let the key live longer, or for another key.',
  notPermitted: 'Sign with a key that has the permission, or ask the operator to give it to this one.',
  accountNotAllowed: 'Name one of the accounts of the key, or ask the operator to add this one.',
  keyReplaced: 'Sign with the newest secret of the key.',
  programNotGranted: 'Give the program a key: "lockstep keys add NAME --program NUMBER --account ID".',
  unknownKey: 'List the keys to see which there are.',
  modeCancelOnly: 'Cancel what you do not want to keep, and send it again when it is open.',
  modeReadOnly: 'Send it again when it is open; orders, fills and books can be asked for.',
  openingHeld: 'Ask "lockstep site status" which site still writes, and end it.',
  modeHalted: 'Send it again when it is open; orders, fills and books can be asked for.',
  voided: 'Do not send the same again; ask the operator: "lockstep void list" shows it.',
};

/** After so long another attempt makes sense, where it does. */
const outcomeRetryAfterMs: Partial<Record<OutcomeCodeName, number>> = {
  deadlinePassed: 1000,
  tooManyRequests: 60_000,
  quotaExceeded: 1000,
  // The day can end at any time.
  dayQuotaExceeded: 60_000,
};

export type RefusalCode = keyof typeof gatewayRefusals | Exclude<OutcomeCodeName, 'ok'>;

/** Every code, the gateway's own first. */
export const refusals: Readonly<Record<RefusalCode, RefusalText>> = {
  ...gatewayRefusals,
  ...(Object.fromEntries(
    Object.entries(outcomeHints).map(([name, hint]) => [
      name,
      {
        message: outcomeText[OutcomeCode[name as OutcomeCodeName]],
        hint,
        retryAfterMs: outcomeRetryAfterMs[name as OutcomeCodeName],
      },
    ]),
  ) as Record<Exclude<OutcomeCodeName, 'ok'>, RefusalText>),
};

/** What is beside code, message and hint. */
export interface RefusalDetails {
  /** The field that was refused. */
  readonly field?: string;
  readonly clientOrderId?: string;
  /** Of the order that was placed before. */
  readonly orderId?: number;
  /** Why the operator has set the mode that refuses it, and when it opens (milliseconds since 1970; 0: not known). */
  readonly reason?: string;
  readonly opensAtMs?: number;
}

/** A request that is refused, or failed: by the core, or by a face with a code of its own. */
export abstract class RequestError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string;
  readonly details: RefusalDetails;

  constructor(code: Code, text: RefusalText, details: RefusalDetails, message: string) {
    super(message);
    this.code = code;
    this.hint = text.hint;
    this.details = details;
  }
}

/** What the core refuses, whatever face the request came through; `message` may say more than the table does. */
export class CoreError extends RequestError<RefusalCode> {
  override readonly name = 'CoreError';
  /** The request was signed by no key that is known, whatever else is wrong with it. */
  readonly isUnsigned: boolean;

  constructor(
    code: RefusalCode,
    details: RefusalDetails = {},
    message: string = refusals[code].message,
    isUnsigned: boolean = code === 'wrongSignature',
  ) {
    super(code, refusals[code], details, message);
    this.isUnsigned = isUnsigned;
  }
}

/** The refusal for each failure between gateway and exchange. */
export const refusalOfFailure: Readonly<Record<LockstepErrorCode, RefusalCode>> = {
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
  executionsAhead: 'aheadOfExchange',
  clusterChanged: 'exchangeReplaced',
};
