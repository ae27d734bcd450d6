/**
 * Invariant 8: a snapshot at n and the log after it give the state that the log alone gives. The one history is run
 * again from nothing on an engine of the checker's own, once straight and once through snapshots on the way; every
 * replica, whatever it went through, must be in the same state.
 */
import { Engine, type EngineOptions } from '../engine/engine.ts';
import type { Random } from '../std/random.ts';
import type { AgreementChecker } from './agreement.ts';
import { eventChecksum } from './agreement.ts';
import { Collector } from './collector.ts';
import type { Report } from './violations.ts';

/** Runs the history again and compares. */
export class EquivalenceChecker {
  readonly #limits: EngineOptions;
  readonly #report: Report;
  readonly #agreement: AgreementChecker;
  /** The state after everything that was applied. */
  readonly stateHash: string;

  /** @param snapshotChance that the second run goes through a snapshot behind a command. */
  constructor(
    report: Report,
    agreement: AgreementChecker,
    random: Random,
    { snapshotChance = 0.01, limits = {} }: { snapshotChance?: number; limits?: EngineOptions } = {},
  ) {
    this.#limits = limits;
    this.#report = report;
    this.#agreement = agreement;
    const straight = this.#replay(() => false);
    const restored = this.#replay(() => random.chance(snapshotChance));
    this.stateHash = straight.stateHash();
    if (restored.stateHash() !== this.stateHash) {
      report(
        'equivalence',
        'the history run through snapshots ends in another state than the history run straight',
      );
    }
    if (restored.economicHash() !== straight.economicHash()) {
      report('equivalence', 'the history run through snapshots ends with other books or positions');
    }
  }

  /** A replica has applied the whole history: is it in the same state? */
  ends(replicaId: number, engine: Pick<Engine, 'lastSeq' | 'stateHash'>): void {
    if (engine.lastSeq !== this.#agreement.lastSeq) {
      this.#report(
        'equivalence',
        `replica ${replicaId} ends at seq ${engine.lastSeq}, the history at ${this.#agreement.lastSeq}`,
      );
    } else if (engine.stateHash() !== this.stateHash) {
      this.#report('equivalence', `replica ${replicaId} ends in another state than its history gives`);
    }
  }

  #replay(snapshotHere: () => boolean): Engine {
    let engine = new Engine(this.#limits);
    const events = new Collector();
    for (const command of this.#agreement.commands) {
      if (command === undefined) continue;
      const { bytes } = command;
      events.clear();
      const view = new DataView(bytes.buffer);
      if (command.isVoided) engine.skip(view, 0, command.seq, command.timeUs, events);
      else engine.apply(view, 0, command.seq, command.timeUs, events);
      const same =
        events.offsets.length === command.events.length &&
        events.offsets.every((at, n) => eventChecksum(events.view, at) === command.events[n]);
      if (!same) this.#report('equivalence', `seq ${command.seq} gives other events when it is run again`);
      if (!snapshotHere()) continue;
      const snapshot = new Uint8Array(engine.snapshotBytes());
      engine.writeSnapshot(snapshot);
      const restored = Engine.restore(snapshot, this.#limits);
      if (restored === undefined)
        this.#report('equivalence', `the snapshot at seq ${command.seq} cannot be restored`);
      else engine = restored;
    }
    return engine;
  }
}
