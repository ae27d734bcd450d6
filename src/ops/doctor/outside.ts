/** What is needed only at the worst moment: commands of hooks and fences, the name server, the virtual address. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { ArpNeighbours } from '../../io/system/neighbours.ts';
import { CardAddresses, networkCard } from '../../io/system/network-card.ts';
import { readPrefixedAddress } from '../../io/system/prefixed-address.ts';
import { serverProblem } from '../addresses/dns-server.ts';
import { askGateway, type ReadyAnswer } from '../addresses/gateway-looks.ts';
import { Questions } from '../addresses/questions.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { messageOf } from '../failure.ts';
import { isUnsent } from '../web-request.ts';
import { type Diagnosis, good, unknown, warning, wrong } from './diagnosis.ts';
import type { Unit } from './units.ts';

/** For documentation alone (RFC 5737). */
const documentationAddresses = ['192.0.2.254', '198.51.100.254', '203.0.113.254'];

const gatewayMsMax = 2_000;

/** As the user that the doctor runs as. Nothing is run or changed. */
export async function outsideFindings(configuration: ConfigurationFile): Promise<Diagnosis[]> {
  const { notify, replicas, dns } = configuration;
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
    for (const command of fence) {
      const program = programOf(command);
      findings.push(
        isFound(program)
          ? good('fence', `The fence command of replica ${id} is found.`)
          : warning(
              'fence',
              `The program of the fence command of replica ${id} (${program}) is not found here.`,
              'Install it on each machine from which operators give orders.',
            ),
      );
    }
  if (dns.server !== undefined) {
    const problem = await serverProblem(dns);
    findings.push(
      problem === undefined
        ? good('dns', `The name server ${dns.server} takes updates of ${dns.zone}.`)
        : wrong('dns', `The name server ${dns.server} would take no update.`, problem),
    );
    if (dns.exchange !== undefined) findings.push(...(await gatewayFindings(configuration)));
  }
  return findings;
}

/** Whether "lockstep dns" will see which gateways are ready. */
async function gatewayFindings(configuration: ConfigurationFile): Promise<Diagnosis[]> {
  const questions = new Questions(configuration);
  try {
    const { gateways } = configuration.dns;
    return await Promise.all(
      gateways.map(async (each) =>
        gatewayFinding(each.address, await askGateway(questions, configuration, each, gatewayMsMax)),
      ),
    );
  } finally {
    questions.close();
  }
}

function gatewayFinding(address: string, { url, problem, error }: ReadyAnswer): Diagnosis {
  if (error === undefined) return good('dns', `${url} says whether the gateway at ${address} is ready.`);
  if (isUnsent(error) || (error as Error).name === 'TimeoutError')
    return unknown('dns', `Whether the gateway at ${address} is ready is not seen: ${problem}.`, 'Start it.');
  return wrong(
    'dns',
    `"lockstep dns" never finds the gateway at ${address} ready: ${problem}.`,
    'Gateways are asked as gateway.tls says here, else as control.tls does, and without TLS with gateway.insecure: let ' +
      'authoritiesFile there hold the authority of their certificates, which name the address.',
  );
}

/** Whether what holds the virtual addresses may change those of the card. `unit`: what runs it, where installed. */
export function addressFindings({ addresses, device }: ConfigurationFile['vip'], unit?: Unit): Diagnosis[] {
  if (addresses.length === 0) return [];
  if (networkCard(device) === undefined)
    return [wrong('vip', `This machine has no network card ${device}.`, 'Correct the key vip.device.')];
  const problem = changeProblem(device);
  if (problem === undefined) return [good('vip', `This user may change the addresses of ${device}.`)];
  if (unit === undefined || unit.mayChangeAddresses)
    return [
      unknown(
        'vip',
        `Whether the addresses of ${device} may be changed is not seen: this user may not (${problem}).`,
        unit === undefined
          ? 'Install its unit, which gives the right ("lockstep init"), or give this command as root.'
          : `${unit.name} gives the right. Give this command as root: it examines as the user of the unit, with its rights.`,
      ),
    ];
  return [
    wrong(
      'vip',
      `${unit.name} may not change the addresses of ${device} (${problem}).`,
      'Its unit must say AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW, as that of "lockstep init" does.',
    ),
  ];
}

/** An address that is not there is taken away, which only one with the right may, and changes nothing. */
function changeProblem(device: string): string | undefined {
  const card = networkCard(device)!;
  const here = new Set(
    Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address)),
  );
  const absent = documentationAddresses.find((address) => !here.has(address))!;
  const kernel = new CardAddresses(card);
  try {
    const refused = kernel.take(readPrefixedAddress(`${absent}/32`)!);
    if (refused !== undefined) return refused;
    new ArpNeighbours(card).close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    kernel.close();
  }
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Without what it is given: variables before it, or its arguments, may hold a password. */
function programOf(command: string): string {
  const words = command.trim().split(/\s+/u);
  return words.find((word) => !/^[A-Za-z_]\w*=/.test(word)) ?? '';
}

/** By the shell that would run it, which runs nothing of it here. */
function isFound(program: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}
