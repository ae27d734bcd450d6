/** Tells every replica, again and again, what this process says of itself: notify/side-report.ts. */
import type { Party } from '../../trust/parties.ts';
import type { Loaded } from '../configuration/load.ts';
import type { SideReport } from '../notify/side-report.ts';
import { MemberPost } from './member-post.ts';

const reportEveryMs = 3_000;

export class SideReporter {
  readonly #post: MemberPost<SideReport>;
  readonly #timer: NodeJS.Timeout;

  /** `party`: as which this process proves itself. `warn` hears of it where it cannot, or none takes it. */
  constructor(
    loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
    party: Party,
    report: () => SideReport,
    warn: (text: string) => void,
  ) {
    this.#post = new MemberPost(
      loaded,
      party,
      { path: 'side', what: 'what this process says of itself' },
      warn,
    );
    const send = (): void => this.#post.send(report());
    this.#timer = setInterval(send, reportEveryMs).unref();
    send();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#post.end();
  }
}
