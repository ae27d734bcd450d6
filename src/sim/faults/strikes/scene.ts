/** What a strike works on, and how it undoes what it did. */
import type { Random } from '../../../std/random.ts';
import type { ClientActor } from '../../actors/client-actor.ts';
import type { Strangers } from '../../actors/strangers.ts';
import type { SimulatedCluster } from '../../world/cluster.ts';
import type { Machine } from '../../world/machine.ts';
import type { World } from '../../world/world.ts';
import type { FaultKind } from '../profiles.ts';
import type { Later } from './conspiracy.ts';

export interface Scene {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  readonly clients: readonly ClientActor[];
  readonly strangers: Strangers;
  /** Machines whose data may be destroyed: a minority. */
  readonly victims: readonly Machine[];
  /** This strike's own randomness: leaving another strike out does not change it. */
  readonly random: Random;
  readonly later: Later;
}

/** Lets one thing happen; false when there is nothing that it could happen to, or it would not be survivable. */
export type Strike = (scene: Scene) => boolean;

export type Strikes = Partial<Record<FaultKind, Strike>>;

export function anyMachine({ cluster, random }: Scene): Machine {
  return random.pick(cluster.machines);
}

/** One machine at least, or several at once. */
export function someMachines(scene: Scene): readonly Machine[] {
  const some = scene.cluster.machines.filter(() => scene.random.chance(0.4));
  return some.length > 0 ? some : [anyMachine(scene)];
}

export function anyVictim({ victims, random }: Scene): Machine | undefined {
  return victims.length === 0 ? undefined : random.pick(victims);
}

export function note({ world }: Scene, machine: Machine, text: string): void {
  world.trace.note(machine.name, text);
}
