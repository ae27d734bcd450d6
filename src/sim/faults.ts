/**
 * The fault atlas: what can happen to a cluster, how likely it is in each profile, and the rules that keep a run
 * survivable. Data is only ever destroyed on a minority of replicas, the victims; everything else may happen to all.
 */
import type { Random } from '../std/random.ts';
import type { Cluster } from './cluster.ts';
import { conspire, type Later } from './conspiracy.ts';
import type { Machine } from './machine.ts';
import type { Member } from './member.ts';
import { type NetworkConditions, quietNetwork } from './virtual-network.ts';
import type { World } from './world.ts';

export type FaultKind =
  | 'storm'
  | 'partition'
  | 'isolation'
  | 'one-way cut'
  | 'reset'
  | 'crash'
  | 'leader crash'
  | 'crash of all'
  | 'pause'
  | 'power cut'
  | 'power cut of all'
  | 'wipe'
  | 'conspiracy'
  | 'disk full'
  | 'disk refusal'
  | 'slow disk'
  | 'rot'
  | 'clock step'
  | 'clock drift'
  | 'transfer'
  | 'snapshot';

export type ProfileName = 'calm' | 'network' | 'crash' | 'power' | 'disk' | 'clock' | 'mixed';

/** How often something happens (mean pause between two faults), and what, by weight. */
export interface Profile {
  readonly pauseUs: number;
  readonly weights: Readonly<Partial<Record<FaultKind, number>>>;
}

const networkWeights = { storm: 4, partition: 3, isolation: 3, 'one-way cut': 3, reset: 3 } as const;
const crashWeights = {
  crash: 4,
  'leader crash': 4,
  'crash of all': 1,
  pause: 3,
  transfer: 2,
  snapshot: 2,
} as const;
const powerWeights = { 'power cut': 4, 'power cut of all': 3, conspiracy: 4, crash: 1, snapshot: 1 } as const;
const diskWeights = {
  'disk full': 3,
  'disk refusal': 2,
  'slow disk': 3,
  rot: 4,
  wipe: 2,
  conspiracy: 3,
  crash: 1,
  snapshot: 3,
} as const;
const clockWeights = { 'clock step': 4, 'clock drift': 4, 'leader crash': 1, pause: 1 } as const;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  calm: { pauseUs: 300_000, weights: { transfer: 2, snapshot: 2, reset: 2 } },
  network: { pauseUs: 60_000, weights: networkWeights },
  crash: { pauseUs: 80_000, weights: crashWeights },
  power: { pauseUs: 90_000, weights: powerWeights },
  disk: { pauseUs: 80_000, weights: diskWeights },
  clock: { pauseUs: 80_000, weights: clockWeights },
  mixed: {
    pauseUs: 60_000,
    weights: { ...networkWeights, ...crashWeights, ...powerWeights, ...diskWeights, ...clockWeights },
  },
};

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/** A clock is set wrong by up to this, as one was in Frankfurt in 2013. */
const clockStepUsMax = 36_000_000;

/** A process may die in any of this many port calls to come. */
const callsMax = 40;

/** Makes things happen, and undoes them after a while. */
export class Faults {
  /** How often each kind happened. */
  readonly counts: Partial<Record<FaultKind, number>> = {};
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #members: readonly Member[];
  readonly #profile: Profile;
  readonly #random: Random;
  /** Machines whose data may be destroyed. */
  readonly #victims: readonly Machine[];
  #isActive = false;

  constructor(world: World, cluster: Cluster, members: readonly Member[], profile: Profile, random: Random) {
    this.#world = world;
    this.#cluster = cluster;
    this.#members = members;
    this.#profile = profile;
    this.#random = random;
    const machines = [...cluster.machines];
    for (let n = machines.length - 1; n > 0; n--) {
      const other = random.below(n + 1);
      [machines[n], machines[other]] = [machines[other]!, machines[n]!];
    }
    this.#victims = machines.slice(0, cluster.minority);
  }

  start(): void {
    this.#isActive = true;
    this.#next();
  }

