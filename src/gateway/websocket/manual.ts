/**
 * What the stream promises, in one place: the code takes its bounds, its close codes and the names of its messages from
 * here, and the published documentation is made of the same.
 */

import { bodyBytesMax } from '../admission/refusals.ts';
import type { GatewayLimits } from '../settings.ts';
import { depthLevels } from './live-book.ts';
import { streamRefusals } from './refusals.ts';
import { symbolsMax } from './requests.ts';

/** Where streams are opened. */
export const streamPath = '/v1/stream';
/** What `auth` signs, beside the time: an upgrade that none can be, for one stream. */
export function streamContent(challenge: string): string {
  return `GET\n${streamPath}?challenge=${challenge}\n`;
}
/** Requests of one stream that may wait until they are carried out. */
export const requestsWaitingMax = 64;
/** Messages in a row that are not understood before the stream ends; one is forgiven each second. */
export const nonsenseMax = 16;
/** The server itself cuts a socket whose message is larger than this; smaller ones are refused with an error. */
export const streamPayloadBytesMax = 2 * bodyBytesMax;
/** Frames of one message, and pieces of one frame: what an unfinished message can hold is bounded by both. */
export const fragmentsMax = 64;
/** Executions that are kept while earlier fills are asked for. */
export const heldExecutionsMax = 16_384;

/** Why the gateway closed a stream; below 4000 as in RFC 6455, section 7.4.1. */
export const closeCodes = {
  goingAway: 1001,
  nonsense: 1008,
  tooLarge: 1009,
  tooSlow: 4001,
  silent: 4002,
  idle: 4003,
  otherExchange: 4004,
  keyOver: 4005,
  notLoggedIn: 4006,
} as const;
export type CloseReason = keyof typeof closeCodes;

export const closeTexts: Readonly<Record<CloseReason, string>> = {
  goingAway: 'the gateway closes; connect again',
  nonsense: 'one message after the other was not understood, or was beyond the rate',
  tooLarge: `a message was larger than ${streamPayloadBytesMax} bytes`,
  tooSlow: 'too much was waiting to be read; connect again and read faster, or subscribe to less',
  silent: 'no answer to a ping',
  idle: 'nothing was subscribed for a long time',
  keyOver:
    'the key that signed for this stream counts no more, and there is no place without one; connect again',
  notLoggedIn:
    'a signed upgrade keeps a place for a login, none came in time, and there is no place without one; connect again',
  otherExchange: 'another exchange has taken the place of this one, with other symbols and seqs; begin again',
};

interface MessageText {
  readonly meaning: string;
  readonly fields: Readonly<Record<string, string>>;
}

const sides = {
  bids: 'Levels `[price, quantity, orders]`, the best first.',
  asks: 'The same for the sellers.',
};
const event = {
  seq: 'Number of the command.',
  n: 'Number of the event within the command.',
  timeUs: "Microseconds since 1970, in the exchange's time.",
};
const priceFields = { price: 'As decimal text.', priceTicks: 'In ticks.' };
const leadership = {
  leaderId: 'The replica that leads; 0 is none, as far as this gateway knows.',
  term: 'Its term.',
  epoch:
    'How often a generation of the exchange has begun: another site, a rebuild; 0 before a replica answered.',
  mode: '"readWrite"; "readOnly": replicas answer and none leads; "unreachable": the gateway reaches no replica.',
};
const id = { id: 'As in the message that is answered, if it had one.' };

