/** What a stream itself refuses, beside the refusals of the core. */
import {
  type RefusalCode,
  type RefusalDetails,
  type RefusalText,
  RequestError,
  refusals,
} from '../admission/refusals.ts';

export const streamRefusals = {
  notAuthenticated: {
    message: 'Executions are private: this stream is not authenticated.',
    hint: 'Log in first: {"challenge": 1}, then {"auth": {"key", "timestamp", "signature", "challenge"}} with the answer.',
  },
  tooManySubscriptions: {
    message: 'This stream has as many subscriptions as it may have.',
    hint: 'Unsubscribe from some, or open another stream.',
  },
  tooManyMessages: {
    message: 'More messages of this stream wait for their answers than may wait.',
    hint: 'Wait for answers, or name more symbols in one message.',
  },
} as const satisfies Readonly<Record<string, RefusalText>>;
export const keyHasChanged =
  'The key acts for other accounts now: authenticate again, and subscribe to its executions.';

type StreamCode = keyof typeof streamRefusals;

/** Every refusal that a stream answers with. */
export type StreamFailure = RequestError<RefusalCode | StreamCode>;

const texts: Readonly<Record<RefusalCode | StreamCode, RefusalText>> = {
  ...refusals,
  ...streamRefusals,
};

/** What a stream refuses; `message` may say more than the tables do. */
export class StreamError extends RequestError<RefusalCode | StreamCode> {
  override readonly name = 'StreamError';

  constructor(
    code: RefusalCode | StreamCode,
    details: RefusalDetails = {},
    message: string = texts[code].message,
  ) {
    super(code, texts[code], details, message);
  }
}
