/**
 * `lockstep init`: the files of a cluster on several machines. It takes options; where none names a replica and a
 * person sits at the terminal, it asks.
 */

import { type Command, Option } from 'commander';
import { u32Max } from '../../../std/integers.ts';
import { loadPublic } from '../../certificates/files.ts';
import { usageFailure } from '../../failure.ts';
import {
  type ClusterSigner,
  partiesOf,
  refuseExisting,
  writeCluster,
  writeMachine,
} from '../../init/folders.ts';
import { type ClusterPlan, placeIn } from '../../init/machines.ts';
import { addJsonOption, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { askForPlan } from './init-questions.ts';

interface InitOptions {
  readonly replica?: readonly string[];
  readonly gateway?: readonly string[];
  readonly watcher?: readonly string[];
  readonly addGateway?: string;
  readonly addWatcher?: string;
  readonly out: string;
  readonly clusterId: number;
  readonly durability: ClusterPlan['durability'];
  readonly insecure?: boolean;
  readonly authority?: string;
  readonly authorities?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

export function registerInit(program: Command, terminal: Terminal): void {
  const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
  addJsonOption(
    program
      .command('init')
      .description('write the files of a cluster on several machines: configuration, identities, units'),
  )
    .option('--replica <host[=zone]>', 'where a replica will run; once for each of 1, 3 or 5', collect)
    .option('--gateway <host[=zone]>', 'where a gateway will run; once for each', collect)
    .option(
      '--watcher <host[=zone]>',
      'where a watcher will try the exchange from outside; once for each',
      collect,
    )
    .option('--add-gateway <host>', 'make one more gateway for the cluster whose files are in --out')
    .option('--add-watcher <host>', 'make one more watcher for the cluster whose files are in --out')
    .option('--out <folder>', 'the folder to make, one folder in it for each machine', 'cluster')
    .option('--cluster-id <number>', 'key clusterId', wholeNumber(1, u32Max), 1)
    .addOption(
      new Option('--durability <rule>', 'key durability').choices(['disk', 'memory']).default('disk'),
    )
    .option('--authority <folder>', 'sign with this authority (default: one is made in the folder)')
    .option('--authorities <file>', 'an authority elsewhere signs: its certificate; requests are made for it')
    .option('--cluster <uuid>', 'number of the cluster, where the authority is not made by Lockstep')
    .option('--insecure', 'without TLS at gateways and control ports: something else guards the way')
    .action((options: InitOptions) => init(options, terminal));
}

async function init(options: InitOptions, terminal: Terminal): Promise<void> {
  if (options.authority !== undefined && options.authorities !== undefined)
    throw usageFailure(
      '--authority signs here, --authorities leaves it to an authority elsewhere: give one of them.',
    );
  const signer = signerOf(options);
  if (options.addGateway !== undefined || options.addWatcher !== undefined)
    return add(options, signer, terminal);
  const plan = await planOf(options, terminal);
  await writeCluster(options.out, plan, signer);
  tell(terminal, options.json, { ok: true, folder: options.out, plan }, nextSteps(options, plan));
}

/** One machine more for a cluster that has its files. */
async function add(options: InitOptions, signer: ClusterSigner, terminal: Terminal): Promise<void> {
  const { replica, gateway, watcher, addGateway, addWatcher, out, json } = options;
  if (replica !== undefined || gateway !== undefined || watcher !== undefined)
    throw usageFailure(
      '--add-gateway and --add-watcher are for a cluster that has its files: leave --replica, --gateway and --watcher out.',
    );
  if (addGateway !== undefined && addWatcher !== undefined)
    throw usageFailure('--add-gateway and --add-watcher: give one, and then the other.');
  const kind = addGateway === undefined ? 'watcher' : 'gateway';
  const name = await writeMachine(out, { kind, place: placeIn(addGateway ?? addWatcher!) }, signer);
  const text = `${out}/${name} is made. Copy it to its machine, and go on there as with the first ${kind} (docs/DEPLOY.md).`;
  tell(terminal, json, { ok: true, folder: out, machines: [name] }, text);
}

function signerOf({ authority, authorities, cluster }: InitOptions): ClusterSigner {
  return authorities === undefined ? { authority } : { authorities: loadPublic(authorities), cluster };
}

async function planOf(options: InitOptions, terminal: Terminal): Promise<ClusterPlan> {
  const { clusterId, durability, insecure = false, replica, gateway = [], watcher = [] } = options;
  const rest = { clusterId, durability, insecure };
  if (replica !== undefined)
    return {
      ...rest,
      replicas: replica.map(placeIn),
      gateways: gateway.map(placeIn),
      watchers: watcher.map(placeIn),
    };
  if (!terminal.isScreen || !process.stdin.isTTY)
    throw usageFailure(
      'No replica is named. Give --replica HOST once for each machine of a replica, --gateway HOST for each gateway and ' +
        '--watcher HOST for each watcher, as in "lockstep init --replica 10.0.0.1=a --replica 10.0.0.2=b --replica 10.0.0.3=c ' +
        '--gateway 10.0.0.4 --watcher 10.0.0.5 --watcher 10.0.0.6".',
    );
  refuseExisting(options.out);
  return askForPlan(rest);
}

function nextSteps({ out, authorities, authority }: InitOptions, plan: ClusterPlan): string {
  const { replicas, gateways, watchers } = plan;
  const machines = [
    ...replicas.map(({ host }, at) => `  ${out}/replica-${at + 1} to ${host}`),
    ...gateways.map(({ host }, at) => `  ${out}/gateway-${at + 1} to ${host}`),
    ...watchers.map(({ host }, at) => `  ${out}/watcher-${at + 1} to ${host}`),
  ];
  const numbers = watchers.map((_, at) => at + 1).join(' ');
  const watching =
    watchers.length === 0
      ? ['  No watcher is named, so none tries the exchange from outside: --add-watcher HOST, best for two.']
      : [
          `  And once it runs: lockstep watch --found ${numbers}; then on those of watchers enable lockstep-watch.`,
        ];
  const signing =
    authorities === undefined
      ? []
      : [
          `Let the authority sign ${out}/requests: ${partiesOf(plan).join(', ')}. Put each certificate to its keys with "lockstep ` +
            'certificates install PARTY FILE --data FOLDER", where FOLDER is var/lib/lockstep of the machine (data of the operator), ' +
            'and pairs for TLS to tls/control and tls/gateway there.',
        ];
  const kept =
    authorities === undefined && authority === undefined
      ? [`Keep ${out}/authority where no replica or gateway runs, with a copy: its key makes any party.`]
      : [];
  return [
    `${out} is made: a folder for each machine, one for the operator, and "joining" for machines that join later.`,
    ...signing,
    'Next (docs/DEPLOY.md has every step):',
    ...machines,
    '  On each, as root: sh install.sh; sysctl --system; systemctl daemon-reload; and "lockstep doctor" says whether it is fit.',
    '  On each machine of a replica, once: lockstep replica --id N --bootstrap --no-start, as the user lockstep in /etc/lockstep.',
    '  Then: systemctl enable --now lockstep-replica@N, and lockstep-gateway on those of gateways.',
    `  In ${out}/operator: lockstep where, lockstep status.`,
    ...watching,
    ...kept,
  ].join('\n');
}
