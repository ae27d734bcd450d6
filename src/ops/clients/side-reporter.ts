/** Tells every replica, again and again, what this process says of itself: notify/side-report.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Party } from '../../trust/parties.ts';
import type { Loaded } from '../configuration/load.ts';
import { ExitCode, Failure } from '../failure.ts';
import { type SideProgram, type SideReport, sourceOf } from '../notify/side-report.ts';
import { StartHistory } from '../processes/start-history.ts';
import { MemberPost } from './member-post.ts';

const reportEveryMs = 3_000;

export class SideReporter {
  readonly #post: MemberPost<SideReport>;
  readonly #name: string;
  readonly #starts: StartHistory | undefined;
  #report: () => SideReport;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Notes that the process starts, before it does what may fail. `party`: as which it proves itself. `warn` hears of it
   * where it cannot, or none takes it.
   */
  constructor(
    loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
    party: Party,
    program: SideProgram,
    warn: (text: string) => void,
  ) {
    this.#post = new MemberPost(
      loaded,
      party,
      { path: 'side', what: 'what this process says of itself' },
      warn,
    );
    this.#name = sourceOf(party, { program });
    this.#report = () => ({ program, conditions: [] });
    // A supervisor sees how its children die, and replicas read it there. Without a data folder there is no identity.
    if (process.connected !== true && existsSync(loaded.dataFolder))
      this.#starts = new StartHistory(join(loaded.dataFolder, `starts of ${this.#name}.json`), warn);
  }

  /** Sends this from now on. */
  begin(report: () => SideReport): void {
    this.#report = report;
    this.#timer = setInterval(() => this.#send(), reportEveryMs).unref();
    this.#send();
  }

  /** The life of the process, from its start on: where it fails again and again, replicas hear it before it ends. */
  async over<T>(life: () => Promise<T>): Promise<T> {
    try {
      return await life();
    } catch (error) {
      clearInterval(this.#timer);
      // What is refused by its configuration is not started again by its unit.
      if (error instanceof Failure && error.exitCode === ExitCode.usage) await this.#starts?.end();
      else if (this.#starts?.isLoop(Date.now()) === true) {
        this.#send();
        await this.#post.settled();
      }
      this.#post.end();
      throw error;
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#post.end();
    void this.#starts?.end();
  }

  #send(): void {
    this.#post.send(withLoop(this.#report(), this.#name, this.#starts));
  }
}

function withLoop(report: SideReport, name: string, starts: StartHistory | undefined): SideReport {
  if (starts?.isLoop(Date.now()) !== true) return report;
  const text = `The ${name} dies again and again. Its log says why.`;
  return { ...report, conditions: [...report.conditions, { kind: 'crashLoop', text }] };
}
