/**
 * Figure 8 of the Raft paper, staged: a leader's frames reach no other replica and it dies; the next one appends its
 * own, which reach none either, and dies; the first leads again and carries its old frames to a majority, but dies
 * before a frame of its new term has arrived; the second comes back. If the old frames counted as committed, they are
 * lost now.
 */
import type { Machine } from '../../world/machine.ts';
import { note, type Scene } from './scene.ts';

const unlimited = Number.POSITIVE_INFINITY;
const giveUpUs = 500_000;

export function stageFigure8(scene: Scene): boolean {
  const { world, cluster, later } = scene;
  const { leader, machines } = cluster;
  if (leader === undefined || machines.length < 3 || world.onLeads !== undefined) return false;
  const { network } = world;
  note(scene, leader, 'is not heard by its peers: figure 8 begins');
  network.limitSends(leader.id, 0);
  const over = (): void => {
    world.onLeads = undefined;
    for (const { id } of machines) network.limitSends(id, unlimited);
    cluster.startAll();
  };
  world.onLeads = () => {};
  later(2_000, 15_000, () => {
    leader.crash();
    network.limitSends(leader.id, unlimited);
    whoeverLeads(scene, (second) => {
      network.limitSends(second.id, 0);
      later(800, 6_000, () => {
        second.crash();
        network.limitSends(second.id, unlimited);
        leader.start();
        theFirstIsBack(scene, second);
      });
    });
  });
  later(giveUpUs, giveUpUs + 1, over);
  return true;
}

function theFirstIsBack(scene: Scene, second: Machine): void {
  const { world, cluster, random, later } = scene;
  whoeverLeads(scene, (third) => {
    // A few datagrams get through: the old frames, and not yet the new one.
    world.network.limitSends(third.id, random.between(1, 5 * cluster.machines.length));
    later(300, 8_000, () => {
      third.crash();
      world.network.limitSends(third.id, unlimited);
      second.start();
      later(60_000, 200_000, () => third.start());
    });
  });
}

/** Calls back in the instant in which the next replica becomes leader, before it has sent anything. */
function whoeverLeads({ world, cluster }: Scene, act: (machine: Machine) => void): void {
  world.onLeads = (id) => {
    world.onLeads = () => {};
    const machine = cluster.machines.find((each) => each.id === id);
    if (machine !== undefined) act(machine);
  };
}
