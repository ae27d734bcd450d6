/**
 * The operator of a cluster that does not elect by itself: sees that no replica leads, and orders an election
 * somewhere.
 */

import type { Report } from '../../checkers/violations.ts';
import type { Random } from '../../std/random.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { World } from '../world/world.ts';

const lookUsMin = 20_000;
const lookUsMax = 90_000;

export class SimulatedOperator {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #random: Random;
  #isAtWork = false;
  #orders = 0;

  constructor(world: World, cluster: SimulatedCluster, random: Random) {
    this.#world = world;
    this.#cluster = cluster;
    this.#random = random;
  }

  start(): void {
    this.#isAtWork = true;
    this.#lookLater();
  }

  /** With manual failover a term has a leader only because an operator ordered it, or leadership was handed over. */
  end(elections: number, transfers: number, report: Report): void {
    // A single replica needs no other's vote.
    if (!this.#isAtWork || this.#cluster.founders === 1 || elections <= this.#orders + transfers) return;
    report(
      'manual failover',
      `${elections} elections, though ${this.#orders} were ordered and ${transfers} transfers`,
    );
  }

  #lookLater(): void {
    this.#world.scheduler.after(this.#random.between(lookUsMin, lookUsMax), () => {
      if (this.#cluster.leader === undefined) this.#order();
      this.#lookLater();
    });
  }

  #order(): void {
    const running = this.#cluster.machines.filter(({ isRunning }) => isRunning);
    if (running.length === 0) return;
    const machine = this.#random.pick(running);
    this.#world.trace.note(machine.name, 'is ordered to stand for election');
    this.#orders += 1;
    machine.control.give('startElection');
  }
}
