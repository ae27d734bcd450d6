/**
 * A machine with no certificate joins by a token, at the end of a run: by the one that is open for it, once, and by no
 * other.
 */
import type { Report } from '../../checkers/violations.ts';
import { MemberRole } from '../../protocol/roster.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { tokenKey } from '../world/parties.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

/** How long a token is open that is to be used, and one that is to be over. */
const longMs = 60_000;
const shortMs = 20;
/** Within this all members know that a process is gone. */
const goneUs = 2_000;
/** Within this the log takes an order, and a machine has called all members. */
const orderUs = 100_000;
const callUs = 200_000;
/** How often, and how long after each other, it is looked whether something has come about. */
const looksMax = 50;
const lookUs = 5_000;

export class JoinTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #machine: Machine;
  readonly #report: Report;

  constructor(world: World, cluster: SimulatedCluster, machine: Machine, report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#machine = machine;
    this.#report = report;
  }

  run(): void {
    const random = fork(this.#world.random);
    const { id } = this.#machine;
    if (random.chance(0.5)) this.#refuses('wrong', 'right', longMs);
    if (random.chance(0.5)) this.#refuses('late', 'late', shortMs);
    this.#token('good', longMs);
    this.#begin('good');
    // Two operators at once.
    if (random.chance(0.3)) this.#order('addMember', { role: 'voter' });
    for (let n = 0; n < looksMax && !this.#votes; n++) this.#wait(orderUs);
    if (!this.#votes) return this.#report('liveness', `replica ${id} has joined by a token and has no vote`);
    this.#takesOnePlace();
    if (random.chance(0.3)) return;
    for (let n = 0; n < looksMax && this.#isMember; n++) {
      this.#order('removeMember');
      this.#wait(orderUs);
    }
    this.#begin('good');
    this.#wait(2 * callUs);
    if (this.#isMember) this.#report('tokens', `replica ${id} has become a member twice by one token`);
    this.#machine.crash();
  }

  /** A machine with one token comes, and another one is open. */
  #refuses(shown: string, open: string, lifeMs: number): void {
    this.#token(open, lifeMs);
    this.#begin(shown);
    this.#wait(callUs);
    if (this.#isMember)
      this.#report('tokens', `replica ${this.#machine.id} has become a member by a token that is ${shown}`);
    this.#order('withdrawToken');
    this.#wait(orderUs);
  }

  /** One machine may take the place of a voter, and none that does not vote there. */
  #takesOnePlace(): void {
    const place = this.#configuration?.voters.find((id) => id !== this.#machine.id) ?? 0;
    for (const [name, role] of [['idle', 'spare'], ['first'], ['second']] as const)
      this.#give('createToken', 0, {
        otherId: place,
        key: tokenKey(name),
        lifeMs: longMs,
        ...(role && { role }),
      });
    const open = this.#configuration?.tokens ?? [];
    if (open.some(({ role }) => role === MemberRole.spare))
      this.#report('tokens', `a spare may take the place of replica ${place}, and its vote would be gone`);
    if (open.filter(({ replaces }) => replaces === place).length > 1)
      this.#report('tokens', `two machines may take the place of replica ${place}`);
    for (const { replicaId } of open) this.#give('withdrawToken', replicaId);
  }

  #give(kind: 'createToken' | 'withdrawToken', replicaId: number, more: object = {}): void {
    this.#cluster.leader?.control.give(kind, replicaId, true, more);
    this.#wait(orderUs);
  }

  get #configuration() {
    return this.#cluster.leader?.replica?.log.raft.configuration;
  }

  get #votes(): boolean {
    return this.#configuration?.voters.includes(this.#machine.id) === true;
  }

  get #isMember(): boolean {
    const { voters = [], outgoing = [], learners = [] } = this.#configuration ?? {};
    return [...voters, ...outgoing, ...learners].includes(this.#machine.id);
  }

  /** Orders a token until it is open; a short one is over then. */
  #token(name: string, lifeMs: number): void {
    for (let n = 0; n < looksMax && !this.#hasToken; n++) {
      this.#order('createToken', { role: 'voter', key: tokenKey(name), lifeMs });
      this.#wait(lookUs);
    }
    if (lifeMs === shortMs) this.#wait(callUs);
  }

  get #hasToken(): boolean {
    return this.#configuration?.tokens.some(({ replicaId }) => replicaId === this.#machine.id) === true;
  }

  #order(kind: 'createToken' | 'withdrawToken' | 'addMember' | 'removeMember', more: object = {}): void {
    this.#cluster.leader?.control.give(kind, this.#machine.id, true, more);
  }

  /** The machine begins, blank, with what this token signed, and the address of a member. */
  #begin(token: string): void {
    const machine = this.#machine;
    machine.crash();
    machine.wipe();
    // Until they have heard of that, an operator who adds it adds the machine that was there before, with its key.
    this.#wait(goneUs);
    const at = this.#cluster.leader?.id ?? machine.id;
    const { file } = machine;
    machine.file = { ...file, addresses: [...new Set([...file.addresses, at])] };
    machine.joinToken = token;
    machine.start();
  }

  #wait(us: number): void {
    const { scheduler } = this.#world;
    scheduler.runUntil(scheduler.nowUs + us);
  }
}
