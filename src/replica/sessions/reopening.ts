/**
 * A site that begins to write, after a promotion or a switch, opens in stages: its leader first stamps that it has
 * begun, so that the exchange takes cancels only. After a promotion it does not open before no other site is seen to
 * write. After a switch the frame that began the epoch is the end of what the other site wrote: it may open.
 */
import type { Engine } from '../../engine/engine.ts';
import { modeReasonBytes } from '../../protocol/limits.ts';
import { accepted, type OperatorAnswer, refused } from '../answers.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { OperatorControlOrder } from '../ports.ts';
import type { ServingView } from '../state/application.ts';
import { beginWriting } from './leader-commands.ts';

/** The site that writes where no site ever began to. */
const firstSite = 1;

/** Whether the log says that this site, which writes, has begun to; 0: there are no others. @hot */
export function hasBegun({ writingSite }: Pick<Engine, 'writingSite'>, site: number): boolean {
  return site === 0 || (writingSite || firstSite) === site;
}

export class Reopening {
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  readonly #view: ServingView;
  /** That the site has begun is queued. */
  #isQueued = false;

  constructor(exchange: Exchange, sequencer: Sequencer, view: ServingView) {
    this.#exchange = exchange;
    this.#sequencer = sequencer;
    this.#view = view;
  }

  /** What was queued and not stamped is gone. */
  leadershipChanged(): void {
    this.#forget();
  }

  #forget(): void {
    this.#isQueued = false;
    this.#sequencer.ring.hold(false);
  }

  /** The cycle's work of a leader that serves; returns how many commands were queued. @hot */
  doWork(): number {
    const { site } = this.#view;
    if (hasBegun(this.#exchange.engine, site)) {
      if (this.#isQueued) this.#forget();
      return 0;
    }
    if (this.#isQueued) return 0;
    this.#isQueued = this.#begin();
    // Where it is voided (decision 26), what was stamped behind it would be carried out by a site that has not begun.
    this.#sequencer.ring.hold(this.#isQueued);
    return this.#isQueued ? 1 : 0;
  }

  #begin(): boolean {
    const { site, epoch, options, isHandedOver } = this.#view;
    const { openAfterMs = 0, sites } = options;
    const name = sites?.[site - 1]?.name ?? site;
    const way = openAfterMs === 0 ? 'by command' : `after ${Math.floor(openAfterMs / 1_000)} s`;
    const begun = isHandedOver
      ? { openAfterMs, isHeld: 0, reason: `site ${name} began to write; opens ${way}` }
      : {
          openAfterMs: 0,
          isHeld: 1,
          reason: `site ${site} began epoch ${epoch}; does another site still write?`,
        };
    const reason = begun.reason.slice(0, modeReasonBytes);
    return beginWriting(this.#sequencer, { epoch, site, ...begun, reason });
  }

  /** An order of the process that sees the other sites. */
  order({ epoch, isHeld, reason }: NonNullable<OperatorControlOrder['opening']>): OperatorAnswer {
    const { engine } = this.#exchange;
    const { site, options } = this.#view;
    if (engine.siteEpoch !== epoch)
      return refused(`The site that writes began in epoch ${engine.siteEpoch}, not in ${epoch}.`);
    const { openAfterMs = 0 } = options;
    const given = { epoch, site, openAfterMs, isHeld: isHeld ? 1 : 0, reason };
    if (!beginWriting(this.#sequencer, given)) return refused('The ring of commands is full. Try again.');
    return accepted(isHeld ? 'The exchange does not open.' : 'The exchange may open.');
  }
}
