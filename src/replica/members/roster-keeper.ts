/**
 * The leader keeps the roster true: a member of which there is no record, as after the founding, gets one of what it
 * says of itself; its places and its release follow what it says, and its address once it was reached there. Which
 * replica is a member, and for what, is an operator's decision alone.
 */
import { frameHeaderBytes } from '../../protocol/frames.ts';
import { isSameMember, type Member, MemberRole, placeKinds } from '../../protocol/roster.ts';
import { configurationBytes, isVoter, membersOf } from '../../raft/configuration.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import { type CallableMembers, isSameAddress } from '../peers/callable-members.ts';
import type { OperatedLog } from './operated-log.ts';

export class RosterKeeper {
  readonly #log: OperatedLog;
  readonly #members: Pick<CallableMembers, 'addressInUse'>;
  /** With these there was nothing to do. */
  #configuration: Configuration | undefined;
  #newsCount = -1;
  /** A member says that it is at another address, where this replica has not reached it yet. */
  #isMoving = false;
  #isTold = false;

  constructor(log: OperatedLog, members: Pick<CallableMembers, 'addressInUse'>) {
    this.#log = log;
    this.#members = members;
  }

  doWork(): void {
    const { raft } = this.#log;
    if (raft.role !== Role.leader) return;
    const newsCount = this.#log.introductions.descriptionCount;
    const { configuration } = raft;
    if (configuration === this.#configuration && newsCount === this.#newsCount && !this.#isMoving) return;
    this.#isMoving = false;
    const records = this.#wanted(configuration);
    const isTrue =
      records.length === configuration.roster.length &&
      records.every((record, n) => isSameMember(record, configuration.roster[n]!));
    if (!isTrue && !this.#write(records)) return;
    this.#configuration = configuration;
    this.#newsCount = newsCount;
  }

  /** Writes it into the log; false when that must wait. */
  #write(records: readonly Member[]): boolean {
    const next = this.#log.raft.describeMembers(records);
    if (typeof next === 'string') return false;
    if (frameHeaderBytes + configurationBytes(next) > this.#log.options.frameBytes) {
      if (!this.#isTold)
        this.#log.ports.log.warn(
          'what the members say of themselves does not fit into a frame: shorten the names of hosts and places',
        );
      this.#isTold = true;
      return true;
    }
    return this.#log.appendConfiguration(next);
  }

  #wanted(configuration: Configuration): Member[] {
    const { roster } = configuration;
    const records: Member[] = [];
    for (const id of membersOf(configuration)) {
      const record = roster.find(({ replicaId }) => replicaId === id);
      const said = this.#log.introductions.described(id);
      if (said === undefined) {
        if (record !== undefined) records.push(record);
        continue;
      }
      const others = [...records, ...roster.filter(({ replicaId }) => replicaId > id)];
      const isTaken = others.some((other) => isSameAddress(other, said));
      if (record !== undefined) records.push(this.#refreshed(record, said, isTaken));
      else if (!isTaken) records.push({ ...said, role: roleOf(said, isVoter(configuration, id)) });
    }
    return records;
  }

  /** Whether this replica reaches a member where it says that it is. It leads, so a majority reaches it itself. */
  #reaches(member: Member): boolean {
    const { options, peers } = this.#log;
    const { replicaId } = member;
    if (replicaId === options.replicaId) return true;
    return peers.reaches(replicaId) && isSameAddress(member, this.#members.addressInUse(replicaId));
  }

  /** What is not said stays as it was. */
  #refreshed(record: Member, said: Member, isTaken: boolean): Member {
    const places = placeKinds.filter((kind) => said[kind] !== '').map((kind) => [kind, said[kind]]);
    const { host, udpPort, tcpPort, controlPort, controlHost } = said;
    const hasMoved = !isTaken && this.#reaches(said);
    if (!isTaken && !hasMoved && !isSameAddress(record, said)) this.#isMoving = true;
    return {
      ...record,
      ...Object.fromEntries(places),
      ...(said.release !== '' && { release: said.release }),
      ...(hasMoved && { host, udpPort, tcpPort, controlPort, controlHost }),
    };
  }
}

function roleOf({ role }: Member, votes: boolean): number {
  if (votes) return role === MemberRole.witness ? role : MemberRole.voter;
  return role === MemberRole.voter ? MemberRole.learner : role;
}
