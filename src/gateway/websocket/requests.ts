/**
 * What a reader may send on a stream: one JSON object per message. Each part of it is looked at by itself: a part that
 * is not understood is refused by name, and the others are carried out. Pure.
 */

import { u32Max } from '../../std/integers.ts';
import { parseJson } from '../admission/body.ts';
import {
  type AnyShape,
  field,
  integer,
  list,
  quote,
  readShape,
  shape,
  type ValueOf,
  word,
} from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import { RequestError } from '../admission/refusals.ts';
import { type ErrorAnswer, errorAnswer } from '../exchange/answers.ts';
import { StreamError, type StreamFailure } from './refusals.ts';

/** Symbols that one list may name. */
export const symbolsMax = 256;
const idCharsMax = 64;
/** Hexadecimal digits of the longest signature, that of Ed25519. */
const signatureDigitsMax = 128;
const challengeCharsMax = 36;
/** Unknown parts whose names are in one error. */
const namesShownMax = 8;
/** Fills from an earlier place are asked of the exchange by the page. */
const executionsCost = 16;
/** Parts that are refused by name in one answer. */
const refusedMax = 64;

const place = {
  fromSeq: integer(0, Number.MAX_SAFE_INTEGER, 'With `executions`: first the fills of this `seq` and later.'),
  afterN: integer(0, u32Max, 'Of the fills of `fromSeq` only those behind this `n`.'),
} as const;
/** Whether a channel is meant: what is not meant is left out. */
const meant = (description: string) =>
  field<boolean>({ type: 'boolean', const: true, description }, 'true, or be left out');
const channels = {
  book: list(symbol, symbolsMax, 'Books: a snapshot, then every change.'),
  trades: list(symbol, symbolsMax, 'Trades of these instruments.'),
  executions: meant("What happens to the orders of the key's accounts; needs authentication."),
  cluster: meant('The replica that leads, and its term.'),
  modes: meant(
    'What the exchange, its instruments, and the accounts of the key take, where the stream is authenticated.',
  ),
} as const;
const authShape = shape(
  {
    key: word(128, 'The `keyId`.'),
    timestamp: word(16, 'Milliseconds since 1970, as text.'),
    signature: word(signatureDigitsMax, 'For GET /v1/stream?challenge=… with an empty body.'),
    challenge: word(challengeCharsMax, 'The last one of this stream.'),
  },
  'key',
  'timestamp',
  'signature',
  'challenge',
);
const subscribeShape = shape({ ...channels, ...place });
const unsubscribeShape = shape(channels);

type Wishes = ValueOf<(typeof subscribeShape)['fields'], never>;
export type Topics = Required<ValueOf<typeof channels, never>>;
export type Auth = ValueOf<(typeof authShape)['fields'], 'key' | 'timestamp' | 'signature' | 'challenge'>;
export type RequestId = string | number;

/** One part of a message that is not carried out. */
export interface RefusedPart {
  readonly channel: string;
  readonly symbol?: string;
  readonly error: ErrorAnswer['error'];
}

export interface StreamRequest {
  /** Is in every answer to this message. */
  readonly id?: RequestId;
  readonly isPing: boolean;
  /** Asks for what a login is signed with, so that it is good on this stream alone. */
  readonly wantsChallenge: boolean;
  readonly auth?: Auth;
  readonly subscribe?: Wishes;
  readonly unsubscribe?: Wishes;
  /** Channels and symbols of `subscribe` and `unsubscribe` that were not understood. */
  readonly refused: readonly RefusedPart[];
  /** Other parts that were not understood. */
  readonly errors: readonly StreamFailure[];
}

export function refusal(channel: string, error: StreamFailure, named?: string): RefusedPart {
  return { channel, ...(named === undefined ? {} : { symbol: named }), error: errorAnswer(error).error };
}

/** What a message costs beside itself: each subscription, since it may bring a whole book. */
export function costOf({ subscribe = {} }: StreamRequest): number {
  const { book = [], trades = [], executions } = subscribe;
  return book.length + trades.length + (executions === true ? executionsCost : 0);
}

/** Reads one message; throws a StreamFailure where it is no JSON object, or where a name comes twice. */
export function readStreamRequest(text: string): StreamRequest {
  const value = parseJson(text, 'message');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StreamError('invalidField', {}, 'A message is one JSON object.');
  const errors: StreamFailure[] = [];
  const refused: RefusedPart[] = [];
  const unknown: string[] = [];
  const found: { -readonly [K in keyof StreamRequest]?: StreamRequest[K] } = {};
  for (const [name, part] of Object.entries(value)) {
    try {
      if (name === 'id') found.id = idOf(part);
      else if (name === 'ping') found.isPing = true;
      else if (name === 'challenge') found.wantsChallenge = true;
      else if (name === 'auth') found.auth = authOf(part);
      else if (name === 'subscribe') found.subscribe = wishesOf(subscribeShape, part, name, refused);
      else if (name === 'unsubscribe') found.unsubscribe = wishesOf(unsubscribeShape, part, name, refused);
      else unknown.push(name);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      errors.push(error);
    }
  }
  if (unknown.length > 0) errors.push(unknownFields(unknown, `id, ${orders}`));
  const isOrder = Object.keys(found).some((name) => name !== 'id');
  if (!isOrder && refused.length === 0 && errors.length === 0)
    errors.push(new StreamError('invalidField', {}, `The message asks for nothing. Send one of ${orders}.`));
  return { isPing: false, wantsChallenge: false, ...found, refused, errors };
}

