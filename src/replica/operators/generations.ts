/**
 * The orders of an operator after a majority is gone for good: a generation of the cluster begins from the log of one
 * survivor, with all that it holds, and the others give their folders up and come back blank. What they held is kept in
 * a folder beside, for the tail report. Both orders end the process; its next start carries them out.
 */
import { snapshotName } from '../../journal/snapshot-file.ts';
import { blankFolder } from '../../journal/state-file.ts';
import { assert } from '../../std/assert.ts';
import { accepted, asksForForce, asksForSecond, type OperatorAnswer, refused } from '../answers.ts';
import { ReplicaFault } from '../fault.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import { logFiles } from '../raft-log/next-generation.ts';
import { SnapshotDraft } from '../snapshots/snapshot-draft.ts';
import type { Applier } from '../state/applier.ts';
import type { StateMachine } from '../state/state-machine.ts';

/** The replica that carries them out. */
export interface LeavingReplica {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly log: ReplicatedLog;
  readonly applier: Applier;
  readonly state: StateMachine;
  /** Its state is in doubt. */
  readonly isParked: boolean;
}

const diskRefuses = 'The disk does not take it: make room, or check the disk. Nothing was changed.';
const heldBack = 'rebuilt after a loss: an operator opens it';

/** Where the files of a generation that is over are kept. */
function keptFolder(epoch: number): string {
  return `generation-${epoch}`;
}

export function beginGeneration(
  replica: LeavingReplica,
  { others = [], replicaId, force, isTrial = false, isConfirmed = false }: OperatorControlOrder,
): OperatorAnswer {
  const { log, applier, state, ports, isParked, options } = replica;
  if (options.isWitness === true)
    return refused('This replica is a witness: it has no state to go on from. Choose one with an engine.');
  const reason = notThis(options, replicaId) ?? log.generations.refusal();
  if (reason !== undefined) return refused(reason);
  if (log.founders.length === 0)
    return refused(
      'This replica has no log, so there is nothing to go on from. Where the cluster is new, stop it and start it once with ' +
        '--bootstrap; where it lives, it gets its log from the leader.',
    );
  if (log.generations.isSuperseded)
    return refused(
      'A later generation of the cluster runs already: return this replica blank, "lockstep members return".',
    );
  if (isParked) return refused('The state of this replica is in doubt. Rebuild from another replica.');
  const { suspect } = applier;
  const isHeld = suspect > state.lastSeq && suspect < log.nextSeq;
  const isLeftOut = isHeld && !log.voids.holds(suspect);
  if (isLeftOut && !force)
    return asksForForce(
      `Processes of this replica died on command ${suspect}, and what becomes of it is not decided: the generation begins ` +
        `without what it does. See "lockstep void show ${suspect}".`,
    );
  const longer = log.generations.longer();
  if (longer !== undefined && !force) return asksForForce(longer);
  if (options.twoPersons && !isConfirmed) {
    return asksForSecond(
      `Another generation of the cluster begins from replica ${options.replicaId}, with frame ${log.lastIndex}, seq ${log.nextSeq - 1}: ` +
        'what others acknowledged beyond it is lost.',
    );
  }
  if (isTrial) return accepted('A generation can begin from here.');
  // All that it holds counts: what of it was acknowledged is not known any more.
  log.voids.settle();
  if (isLeftOut) applier.leaveOut(suspect);
  while (applier.appliedIndex < log.lastIndex) {
    const frames = applier.apply(log.lastIndex, ports.clock.nowUs());
    assert(
      frames > 0,
      () => `all frames up to ${log.lastIndex} are applied, and not ${applier.appliedIndex} of them`,
    );
  }
  state.holdBack(heldBack);
  const position = log.generations.next(others);
  const draft = new SnapshotDraft(
    state,
    { ...position, logDigest: 0 },
    Number.POSITIVE_INFINITY,
    ports.clock,
    undefined,
  );
  while (draft.isCopying) draft.copy(1);
  while (!draft.advance());
  const isWritten =
    log.generations.replaceFolder(position.instance) &&
    ports.storage.write(snapshotName(position.index), draft.bytes);
  if (!isWritten) throw new ReplicaFault(`No generation has begun. ${diskRefuses}`);
  return accepted(
    `Generation ${position.epoch} begins with frame ${position.index}, seq ${state.lastSeq}: replica ${options.replicaId} starts ` +
      'again as its only voter, read-only. The others return blank.' +
      (isLeftOut ? ` Command ${suspect}, on which its processes died, is left out.` : ''),
  );
}

export function leaveGeneration(
  replica: LeavingReplica,
  { cut, force, replicaId }: OperatorControlOrder,
): OperatorAnswer {
  const { log, ports, options } = replica;
  if (cut === undefined || cut.epoch <= log.epoch)
    return refused(
      `This replica belongs to generation ${log.epoch}: it is not of an earlier one than ${cut?.epoch ?? 'none'}, so it stays.`,
    );
  const reason = notThis(options, replicaId) ?? log.generations.refusal();
  if (reason !== undefined) return refused(reason);
  if (!log.generations.isSuperseded && !force)
    return refused(
      `This replica has heard of no later generation than its own, ${log.epoch}. Where there is one, repeat the order with ` +
        '"force": true.',
    );
  const folder = keptFolder(log.epoch);
  const names = logFiles(ports.storage);
  const isKept =
    names.every((name) => ports.storage.setAside(folder, name)) &&
    ports.storage.setAside(folder, 'cut.json', new TextEncoder().encode(JSON.stringify(cut)));
  if (!isKept || !log.generations.replaceFolder(blankFolder, cut.epoch)) return refused(diskRefuses);
  return accepted(
    `Replica ${options.replicaId} starts again blank and joins generation ${cut.epoch}. What it held is kept in ${folder} of its ` +
      'folder: "lockstep members tail" lists what is lost of it.',
  );
}

/** These orders are about the replica that is given them. */
function notThis({ replicaId: own }: ReplicaOptions, replicaId: number): string | undefined {
  return replicaId === own ? undefined : `This is replica ${own}, and the order is for replica ${replicaId}.`;
}

/** Whether an order ends the process, once it is accepted. */
export function endsProcess({ kind }: OperatorControlOrder): boolean {
  return kind === 'beginGeneration' || kind === 'leaveGeneration';
}