/** Every message that the gateway sends, with all its fields. */
export const streamMessages = {
  book: {
    meaning: `Snapshot of a book, up to ${depthLevels} levels of each side. A later one takes the place of all before.`,
    fields: { symbol: 'Instrument.', seq: 'The book after this command.', ...sides },
  },
  bookChange: {
    meaning:
      'Levels that changed; quantity 0: the level is gone. If `previousSeq` is not the seq that you hold, drop the book: a ' +
      'snapshot follows.',
    fields: {
      symbol: 'Instrument.',
      seq: 'The book after this command.',
      previousSeq: 'The seq of the message before.',
      ...sides,
    },
  },
  trade: {
    meaning: 'A trade.',
    fields: {
      ...event,
      tradeId: 'Number of the trade.',
      symbol: 'Instrument.',
      aggressorSide: 'The side of the order that came last: "buy" or "sell".',
      ...priceFields,
      quantity: 'As decimal text.',
      quantityLots: 'In lots.',
    },
  },
  execution: {
    meaning:
      "What happened to an order of the key's accounts, in the order of the exchange: `seq` and `n` of the last one are " +
      'the place to resume from.',
    fields: {
      event: '"accepted", "executed", "cancelled" or "replaced".',
      ...event,
      accountId: 'Account.',
      orderId: 'Order.',
      clientOrderId: "The client's own id.",
      symbol: 'Instrument.',
      side: '"buy" or "sell".',
      ...priceFields,
      quantity: 'Executed: of this fill; accepted, replaced: of the order.',
      quantityLots: 'The same in lots.',
      remaining: 'Executed, replaced: what is open.',
      remainingLots: 'The same in lots.',
      orderType: 'Accepted.',
      timeInForce: 'Accepted.',
      tradeId: 'Executed.',
      liquidity: 'Executed: "maker" or "taker".',
      cancelled: 'Cancelled: how much.',
      cancelledLots: 'The same in lots.',
      reason: 'Cancelled: why.',
      keptPriority: 'Replaced: whether it kept its place in the queue.',
    },
  },
  executionsResumed: {
    meaning: 'All fills from `fromSeq` on, up to `seq`, have been sent; what follows is live.',
    fields: { seq: 'Last command that the fills reach to.' },
  },
  gap: {
    meaning:
      'Executions are missing before this message: either fills that were asked for and that no replica remembers, or what ' +
      'else happened to orders while the gateway lost its feed (the fills of that time follow).',
    fields: {
      channel: '"executions".',
      fromSeq: 'Nothing is missing before this command.',
      rememberedFromSeq: 'All fills from this command on are known.',
      message: 'What is missing.',
      hint: 'What to ask for.',
    },
  },
  cluster: {
    meaning: 'The replica that leads, at once and after each change.',
    fields: {
      ...leadership,
      failovers: 'Failovers that this gateway remembers.',
      lastGapMs: 'Milliseconds without acknowledgements in the last one.',
    },
  },
  modes: {
    meaning:
      'All modes that hold now: of the exchange, of the accounts of the key, and of instruments that are not "open". It ' +
      'comes again where changes may have been missed, and after `auth`.',
    fields: { modes: '`{scope, symbol or accountId, mode, reason, opensAtMs}` each, as in `mode`.' },
  },
  mode: {
    meaning: 'A mode has changed. A later `mode` or `modes` takes its place.',
    fields: {
      ...event,
      scope: '"exchange", "instrument" or "account".',
      symbol: 'Of an instrument.',
      accountId: 'Of an account.',
      mode: '"open", "cancelOnly", "readOnly" or "halted".',
      reason: 'Why the operator has set it; may be empty.',
      opensAtMs: 'When it opens by itself, in milliseconds since 1970; 0 is never.',
    },
  },
  heartbeat: {
    meaning: 'The gateway lives. Without one for three intervals, connect again.',
    fields: {
      timeMs: "Milliseconds since 1970, by the gateway's clock.",
      exchangeId:
        'The exchange that answers: another number for each one, as in `X-Lockstep-Exchange`; 0: none yet.',
      ...leadership,
    },
  },
  challenge: {
    meaning: 'Answer to `challenge`; a later one takes its place, and one `auth` uses it up.',
    fields: { ...id, challenge: 'Printable characters that an address can hold.' },
  },
  authenticated: {
    meaning:
      'Answer to `auth`. With another key than before, `executions` of the former key end: `subscriptions` says so, and ' +
      '`subscribe` begins them for the new one.',
    fields: { ...id, key: 'The `keyId`.', accountIds: 'Accounts of the key.' },
  },
  subscriptions: {
    meaning:
      'Answer to `subscribe` and `unsubscribe`, and to an `auth` that ended `executions`: all that is subscribed now. ' +
      'From here on nothing is missing.',
    fields: {
      ...id,
      book: 'Symbols.',
      trades: 'Symbols.',
      executions: 'Whether.',
      cluster: 'Whether.',
      modes: 'Whether.',
      refused: 'What was not carried out: `{channel, symbol, error}` each, with an error as below.',
    },
  },
  pong: { meaning: 'Answer to `ping`.', fields: { ...id, timeMs: "The gateway's clock." } },
  error: {
    meaning:
      'A message, or a part of it, was not carried out; the stream goes on. With the field "executions": the fills that ' +
      'were promised do not come yet, and are asked for again.',
    fields: { ...id, error: '`{code, message, hint, field}`, with a code of the tables of errors.' },
  },
} as const satisfies Readonly<Record<string, MessageText>>;
export type MessageType = keyof typeof streamMessages;

