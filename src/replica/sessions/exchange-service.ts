/** The exchange as an application of a replica: its state machine, and what serves its clients. */

import type { Engine } from '../../engine/engine.ts';
import { Mode } from '../../protocol/mode-commands.ts';
import { accepted, type OperatorAnswer, refused } from '../answers.ts';
import { counter } from '../counters.ts';
import { Exchange } from '../exchange/exchange.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import type { Application, Service, ServingView } from '../state/application.ts';
import { noteOrder, orderEndOfDay, switchEngineTo } from './leader-commands.ts';
import { ModeOpener } from './mode-opener.ts';
import { Reopening } from './reopening.ts';
import { SessionServer } from './session-server.ts';
import { Sweeper } from './sweeper.ts';

/** Trading stops that the main thread is shown at the most. */
const stoppedShownMax = 1_000;

export const exchangeApplication: Application<Exchange> = {
  create: Exchange.create,
  serve: (exchange, sequencer, ports, view) => new ExchangeService(exchange, sequencer, ports, view),
};

const ringIsFull = refused('The ring of commands is full. Try again.');

class ExchangeService implements Service {
  readonly clients: SessionServer;
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  readonly #ports: Ports;
  readonly #view: ServingView;
  readonly #sweeper: Sweeper;
  readonly #opener: ModeOpener;
  readonly #reopening: Reopening;
  #shownOf: Engine | undefined;
  #shownChanges = 0;
  /** Entries of the audit trail that were there at the last look. */
  #auditCount = -1;

  constructor(exchange: Exchange, sequencer: Sequencer, ports: Ports, view: ServingView) {
    this.#exchange = exchange;
    this.#sequencer = sequencer;
    this.#ports = ports;
    this.#view = view;
    this.clients = new SessionServer(ports, exchange, sequencer, view);
    this.#sweeper = new Sweeper(exchange, sequencer);
    this.#opener = new ModeOpener(exchange, sequencer);
    this.#reopening = new Reopening(exchange, sequencer, view);
  }

  get heardUs(): number {
    return this.clients.heardUs;
  }

  get deadlineUs(): number {
    if (!this.#view.serving) return this.clients.deadlineUs;
    return Math.min(this.clients.deadlineUs, this.#sweeper.dueUs, this.#opener.dueUs);
  }

  doWork(nowUs: number): number {
    // First of all: no command of a client comes before it in its epoch.
    let work = this.#view.serving ? this.#reopening.doWork() : 0;
    work += this.clients.doWork(nowUs);
    if (this.#view.serving) work += this.#sweeper.doWork(nowUs);
    if (this.#view.serving) work += this.#opener.doWork(nowUs);
    return work;
  }

  leadershipChanged(): void {
    this.#sweeper.leadershipChanged();
    this.#opener.leadershipChanged();
    this.#reopening.leadershipChanged();
    this.clients.leadershipChanged();
  }

  carryOut({ kind, note, opening }: OperatorControlOrder): OperatorAnswer {
    if (kind === 'holdOpening' && opening !== undefined) return this.#reopening.order(opening);
    if (kind === 'noteOrder' && note !== undefined)
      return noteOrder(this.#sequencer, note) ? accepted('It is noted with the next frame.') : ringIsFull;
    if (kind === 'switchEngine') return this.#switchEngine();
    if (kind !== 'endDay') return refused(`The exchange carries out no ${kind}.`);
    if (this.#exchange.engine.mode === Mode.halted)
      return refused('The exchange is halted, so its day does not end. Open it first: "lockstep mode".');
    if (!orderEndOfDay(this.#sequencer)) return ringIsFull;
    return accepted('The day ends with the next frame: orders that are good for the day are cancelled.');
  }

  #switchEngine(): OperatorAnswer {
    const { version, versionMost } = this.#exchange.engine;
    if (!switchEngineTo(this.#sequencer, versionMost)) return ringIsFull;
    return accepted(
      `The exchange goes over from version ${version} of the engine to version ${versionMost} with the next frame, and never back: ` +
        'releases without it cannot serve any more.',
    );
  }

  publish(): void {
    this.#showStopped();
    const { engine } = this.#exchange;
    if (engine.auditCount !== this.#auditCount) {
      this.#auditCount = engine.auditCount;
      this.#ports.counters.set(counter.ordersNotedUs, engine.lastOrderUs(this.#exchange.replicaId));
    }
    this.#ports.counters.set(counter.openingHeld, engine.isOpeningHeld ? 1 : 0);
    this.#ports.counters.set(counter.siteEpoch, engine.siteEpoch);
    this.#ports.counters.set(counter.siteSeq, engine.siteSeq);
    this.#ports.counters.set(counter.sessions, this.clients.boundCount);
    this.#ports.counters.set(counter.eventsEmitted, this.#exchange.events.emitted);
  }

  #showStopped(): void {
    const { engine } = this.#exchange;
    if (engine === this.#shownOf && engine.modeChanges === this.#shownChanges) return;
    this.#shownOf = engine;
    this.#shownChanges = engine.modeChanges;
    this.#ports.control.showStopped(engine.stopped(stoppedShownMax));
  }
}
