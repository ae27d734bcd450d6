/** Whether the exchange may go over to a newer engine: once each member has said that it has that one. */
import { membersOf } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { accepted, asksForLeader, type OperatorAnswer, refused, whoLeads } from '../answers.ts';
import { enginesText, hasEngine } from '../peers/engines.ts';
import type { OperatedLog } from './operated-log.ts';

/** Whether all members can go over to the newest engine of this leader: then its service stamps the switch. */
export function maySwitchEngine(log: OperatedLog): OperatorAnswer {
  const { raft, options, introductions, peers } = log;
  if (raft.role !== Role.leader) return asksForLeader(whoLeads(options.replicaId, raft.leaderId));
  const { engineVersion: wanted, engineVersionInForce: inForce } = introductions.engine;
  if (wanted <= inForce)
    return refused(
      `The exchange runs version ${inForce} of the engine, the newest that this release has. Nothing is to be switched.`,
    );
  const lacking = membersOf(raft.configuration).flatMap((id) => {
    if (id === options.replicaId) return [];
    const theirs = peers.reaches(id) || peers.isCalledBy(id) ? introductions.engineOf(id) : undefined;
    if (theirs === undefined) return [`replica ${id} does not answer`];
    return hasEngine(theirs, wanted) ? [] : [`replica ${id} has ${enginesText(theirs)}`];
  });
  if (lacking.length === 0) return accepted(`All members have version ${wanted} of the engine.`);
  return refused(
    `Not every member has version ${wanted} of the engine: ${lacking.join('; ')}. Start the new release there, or remove ` +
      'the member. Nothing was changed.',
  );
}