/** For those that send no challenge, or another one. */
export const howToLogIn =
  'A login is good on one stream, once: send {"challenge": 1}, sign GET /v1/stream?challenge=… with the challenge of the ' +
  'answer and an empty body, and send {"auth": {"key", "timestamp", "signature", "challenge"}}.';

const orders = 'ping, challenge, auth, subscribe, unsubscribe';

function idOf(value: unknown): RequestId {
  if (typeof value === 'string' && value.length <= idCharsMax) return value;
  if (Number.isSafeInteger(value)) return value as number;
  throw invalid('id', `"id" must be a whole number, or a text of at most ${idCharsMax} characters.`);
}

function whole(of: AnyShape, value: unknown, name: string): unknown {
  const admission = readShape(of, value);
  if (admission.ok) return admission.value;
  throw invalid(admission.field === '' ? name : admission.field, admission.message);
}

/** A login without a challenge could be copied to another stream: its sender hears how to ask for one. */
function authOf(value: unknown): Auth {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && !Object.hasOwn(value, 'challenge')) throw invalid('challenge', howToLogIn);
  return whole(authShape, value, 'auth') as Auth;
}

/** The channels that were understood; the others are added to `refused`. */
function wishesOf(of: AnyShape, value: unknown, name: string, refused: RefusedPart[]): Wishes {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(name, `"${name}" must be an object with ${Object.keys(of.fields).join(', ')}.`);
  const add = (channel: string, error: StreamFailure, named?: string): void => {
    if (refused.length < refusedMax) refused.push(refusal(channel.slice(0, idCharsMax), error, named));
  };
  const wishes: Record<string, unknown> = {};
  for (const [channel, wish] of Object.entries(value)) {
    const field = Object.hasOwn(of.fields, channel) ? of.fields[channel] : undefined;
    if (field === undefined) add(channel, unknownFields([channel], Object.keys(of.fields).join(', ')));
    else if (field.accepts(wish)) wishes[channel] = wish;
    else if (Array.isArray(wish) && (channel === 'book' || channel === 'trades')) {
      const symbols = wish.slice(0, symbolsMax);
      wishes[channel] = symbols.filter(symbol.accepts);
      for (const one of symbols.filter((entry) => !symbol.accepts(entry)))
        add(channel, invalid('symbol', `${quote(one)} is no symbol: it must be ${symbol.allowed}.`));
      if (wish.length > symbolsMax)
        add(
          channel,
          invalid(channel, `One list names at most ${symbolsMax} symbols; those behind are left out.`),
        );
    } else add(channel, invalid(channel, `"${channel}" is ${quote(wish)}: it must be ${field.allowed}.`));
  }
  refuseLonePlace(value, wishes, add);
  return wishes;
}

/** A place says where executions begin: neither is carried out where the other was not understood or is not there. */
function refuseLonePlace(
  sent: object,
  wishes: Record<string, unknown>,
  add: (channel: string, error: StreamFailure) => void,
): void {
  const isLost = (name: string): boolean => Object.hasOwn(sent, name) && wishes[name] === undefined;
  const isLone = wishes['afterN'] !== undefined && wishes['fromSeq'] === undefined;
  if (wishes['executions'] === true && (isLost('fromSeq') || isLost('afterN') || isLone)) {
    delete wishes['executions'];
    add(
      'executions',
      invalid('executions', 'The place from which executions are wanted was not understood.'),
    );
  }
  if (wishes['fromSeq'] !== undefined && wishes['executions'] === undefined) {
    delete wishes['fromSeq'];
    add('fromSeq', invalid('fromSeq', '"fromSeq" is read only beside "executions": true.'));
  }
  if (wishes['afterN'] !== undefined && wishes['fromSeq'] === undefined) {
    delete wishes['afterN'];
    add(
      'afterN',
      invalid('afterN', '"afterN" is read only beside "fromSeq": it is a place within that seq.'),
    );
  }
}

function unknownFields(names: readonly string[], allowed: string): StreamError {
  const [first = ''] = names;
  const shown = names.slice(0, namesShownMax).map(quote).join(', ');
  const others = names.length > namesShownMax ? ` and ${names.length - namesShownMax} others` : '';
  const verb = names.length === 1 ? 'is' : 'are';
  return invalid(
    first.slice(0, idCharsMax),
    `${shown}${others} ${verb} not known here. Allowed: ${allowed}.`,
  );
}

function invalid(field: string, message: string): StreamError {
  return new StreamError('invalidField', { field }, message);
}
