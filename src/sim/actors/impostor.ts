/**
 * Something that answers at the address of a replica that is down, with a stolen certificate or key, or by passing on
 * what it hears to a replica that runs; and that is in the way to a running one, and changes what a call asks for.
 * Neither replicas nor clients may believe it, and a call that it passes on must not become another one. Now and then
 * it has the replica's own key, and is believed (`TurnedReplica`), where that replica alone is no majority.
 */
import type { Report } from '../../checkers/violations.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import type { Member } from '../../protocol/roster.ts';
import type { Random } from '../../std/random.ts';
import { AnswererHandshake, type OwnIdentity } from '../../trust/handshake.ts';
import { opening } from '../../trust/messages.ts';
import { keyBytes } from '../../trust/noise.ts';
import { newStreamBuffers, SecureStream, SecureStreamState } from '../../trust/secure-stream.ts';
import type { Machine } from '../world/machine.ts';
import type { VirtualConnections } from '../world/virtual-connections.ts';
import type { World } from '../world/world.ts';
import { type Memory, TurnedReplica } from './turned-replica.ts';

/** The endpoint that it answers and calls from. */
const impostorId = 241;
const connectionsMax = 64;
/** How often it has the key of the replica that is called. */
const turnedChance = 0.3;

/** What it shows: another's certificate, a gateway's key, a revoked key, or the key of another replica. */
const shown = ['certificate', 'gateway', 'revoked', 'other replica'] as const;
type Shown = (typeof shown)[number];

/** One call that it answers. `relay`: passes everything on to a living replica, and back. */
type Answer =
  | { readonly kind: 'shown'; readonly what: Shown; readonly stream: SecureStream }
  | {
      readonly kind: 'turned';
      readonly calledId: number;
      readonly replica: TurnedReplica;
      readonly stream: SecureStream;
    }
  | {
      readonly kind: 'relay';
      other: number;
      isFirst: boolean;
      readonly calledId: number;
      readonly livingId: number;
    };

export class Impostor {
  readonly #world: World;
  #machines: readonly Machine[] = [];
  readonly #report: Report;
  readonly #random: Random;
  readonly #endpoint: VirtualConnections;
  readonly #answers = new Map<number, Answer>();
  /** The replica whose key it has for sure, and what it says then of the members. */
  #robbedId = 0;
  #named: readonly Member[] = [];
  /** The calls of relays, by handle: the call that each passes on. */
  readonly #passedOn = new Map<number, number>();

