/**
 * `lockstep init`: the files of a cluster on several machines. It takes options; where none names a replica and a
 * person sits at the terminal, it asks.
 */

import { type Command, Option } from 'commander';
import { u32Max } from '../../std/integers.ts';
import { loadPublic } from '../certificates/files.ts';
import { usageFailure } from '../failure.ts';
import {
  type ClusterSigner,
  partiesOf,
  refuseExisting,
  writeCluster,
  writeGateway,
} from '../init/folders.ts';
import { type ClusterPlan, placeIn } from '../init/machines.ts';
import { addJsonOption, tell, wholeNumber } from './command.ts';
import { askForPlan } from './init-questions.ts';
import type { Terminal } from './terminal.ts';

interface InitOptions {
  readonly replica?: readonly string[];
  readonly gateway?: readonly string[];
  readonly addGateway?: string;
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
    .option('--add-gateway <host>', 'make one more gateway for the cluster whose files are in --out')
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
  if (options.addGateway !== undefined) {
    if (options.replica !== undefined || options.gateway !== undefined)
      throw usageFailure(
        '--add-gateway is for a cluster that has its files: leave --replica and --gateway out.',
      );
    const name = await writeGateway(options.out, placeIn(options.addGateway), signer);
    const text = `${options.out}/${name} is made. Copy it to its machine, and go on there as with the first gateway (docs/DEPLOY.md).`;
    return tell(terminal, options.json, { ok: true, folder: options.out, machines: [name] }, text);
  }
  const plan = await planOf(options, terminal);
  await writeCluster(options.out, plan, signer);
  tell(terminal, options.json, { ok: true, folder: options.out, plan }, nextSteps(options, plan));
}

function signerOf({ authority, authorities, cluster }: InitOptions): ClusterSigner {
  return authorities === undefined ? { authority } : { authorities: loadPublic(authorities), cluster };
}

async function planOf(options: InitOptions, terminal: Terminal): Promise<ClusterPlan> {
  const { clusterId, durability, insecure = false, replica, gateway = [] } = options;
  const rest = { clusterId, durability, insecure };
  if (replica !== undefined)
    return { ...rest, replicas: replica.map(placeIn), gateways: gateway.map(placeIn) };
  if (!terminal.isScreen || !process.stdin.isTTY)
    throw usageFailure(
      'No replica is named. Give --replica HOST once for each machine of a replica and --gateway HOST for each gateway, as in ' +
        '"lockstep init --replica 10.0.0.1=a --replica 10.0.0.2=b --replica 10.0.0.3=c --gateway 10.0.0.4".',
    );
  refuseExisting(options.out);
  return askForPlan(rest);
}

function nextSteps({ out, authorities, authority }: InitOptions, plan: ClusterPlan): string {
  const { replicas, gateways } = plan;
  const machines = [
    ...replicas.map(({ host }, at) => `  ${out}/replica-${at + 1} to ${host}`),
    ...gateways.map(({ host }, at) => `  ${out}/gateway-${at + 1} to ${host}`),
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
    ...kept,
  ].join('\n');
}
