/** `lockstep members`: which replicas are members, and the orders that change them, one machine at a time. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { replicaIdMax } from '../../../protocol/limits.ts';
import { type MemberRoleName, memberRoleNames, placeKinds } from '../../../protocol/roster.ts';
import type { ShownMember, ShownToken } from '../../../replica/members/membership-view.ts';
import {
  leaderOf,
  longestOf,
  reached,
  type StatusAnswer,
  silenceOf,
  statusOfAll,
  withMembers,
} from '../../clients/control-client.ts';
import { atLeader } from '../../clients/leader-orders.ts';
import { lookUntil } from '../../clients/look.ts';
import { spareStanding, sparesText } from '../../cluster-view/spare-standing.ts';
import { rangeText, versionsIn } from '../../cluster-view/version-standing.ts';
import type { ConfigurationFile } from '../../configuration/configuration.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { fenceFailure, fenceTarget } from '../../fencing/fence-run.ts';
import { type FenceResult, targetOf } from '../../fencing/fences.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { tokenHoursMax } from '../../operator-orders/order-bodies.ts';
import type { OperatorMemberOrderWord } from '../../operator-orders/order-paths.ts';
import { giveOrder, tryOrder } from '../../orders/control-orders.ts';
import { calledThere } from '../../version.ts';
import {
  addCommand,
  addConfirmOption,
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  defaultsHint,
  loadRunning,
  member,
  replicaNumber,
  tell,
} from '../command.ts';
import { type Terminal, table } from '../terminal.ts';
import { registerGenerations } from './generations.ts';

/** How long a new machine may take until the leader and it have called each other, and how often it is looked. */
const meetingMsMax = 10_000;
const lookMs = 250;
/** How long there may be no leader: one has just handed over, or died. */
const electingMsMax = 3_000;
/** How long the command waits for a member to catch up; the leader goes on by itself. */
const catchUpMsMax = 120_000;

interface MembersOptions extends CommonOptions {
  readonly json?: boolean;
}

interface ChangeOptions extends MembersOptions {
  readonly confirm?: number;
  readonly role?: MemberRoleName;
  readonly fence?: boolean;
}

/** An order, and how it is seen that it is done; without `isDone` it is with its acceptance. */
interface Change {
  readonly order: OperatorMemberOrderWord;
  readonly body: Readonly<Record<string, unknown>>;
  readonly isDone?: (status: ReplicaStatus) => boolean;
  /** The member whose machine is switched off first. */
  readonly fences?: number;
}

