/**
 * The witness of a third place that grants leases to two sites, and the machines' questions to it.
 *
 * What can happen: questions and answers come late, by up to more than a lease, or not at all; the witness dies and
 * starts again with what was durable; it does not reach a machine; clocks run apart by up to 2 % each; a machine stands
 * still between a question and its answer.
 */
import { LeaseAsker } from '../../replica/sites/lease-asker.ts';
import { LeaseLedger, type LeaseState, noLease } from '../../replica/sites/lease-ledger.ts';
import type { Random } from '../../std/random.ts';
import type { Machine } from '../world/machine.ts';
import { VirtualClock } from '../world/virtual-clock.ts';
import type { World } from '../world/world.ts';

const stepUsMin = 2_000;
const stepUsMax = 10_000;
const usualDelayUsMax = 5_000;
const lossChance = 0.05;
const lateChance = 0.1;
const driftPpmMax = 20_000;
const machinesDriftChance = 0.5;

export class LeaseWitness {
  /** It runs, and machines reach it. */
  isDown = false;
  readonly #world: World;
  readonly #random: Random;
  readonly #clock: VirtualClock;
  readonly #lengthUs: number;
  #durable: LeaseState = noLease;
  #ledger: LeaseLedger;
  readonly #began: (site: number, epoch: number) => void;

  /** @param began hears that leases of an epoch are granted to a site from now on. */
  constructor(world: World, random: Random, lengthUs: number, began: (site: number, epoch: number) => void) {
    this.#world = world;
    this.#random = random;
    this.#lengthUs = lengthUs;
    this.#began = began;
    this.#clock = new VirtualClock(world.scheduler, 0, random.between(-driftPpmMax, driftPpmMax), 0);
    this.#ledger = this.#opened();
  }

  /** Another process, which knows what was durable. */
  restart(): void {
    this.#world.trace.note('lease', 'the witness starts again');
    this.#ledger = this.#opened();
  }

  /** Whether it has promised to grant no lease below this epoch, and for how long those that are out are good. */
  promise(epoch: number, site: number): { readonly ok: boolean; readonly waitUs: number } {
    if (this.isDown) return { ok: false, waitUs: 0 };
    const { ok, waitUs } = this.#ledger.promise(epoch, site, this.#clock.nowUs());
    this.#world.trace.note('lease', `promise of epoch ${epoch}: ${ok}, ${waitUs} us are out`);
    return { ok, waitUs };
  }

  /** A machine asks from now on. */
  serve(machine: Machine, site: number): void {
    if (this.#random.chance(machinesDriftChance))
      machine.clock.setDrift(this.#random.between(-driftPpmMax, driftPpmMax));
    const newAsker = (): LeaseAsker => new LeaseAsker(machine.lease, () => machine.clock.nowUs());
    let asker = newAsker();
    let life = machine.starts;
    const turn = (): void => {
      this.#world.scheduler.after(this.#random.between(stepUsMin, stepUsMax), turn);
      const { replica } = machine;
      if (!machine.isRunning || replica === undefined) return;
      if (machine.starts !== life) asker = newAsker();
      life = machine.starts;
      if (asker.isDue()) this.#ask(machine, asker, asker.sent(), site);
    };
    turn();
  }

  #ask(machine: Machine, asker: LeaseAsker, sentUs: number, site: number): void {
    const { log } = machine.replica!;
    const life = machine.starts;
    const question = {
      replicaId: machine.id,
      site,
      epoch: Math.max(1, log.epoch),
      writes: log.writingSite === site,
    };
    this.#later(() => {
      if (this.isDown) return;
      const answer = this.#ledger.ask(question, this.#clock.nowUs());
      if (!answer.isGranted) this.#world.trace.note('lease', `${machine.name}: ${answer.reason}`);
      this.#later(() => this.#deliver(machine, life, () => asker.answered(answer, sentUs)));
    });
  }

  /** A machine that stands still reads the answer when it goes on. */
  #deliver(machine: Machine, life: number, read: () => void): void {
    if (machine.starts !== life) return;
    if (machine.state === 'paused') {
      this.#world.scheduler.after(stepUsMin, () => this.#deliver(machine, life, read));
      return;
    }
    if (machine.isRunning) read();
  }

  #later(run: () => void): void {
    const random = this.#random;
    if (random.chance(lossChance)) return;
    const usMax = random.chance(lateChance) ? 2 * this.#lengthUs : usualDelayUsMax;
    this.#world.scheduler.after(random.below(usMax), run);
  }

  #opened(): LeaseLedger {
    return new LeaseLedger(this.#durable, this.#lengthUs, this.#clock.nowUs(), (state) => {
      const { site, epoch } = this.#durable;
      this.#durable = state;
      if (state.site !== site || state.epoch !== epoch) this.#began(state.site, state.epoch);
      return true;
    });
  }
}
