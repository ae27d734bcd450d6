/**
 * Commands that end the processes of replicas at one site of two, or at both, and what operators do about them: where
 * all of the writing site die on one, they void it if the replicas do not by themselves; a standby that dies on what
 * the writing site has applied begins again; and where a standby is promoted that waits at one, they void it there.
 */
import type { Random } from '../../std/random.ts';
import { giveDecision } from '../faults/strikes/poison.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { poisonDeaths } from '../world/poisons.ts';
import type { World } from '../world/world.ts';

/** The command comes soon. */
const seqsAhead = 12;
/** As many commands are voided in an hour without an operator. */
const poisonsMax = 3;
const lookUs = 50_000;
/** A site that waits so long at a command does not go on by itself. */
const stuckUs = 900_000;

export class SitePoisons {
  readonly #world: World;
  readonly #random: Random;
  readonly #writing: () => SimulatedCluster;
  /** A promoted site voids what the lost one may have applied: an operator accepts that. */
  readonly #onDecided: (seq: number) => void;
  /** A site that is being promoted, since the other one is lost. */
  promoted: SimulatedCluster | undefined;
  readonly #sinceUs = new Map<SimulatedCluster, number>();

  constructor(
    world: World,
    random: Random,
    writing: () => SimulatedCluster,
    onDecided: (seq: number) => void,
  ) {
    this.#onDecided = onDecided;
    this.#world = world;
    this.#random = random;
    this.#writing = writing;
  }

  start(): void {
    this.#world.scheduler.after(lookUs, () => {
      this.#decide();
      this.start();
    });
  }

  /** A command that is soon to come ends processes at one site, at both, or at one and at a part of the other. */
  add(writing: SimulatedCluster, standby: SimulatedCluster): void {
    const { poisons, trace, tally } = this.#world;
    const random = this.#random;
    const seq =
      Math.max(...writing.machines.map(({ replica }) => replica?.log.nextSeq ?? 0)) + random.below(seqsAhead);
    if (poisons.size >= poisonsMax || poisons.has(seq) || seq < seqsAhead) return;
    const where = random.pick(['both', 'writing', 'writing', 'standby', 'mixed'] as const);
    const others = where === 'mixed' ? [random.pick(standby.machines)] : standby.machines;
    const victims = [
      ...(where === 'standby' ? [] : writing.machines),
      ...(where === 'writing' ? [] : others),
    ];
    const ids = victims.map(({ id }) => id);
    const death = random.pick(poisonDeaths);
    poisons.set(seq, { seq, victims: new Set(ids), death });
    trace.note('sites', `command ${seq} ends replicas ${ids.join(', ')} by ${death}`);
    tally.add('poison at two sites');
  }

  /** Commands that no log has yet will be others. */
  withdraw(): void {
    const { poisons } = this.#world;
    const { machines } = this.#writing();
    const nextSeq = Math.max(...machines.map(({ replica }) => replica?.log.nextSeq ?? 0));
    for (const seq of poisons.keys()) if (seq >= nextSeq) poisons.delete(seq);
  }

  /** All of a standby wait at a command that the writing site has applied: only its state helps. */
  isBeyondHelp(standby: SimulatedCluster): boolean {
    const seq = waitsAt(standby.machines);
    if (seq === 0 || !this.#isStuck(standby)) return false;
    return this.#writing().machines.some(
      ({ replica, appliedSeq }) =>
        replica !== undefined && appliedSeq >= seq && !replica.state.hasPassedOver(seq),
    );
  }

  #decide(): void {
    const { poisons } = this.#world;
    const writing = this.#writing();
    const seq = waitsAt(writing.machines);
    const isForAll = writing.machines.every(({ id }) => poisons.get(seq)?.victims.has(id) === true);
    if (isForAll && this.#isStuck(writing)) giveDecision(writing.machines, seq);
    const { promoted } = this;
    if (promoted === undefined) return;
    const waited = waitsAt(promoted.machines);
    if (waited === 0 || !this.#isStuck(promoted)) return;
    this.#onDecided(waited);
    giveDecision(promoted.machines, waited);
  }

  /** Whether the site waits at a command since long. */
  #isStuck(cluster: SimulatedCluster): boolean {
    const { nowUs } = this.#world.scheduler;
    if (waitsAt(cluster.machines) === 0) this.#sinceUs.delete(cluster);
    else if (!this.#sinceUs.has(cluster)) this.#sinceUs.set(cluster, nowUs);
    return nowUs - (this.#sinceUs.get(cluster) ?? nowUs) >= stuckUs;
  }
}

/** The command at which the leader waits; 0: it does not. */
function waitsAt(machines: readonly Machine[]): number {
  const leader = machines.find(({ replica }) => replica?.log.isLeader === true);
  return leader?.replica?.applier.stopsBefore === 0 ? 0 : (leader?.replica?.applier.suspect ?? 0);
}