export function registerMembers(program: Command, terminal: Terminal): void {
  const members = program.command('members').description('show the members, and change them');
  const list = addCommand(
    members,
    'list',
    'show who the members are, how each is reached and where it stands (the default)',
    { isDefault: true },
  );
  addJsonOption(list).action(async (options: MembersOptions) => show(options, terminal));
  // An unknown word would reach the default command, which would only say that it takes no words.
  members.hook('preSubcommand', ({ args: [word = ''], commands }, chosen) => {
    const names = commands.map((command) => command.name());
    if (chosen !== list || word === '' || word.startsWith('-') || names.includes(word)) return;
    throw usageFailure(`There is no "members ${word}"; allowed: ${names.join(', ')}. Nothing was changed.`);
  });
  const change = (usage: string, description: string): Command =>
    addConfirmOption(addJsonOption(addOrderCommand(members, usage, description)));
  const run = (options: ChangeOptions, wanted: Change): Promise<void> => carryOut(options, wanted, terminal);
  change('add', 'add a machine whose replica runs, and give it a vote once it has caught up')
    .addArgument(member('id', 'the number of the new replica'))
    .addOption(new Option('--role <role>', 'what it is for').choices(memberRoleNames).default('voter'))
    .action((id: number, options: ChangeOptions) => {
      const isDone =
        options.role === 'voter' || options.role === 'witness'
          ? { isDone: ({ voters }: ReplicaStatus) => voters.includes(id) }
          : {};
      return run(options, { order: 'add', body: { replicaId: id, role: options.role }, ...isDone });
    });
  change('remove', 'take a member out')
    .addArgument(member('id', 'the member'))
    .action((id: number, options: ChangeOptions) =>
      run(options, { order: 'remove', body: { replicaId: id } }),
    );
  change('replace', 'let a new machine, or a learner, take the place of a member, dead or alive')
    .addArgument(member('old', 'the member that goes'))
    .addArgument(member('new', 'the number of the replica that comes'))
    .option(
      '--fence',
      'switch the machine of the old one off first, by the fence commands of the configuration',
    )
    .action((old: number, id: number, options: ChangeOptions) =>
      run(options, {
        ...(options.fence && { fences: old }),
        order: 'replace',
        body: { replicaId: old, otherId: id },
        isDone: ({ members: all }) => all.some((one) => one.id === id) && !all.some((one) => one.id === old),
      }),
    );
  registerToken(members, terminal);
  change('withdraw', 'take back the join token for a machine that has not come')
    .addArgument(member('id', 'the number of the replica that it is for'))
    .action((id: number, options: ChangeOptions) =>
      run(options, { order: 'withdraw', body: { replicaId: id } }),
    );
  change('promote', 'give a learner or a spare a vote')
    .addArgument(member('id', 'the member'))
    .action((id: number, options: ChangeOptions) =>
      run(options, { order: 'promote', body: { replicaId: id } }),
    );
  change('demote', 'take the vote of a member; it goes on as a learner')
    .addArgument(member('id', 'the member'))
    .action((id: number, options: ChangeOptions) =>
      run(options, { order: 'demote', body: { replicaId: id } }),
    );
  registerGenerations(members, terminal);
  change('prefer', 'say whether a member is to lead')
    .addArgument(member('id', 'the member'))
    .addArgument(new Argument('<preference>', 'how').choices(['normal', 'never', 'prefer']))
    .action((id: number, preference: string, options: ChangeOptions) =>
      run(options, { order: 'prefer', body: { replicaId: id, preference } }),
    );
}

function registerToken(members: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(members, 'token', 'let one new machine become a member by itself, with keys that it makes')
      .addOption(
        new Option(
          '--role <role>',
          'what it is for (default: voter; with --replaces what that member is)',
        ).choices(memberRoleNames),
      )
      .option('--replaces <id>', 'the member whose place it takes, dead or alive', memberNumber)
      .option('--id <id>', 'its number (default: the next one that is free)', memberNumber)
      .option('--hours <hours>', `how long the token is good, up to ${tokenHoursMax}`, hours, 1),
  ).action((options: TokenOptions) => makeToken(options, terminal));
}

interface TokenOptions extends MembersOptions {
  readonly role?: MemberRoleName;
  readonly replaces?: number;
  readonly id?: number;
  readonly hours: number;
}

/** The secret half is made here, and only its public half is sent. */
async function makeToken(options: TokenOptions, terminal: Terminal): Promise<void> {
  const { newSecret, pinOf, publicKeyOf, tokenText } = await import('../../join/token.ts');
  const loaded = loadRunning(options);
  const secret = newSecret();
  const key = Buffer.from(publicKeyOf(secret)).toString('hex');
  const { id, replaces, role, hours: open } = options;
  const body = {
    ...{ key, hours: open },
    ...(role !== undefined && { role }),
    ...(id !== undefined && { replicaId: id }),
    ...(replaces !== undefined && { otherId: replaces }),
  };
  const text = await ordered(loaded, { order: 'token', body });
  const leader = await statusWith(loaded, ({ tokens }) => tokens.some((token) => token.key === key));
  const { replicaId, expiresAtMs } = leader.tokens.find((token) => token.key === key)!;
  const { authorities, clusterUuid } = leader.joining!;
  const token = tokenText({
    ...{ replicaId, expiresAtMs, secret },
    clusterUuid: Buffer.from(clusterUuid.replaceAll('-', ''), 'hex'),
    pin: pinOf({ authorities, members: leader.members }),
  });
  const { host, controlHost, controlPort } = leader.members.find((one) => one.id === leader.replicaId)!;
  const at = `${controlHost || host}:${controlPort}`;
  const expiresAt = new Date(expiresAtMs).toISOString();
  const hasTls = loaded.configuration.control.tls !== undefined;
  tell(
    terminal,
    options.json,
    { ok: true, replicaId, token, at, expiresAt },
    `${text} Until ${expiresAt}, on that machine:\n\n  ${calledThere()} replica join --at ${at} --token ${token}${hasTls ? ' --tls tls' : ''}\n\n` +
      (hasTls
        ? 'The folder tls there has control.pem, control.key and authority.pem: "lockstep certificates tls HOST --out tls/control" ' +
          'makes the pair where the authority is (docs/DEPLOY.md).\n'
        : '') +
      `Any machine with the token can join: take it back with "lockstep members withdraw ${replicaId}".`,
  );
}

