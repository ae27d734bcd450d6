/** What a reader may send on a stream: one JSON object per message. Pure. */
import {
  type Admission,
  flag,
  list,
  nested,
  readShape,
  refuse,
  shape,
  type ValueOf,
  word,
} from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';

/** Symbols that one message may name. */
const symbolsMax = 256;

const topics = {
  book: list(symbol, symbolsMax, 'Books: a snapshot, then every change.'),
  trades: list(symbol, symbolsMax, 'Trades of these instruments.'),
  executions: flag("What happens to the orders of the key's accounts; needs authentication."),
  cluster: flag('Who leads, in which term.'),
} as const;

export const streamRequestShape = shape({
  auth: nested(
    shape(
      {
        key: word(128, 'The `keyId`.'),
        timestamp: word(16, 'Milliseconds since 1970, as text.'),
        nonce: word(36, 'What tells two requests of one millisecond apart.'),
        signature: word(64, 'For GET /v1/stream with an empty body.'),
      },
      'key',
      'timestamp',
      'signature',
    ),
    'Who is asking.',
  ),
  subscribe: nested(shape(topics), 'What to send from now on.'),
  unsubscribe: nested(shape(topics), 'What to send no more.'),
});
export type StreamRequest = ValueOf<(typeof streamRequestShape)['fields'], never>;
export type Topics = NonNullable<StreamRequest['subscribe']>;

/** Decodes one message. A text that is no JSON is refused with `field` empty and no object named. */
export function readStreamRequest(text: string): Admission<StreamRequest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('', 'The message is not JSON.');
  }
  return readShape(streamRequestShape, value);
}