/** The manual of the stream, in Markdown. */
export function streamManual(limits: GatewayLimits): string {
  const seconds = (ms: number): string => `${ms / 1000} s`;
  const kibibytes = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
  return [
    'Send JSON objects as text messages. A message may have an `id` (number or text), which stands in its answers.',
    '',
    '| send | what it does |',
    '|---|---|',
    '| `{"subscribe": {"book": ["BTC-USD"], "trades": ["BTC-USD"], "executions": true, "cluster": true, "modes": true}}` | sends these from now on |',
    '| `{"unsubscribe": {"book": ["BTC-USD"]}}` | sends these no more |',
    '| `{"challenge": 1}`, then `{"auth": {"key", "timestamp", "signature", "challenge"}}` | says who you are, before `executions`: signed as `GET /v1/stream?challenge=…` with what the gateway answered, and an empty body. It is good on this stream alone, and once |',
    '| `{"subscribe": {"executions": true, "fromSeq": 4711, "afterN": 2}}` | first the fills of this `seq` (behind that `n`) and later, then live, each once and in order: send `seq` and `n` of the last execution that you have |',
    '| the upgrade with the headers of a signed request | has a place of that key, also where those without a key are taken; it is no login. ' +
      `Without one in ${seconds(limits.streamLoginMsMax)} the stream goes on with a place of those without a key, or ends |`,
    '| `{"ping": 1}` | is answered with `pong` |',
    '',
    'Of a message in which one part is wrong the others are carried out: `refused` and `error` say what was not, and why. ' +
      'A message is refused whole where a name is there twice in it, or where it asks for nothing. `fromSeq` is read beside ' +
      '`executions`, and `afterN` beside `fromSeq`; what is not wanted is left out, not set to false.',
    '',
    '| bound | |',
    '|---|---|',
    `| subscriptions of a stream | ${limits.subscriptionsPerStreamMax} |`,
    `| symbols in one list | ${symbolsMax} |`,
    `| bytes of a message | ${bodyBytesMax}; above ${streamPayloadBytesMax} bytes or ${fragmentsMax} fragments the stream ends |`,
    `| messages that wait for their answers | ${requestsWaitingMax}; more are refused |`,
    `| messages and subscriptions, of all streams of a key, or of an address without one | ${limits.streamRequestsPerSecond} in a second, ${limits.streamRequestsBurst} after a pause; more are refused |`,
    `| messages that are not understood, or refused by that rate | ${nonsenseMax} in a row, one forgiven each second; then the stream ends |`,
    `| what waits to be read | ${kibibytes(limits.streamBufferBytesMax)}, and not longer than ${seconds(limits.standstillMsMax)} without movement; then the stream ends |`,
    `| without any subscription | ${seconds(limits.streamIdleMsMax)}; then the stream ends |`,
    `| ping frames of the gateway | each ${seconds(limits.streamPingIntervalMs)}; without an answer by the next one the stream ends |`,
    `| heartbeat messages | each ${seconds(limits.streamHeartbeatIntervalMs)} |`,
    `| streams of a gateway | ${limits.streamsMax}; without a key ${limits.anonymousStreamsMax} of them, and ${limits.anonymousStreamsPerSourceMax} from one address |`,
    '',
    '| message | field | meaning |',
    '|---|---|---|',
    ...Object.entries(streamMessages).flatMap(([type, { meaning, fields }]) => [
      `| \`${type}\` | | ${meaning} |`,
      ...Object.entries(fields).map(([name, text]) => `| | \`${name}\` | ${text} |`),
    ]),
    '',
    '| code of an error | what happened | what to do |',
    '|---|---|---|',
    ...Object.entries(streamRefusals).map(
      ([code, text]) => `| \`${code}\` | ${text.message} | ${text.hint} |`,
    ),
    '| others | as in the table of errors | |',
    '',
    '| close code | why |',
    '|---|---|',
    ...Object.entries(closeCodes).map(
      ([reason, code]) => `| ${code} | ${closeTexts[reason as CloseReason]} |`,
    ),
  ].join('\n');
}