/** The leader's status once it is so. */
async function statusWith(
  { configuration }: Loaded,
  isSo: (status: ReplicaStatus) => boolean,
): Promise<ReplicaStatus> {
  const found = await leaderOnce(configuration, isSo, { withinMs: meetingMsMax, everyMs: lookMs / 10 });
  if (found !== undefined) return found;
  throw new Failure(
    'The leader does not show the join token. Look at "lockstep status", and make another token.',
  );
}

function hours(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= tokenHoursMax) return value;
  throw new InvalidArgumentError(`Allowed: more than 0, up to ${tokenHoursMax}.`);
}

function memberNumber(text: string): number {
  const id = replicaNumber(text);
  if (id <= replicaIdMax) return id;
  throw new InvalidArgumentError(`Allowed: 1 to ${replicaIdMax}.`);
}

async function show(options: MembersOptions, terminal: Terminal): Promise<void> {
  const loaded = loadRunning(options);
  const configuration = await withMembers(loaded.configuration);
  const answers = await statusOfAll(configuration);
  const leader = leaderOf(answers);
  const source = leader ?? longestOf(reached(answers));
  if (source === undefined)
    throw new Failure(
      `No replica that the configuration names answers. See "lockstep status".${defaultsHint(loaded)}`,
    );
  const { members, placementWarnings, replicaId, tokens, applicants } = source;
  const head =
    leader === undefined
      ? `NO LEADER: these are the members as the log of replica ${replicaId} has them.`
      : `Replica ${replicaId} leads.`;
  const statuses = reached(answers);
  const reachable = statuses.map((status) => status.replicaId);
  const spares = leader && spareStanding(leader, configuration.timing.spareAfterMs);
  const json = {
    ok: true,
    from: replicaId,
    leaderId: leader?.replicaId ?? 0,
    members: members.map((one) => ({
      ...one,
      ...versionsIn(statuses, one),
      answers: reachable.includes(one.id),
    })),
    placementWarnings,
    tokens,
    applicants,
    spares: spares ?? null,
  };
  if (options.json) return terminal.print(JSON.stringify(json));
  terminal.print(`${head}\n\n${membersText(members, leader?.replicaId ?? 0, statuses)}`);
  for (const token of tokens) terminal.print(`\n${tokenLine(token)}`);
  for (const { replicaId: id, why } of applicants)
    terminal.print(`\nReplica ${id} has a join token and is no member yet. ${why}`);
  for (const line of spares === undefined ? [] : sparesText(spares)) terminal.print(`\n${line}`);
  for (const warning of placementWarnings) terminal.print(`\n${warning}`);
}

function tokenLine({ replicaId, role, replaces, expiresAtMs }: ShownToken): string {
  const place = replaces === 0 ? '' : `, in the place of replica ${replaces}`;
  return `A join token is open for replica ${replicaId}, as ${role}${place}, until ${new Date(expiresAtMs).toISOString()}.`;
}

