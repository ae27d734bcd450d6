/** All checkers of one run, wired to the reports of machines and clients. */

import { AgreementChecker, eventChecksum } from '../../checkers/agreement.ts';
import { DeadlinesChecker } from '../../checkers/deadlines.ts';
import { DurabilityChecker } from '../../checkers/durability.ts';
import { EquivalenceChecker } from '../../checkers/equivalence.ts';
import { ExactlyOnceChecker, typeAt } from '../../checkers/exactly-once.ts';
import { FeedContinuityChecker } from '../../checkers/feed-continuity.ts';
import { History } from '../../checkers/history.ts';
import { InstancesChecker } from '../../checkers/instances.ts';
import { KeysChecker } from '../../checkers/keys.ts';
import { LeadershipChecker } from '../../checkers/leadership.ts';
import { LinearizabilityChecker, type TimedCommand } from '../../checkers/linearizability.ts';
import { MassCancelsChecker } from '../../checkers/mass-cancels.ts';
import { ModesChecker } from '../../checkers/modes.ts';
import { PositionsChecker } from '../../checkers/positions.ts';
import { QuotasChecker } from '../../checkers/quotas.ts';
import { RequestsChecker } from '../../checkers/requests.ts';
import { MembersChecker, RostersChecker } from '../../checkers/rosters.ts';
import { SealsChecker } from '../../checkers/seals.ts';
import { SequenceChecker } from '../../checkers/sequence.ts';
import { StallsChecker } from '../../checkers/stalls.ts';
import { UpgradesChecker } from '../../checkers/upgrades.ts';
import { type CheckerName, Violations } from '../../checkers/violations.ts';
import { VotesChecker } from '../../checkers/votes.ts';
import type { UnknownReason } from '../../client/core/ports.ts';
import { commandAt } from '../../protocol/commands.ts';
import { eventAt, outcome, sessionClosed } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { QueryKind, queryResult } from '../../protocol/messages.ts';
import { Role } from '../../raft/types.ts';
import type { MemberReplica } from '../../replica/exchange-replica.ts';
import type { OperatorControlOrder } from '../../replica/ports.ts';
import { getU53 } from '../../std/integers.ts';
import { nameOfNumber } from '../../std/number-names.ts';
import type { Random } from '../../std/random.ts';
import type { ClientActor, ClientWatcher } from '../actors/client-actor.ts';
import { exchangeLimits, limitsOfJudge } from '../world/exchange-limits.ts';
import { isForeseen, type Machine, type MachineWatcher } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import { MemberWatch } from './member-watch.ts';

/** Every how many commands a replica's engine is asked for its invariants. */
const invariantsEvery = 512;
/** How often, about, a history is taken through a snapshot when it is run again. */
const restores = 5;
/** A leader whose ring is so full has asked its clients to wait. */
const pressurePermille = 900;

export class Judge implements MachineWatcher, ClientWatcher {
  readonly violations = new Violations();
  readonly agreement = new AgreementChecker(this.violations.report);
  readonly sequence = new SequenceChecker(this.violations.report);
  readonly leadership = new LeadershipChecker(this.violations.report);
  readonly instances = new InstancesChecker(this.violations.report);
  readonly rosters = new RostersChecker(this.violations.report);
  readonly members = new MemberWatch(new MembersChecker(this.violations.report));
  readonly stalls = new StallsChecker(this.violations.report);
  readonly seals = new SealsChecker(this.violations.report);
  readonly durability = new DurabilityChecker(this.violations.report, this.agreement);
  readonly votes = new VotesChecker(this.violations.report);
  readonly once = new ExactlyOnceChecker(this.violations.report);
  readonly positions = new PositionsChecker(this.violations.report, exchangeLimits.tradesMax);
  readonly requests = new RequestsChecker(this.violations.report);
  readonly quotas = new QuotasChecker(this.violations.report);
  readonly modes = new ModesChecker(this.violations.report);
  readonly keys = new KeysChecker(this.violations.report);
  readonly deadlines = new DeadlinesChecker(this.violations.report);
  readonly massCancels = new MassCancelsChecker(this.violations.report);
  readonly upgrades = new UpgradesChecker(this.violations.report);
  readonly feeds = new FeedContinuityChecker(this.violations.report, this.agreement);
  /** Outcomes that clients got, and commands that will never have one. */
  acknowledged = 0;
  unknowns = 0;
  /** Processes that ended because they found a fault in themselves. */
  faultsFound = 0;
  readonly history = new History();
  readonly #world: World;
  /** When each seq was applied first. */
  readonly #appliedUs: number[] = [0];
  /** The client to which a session belongs. */
  readonly #clientOf = new Map<number, number>();
  /** Sessions that made room for others. */
  readonly #evicted = new Set<number>();
  /** Machines whose consensus has broken an invariant. */
  readonly #broken = new Set<number>();

