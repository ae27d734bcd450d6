/**
 * The commands that run something until they are stopped: a cluster, one replica, one gateway. Each loads what it runs
 * when its options are read.
 */
import type { Command } from 'commander';
import { replicaOf } from '../configuration/addresses.ts';
import { type Loaded, loadConfiguration } from '../configuration/load.ts';
import { usageFailure } from '../failure.ts';
import type { JoinOptions } from '../join/join.ts';
import { markFounder } from '../supervisor/cluster-folder.ts';
import type { UpOptions } from '../supervisor/up.ts';
import { addCommand, type CommonOptions, clusterSize, replicaNumber, wholeNumber } from './command.ts';
import type { Terminal } from './terminal.ts';

export function registerUp(program: Command, terminal: Terminal): void {
  const command = addCommand(program, 'up', 'run a whole cluster on this machine until Ctrl-C')
    .option('--replicas <count>', 'so many replicas on the default ports: 1, 3 or 5', clusterSize)
    .option('--demo', 'create instruments and accounts, and keep the market moving');
  addGatewayPorts(command)
    .option('--fresh', 'remove the data of an earlier cluster first (its keys stay)')
    .action(async (options: UpOptions) => {
      if (!options.fresh) {
        const { refuseSecondExchange } = await import('./backups/second-exchange.ts');
        await refuseSecondExchange(options);
      }
      const { up } = await import('../supervisor/up.ts');
      await up(options, (line) => terminal.print(line));
    });
}

interface ReplicaCommandOptions extends CommonOptions {
  readonly id?: number;
  readonly bootstrap?: boolean;
  readonly start: boolean;
}

export function registerReplica(program: Command, terminal: Terminal): void {
  const replica = addCommand(program, 'replica', 'run one replica of the cluster on this machine')
    .option('--id <id>', 'its number, as in the key replicas', replicaNumber)
    .option(
      '--bootstrap',
      'the cluster is new: give this once, at the first start of each of its founders, with the same file; never to add one',
    )
    .option('--no-start', 'with --bootstrap: only mark the folder, so that the next start founds')
    .action(async ({ id, bootstrap, start, ...options }: ReplicaCommandOptions) => {
      if (id === undefined)
        throw usageFailure('--id is missing: the number of the replica, as in the key replicas.');
      const loaded: Loaded = loadConfiguration(options);
      replicaOf(loaded.configuration, id);
      if (!start) {
        if (!bootstrap) throw usageFailure('--no-start goes with --bootstrap: there is nothing else to do.');
        markFounder(loaded.dataFolder, id, loaded.configuration);
        const replicas = loaded.configuration.replicas.map((replica) => replica.id).join(', ');
        terminal.print(
          `The next start of replica ${id} founds cluster ${loaded.configuration.clusterId} with replicas ${replicas}.`,
        );
        return;
      }
      const { runReplica } = await import('../replica-process/replica-process.ts');
      await runReplica(loaded, id, bootstrap);
    });
  registerJoin(replica, terminal);
}

/** Its own options, for those of `replica` are read first. */
function registerJoin(replica: Command, terminal: Terminal): void {
  const aPort = wholeNumber(1, 65_535);
  replica
    .command('join')
    .description('make this machine a member: its own keys, its folder and its file; then run its replica')
    .requiredOption('--token <token>', 'what "lockstep members token" printed')
    .requiredOption('--at <host:port>', 'the control port of any member')
    .option('--host <host>', 'where the others reach this machine (default: its address on the way to --at)')
    .option('--udp-port <port>', 'replication (default: 7100 and the number of the replica)', aPort)
    .option('--tcp-port <port>', 'sessions and tethers (default: 7200 and its number)', aPort)
    .option('--control-port <port>', 'status and orders (default: 7300 and its number)', aPort)
    .option('--zone <zone>', 'the zone of the process')
    .option('--tls <folder>', 'control.pem, control.key and authority.pem, for its control port')
    .option('--insecure', 'its control port has no TLS: something else guards the way')
    .option('--no-start', 'only make keys, folder and file')
    .action(async (_: unknown, command: Command) => {
      const { start, ...options } = command.optsWithGlobals<JoinOptions & { readonly start: boolean }>();
      const { prepareToJoin } = await import('../join/join.ts');
      const { replicaId, file } = await prepareToJoin(options);
      terminal.print(
        `Keys, folder and ${file} are made. From now on this machine is started with "lockstep replica --id ${replicaId} --config ` +
          `${file}"; the leader takes it as a member by itself.`,
      );
      if (!start) return;
      const loaded = loadConfiguration({ config: file });
      const { runReplica } = await import('../replica-process/replica-process.ts');
      const { newcomerIn, watchAdmission } = await import('../join/admission-watch.ts');
      const watch = new AbortController();
      const tell = (text: string): void => terminal.print(text);
      const newcomer = newcomerIn(loaded.dataFolder, replicaId);
      void watchAdmission(loaded.configuration, newcomer, tell, watch.signal);
      try {
        await runReplica(loaded, replicaId);
      } finally {
        watch.abort();
      }
    });
}

function addGatewayPorts(command: Command): Command {
  const aPort = wholeNumber(1, 65_535);
  return command
    .option('--gateway-port <port>', 'HTTP port (key gateway.port)', aPort)
    .option('--operator-port <port>', "the operator's HTTP port (key gateway.operatorPort)", aPort);
}

export function registerGateway(program: Command): void {
  const command = addCommand(
    program,
    'gateway',
    'run one gateway: HTTP and WebSocket in front of the cluster',
  );
  addGatewayPorts(command).action(async (options: GatewayOptions) => {
    const { runGateway } = await import('../gateway-process/gateway-process.ts');
    await runGateway(loadConfiguration(options));
  });
}

interface GatewayOptions extends CommonOptions {
  readonly gatewayPort?: number;
  readonly operatorPort?: number;
}