async function carryOut(options: ChangeOptions, change: Change, terminal: Terminal): Promise<void> {
  const loaded = loadRunning(options);
  const { clusterId } = loaded.configuration;
  if (options.confirm !== undefined && options.confirm !== clusterId)
    throw new Failure(`--confirm: this cluster has the number ${clusterId}. Nothing was changed.`);
  const force = options.confirm === undefined ? {} : { force: true };
  const whole = { ...change, body: { ...change.body, ...force } };
  const fenced =
    change.fences === undefined
      ? []
      : await fenceMember(loaded, whole, change.fences, (line) => {
          if (!options.json) terminal.print(line);
        });
  const text = await ordered(loaded, whole);
  if (!options.json) terminal.print(text);
  const { isDone } = change;
  const isWhole = isDone === undefined || (await waitFor(loaded, isDone));
  const end = isWhole
    ? isDone && 'Done.'
    : 'The leader goes on with it by itself; see "lockstep members" for how far it is.';
  if (!options.json && end !== undefined) terminal.print(end);
  tell(
    terminal,
    options.json,
    { ok: true, isDone: isWhole, text, ...(change.fences !== undefined && { fenced }) },
    '',
  );
}

/** Switches the machine of a member off, where the order that follows will be accepted and the others can go on. */
async function fenceMember(
  given: Loaded,
  { order, body }: Change,
  id: number,
  show: (text: string) => void,
): Promise<readonly FenceResult[]> {
  const loaded = { ...given, configuration: await withMembers(given.configuration) };
  const commands = loaded.configuration.replicas.find((replica) => replica.id === id);
  if (commands === undefined || commands.fence.length === 0)
    throw usageFailure(
      `There is no fence command for replica ${id}: set "fence" of its entry under "replicas" on this machine. Nothing was changed.`,
    );
  const answers = await statusOfAll(loaded.configuration);
  const leader = leaderOf(answers);
  if (leader === undefined) throw leaderless(answers, given);
  if (leader.replicaId === id)
    throw new Failure(
      `Replica ${id} leads. Hand leadership over first, "lockstep failover", and repeat the command. Nothing was changed.`,
    );
  const sound = reached(answers).filter(
    ({ replicaId, recovering }) => replicaId !== id && leader.voters.includes(replicaId) && !recovering,
  );
  if (sound.length * 2 <= leader.voters.length)
    throw new Failure(
      `Without replica ${id} only ${sound.length} of ${leader.voters.length} voters answer, so that the exchange would stop. ` +
        'Bring another replica back first. Nothing was changed.',
    );
  const { needsSecond } = await atLeader(loaded, leader.replicaId, (leaderId) =>
    tryOrder(loaded, leaderId, { order, ...body }),
  );
  if (needsSecond && loaded.plan === undefined) return [];
  const run = { loaded, notedAt: leader.replicaId, show };
  const { results, hasFailed } = await fenceTarget(run, targetOf(id), commands);
  if (!hasFailed) return results;
  throw fenceFailure(
    results,
    `No member was changed. Mend the command, or switch replica ${id} off yourself and repeat without --fence.`,
  );
}

/** Refusals that pass by themselves: a machine that calls for the first time, a change before this one. */
const isSoonOver =
  /has not called this replica|is not heard|do(es)? not reach|not committed yet|transfer of leadership is under way/;

/**
 * Gives the order to the leader; a new machine and the leader may need a moment to find each other. In that time the
 * leader is asked whether it would take the order: each order that is given has an entry in the audit trail.
 */
