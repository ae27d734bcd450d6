/** `lockstep certificates tls`: a certificate for the TLS of a server, by the authority of the cluster. */
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { makeTlsPair } from '../../certificates/authority.ts';
import { makePrivateFolder, replaceFile } from '../../certificates/files.ts';
import { authorityFolder, certificateDays } from '../../certificates/own-machine.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { hostOf } from '../../configuration/replicas.ts';
import { usageFailure } from '../../failure.ts';
import { addCommand, addJsonOption, type CommonOptions, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface TlsOptions extends CommonOptions {
  readonly authority?: string;
  readonly days: number;
  readonly out: string;
  readonly json?: boolean;
}

export function registerTls(certificates: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(
      certificates,
      'tls <host...>',
      'make certificate and key for the TLS of a gateway or control port, by its names and addresses',
    ),
  )
    .requiredOption('--out <path>', 'write PATH.pem and PATH.key')
    .option('--authority <folder>', 'folder of the authority (default: authority in the data folder)')
    .option('--days <count>', 'how long it counts', wholeNumber(1, 3_650), certificateDays)
    .action(async (hosts: string[], options: TlsOptions) => {
      const wrong = hosts.find((host) => !hostOf(253).test(host) && !isIPv6(host));
      if (wrong !== undefined)
        throw usageFailure(`"${wrong}" is no host name and no address. Nothing was made.`);
      const folder = dirname(options.out);
      if (!existsSync(folder)) makePrivateFolder(folder);
      const authority = options.authority ?? authorityFolder(loadConfiguration(options).dataFolder);
      const { certificate, key } = await makeTlsPair(authority, hosts, options.days);
      const [certificateFile, keyFile] = [`${options.out}.pem`, `${options.out}.key`];
      // The key first: a process that sees the new certificate finds the key that belongs to it.
      replaceFile(keyFile, key);
      replaceFile(certificateFile, certificate);
      tell(
        terminal,
        options.json,
        { ok: true, certificateFile, keyFile },
        `${certificateFile} and ${keyFile} are made, for ${hosts.join(', ')}. Servers take a new pair of files without a restart.`,
      );
    });
}
