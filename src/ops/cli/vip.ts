/** `lockstep vip` and `lockstep dns`: an address, and a name, that follow the leader. */
import type { Command } from 'commander';
import { loadConfiguration } from '../configuration/load.ts';
import { usageFailure } from '../failure.ts';
import { addCommand, type CommonOptions, replicaNumber } from './command.ts';

interface AddressOptions extends CommonOptions {
  readonly id?: number;
}

export function registerVip(program: Command): void {
  addCommand(program, 'vip', 'hold the addresses of the key vip on this machine while they are to be here')
    .option(
      '--id <id>',
      'where they move with the leader: the number of the replica of this machine',
      replicaNumber,
    )
    .action(async ({ id, ...options }: AddressOptions) => {
      const loaded = loadConfiguration(options);
      const { runVip } = await import('../addresses/vip-process.ts');
      await runVip(loaded, id);
    });
}

export function registerDns(program: Command): void {
  addCommand(program, 'dns', 'write the addresses of the key dns to a name server while this replica leads')
    .option('--id <id>', 'the number of the replica of this machine, as in the key replicas', replicaNumber)
    .action(async ({ id, ...options }: AddressOptions) => {
      if (id === undefined)
        throw usageFailure('--id is missing: the number of the replica that runs on this machine.');
      const loaded = loadConfiguration(options);
      const { runDns } = await import('../addresses/dns-process.ts');
      await runDns(loaded, id);
    });
}