  constructor(world: World) {
    this.#world = world;
    world.network.observer = (bytes, length) => this.votes.sent(bytes, length, world.scheduler.nowUs);
    world.network.sealWatcher = this.seals;
  }

  started(machine: Machine): void {
    this.votes.started(machine.id);
    this.sequence.restarted(machine.id);
    this.seals.started(machine.id);
  }

  stateReplaced(machine: Machine): void {
    this.sequence.restarted(machine.id);
  }

  applied(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void {
    this.sequence.applied(machine.id, seq, timeUs);
    this.upgrades.applied(machine.id, machine.newestEngine, seq, view, at);
    const isFirst = this.agreement.applied(machine.id, seq, timeUs, view, at);
    if (isFirst) {
      this.#appliedUs[seq] = this.#world.scheduler.nowUs;
      const number = getU53(view, at + commandAt.commandNumber);
      const sessionId = view.getUint32(at + commandAt.sessionId, true);
      this.once.applied(sessionId, number, seq);
      this.massCancels.applied(seq, sessionId, number, view, at);
      this.requests.applied(seq, timeUs, view, at);
      this.quotas.applied(seq, timeUs, view, at);
      this.modes.applied(seq, timeUs, view, at);
      this.keys.applied(seq, timeUs, view, at);
      this.deadlines.applied(seq, timeUs, sessionId, number);
    }
    if (isFirst && this.#world.trace.isOn) {
      const session = view.getUint32(at + commandAt.sessionId, true);
      const number = getU53(view, at + commandAt.commandNumber);
      this.#world.trace.note(
        machine.name,
        `applies seq ${seq}: type ${view.getUint8(at + TYPE_AT)} of ${session}/${number}`,
      );
    }
    if (seq % invariantsEvery === 0) this.checkInvariants(machine);
  }

