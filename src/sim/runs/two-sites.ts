/**
 * Two sites of one exchange in a world of their own: one writes, the other follows. The way between them goes and
 * comes, replicas of both die, the sites are switched, and one is lost and the other promoted, at bad moments; a site
 * that was taken for lost goes on unfenced until it hears of the other one, and returns as a standby.
 */
import type { Report } from '../../checkers/violations.ts';
import { type HeldReplica, outlived } from '../../replica/sites/outlived.ts';
import { Random } from '../../std/random.ts';
import { ClientActor } from '../actors/client-actor.ts';
import { LeaseWitness } from '../actors/lease-witness.ts';
import { SiteWay, takingMachine } from '../actors/site-way.ts';
import type { Tally } from '../world/atlas.ts';
import { clusterId, drawClusterOptions, SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import { seedSite } from '../world/site-seed.ts';
import { World } from '../world/world.ts';
import { SitePoisons } from './site-poisons.ts';
import { SitesJudge } from './sites-judge.ts';

const sizes = [1, 3, 3] as const;
/** Replicas of the second site have other numbers, so that clients know them all. */
const secondFrom = 11;
const firstClientId = 101;
const wayEndpoints = [231, 232] as const;
const servesUs = 6_000_000;
const levelUs = 12_000_000;
const roundsMax = 3;
const sliceUs = 20_000;
const tradeSlicesMax = 8;
const ordersMax = 600;
const heldBackUs = 3_000_000;
const leaseUsMin = 80_000;
const leaseUsMax = 300_000;
/** Where there are no leases: standstills for longer leave a doubt. */
const standstillsUs = [60_000, 200_000] as const;
/** A doubt does not end by itself here: what looks is there again before that. */
const lookUs = 3_600_000_000;
/** Runs with commands that end processes, of all; and what their draws begin with. */
const poisonChance = 0.5;
const poisonSeed = 0x706f_6973;

interface SimulatedSite {
  readonly number: number;
  readonly cluster: SimulatedCluster;
  /** The way by which the other site follows this one. */
  way: SiteWay;
  /** Nothing brings its machines back. */
  isLost: boolean;
}

interface TwoSitesOptions {
  readonly seed: number;
  /** Both write under leases of a third place. */
  readonly isLeased: boolean;
  readonly sink: ((line: string) => void) | undefined;
}

/** Returns how often what happened. */
export function runTwoSites({ seed, isLeased, sink }: TwoSitesOptions, report: Report): Tally['counts'] {
  const world = new World(seed, sink);
  new TwoSites(world, report, { seed, isLeased, sink }).run();
  return world.tally.counts;
}

class TwoSites {
  readonly #world: World;
  readonly #random: Random;
  readonly #report: Report;
  readonly #judge: SitesJudge;
  readonly #sites: readonly [SimulatedSite, SimulatedSite];
  readonly #clients: readonly ClientActor[];
  readonly #witness: LeaseWitness | undefined;
  /** Some runs have commands that end processes. They draw by themselves, so that the others are as without them. */
  readonly #poisons: SitePoisons | undefined;
  readonly #standstillUs: number;
  /** The newest epoch that a site was to begin, and that site. */
  #claimed = { site: 0, epoch: 1 };
  #active: SimulatedSite;
  #standby: SimulatedSite;

  constructor(world: World, report: Report, { seed, isLeased }: TwoSitesOptions) {
    this.#world = world;
    this.#report = report;
    this.#random = fork(world.random);
    this.#judge = new SitesJudge(world, (id) => (id < secondFrom ? 1 : 2));
    const random = this.#random;
    const drawn = drawClusterOptions(random, random.pick(sizes), random.pick(['memory', 'disk'] as const));
    const openAfterMs = random.pick([0, 1, 50]);
    const second = Array.from({ length: random.pick(sizes) }, (_, n) => secondFrom + n);
    this.#standstillUs = random.pick(standstillsUs);
    const siteDoubt = { afterUs: this.#standstillUs, withinUs: lookUs };
    const shared = { ...drawn, ...(isLeased ? { hasSiteLease: true } : { siteDoubt }) };
    const clusters = [drawn.founders, second].map(
      (founders, n) =>
        new SimulatedCluster(world, { ...shared, founders, site: n + 1, openAfterMs }, this.#judge),
    ) as [SimulatedCluster, SimulatedCluster];
    const claimedBeside = (site: number): number => (this.#claimed.site === site ? 0 : this.#claimed.epoch);
    this.#sites = [0, 1].map((n) => ({
      number: n + 1,
      cluster: clusters[n]!,
      way: new SiteWay(
        world,
        wayEndpoints[n]!,
        { from: clusters[n]!, to: clusters[1 - n]! },
        fork(random),
        () => claimedBeside(2 - n),
      ),
      isLost: false,
    })) as [SimulatedSite, SimulatedSite];
    [this.#active, this.#standby] = this.#sites;
    this.#clients = Array.from({ length: random.between(2, 3) }, (_, n) => this.#newClient(n));
    this.#witness = isLeased ? this.#newWitness() : undefined;
    const ofPoisons = new Random(seed ^ poisonSeed);
    const hasPoisons = ofPoisons.chance(poisonChance);
    this.#poisons = hasPoisons
      ? new SitePoisons(
          world,
          ofPoisons,
          () => this.#active.cluster,
          (seq) => this.#judge.decided(seq),
        )
      : undefined;
  }

  run(): void {
    const { cluster } = this.#active;
    cluster.start();
    for (const { number, cluster: own } of this.#sites)
      for (const machine of own.machines) this.#witness?.serve(machine, number);
    for (const { way } of this.#sites) way.start();
    for (const client of this.#clients) client.start();
    this.#poisons?.start();
    const isServed = this.#until(servesUs, () => this.#judge.acknowledged > 0);
    if (!isServed) this.#fail('the first site does not serve');
    else this.#live();
    for (const { checker, what } of this.#judge.violations.found) this.#report(checker, `two sites: ${what}`);
  }

  #live(): void {
    this.#pass(this.#random.between(1, 5) * sliceUs);
    this.#seed(this.#standby);
    const rounds = this.#random.between(1, roundsMax);
    for (let n = 0; n < rounds && this.#judge.violations.found.length === 0; n++) {
      this.#trade();
      const event = this.#random.pick(['switch', 'switch', 'loss', 'loss', 'sealed loss'] as const);
      this.#world.trace.note('sites', event);
      const isDone = event === 'switch' ? this.#switch() : this.#lose(event === 'sealed loss');
      if (!isDone) break;
    }
    this.#end();
  }

  /** The observer of both sites lets the site that began to write open, or holds it, now and then on a false alarm. */
  #letOpen(): void {
    for (const { cluster } of this.#sites) {
      const { replica, control } = cluster.leader ?? {};
      if (replica === undefined || control === undefined || replica.isStandby) continue;
      const { engine } = replica.state;
      const isHeld = this.#random.chance(0.2);
      if (engine.isOpeningHeld === isHeld || engine.siteEpoch === 0) continue;
      control.give('holdOpening', 0, false, {
        opening: { epoch: engine.siteEpoch, isHeld, reason: 'as seen' },
      });
    }
  }

  /** Orders flow, and now and then a replica dies or the way is gone for a while. */
  #trade(): void {
    const random = this.#random;
    const slices = random.between(1, tradeSlicesMax);
    for (let n = 0; n < slices; n++) {
      this.#poisons?.add(this.#active.cluster, this.#standby.cluster);
      const site = random.pick(this.#sites);
      if (random.chance(0.25)) this.#crash(random.pick(site.cluster.machines), random.between(5, 90) * 1_000);
      if (random.chance(0.2)) this.#breakWay(random.between(10, 150) * 1_000);
      this.#letOpen();
      if (this.#witness !== undefined && random.chance(0.1)) this.#troubleWitness(this.#witness);
      this.#pass(sliceUs);
    }
  }

  /** The planned move, in which processes may die: it ends with the other site writing, and nothing lost. */
  #switch(): boolean {
    const random = this.#random;
    const to = this.#standby;
    if (random.chance(0.3)) this.#breakWay(random.between(20, 200) * 1_000);
    for (let n = 0; n < ordersMax && !this.#writes(to); n++) {
      const { leader } = this.#active.cluster;
      // As the command does: without a way that works a switch would hang.
      if (leader !== undefined && this.#active.way.hasBegun) {
        if (n < 4 && random.chance(0.3)) leader.fuse.light(random.below(60), 'kill');
        this.#order(leader, to);
      }
      if (n < 6 && random.chance(0.15)) this.#crashLeaderOf(random.pick(this.#sites));
      this.#pass(sliceUs);
      this.#reseedIfRefused();
    }
    if (!this.#writes(to)) return this.#fail(`site ${to.number} does not open after a switch`);
    this.#world.tally.add('sites switched');
    this.#swap();
    return true;
  }

  /** The writing site is lost, or taken for lost; the other is promoted with what was sealed and not shipped. */
  #lose(isSealed: boolean): boolean {
    const random = this.#random;
    const lost = this.#active;
    const next = this.#standby;
    if (isSealed) {
      lost.way.isDown = true;
      const isEnded = (): boolean => lost.cluster.machines.some(({ replica }) => replica?.isStandby === true);
      for (let n = 0; n < ordersMax && !isEnded(); n++) {
        const { leader } = lost.cluster;
        if (leader !== undefined) this.#order(leader, next);
        this.#pass(random.below(sliceUs));
      }
    }
    const how = random.pick(['dead', 'stopped', 'out of reach'] as const);
    this.#world.trace.note('sites', `site ${lost.number} is ${how}`);
    lost.isLost = how === 'dead';
    if (how !== 'out of reach' || random.chance(0.5)) lost.way.isDown = true;
    const far = how === 'dead' ? undefined : random.pick(this.#clients);
    if (far !== undefined) this.#cut(far, next, true);
    for (const machine of lost.cluster.machines) {
      if (how === 'dead') machine.crash();
      if (how === 'stopped') machine.pause();
      if (random.chance(0.3)) this.#pass(random.below(2_000));
    }
    // After so long the site must know it, even by the slowest of its clocks.
    const isStanding = how !== 'out of reach' && this.#witness === undefined && random.chance(0.7);
    if (isStanding) this.#pass(2 * this.#standstillUs);
    if (!this.#promote(next)) return this.#fail(`site ${next.number} does not open after its promotion`);
    // A replica that had crashed before may have been started meanwhile.
    if (isStanding && lost.cluster.machines.every(({ isRunning }) => !isRunning))
      this.#judge.overtaken(lost.number, this.#epochOf(next));
    this.#pass(random.between(1, 4) * sliceUs);
    lost.isLost = false;
    lost.cluster.startAll();
    this.#pass(random.between(0, 4) * sliceUs);
    if (far !== undefined) this.#cut(far, next, false);
    lost.way.isDown = false;
    next.way.isDown = false;
    this.#world.tally.add('site promoted');
    if (!this.#holdBack(lost, next))
      return this.#fail(`site ${lost.number} goes on beside site ${next.number}`);
    this.#swap();
    this.#seed(this.#standby);
    return true;
  }

  #promote(next: SimulatedSite): boolean {
    if (this.#poisons !== undefined) this.#poisons.promoted = next.cluster;
    const isDone = this.#promoteAtLast(next);
    if (this.#poisons !== undefined) this.#poisons.promoted = undefined;
    return isDone;
  }

  #promoteAtLast(next: SimulatedSite): boolean {
    const random = this.#random;
    if (this.#witness !== undefined && !this.#getPromise(this.#witness, next)) return false;
    for (let n = 0; n < ordersMax && !this.#writes(next); n++) {
      const leader = takingMachine(next.cluster);
      if (leader?.replica !== undefined) {
        this.#claimed = { site: next.number, epoch: leader.replica.epoch + 1 };
        this.#judge.promotes(leader.replica.epoch + 1);
        if (n < 4 && random.chance(0.3)) leader.fuse.light(random.below(60), 'kill');
        this.#order(leader, next);
      }
      this.#pass(random.between(1, sliceUs));
    }
    return this.#writes(next);
  }

  /** The witness promises to grant the old site nothing more; then it may die, and what it granted is waited out. */
  #getPromise(witness: LeaseWitness, next: SimulatedSite): boolean {
    const random = this.#random;
    // The site may have been opened already, by what its former one had sealed.
    for (let n = 0; n < ordersMax && !this.#writes(next); n++) {
      const { ok, waitUs } = witness.promise(this.#epochOf(next) + 1, next.number);
      if (ok) {
        if (random.chance(0.5)) witness.restart();
        if (random.chance(0.5)) this.#pass(waitUs);
        return true;
      }
      witness.isDown = false;
      this.#pass(sliceUs);
    }
    return this.#writes(next) || this.#fail(`the witness promises site ${next.number} no epoch`);
  }

  /** It is out of reach for a while, and may have begun again. */
  #troubleWitness(witness: LeaseWitness): void {
    witness.isDown = true;
    this.#world.scheduler.after(this.#random.between(5, 200) * 1_000, () => {
      if (witness.isDown) witness.restart();
      witness.isDown = false;
    });
  }

  /** What reads both chains orders the replicas of the older epoch to end; from then on it must not acknowledge. */
  #holdBack(old: SimulatedSite, next: SimulatedSite): boolean {
    const { machines } = old.cluster;
    // A replica that was down meanwhile cannot lead without the others.
    const isHeld = (): boolean =>
      machines.filter(({ replica }) => {
        if (replica === undefined) return false;
        return (
          replica.log.generations.isSuperseded || (replica.isStandby && replica.epoch >= this.#epochOf(next))
        );
      }).length *
        2 >
      machines.length;
    for (let n = 0; n * sliceUs < heldBackUs && !isHeld(); n++) {
      const epoch = this.#epochOf(next);
      const ending = outlived(machines.flatMap(heldReplica), epoch);
      for (const id of ending) {
        const { control } = machines.find((machine) => machine.id === id)!;
        control.give('endEpoch', 0, false, { epoch });
        this.#pass(sliceUs / 4);
        if (control.replies.at(-1)?.ok !== true) break;
      }
      this.#pass(sliceUs);
    }
    if (!isHeld()) return false;
    this.#world.tally.add('site held back');
    const from = this.#world.scheduler.nowUs;
    const isServing = this.#until(4 * sliceUs, () => old.cluster.leader !== undefined);
    if (isServing)
      this.#judge.violations.report(
        'sites',
        `site ${old.number} serves ${this.#world.scheduler.nowUs - from} us after it was held back`,
      );
    return true;
  }

  /** What it had is given up, and it begins again with what the writing site has. */
  #seed(site: SimulatedSite): void {
    const from = this.#active;
    for (const machine of site.cluster.machines) {
      machine.resume();
      machine.crash();
    }
    // What was shipped ends in the newest epoch.
    const isWhole = ({ applier, epoch }: NonNullable<Machine['replica']>): boolean =>
      applier.appliedIndex > 2 && Math.max(1, epoch) === this.#epochOf(from);
    const source = (): Machine | undefined =>
      from.cluster.machines.find(({ replica }) => replica !== undefined && isWhole(replica));
    if (!this.#until(servesUs, () => source() !== undefined)) return;
    seedSite(source()!, site.cluster);
    site.way.reset();
    from.way.isRefused = false;
    site.cluster.start();
  }

  /** A standby that cannot go on from what is shipped begins again, as its alarm says. */
  #reseedIfRefused(): void {
    const isLost = this.#poisons?.isBeyondHelp(this.#standby.cluster) === true;
    if ((!this.#active.way.isRefused && !isLost) || this.#writes(this.#standby)) return;
    this.#world.trace.note('sites', `site ${this.#standby.number} begins again`);
    this.#world.tally.add('standby begun again');
    this.#seed(this.#standby);
  }

  #end(): void {
    const { scheduler } = this.#world;
    for (const site of this.#sites) {
      site.isLost = false;
      site.way.isDown = false;
      site.cluster.startAll();
    }
    if (this.#witness !== undefined) this.#witness.isDown = false;
    this.#world.network.heal();
    for (const client of this.#clients) client.stopSending();
    const machines = this.#sites.flatMap(({ cluster }) => cluster.machines);
    const isQuiet = (): boolean => this.#clients.every(({ pending }) => pending === 0);
    const isLevel = (): boolean => {
      this.#reseedIfRefused();
      const seq = machines[0]!.appliedSeq;
      return machines.every(({ replica, appliedSeq }) => replica !== undefined && appliedSeq === seq);
    };
    if (!this.#until(levelUs, () => isQuiet() && isLevel() && this.#writes(this.#active))) {
      const states = machines.map(({ name, replica, appliedSeq }) => {
        const { epoch, isStandby, log } = replica ?? {};
        return `${name} epoch ${epoch} standby ${isStandby} superseded ${log?.generations.isSuperseded} seq ${appliedSeq}`;
      });
      const waiting = this.#clients.map(
        ({ id, pending, session }) => `${id}: ${pending} epoch ${session.epoch}`,
      );
      this.#fail(`not level ${levelUs} us after all is healed: ${[...states, ...waiting].join('; ')}`);
      return;
    }
    scheduler.runUntil(scheduler.nowUs + sliceUs);
    if (isLevel()) this.#judge.end(machines);
    this.#world.tally.add('acknowledged and lost with its site', this.#judge.lost);
  }

  #newWitness(): LeaseWitness {
    const random = this.#random;
    const lengthUs = random.between(leaseUsMin, leaseUsMax);
    return new LeaseWitness(this.#world, fork(random), lengthUs, (site, epoch) =>
      this.#judge.leased(site, epoch),
    );
  }

  #newClient(n: number): ClientActor {
    const random = this.#random;
    const replicas = this.#sites.flatMap(({ number, cluster }) =>
      cluster.machines.map(({ id }) => ({ id, site: `site ${number}` })),
    );
    const options = {
      clusterId,
      replicaIds: replicas.map(({ id }) => id),
      siteOf: (id: number) => replicas.find((one) => one.id === id)?.site,
      feed: n === 0 ? 'all' : 'own',
      cancelOnDisconnectGraceMs: undefined,
      pauseUsMax: random.pick([4_000, 10_000]),
      burstMax: random.pick([1, 4, 12]),
      windowCommandsMax: 32,
      commandTimeoutUs: random.pick([300_000, 3_000_000]),
    } as const;
    return new ClientActor(this.#world, firstClientId + n, fork(random), options, this.#judge);
  }

  #order(machine: Machine, to: SimulatedSite): void {
    const { replica, control, appliedSeq } = machine;
    if (replica === undefined) return;
    const site = { site: to.number, epoch: replica.epoch, seq: appliedSeq };
    control.give('openSite', machine.id, false, { site });
  }

  #writes({ cluster, number }: SimulatedSite): boolean {
    return cluster.leader?.replica?.log.writingSite === number;
  }

  #epochOf({ cluster }: SimulatedSite): number {
    return Math.max(1, ...cluster.machines.map(({ replica }) => replica?.epoch ?? 0));
  }

  #swap(): void {
    [this.#active, this.#standby] = [this.#standby, this.#active];
    this.#poisons?.withdraw();
  }

  /** A process dies, and is started again after a while. */
  #crash(machine: Machine, forUs: number): void {
    machine.crash();
    this.#world.scheduler.after(forUs, () => {
      const site = this.#sites.find(({ cluster }) => cluster.machines.includes(machine));
      if (site?.isLost !== true) machine.start();
    });
  }

  #crashLeaderOf({ cluster }: SimulatedSite): void {
    const leader = cluster.machines.find(({ replica }) => replica?.log.isLeader === true);
    if (leader !== undefined) this.#crash(leader, this.#random.between(5, 60) * 1_000);
  }

  #breakWay(forUs: number): void {
    const { way } = this.#active;
    way.isDown = true;
    this.#world.scheduler.after(forUs, () => {
      way.isDown = false;
    });
  }

  /** A client hears nothing of a site, or does again. */
  #cut({ id }: ClientActor, { cluster }: SimulatedSite, isCut: boolean): void {
    const { network } = this.#world;
    for (const machine of cluster.machines) {
      for (const [a, b] of [
        [id, machine.id],
        [machine.id, id],
      ] as const)
        if (isCut) network.block(a, b);
        else network.unblock(a, b);
    }
  }

  #pass(us: number): void {
    const { scheduler } = this.#world;
    scheduler.runUntil(scheduler.nowUs + us);
  }

  #until(us: number, isSo: () => boolean): boolean {
    return this.#world.scheduler.runUntilHolds(us, isSo);
  }

  #fail(what: string): false {
    if (this.#judge.violations.found.length === 0) this.#judge.violations.report('liveness', what);
    return false;
  }
}

/** What a replica that runs says of itself to those that look whether its site goes on. */
function heldReplica({ id: replicaId, replica }: Machine): HeldReplica[] {
  if (replica === undefined) return [];
  const { log, epoch } = replica;
  return [{ replicaId, role: log.isLeader ? 'leader' : 'follower', term: log.term, epoch }];
}