async function ordered(loaded: Loaded, { order, body }: Change): Promise<string> {
  const startedMs = performance.now();
  for (let refusedBy = 0; ; ) {
    const configuration = await withMembers(loaded.configuration);
    const answers = await statusOfAll(configuration);
    const leader = leaderOf(answers);
    const waitedMs = performance.now() - startedMs;
    if (leader === undefined && waitedMs > electingMsMax) throw leaderless(answers, loaded);
    try {
      if (leader !== undefined) {
        const now = { ...loaded, configuration };
        return await atLeader({ configuration }, leader.replicaId, async (id) => {
          if (refusedBy === id) await tryOrder(now, id, { order, ...body });
          return giveOrder(now, id, 'members', { order, ...body });
        });
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refusedBy = leader?.replicaId ?? 0;
      if (!isSoonOver.test(error.message) || waitedMs > meetingMsMax) throw worded(error, loaded);
    }
    await sleep(lookMs);
  }
}

/** Why no order is taken, and what helps where the voters that are lacking do not come back. */
function leaderless(answers: readonly StatusAnswer[], loaded: Loaded): Failure {
  const statuses = reached(answers);
  if (statuses.length === 0) {
    const silences = answers.map(({ replica: { id } }) => `replica ${id} ${silenceOf(answers, id)}`);
    return new Failure(
      `No member was changed: ${silences.join(', ')}. Whether a replica leads is not seen from here. See to the network of this ` +
        `machine, or start the replicas.${defaultsHint(loaded)}`,
    );
  }
  const voters = longestOf(statuses)?.voters ?? [];
  const answering = voters.filter((id) => statuses.some(({ replicaId }) => replicaId === id)).length;
  const lacking =
    voters.length === 0 || answering * 2 > voters.length
      ? ''
      : ` Of ${voters.length} voters ${answering} ${answering === 1 ? 'answers' : 'answer'}, and a majority is needed: start the ` +
        'others. Where they are gone for good see "lockstep members rebuild --plan".';
  return new Failure(
    `No replica leads, so no member can be changed. See "lockstep status".${lacking}${defaultsHint(loaded)}`,
  );
}

/** A replica asks for `"force": true`; a person types the number of the cluster. */
function worded(error: Failure, { configuration }: Loaded): Failure {
  const text = error.message.replace(
    / Repeat the order with "force": true[^.]*\./,
    ` Nothing was changed. To do it all the same, add --confirm ${configuration.clusterId}.`,
  );
  return new Failure(text);
}

async function waitFor(loaded: Loaded, isDone: (status: ReplicaStatus) => boolean): Promise<boolean> {
  const times = { withinMs: catchUpMsMax, everyMs: lookMs };
  return (await leaderOnce(loaded.configuration, isDone, times)) !== undefined;
}

/** The leader's status once it is so; undefined where that takes too long. */
function leaderOnce(
  configuration: ConfigurationFile,
  isSo: (status: ReplicaStatus) => boolean,
  times: Parameters<typeof lookUntil>[0],
): Promise<ReplicaStatus | undefined> {
  return lookUntil(times, async () => {
    const leader = leaderOf(await statusOfAll(await withMembers(configuration)));
    return leader !== undefined && isSo(leader) ? leader : undefined;
  });
}

function membersText(
  members: readonly ShownMember[],
  leaderId: number,
  statuses: readonly ReplicaStatus[],
): string {
  const reachable = statuses.map(({ replicaId }) => replicaId);
  const places = placeKinds.filter((kind) => members.some((one) => one[kind] !== ''));
  const headings = [
    'member',
    'role',
    'votes',
    'host',
    'ports',
    ...places,
    'release',
    'engine',
    'wire',
    'note',
  ];
  const rows = members.map((one) => [
    one.id,
    one.role,
    one.votes ? 'yes' : 'no',
    one.host === '' ? 'not known' : one.host,
    one.host === '' ? '-' : `${one.udpPort} ${one.tcpPort} ${one.controlPort}`,
    ...places.map((kind) => one[kind] || '-'),
    one.release || '-',
    rangeText(versionsIn(statuses, one).engine),
    rangeText(versionsIn(statuses, one).wire),
    notesOf(one, leaderId, reachable).join(', '),
  ]);
  return table(headings, rows);
}

function notesOf(
  { id, preference, role, votes, replaces }: ShownMember,
  leaderId: number,
  reachable: readonly number[],
): string[] {
  const isToVote = !votes && (role === 'voter' || role === 'witness');
  return [
    ...(id === leaderId ? ['leads'] : []),
    ...(reachable.includes(id) ? [] : ['does not answer']),
    ...(replaces === 0 ? [] : [`is to take the place of replica ${replaces}`]),
    ...(isToVote && replaces === 0 ? ['gets its vote once it has caught up'] : []),
    ...(preference === 'normal' ? [] : [preference === 'prefer' ? 'is to lead' : 'is not to lead']),
  ];
}
