/** Joins what comes in two events: the mode for which a command is refused, and then its outcome. */
import { eventAt, modeRefused } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { getU53 } from '../std/integers.ts';
import { type ModeRow, type Outcome, readEvent, readOutcome } from './words.ts';

export class RefusingModes {
  #seq = 0;
  #mode: ModeRow | undefined;

  /** An event came, before the outcome that it belongs to. */
  heard(view: DataView, at: number): void {
    if (view.getUint8(at + TYPE_AT) !== modeRefused.type) return;
    const event = readEvent(view, at);
    if (event.type !== 'modeRefused') return;
    const { scope, mode, instrumentId, accountId, opensAtMs, reasonText } = event;
    this.#seq = getU53(view, at + eventAt.seq);
    const ofAccount = scope === 'account' ? accountId : 0;
    this.#mode = { scope, mode, instrumentId, accountId: ofAccount, opensAtMs, reasonText };
  }

  /** The outcome at `at`, with the mode that refused its command. @hot */
  outcome(view: DataView, at: number): Outcome {
    const outcome = readOutcome(view, at);
    return this.#mode === undefined ? outcome : this.#join(outcome);
  }

  #join(outcome: Outcome): Outcome {
    const refusedBy = this.#mode;
    this.#mode = undefined;
    return outcome.seq === this.#seq ? { ...outcome, refusedBy } : outcome;
  }
}