  /** No more faults; what stands is undone, and every machine runs. */
  heal(): void {
    this.#isActive = false;
    this.#world.trace.note('faults', 'everything is healed');
    this.#world.network.heal();
    for (const machine of this.#cluster.machines) {
      machine.disk.setFull(false);
      machine.disk.setRefusing(false);
      machine.disk.isSlow = false;
      machine.fuse.putOut();
      machine.clock.setDrift(0);
    }
    this.#cluster.startAll();
  }

  #next(): void {
    const { pauseUs } = this.#profile;
    this.#world.scheduler.after(this.#random.between(Math.floor(pauseUs / 10), pauseUs * 2), () => {
      if (!this.#isActive) return;
      const kind = this.#draw();
      if (this.#strike(kind)) {
        this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      }
      this.#next();
    });
  }

  #draw(): FaultKind {
    const weights = Object.entries(this.#profile.weights) as [FaultKind, number][];
    let left = this.#random.below(weights.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [kind, weight] of weights) {
      if (left < weight) return kind;
      left -= weight;
    }
    return 'reset';
  }

  /** Lets one thing happen; false when there is nothing that it could happen to, or it would not be survivable. */
  #strike(kind: FaultKind): boolean {
    const random = this.#random;
    const machines = this.#cluster.machines;
    const machine = random.pick(machines);
    switch (kind) {
      case 'storm':
        return this.#storm();
      case 'partition': {
        const side = machines.filter(() => random.chance(0.5));
        return this.#cut(
          kind,
          side,
          machines.filter((other) => !side.includes(other)),
          true,
        );
      }
      case 'isolation':
        return this.#cut(
          kind,
          [machine],
          machines.filter((other) => other !== machine),
          true,
        );
      case 'one-way cut':
        return this.#cut(
          kind,
          [machine],
          machines.filter((other) => other !== machine),
          false,
        );
      case 'reset':
        return random.chance(0.5)
          ? random.pick(this.#members).resetConnection()
          : machine.connections.resetOne();
      case 'crash':
        return this.#crash(machine);
      case 'leader crash':
        return this.#crash(this.#cluster.leader);
      case 'crash of all':
        for (const each of machines) this.#crash(each);
        return true;
      case 'pause':
        return this.#pause(random.chance(0.5) ? machine : (this.#cluster.leader ?? machine));
      case 'power cut':
        return this.#cutPower(machine);
      case 'power cut of all':
        return this.#cutAllPower();
      case 'conspiracy':
        return conspire(this.#world, this.#cluster, this.#victims, random, this.#later);
      case 'wipe':
      case 'rot':
        return this.#destroy(kind);
      case 'disk full':
      case 'disk refusal':
      case 'slow disk':
        return this.#ailDisk(kind, machine);
      case 'clock step': {
        const byUs = random.between(-clockStepUsMax, clockStepUsMax);
        this.#note(machine, `has its clock set by ${byUs} us`);
        machine.clock.stepWall(byUs);
        return true;
      }
      case 'clock drift': {
        const driftPpm = random.between(-20_000, 20_000);
        this.#note(machine, `has its clock drift by ${driftPpm} ppm`);
        machine.clock.setDrift(driftPpm);
        return true;
      }
      case 'transfer': {
        const { leader } = this.#cluster;
        if (leader === undefined || leader === machine) return false;
        this.#note(leader, `is asked to hand over to replica ${machine.id}`);
        leader.control.give('transferLeadership', machine.id);
        return true;
      }
      case 'snapshot':
        this.#note(machine, 'is asked for a snapshot');
        machine.control.give('takeSnapshot');
        return true;
    }
  }

  #storm(): boolean {
    const random = this.#random;
    const conditions: NetworkConditions = {
      ...quietNetwork,
      delayMaxUs: random.pick([60, 500, 5_000]),
      loss: random.pick([0, 0.02, 0.2]),
      duplication: random.pick([0, 0.1]),
      reordering: random.pick([0, 0.2]),
      stragglerUs: 3_000,
      corruption: random.pick([0, 0.05, 0.2]),
    };
    const { network } = this.#world;
    this.#world.trace.note('faults', `a storm on the network: ${JSON.stringify(conditions)}`);
    network.conditions = conditions;
    this.#later(10_000, 300_000, () => {
      if (network.conditions === conditions) network.conditions = quietNetwork;
    });
    return true;
  }

  /** Cuts what `side` sends to `others`, and with `bothWays` also what they send to it. Members may be cut off too. */
  #cut(kind: FaultKind, side: readonly Machine[], others: readonly Machine[], bothWays: boolean): boolean {
    const { network, trace } = this.#world;
    const random = this.#random;
    const from = side.map(({ id }) => id);
    const to = others.map(({ id }) => id);
    if (from.length === 0 || to.length === 0) return false;
    for (const { id } of this.#members) if (random.chance(0.3)) (random.chance(0.5) ? from : to).push(id);
    trace.note('faults', `${kind}: ${from.join(' ')} ${bothWays ? '|' : '-x->'} ${to.join(' ')}`);
    const each = (act: (a: number, b: number) => void): void => {
      for (const a of from) {
        for (const b of to) {
          act(a, b);
          if (bothWays) act(b, a);
        }
      }
    };
    each((a, b) => network.block(a, b));
    this.#later(5_000, 600_000, () => {
      trace.note('faults', `${kind} ends: ${from.join(' ')}, ${to.join(' ')}`);
      each((a, b) => network.unblock(a, b));
    });
    return true;
  }

  #crash(machine: Machine | undefined): boolean {
    if (machine === undefined || (machine.state !== 'running' && machine.state !== 'paused')) return false;
    if (this.#random.chance(0.5)) machine.crash();
    else machine.fuse.light(this.#random.below(callsMax), 'kill');
    this.#later(1_000, 400_000, () => machine.start());
    return true;
  }

  #pause(machine: Machine): boolean {
    if (!machine.isRunning) return false;
    machine.pause();
    this.#later(1_000, 400_000, () => machine.resume());
    return true;
  }

  /** In `memory` mode a power cut may destroy what was not flushed, so only victims suffer it. */
  #cutPower(machine: Machine): boolean {
    const target = this.#cluster.durability === 'disk' ? machine : this.#victim();
    if (target === undefined || target.state === 'off') return false;
    // Half of the time in the middle of what it does.
    if (this.#random.chance(0.5)) target.cutPower();
    else target.fuse.light(this.#random.below(callsMax), 'power');
    this.#later(20_000, 600_000, () => target.start());
    return true;
  }

  /** Of all at the same instant, with much that is written and not flushed yet. */
  #cutAllPower(): boolean {
    if (this.#cluster.durability !== 'disk') return false;
    const { machines } = this.#cluster;
    for (const { disk } of machines) disk.isSlow = true;
    this.#later(3_000, 40_000, () => {
      for (const machine of machines) {
        machine.disk.isSlow = false;
        machine.cutPower();
        this.#later(20_000, 300_000, () => machine.start());
      }
    });
    return true;
  }

  #destroy(kind: 'wipe' | 'rot'): boolean {
    const victim = this.#victim();
    if (victim === undefined) return false;
    victim.crash();
    if (victim.state !== 'crashed') return false;
    if (kind === 'wipe') victim.wipe();
    else victim.rot();
    this.#later(1_000, 200_000, () => victim.start());
    return true;
  }

  #ailDisk(kind: 'disk full' | 'disk refusal' | 'slow disk', machine: Machine): boolean {
    const { disk } = machine;
    const set = (isAiling: boolean): void => {
      if (kind === 'disk full') disk.setFull(isAiling);
      else if (kind === 'disk refusal') disk.setRefusing(isAiling);
      else disk.isSlow = isAiling;
    };
    this.#note(machine, `has a ${kind}`);
    set(true);
    this.#later(10_000, 500_000, () => set(false));
    return true;
  }

  #victim(): Machine | undefined {
    return this.#victims.length === 0 ? undefined : this.#random.pick(this.#victims);
  }

  readonly #later: Later = (delayUsMin, delayUsMax, act) => {
    this.#world.scheduler.after(this.#random.between(delayUsMin, delayUsMax), () => {
      if (this.#isActive) act();
    });
  };

  #note(machine: Machine, text: string): void {
    this.#world.trace.note(machine.name, text);
  }
}
