/** `lockstep where`: which replica leads, in which term and epoch, and where each member is reached. */
import type { Command } from 'commander';
import type { ShownMember } from '../../../replica/members/membership-view.ts';
import {
  leaderOf,
  longestOf,
  reached,
  type StatusAnswer,
  statusOfAll,
  withMembers,
} from '../../clients/control-client.ts';
import type { ReplicaAddress } from '../../configuration/replicas.ts';
import { ExitCode, Failure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import {
  addCommand,
  addJsonOption,
  type CommonOptions,
  defaultsHint,
  loadRunning,
  tell,
} from '../command.ts';
import { type Terminal, table } from '../terminal.ts';

interface WhereOptions extends CommonOptions {
  readonly leader?: boolean;
  readonly json?: boolean;
}

export function registerWhere(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'where', 'show the leader, its epoch, and where each member is reached'))
    .option('--leader', "print the leader's address for sessions alone, as host:port")
    .action(async (options: WhereOptions) => {
      const loaded = loadRunning(options);
      const { configuration } = loaded;
      const answers = await statusOfAll(await withMembers(configuration));
      const leader = leaderOf(answers);
      const source = leader ?? longestOf(reached(answers));
      const members = answers
        .map(({ replica }) => replica)
        .map(
          (replica) =>
            source?.members.find(({ id, host }) => id === replica.id && host !== '') ?? unlisted(replica),
        )
        .map((member) => located(member, answers, leader));
      const head = headOf(configuration.clusterId, leader, source);
      const json = {
        ok: leader !== undefined,
        clusterId: configuration.clusterId,
        leaderId: leader?.replicaId ?? 0,
        term: leader?.term ?? 0,
        epoch: source?.epoch ?? 0,
        members,
      };
      const rows = members.map(({ id, role, state, host, tcpPort, udpPort, control, places }) => [
        id,
        role,
        state,
        `${host}:${tcpPort}`,
        udpPort,
        control,
        places === '' ? '-' : places,
      ]);
      const text = table(['replica', 'role', 'state', 'sessions', 'udp', 'control', 'place'], rows);
      if (leader === undefined)
        throw new Failure(
          source === undefined ? head + defaultsHint(loaded) : `${head}\n\n${text}`,
          ExitCode.failed,
          json,
        );
      if (options.leader && !options.json) {
        const { host, tcpPort } = members.find(({ id }) => id === leader.replicaId)!;
        return terminal.print(`${host}:${tcpPort}`);
      }
      tell(terminal, options.json, json, options.json ? '' : `${head}\n\n${text}`);
    });
}

/** One that the log does not place: the configuration says where to look for it. */
function unlisted({ fingerprint: _, ...replica }: ReplicaAddress): LocatedMember {
  return { ...replica, controlHost: replica.controlHost ?? '', role: 'no member', votes: false };
}

type LocatedMember = Omit<ShownMember, 'role' | 'fingerprint' | 'preference' | 'release' | 'replaces'> & {
  readonly role: string;
};

function located(member: LocatedMember, answers: readonly StatusAnswer[], leader: ReplicaStatus | undefined) {
  const { id, role, votes, host, tcpPort, udpPort, controlHost, controlPort } = member;
  const answer = answers.find(({ replica }) => replica.id === id);
  const isLeader = leader?.replicaId === id;
  const seen = answer === undefined ? 'not asked' : 'error' in answer ? answer.error : answer.status.role;
  return {
    id,
    role,
    votes,
    state: isLeader ? 'leads' : seen,
    host,
    tcpPort,
    udpPort,
    control: `${controlHost || host}:${controlPort}`,
    places: [member.site, member.zone, member.rack].filter((place) => place !== '').join('/'),
  };
}

function headOf(
  clusterId: number,
  leader: ReplicaStatus | undefined,
  source: ReplicaStatus | undefined,
): string {
  if (leader !== undefined)
    return `Cluster ${clusterId}, epoch ${leader.epoch}: replica ${leader.replicaId} leads in term ${leader.term}.`;
  if (source === undefined)
    return `Cluster ${clusterId}: no replica answers here. Is one running, and does this machine reach it? "lockstep status" says why each does not.`;
  return `Cluster ${clusterId}, epoch ${source.epoch}: no replica that answers leads. "lockstep status" says why.`;
}
