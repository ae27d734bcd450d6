/**
 * One cluster has one instance: no replica of another one leads it, follows its leader or is followed by its replicas.
 */
import type { Report } from './violations.ts';

/** Watches the instances of replicas that take part. */
export class InstancesChecker {
  readonly #report: Report;
  #instance = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A replica leads or follows, and knows that frames of its cluster are committed. */
  takesPart(replicaId: number, instance: number): void {
    if (this.#instance === 0) this.#instance = instance;
    if (instance === this.#instance) return;
    this.#report(
      'instances',
      `replica ${replicaId} takes part with instance ${instance} in a cluster of instance ${this.#instance}`,
    );
  }
}
