/**
 * The commands that run something until they are stopped: a cluster, one replica, one gateway. Each loads what it runs
 * when its options are read.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { replicaOf } from '../configuration/addresses.ts';
import { type Loaded, loadConfiguration } from '../configuration/load.ts';
import type { UpOptions } from '../supervisor/up.ts';
import { addCommand, type CommonOptions, replicaNumber, wholeNumber } from './command.ts';
import type { Terminal } from './terminal.ts';

export function registerUp(program: Command, terminal: Terminal): void {
  addCommand(program, 'up', 'run a whole cluster on this machine until Ctrl-C')
    .option('--replicas <count>', 'so many replicas on the default ports: 1, 3 or 5', clusterSize)
    .option('--demo', 'create instruments and accounts, and keep the market moving')
    .option('--gateway-port <port>', 'HTTP port (key gateway.port)', wholeNumber(1, 65_535))
    .option(
      '--operator-port <port>',
      "the operator's HTTP port (key gateway.operatorPort)",
      wholeNumber(1, 65_535),
    )
    .option('--fresh', 'remove the data of an earlier cluster first (its keys stay)')
    .action(async (options: UpOptions) => {
      const { up } = await import('../supervisor/up.ts');
      await up(options, (line) => terminal.print(line));
    });
}

interface ReplicaCommandOptions extends CommonOptions {
  readonly id: number;
  readonly bootstrap?: boolean;
}

export function registerReplica(program: Command): void {
  addCommand(program, 'replica', 'run one replica of the cluster on this machine')
    .requiredOption('--id <id>', 'its number, as in the key replicas', replicaNumber)
    .option(
      '--bootstrap',
      'the cluster is new: give this once, at the first start of each of its founders, with the same file; never to add one',
    )
    .action(async ({ id, bootstrap, ...options }: ReplicaCommandOptions) => {
      const loaded: Loaded = loadConfiguration(options);
      replicaOf(loaded.configuration, id);
      const { runReplica } = await import('../replica-process/replica-process.ts');
      await runReplica(loaded, id, bootstrap);
    });
}

export function registerGateway(program: Command): void {
  addCommand(program, 'gateway', 'run one gateway: HTTP and WebSocket in front of the cluster')
    .option('--gateway-port <port>', 'HTTP port (key gateway.port)', wholeNumber(1, 65_535))
    .option(
      '--operator-port <port>',
      "the operator's HTTP port (key gateway.operatorPort)",
      wholeNumber(1, 65_535),
    )
    .action(async (options: GatewayOptions) => {
      const { runGateway } = await import('../gateway-process.ts');
      await runGateway(loadConfiguration(options));
    });
}

interface GatewayOptions extends CommonOptions {
  readonly gatewayPort?: number;
  readonly operatorPort?: number;
}

function clusterSize(text: string): number {
  if (/^[135]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Allowed: 1, 3, 5.');
}