  voided(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void {
    this.sequence.applied(machine.id, seq, timeUs);
    if (!this.agreement.passedOver(machine.id, seq, timeUs, view, at)) return;
    this.#appliedUs[seq] = this.#world.scheduler.nowUs;
    this.#world.trace.note(machine.name, `passes over seq ${seq}`);
    this.#world.tally.add('command voided');
    const number = getU53(view, at + commandAt.commandNumber);
    this.once.applied(view.getUint32(at + commandAt.sessionId, true), number, seq);
  }

  emitted(machine: Machine, view: DataView, at: number): void {
    if (!this.agreement.emitted(machine.id, view, at)) return;
    this.once.emitted(view, at);
    this.requests.emitted(view, at);
    this.quotas.emitted(view, at);
    this.modes.emitted(view, at);
    this.keys.emitted(view, at);
    this.positions.emitted(view, at);
    this.massCancels.emitted(view, at);
    if (
      view.getUint8(at + typeAt) === sessionClosed.type &&
      view.getUint32(at + sessionClosed.at.evicted, true) === 1
    ) {
      this.#evicted.add(view.getUint32(at + eventAt.sessionId, true));
      this.#world.tally.add('session evicted');
    }
  }

  changed(machine: Machine, role: number, term: number, leaderId: number): void {
    this.#world.trace.note(machine.name, `is ${roleName(role)} in term ${term}, leader ${leaderId}`);
    this.leadership.reached(machine.id, term);
    if (machine.isWitness && role !== Role.follower)
      this.violations.report('witness', `witness ${machine.id} is ${roleName(role)} in term ${term}`);
    if (role !== Role.leader) return;
    this.leadership.leads(machine.id, term);
    this.#world.onLeads?.(machine.id);
  }

  reached({ id }: Machine, { log: { raft, journal } }: MemberReplica): void {
    const stamp = { atUs: this.#world.scheduler.nowUs, timeUs: journal.lastTimeUs };
    this.deadlines.reached(id, raft.role === Role.leader, journal.nextSeq, stamp);
  }

  /** Consensus keeps its invariants; of a replica that breaks them the first report is enough. */
  cycled({ id, name, control }: Machine, replica: MemberReplica): void {
    const { log, isParked, serving } = replica;
    const { raft, instance } = log;
    this.members.cycled(id, replica);
    const { configuration } = raft;
    this.seals.cycled(id, configuration, this.#world.scheduler.nowUs);
    const { commitIndex } = raft;
    const { electionTimeoutUs } = replica.options;
    const { lastIndex } = log.journal;
    const view = { serving, commitIndex, lastIndex, electionTimeoutUs };
    this.stalls.cycled(id, view, this.#world.scheduler.nowUs);
    this.rosters.cycled(id, control.members === configuration, this.#world.scheduler.nowUs);
    if (raft.leaderId !== 0 && raft.commitIndex > 1) this.instances.takesPart(id, instance);
    if (this.#broken.has(id)) return;
    if (isParked && serving) {
      this.violations.report('divergence', `replica ${id} serves sessions though its state is wrong`);
      this.#broken.add(id);
    }
    if (isParked && replica.snapshots.held !== undefined) {
      this.violations.report('divergence', `replica ${id} gives its snapshot though its state is wrong`);
      this.#broken.add(id);
    }
    if (!this.#guard('invariants', name, () => raft.invariants())) this.#broken.add(id);
  }

  serves(machine: Machine): void {
    this.#world.trace.note(machine.name, `serves from seq ${machine.appliedSeq}`);
    this.durability.serves(machine.id, machine.appliedSeq);
  }

  forgot(machine: Machine): void {
    this.leadership.forgotten(machine.id);
    this.votes.forgotten(machine.id);
  }

  ordered({ name }: Machine, kind: OperatorControlOrder['kind']): void {
    this.violations.report('two persons', `${name} carried out ${kind} for one operator alone`);
  }

  ended(machine: Machine, why: Error): void {
    if (isForeseen(why)) {
      this.faultsFound += 1;
      return;
    }
    const place = why.stack
      ?.split('\n')
      .find((line) => line.includes('/src/') && !line.includes('assert.ts'));
    this.violations.report('assertion', `replica ${machine.id}: ${why.message}${placeOf(place)}`);
  }

  saw(client: ClientActor, view: DataView, at: number, term: number): void {
    const seq = getU53(view, at + eventAt.seq);
    const n = view.getUint32(at + eventAt.n, true);
    this.durability.acknowledged(client.id, seq, n, eventChecksum(view, at));
    this.leadership.believed(client.id, term);
    this.feeds.saw(client.id, seq, n, client.feed === 'all');
  }

  opened(client: ClientActor, sessionId: number): void {
    this.#clientOf.set(sessionId, client.id);
  }

  called(
    client: ClientActor,
    kind: 'command' | 'query',
    number: number,
    record: Uint8Array,
    isOfLeader: boolean,
  ): void {
    this.history.called(
      { process: client.id, kind, number },
      record,
      this.#world.scheduler.nowUs,
      isOfLeader,
    );
  }

  waits(client: ClientActor, ticket: number, forUs: number): void {
    this.deadlines.submitted(client.id, ticket, this.#world.scheduler.nowUs, forUs);
  }

  /** What a hash is while a state is wrong nothing says beforehand: such an answer is as good as none. */
  read(client: ClientActor, requestId: number, result: Uint8Array): void {
    const isOfHashes = result[queryResult.at.kind] === QueryKind.hashes;
    if (isOfHashes && this.#world.spoiled.size > 0) return;
    this.history.returned(
      { process: client.id, kind: 'query', number: requestId },
      result,
      this.#world.scheduler.nowUs,
    );
  }

  answered(client: ClientActor, ticket: number, view: DataView, at: number): void {
    const seq = getU53(view, at + eventAt.seq);
    const sessionId = view.getUint32(at + eventAt.sessionId, true);
    const number = getU53(view, at + outcome.at.commandNumber);
    const code = view.getUint8(at + outcome.at.code);
    this.acknowledged += 1;
    const record = new Uint8Array(view.buffer, view.byteOffset + at, view.getUint16(at, true));
    this.history.returned(
      { process: client.id, kind: 'command', number: ticket },
      record,
      this.#world.scheduler.nowUs,
      seq,
    );
    this.once.answered(sessionId, number, `code ${code} at seq ${seq}`);
    this.deadlines.answered(client.id, ticket, sessionId, view, at);
    this.durability.acknowledged(
      client.id,
      seq,
      view.getUint32(at + eventAt.n, true),
      eventChecksum(view, at),
    );
    if (this.#world.trace.isOn) {
      this.#world.trace.note(
        client.name,
        `is told code ${code} at seq ${seq} for ${ticket} (${sessionId}/${number})`,
      );
    }
  }

  unknown(client: ClientActor, ticket: number, reason: UnknownReason): void {
    this.unknowns += 1;
    this.#world.trace.note(client.name, `will never know the outcome of ${ticket}: ${reason}`);
    const wasEvicted = reason === 'sessionLost' && this.#evicted.has(client.session.sessionId);
    if (reason !== 'eventsForgotten' && !wasEvicted) {
      this.violations.report(
        'durability',
        `client ${client.id} lost its session with command ${ticket} in it`,
      );
    }
  }

  clusterChanged(client: ClientActor): void {
    this.violations.report('durability', `client ${client.id} was led to another cluster`);
  }

  missed(client: ClientActor): void {
    this.feeds.missed(client.id);
  }

  failedOver(client: ClientActor, term: number, leaderId: number, gapUs: number, resent: number): void {
    const gap = `${(gapUs / 1000).toFixed(1)} ms without answers, ${resent} resent`;
    this.#world.trace.note(client.name, `follows replica ${leaderId} in term ${term}: ${gap}`);
  }

  pressed(usedPermille: number): void {
    if (usedPermille >= pressurePermille) this.#world.tally.add('overload told');
  }

  refused(client: ClientActor, why: string): void {
    this.violations.report('conversation', `client ${client.id} was not understood: ${why}`);
  }

  failed(client: ClientActor, why: string): void {
    this.violations.report('liveness', `client ${client.id} gave up: ${why}`);
  }

  checkInvariants(machine: Machine): void {
    this.#guard('invariants', machine.name, () => machine.replica?.state.engine.invariants());
  }

  /** The run is over, everything is healed and all replicas stand still at the same place. */
  end(machines: readonly Machine[], random: Random): void {
    this.positions.end();
    this.massCancels.end();
    for (const machine of machines) {
      const { replica } = machine;
      if (replica !== undefined) this.positions.ends(machine.id, replica.state.engine.queries);
      this.checkInvariants(machine);
      this.durability.ends(machine.id, machine.appliedSeq);
    }
    this.#guard('linearizability', 'the history', () => {
      const commands = this.agreement.commands.map(
        (command, seq): TimedCommand | undefined =>
          command && { ...command, appliedUs: this.#appliedUs[seq]! },
      );
      new LinearizabilityChecker(this.violations.report, commands, this.#clientOf, limitsOfJudge).check(
        this.history.calls,
      );
    });
    this.#guard('equivalence', 'the history', () => {
      const equivalence = new EquivalenceChecker(this.violations.report, this.agreement, random, {
        snapshotChance: restores / (this.agreement.lastSeq + 1),
        limits: limitsOfJudge,
      });
      for (const { id, replica } of machines) {
        if (replica !== undefined) equivalence.ends(id, replica.state.engine);
      }
    });
  }

  /** An assertion that fails is a violation, and the other checks go on; false where one failed. */
  #guard(checker: CheckerName, subject: string, check: () => void): boolean {
    try {
      check();
      return true;
    } catch (error) {
      this.violations.report(
        checker,
        `${subject}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  }
}

function roleName(role: number): string {
  return nameOfNumber(Role, role) ?? String(role);
}

/** Where in our sources an error came from, as `file:line`, the same on every machine. */
function placeOf(line: string | undefined): string {
  const found = /\/src\/([^\s)]+:\d+):\d+/.exec(line ?? '');
  return found === null ? '' : ` (src/${found[1]})`;
}
