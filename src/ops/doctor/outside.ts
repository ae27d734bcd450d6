/** What is needed only at the worst moment: commands of hooks and fences, the name server, the virtual address. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { serverProblem } from '../addresses/dns-server.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { type Diagnosis, good, warning, wrong } from './diagnosis.ts';

/** As the user that gives the command: give it as that of the unit. Nothing is run or changed. */
export async function outsideFindings(configuration: ConfigurationFile): Promise<Diagnosis[]> {
  const { notify, replicas, dns, vip } = configuration;
  const findings = notify.commands.map(({ name, run }) =>
    isExecutable(run[0] ?? '')
      ? good('hooks', `The command of the hook ${name} may be run.`)
      : wrong(
          'hooks',
          `The command of the hook ${name}, ${run[0]}, is missing, or this user may not run it.`,
          'Put it there on every replica, executable for the user of the unit, by its whole path.',
        ),
  );
  for (const { id, fence } of replicas)
    for (const command of fence)
      findings.push(
        isFound(command)
          ? good('fence', `The fence command of replica ${id} is found.`)
          : warning(
              'fence',
              `The program of the fence command of replica ${id} (${command}) is not found here.`,
              'Install it on each machine from which operators give orders.',
            ),
      );
  if (dns.server !== undefined) {
    const problem = await serverProblem(dns);
    findings.push(
      problem === undefined
        ? good('dns', `The name server ${dns.server} takes updates of ${dns.zone}.`)
        : wrong('dns', `The name server ${dns.server} would take no update.`, problem),
    );
  }
  if (vip.addresses.length > 0 && networkInterfaces()[vip.device] === undefined)
    findings.push(
      wrong(
        'vip',
        `This machine has no network card ${vip.device}, or it has no address.`,
        'Correct the key vip.device.',
      ),
    );
  return findings;
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** By the shell that would run it, which runs nothing of it here. */
function isFound(command: string): boolean {
  const [program = ''] = command.trim().split(/\s+/u);
  return spawnSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}