  constructor(world: World, report: Report, random: Random) {
    this.#world = world;
    this.#report = report;
    this.#random = random;
    this.#endpoint = world.wires.openEndpoint(impostorId, connectionsMax, () => {
      world.scheduler.after(10, () => this.#poll());
    });
    this.#endpoint.reachability = 'listening';
  }

  /** Takes the address of a replica, for as long as that does not run. */
  take(machine: Machine, machines: readonly Machine[]): void {
    this.#machines = machines;
    this.#world.wires.standIn(machine.id, this.#endpoint);
  }

  /** Takes the address of a replica with its key, and names these members to its clients. */
  turn(machine: Machine, machines: readonly Machine[], named: readonly Member[]): void {
    this.#robbedId = machine.id;
    this.#named = named;
    this.take(machine, machines);
  }

  /** Is in the way to a replica that runs. */
  standBetween(machine: Machine, machines: readonly Machine[]): void {
    this.#machines = machines;
    this.#world.wires.putBetween(machine.id, this.#endpoint);
  }

  leave(machine: Machine): void {
    this.#world.wires.standIn(machine.id, undefined);
    this.#world.wires.putBetween(machine.id, undefined);
    this.#robbedId = 0;
    // A replica that has turned goes with its address: otherwise its clients would stay with it.
    for (const [handle, answer] of this.#answers) {
      if (answer.kind !== 'turned' || answer.calledId !== machine.id) continue;
      this.#answers.delete(handle);
      this.#endpoint.close(handle);
    }
  }

  #poll(): void {
    this.#endpoint.poll({
      takesCaller: () => true,
      opened: (handle, replicaId) => {
        if (replicaId === 0) this.#answer(handle);
      },
      received: (handle, bytes, _view, from, to) => this.#received(handle, bytes, from, to),
      closed: (handle) => this.#closed(handle),
    });
    this.#endpoint.flush();
  }

  #answer(handle: number): void {
    const calledId = this.#endpoint.calledAt(handle);
    if (calledId === this.#robbedId) return this.#turn(handle, calledId, this.#named);
    const living = this.#machines.filter(({ isRunning }) => isRunning);
    const called = living.find(({ id }) => id === calledId);
    if (called !== undefined || (living.length > 0 && this.#random.chance(0.4))) {
      const { id } = called ?? this.#random.pick(living);
      const other = this.#endpoint.connect(id);
      if (other < 0) return;
      this.#answers.set(handle, { kind: 'relay', other, isFirst: true, calledId, livingId: id });
      this.#passedOn.set(other, handle);
      this.#world.tally.add('relay');
      return;
    }
    if (this.#random.chance(turnedChance) && !this.#isMajority()) return this.#turn(handle, calledId);
    const what = this.#random.pick(shown);
    this.#answers.set(handle, { kind: 'shown', what, stream: this.#stream(this.#identity(what, calledId)) });
    this.#world.tally.add('impostor');
  }

  /** Whether one replica is a majority of the cluster: one that has its key is believed then, and rightly so. */
  #isMajority(): boolean {
    const voters = this.#machines.flatMap(
      ({ replica }) => replica?.log.raft.configuration.voters.length ?? [],
    );
    return this.#machines.length === 1 || voters.includes(1);
  }

  #turn(handle: number, calledId: number, named: readonly Member[] = []): void {
    const stream = this.#stream(this.#world.parties.of('replica', calledId));
    const replica = new TurnedReplica(stream, calledId, this.#memory(), named);
    this.#answers.set(handle, { kind: 'turned', calledId, replica, stream });
    this.#world.tally.add('turned replica');
  }

  #memory(): Memory {
    const running = this.#machines.flatMap(({ replica }) => replica ?? []);
    return {
      instance: Math.max(0, ...running.map(({ instance }) => instance)),
      epoch: Math.max(0, ...running.map(({ epoch }) => epoch)),
      lastCommandNumber: (sessionId, afterSeq) => {
        const knowing = running.find(({ state }) => state.lastSeq >= afterSeq);
        return knowing?.state.engine.lastCommandNumber(sessionId) ?? -1;
      },
    };
  }

  #stream(own: OwnIdentity): SecureStream {
    const secret = Uint8Array.from({ length: keyBytes }, () => this.#random.below(256));
    const handshake = new AnswererHandshake(own, this.#world.parties.authority, secret);
    return new SecureStream(handshake, () => newStreamBuffers(131_072, 131_072));
  }

  /** It calls itself the replica that was called, whatever it shows. */
  #identity(what: Shown, calledId: number): OwnIdentity {
    const { parties } = this.#world;
    const otherId = calledId === 1 ? 2 : 1;
    const own = {
      certificate: () => parties.forged('replica', calledId),
      gateway: () => parties.of('gateway', impostorId),
      revoked: () => parties.revoked('replica', calledId),
      'other replica': () => parties.of('replica', otherId),
    }[what]();
    return { ...own, party: parties.of('replica', calledId).party };
  }

  #received(handle: number, bytes: Uint8Array, from: number, to: number): number {
    const answer = this.#answers.get(handle);
    if (answer === undefined) {
      const caller = this.#passedOn.get(handle);
      if (caller !== undefined) this.#endpoint.send(caller, bytes, from, to);
      return to - from;
    }
    if (answer.kind === 'relay') return this.#passOn(answer, bytes.slice(from, to));
    const { stream } = answer;
    const taken = stream.take(bytes, from, to);
    if (answer.kind === 'turned') {
      if (stream.state === SecureStreamState.proven) answer.replica.speak();
    } else if (stream.state === SecureStreamState.proven)
      this.#report(
        'strangers',
        `replica ${this.#endpoint.calledAt(handle)} was believed to be an impostor (${answer.what})`,
      );
    const { output } = stream;
    if (this.#endpoint.send(handle, output, 0, output.length)) stream.sent(output.length);
    return taken;
  }

  #passOn(answer: Extract<Answer, { kind: 'relay' }>, bytes: Uint8Array): number {
    if (bytes.length < opening.size && answer.isFirst) return 0;
    // The call itself is not sealed: it may say that another replica is called, or something else is wanted.
    if (answer.isFirst) {
      const isBetween = answer.livingId === answer.calledId;
      if (this.#random.chance(0.8)) bytes[opening.at.replicaId] = answer.livingId;
      if (isBetween || this.#random.chance(0.4))
        bytes[opening.at.role] = this.#otherRole(bytes[opening.at.role]!);
    }
    // Until its own call is open it waits.
    if (!this.#endpoint.send(answer.other, bytes, 0, bytes.length)) return 0;
    answer.isFirst = false;
    return bytes.length;
  }

  #otherRole(role: number): ConnectionRole {
    return this.#random.pick(Object.values(ConnectionRole).filter((other) => other !== role));
  }

  #closed(handle: number): void {
    const answer = this.#answers.get(handle);
    const other = answer?.kind === 'relay' ? answer.other : this.#passedOn.get(handle);
    this.#answers.delete(handle);
    this.#passedOn.delete(handle);
    if (other === undefined) return;
    this.#answers.delete(other);
    this.#passedOn.delete(other);
    this.#endpoint.close(other);
  }
}
