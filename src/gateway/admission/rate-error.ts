/** A request that is refused because more came than may come, with how long to wait and what the rate is. */
import type { RateRefusal, RateState, RateSubject } from './rates.ts';
import { CoreError } from './refusals.ts';

const words: Readonly<Record<RateSubject, string>> = {
  source: 'More requests that are not signed, or wrongly signed, come from this address than are taken',
  key: 'The key sends more requests than are taken',
  cancels: 'The key sends more cancels than are taken',
  account: 'More orders come for the account than are taken',
  streams:
    'More messages and subscriptions come on the streams of this key, or of this address, than are taken',
};

export class RateError extends CoreError {
  /** After which another request is taken. */
  readonly waitMs: number;
  readonly state: RateState;

  constructor({ subject, waitMs }: RateRefusal, state: RateState) {
    const message = `${words[subject]} (${state.perSecond} a second), so this one was not carried out.`;
    super('rateExceeded', {}, message);
    this.waitMs = waitMs;
    this.state = state;
  }
}
