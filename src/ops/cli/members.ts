/** `lockstep members`: who the members are, how each is reached and where it stands. */
import type { Command } from 'commander';
import { placeKinds } from '../../protocol/roster.ts';
import type { ShownMember } from '../../replica/log/membership-view.ts';
import { leaderOf, reached, statusOfAll } from '../control-client.ts';
import { Failure } from '../failure.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning } from './command.ts';
import { type Terminal, table } from './terminal.ts';

interface MembersOptions extends CommonOptions {
  readonly json?: boolean;
}

export function registerMembers(program: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(program, 'members', 'show who the members are, how each is reached and where it stands'),
  ).action(async (options: MembersOptions) => {
    const { configuration } = loadRunning(options);
    const answers = await statusOfAll(configuration);
    const leader = leaderOf(answers);
    const source = leader ?? longestOf(reached(answers));
    if (source === undefined)
      throw new Failure('No replica that the configuration names answers. See "lockstep status".');
    const { members, placementWarnings, replicaId, leaderId } = source;
    const head =
      leader === undefined
        ? `NO LEADER: these are the members as the log of replica ${replicaId} has them.`
        : `Replica ${leaderId} leads.`;
    const json = { ok: true, from: replicaId, leaderId: leader?.replicaId ?? 0, members, placementWarnings };
    terminal.print(options.json ? JSON.stringify(json) : `${head}\n\n${membersText(members, source)}`);
    if (!options.json) for (const warning of placementWarnings) terminal.print(`\n${warning}`);
  });
}

/** Without a leader the log that goes furthest knows best who the members are. */
function longestOf(statuses: readonly ReplicaStatus[]): ReplicaStatus | undefined {
  return statuses.toSorted(
    (a, b) => b.counters.lastLogTerm - a.counters.lastLogTerm || b.lastIndex - a.lastIndex,
  )[0];
}

function membersText(members: readonly ShownMember[], { leaderId }: ReplicaStatus): string {
  const places = placeKinds.filter((kind) => members.some((member) => member[kind] !== ''));
  const headings = ['member', 'role', 'votes', 'address', 'ports', ...places, 'release', 'note'];
  const rows = members.map((member) => [
    member.id,
    member.role,
    member.votes ? 'yes' : 'no',
    member.host === '' ? 'not known' : member.host,
    member.host === '' ? '-' : `${member.udpPort} ${member.tcpPort} ${member.controlPort}`,
    ...places.map((kind) => member[kind] || '-'),
    member.release || '-',
    [member.id === leaderId ? 'leads' : '', noteOfPreference(member)]
      .filter((note) => note !== '')
      .join(', '),
  ]);
  return table(headings, rows);
}

function noteOfPreference({ preference }: ShownMember): string {
  if (preference === 'normal') return '';
  return preference === 'prefer' ? 'is to lead' : 'is not to lead';
}
