/** `lockstep upgrade`: which versions the members have, and the switch of all of them to the newest engine. */

import type { Command } from 'commander';
import { leaderOf, reached, statusOfAll, withMembers } from '../../clients/control-client.ts';
import { atLeader } from '../../clients/leader-orders.ts';
import { lookUntil } from '../../clients/look.ts';
import {
  rangeText,
  type VersionStanding,
  versionStanding,
  versionsIn,
} from '../../cluster-view/version-standing.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { giveOrder } from '../../orders/control-orders.ts';
import { addJsonOption, addOrderCommand, type CommonOptions, loadRunning, tell } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';

const switchedMsMax = 15_000;
const lookMs = 100;

interface UpgradeOptions extends CommonOptions {
  readonly switch?: boolean;
  readonly json?: boolean;
}

export function registerUpgrade(program: Command, terminal: Terminal): void {
  addJsonOption(
    addOrderCommand(
      program,
      'upgrade',
      'show release, engine and wire version of each member, and what the newest engine waits for',
    ),
  )
    .option('--switch', 'let all members go over to the newest engine, at one command and for good')
    .action((options: UpgradeOptions) => upgrade(options, terminal));
}

async function upgrade(options: UpgradeOptions, terminal: Terminal): Promise<void> {
  const { configuration, ...rest } = loadRunning(options);
  const loaded = { ...rest, configuration: await withMembers(configuration) };
  const { leader, statuses, standing } = await look(loaded);
  if (options.switch) return switchAll(loaded, { leader, standing }, options, terminal);
  const members = leader.members.map(({ id }) => {
    const version = statuses.find(({ replicaId }) => replicaId === id)?.version ?? null;
    return { id, version, ...versionsIn(statuses, { id }) };
  });
  const rows = members.map(({ id, version, engine, wire }) => [
    id,
    version ?? 'does not answer',
    rangeText(engine),
    rangeText(wire),
  ]);
  const text = [table(['member', 'release', 'engine', 'wire'], rows), '', ...standingText(standing)].join(
    '\n',
  );
  tell(terminal, options.json, { ok: true, ...standing, members }, text);
}

function standingText({ inForce, wanted, missing }: VersionStanding): readonly string[] {
  if (wanted <= inForce)
    return [
      `Version ${inForce} of the engine is in force, the newest that the leader has. Nothing is to be switched.`,
    ];
  const head = `Version ${inForce} of the engine is in force, and the leader has version ${wanted}.`;
  return missing.length > 0
    ? [head, ...missing]
    : [`${head} All members have it: "lockstep upgrade --switch" lets them go over, for good.`];
}

async function look(loaded: Loaded): Promise<{
  readonly leader: ReplicaStatus;
  readonly statuses: readonly ReplicaStatus[];
  readonly standing: VersionStanding;
}> {
  const answers = await statusOfAll(loaded.configuration);
  const leader = leaderOf(answers);
  if (leader === undefined) throw new Failure('No replica leads. See "lockstep status".');
  const statuses = reached(answers);
  return { leader, statuses, standing: versionStanding(leader, statuses) };
}

/** The leader decides: it knows what each member has said to it. */
async function switchAll(
  loaded: Loaded,
  { leader, standing }: { readonly leader: ReplicaStatus; readonly standing: VersionStanding },
  options: UpgradeOptions,
  terminal: Terminal,
): Promise<void> {
  const text = await atLeader(loaded, leader.replicaId, (id) => giveOrder(loaded, id, 'switch-engine'));
  const found = await lookUntil({ withinMs: switchedMsMax, everyMs: lookMs }, async () => {
    const inForce = leaderOf(await statusOfAll(loaded.configuration))?.engine?.used ?? 0;
    return inForce >= standing.wanted ? inForce : undefined;
  });
  if (found !== undefined)
    return tell(terminal, options.json, { ok: true, inForce: found }, `${text} It is in force.`);
  throw new Failure(`${text} It is not in force ${switchedMsMax / 1_000} s later. See "lockstep status".`);
}
