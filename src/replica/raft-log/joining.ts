/**
 * How a replica comes to belong to a cluster: with the first frame to its foundation, with the second to its instance.
 */
import type { Journal } from '../../journal/journal.ts';
import type { StateFile } from '../../journal/state-file.ts';
import { beginningOf, foundationNumber } from '../../protocol/foundation.ts';
import { instanceIndex } from '../../protocol/frames.ts';
import { assert } from '../../std/assert.ts';
import { counter } from '../counters.ts';
import { ReplicaFault } from '../fault.ts';
import { maskOf } from '../peers/callable-members.ts';
import type { Replication } from '../peers/replication.ts';
import type { Counters, Log } from '../ports.ts';
import type { ClusterOrigin } from './origin.ts';
import type { Started } from './startup.ts';

interface Joiners {
  readonly stateFile: StateFile;
  readonly journal: Journal;
  readonly replication: Replication;
  readonly log: Log;
}

export class Joining {
  #founders: readonly number[];
  /** They as `maskOf` gives it, which is shown every millisecond. */
  foundersMask: number;
  /** 0 where it is not known yet. */
  instance: number;
  /** The newest epoch that is committed here; 0 where it is not known yet. */
  epoch: number;
  /** The site that writes in it; 0: none was named. */
  site: number;
  readonly #parts: Joiners;

  constructor(
    parts: Joiners,
    { founders, instance, epoch, site }: ClusterOrigin & Pick<Started, 'epoch' | 'site'>,
  ) {
    this.#parts = parts;
    this.#founders = founders;
    this.foundersMask = maskOf(founders);
    this.instance = instance;
    this.epoch = epoch;
    this.site = site;
    parts.replication.onFounded = this.join;
    parts.replication.onBegun = this.begin;
  }

  /** The founding voters; none where there is no log. */
  get founders(): readonly number[] {
    return this.#founders;
  }

  /** The log has its first frame, or a snapshot in its place: this replica belongs to the cluster of these founders. */
  readonly join = (founders: readonly number[]): void => {
    const { stateFile, replication, log } = this.#parts;
    this.#founders = founders;
    this.foundersMask = maskOf(founders);
    const { state } = stateFile;
    if (state.founders.length > 0) return;
    if (!stateFile.save({ ...state, founders })) {
      throw new ReplicaFault('The founders cannot be made durable: the disk does not flush. Check the disk.');
    }
    replication.founded(foundationNumber(founders));
    log.info('this replica has joined its cluster', { founders: founders.join(', ') });
  };

  /**
   * The log has the frame that carries the instance, or a snapshot in its place: no other instance is heard any more.
   */
  readonly begin = (instance: number, epoch: number): void => {
    const { journal, replication, log } = this.#parts;
    if (this.instance === instance) return;
    assert(this.instance === 0, () => `a log keeps its instance: ${this.instance}, not ${instance}`);
    this.instance = instance;
    journal.instance = instance;
    replication.begun(instance);
    this.raise(epoch);
    log.info('the cluster of this replica has begun', { began: beginningOf(instance), epoch });
  };

  /** This epoch has begun: its frame is committed, or the first of all. */
  raise(epoch: number, site = 0): void {
    if (epoch <= this.epoch) return;
    this.epoch = epoch;
    this.site = site;
    this.#parts.replication.raised(epoch);
  }

  publish(counters: Counters): void {
    counters.set(counter.founders, this.foundersMask);
    counters.set(counter.instance, this.instance);
    counters.set(counter.epoch, this.epoch);
    counters.set(counter.writingSite, this.site);
  }

  /** The state file names the instance once the log cannot lose it: before, another first leader may begin another. */
  saveInstance(): void {
    const { stateFile, journal } = this.#parts;
    const { instance } = this;
    const { state } = stateFile;
    if (state.instance === instance || journal.durableIndex < instanceIndex) return;
    if (stateFile.save({ ...state, instance })) return;
    throw new ReplicaFault(
      'The instance of the cluster cannot be made durable: the disk does not flush. Check the disk.',
    );
  }
}
