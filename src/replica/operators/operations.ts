/**
 * What an operator may ask of a running replica. An order is checked against everything that it will need before it is
 * accepted; the answer says what comes of it, or why it is refused. Where something would be lost it asks for `force`.
 */

import { accepted, asksForLeader, type OperatorAnswer, refused, whoLeads } from '../answers.ts';
import type { Divergence } from '../divergence/divergence.ts';
import { ReplicaFault } from '../fault.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Poison } from '../poison/poison.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import type { SiteChange } from '../sites/site-change.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { Service } from '../state/application.ts';
import type { Applier } from '../state/applier.ts';
import { beginGeneration, endsProcess, type LeavingReplica, leaveGeneration } from './generations.ts';
import type { OperatorOrdersUnderWay } from './orders-under-way.ts';

/** What an operator's order needs of the replica that carries it out. */
interface OperatedReplica extends LeavingReplica {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly log: ReplicatedLog;
  readonly service: Service;
  readonly applier: Applier;
  readonly snapshots: Snapshots;
  readonly divergence: Divergence;
  readonly siteChange: SiteChange;
  readonly poison: Poison;
  readonly ordersUnderWay: OperatorOrdersUnderWay;
  /** Whether it leads and takes commands. */
  readonly serving: boolean;
  /** It leads, and what it has appended is not committed for long. */
  readonly isStalled: boolean;
}

/** Executes one order, and answers it unless its end is waited for; returns 1, the work done. */
export function executeOrder(replica: OperatedReplica, order: OperatorControlOrder, nowUs: number): number {
  const answer = carryOut(replica, order);
  const isTrial = order.isTrial === true;
  if (order.kind !== 'noteOrder' && !isTrial) logOrder(replica, order, answer);
  if (answer.end !== undefined) replica.ordersUnderWay.wait(order, answer, nowUs);
  else replica.ports.control.reply(order, answer);
  if (answer.ok && endsProcess(order) && !isTrial) throw new ReplicaFault(answer.text);
  return 1;
}

function logOrder({ ports }: OperatedReplica, order: OperatorControlOrder, answer: OperatorAnswer): void {
  const { kind, replicaId, force, seq, operatorId, isConfirmed = false } = order;
  const end = answer.needsSecond ? 'waits for a second operator' : answer.ok ? 'is accepted' : 'is refused';
  ports.log.info(`the operator's order ${end}`, {
    order: kind,
    ...(operatorId !== undefined && { operator: operatorId }),
    ...(replicaId !== 0 && { target: replicaId }),
    ...(seq !== undefined && { seq }),
    ...(force && { force }),
    ...(isConfirmed && { confirmed: true }),
    answer: answer.text,
  });
}

/** What the state machine's service carries out, at a leader. */
const ofService: ReadonlySet<OperatorControlOrder['kind']> = new Set(['endDay', 'noteOrder', 'holdOpening']);

function carryOut(replica: OperatedReplica, order: OperatorControlOrder): OperatorAnswer {
  if (order.kind === 'takeSnapshot') return takeSnapshot(replica);
  if (order.kind === 'chooseState') return replica.divergence.choose(order);
  if (order.kind === 'openSite') return replica.siteChange.order(order.site!);
  if (order.kind === 'endEpoch') return endEpoch(replica, order.epoch ?? 0);
  if (order.kind === 'beginGeneration') return beginGeneration(replica, order);
  if (order.kind === 'leaveGeneration') return leaveGeneration(replica, order);
  if (order.kind === 'decideVoid') return replica.poison.decide(order);
  if (order.kind === 'showCommand') return showCommand(replica, order);
  if (order.kind === 'switchEngine') return switchEngine(replica, order);
  if (!ofService.has(order.kind)) return replica.log.carryOut(order);
  return replica.serving ? replica.service.carryOut(order) : notServing(replica);
}

/** The log knows whether all members can, and the service stamps the command. */
function switchEngine(replica: OperatedReplica, order: OperatorControlOrder): OperatorAnswer {
  if (!replica.serving) return notServing(replica);
  const answer = replica.log.carryOut(order);
  return answer.ok ? replica.service.carryOut(order) : answer;
}

/**
 * Another site writes in a later epoch, which this log does not know: what it would write has no place any more. A
 * leader whose log holds a frame of a former one that opens such an epoch waits until it is committed: then this site
 * ended what it wrote itself, and follows. Without a lease no follower may store commands that are before that frame,
 * so it never will be.
 */
function endEpoch({ log, isStalled }: OperatedReplica, epoch: number): OperatorAnswer {
  const { epoch: own, generations, facts, isLeader } = log;
  const waitsForever = isStalled && !log.mayStore;
  if (own === 0 || epoch <= own)
    return refused(`This replica is in epoch ${own} itself; epoch ${epoch} is not a later one.`);
  if (isLeader && !waitsForever && facts.mayKnowEpoch(epoch, log))
    return refused(
      `The log here may hold the beginning of epoch ${epoch}. Give the order again in a moment.`,
    );
  generations.end(epoch);
  return accepted(
    `Epoch ${own} is over: another site writes in epoch ${epoch}. This replica serves no more; "lockstep site return" makes it a standby.`,
  );
}

/** Of a command that is in the log, whether it was applied or not. */
function showCommand({ log, options }: OperatedReplica, { seq = 0 }: OperatorControlOrder): OperatorAnswer {
  const text = log.facts.describe(seq);
  return text === undefined
    ? refused(
        `The log of replica ${options.replicaId} does not hold command ${seq}. A backup may: "lockstep export".`,
      )
    : accepted(text);
}

function takeSnapshot({ log, snapshots, applier }: OperatedReplica): OperatorAnswer {
  const { appliedIndex } = applier;
  if (appliedIndex === 0)
    return refused('This replica has applied nothing yet, so there is no state to save.');
  if (appliedIndex <= snapshots.snapshotIndex) {
    return accepted(`The snapshot up to frame ${snapshots.snapshotIndex} holds everything that is applied.`);
  }
  snapshots.request();
  const what = `A snapshot of what is applied, frame ${appliedIndex} or later, is written in the background.`;
  if (!log.isLeader) return accepted(what);
  return accepted(
    `${what} This replica leads: it copies its state at once, and orders wait meanwhile. A follower does it without that.`,
  );
}

function notServing({ log, options }: OperatedReplica): OperatorAnswer {
  return asksForLeader(
    log.isLeader
      ? 'This replica leads and takes no orders now: it has just taken over, or nothing is committed; check the disks of all replicas.'
      : whoLeads(options.replicaId, log.leaderId),
  );
}
