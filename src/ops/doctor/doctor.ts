/**
 * Whether a machine is fit for what its configuration gives it to do, before it joins and afterwards. What cannot be
 * seen from here is said to be unknown, never taken for good.
 */

import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { msPerDay } from '../../std/units.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { identityFolder } from '../certificates/identities.ts';
import { gatewayOf, watcherOf } from '../certificates/own-identity.ts';
import { renewalDays } from '../certificates/own-machine.ts';
import {
  leaderOf,
  longestOf,
  reached,
  type StatusAnswer,
  statusOfAll,
  withMembers,
} from '../clients/control-client.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { configHash, type Loaded } from '../configuration/load.ts';
import { controlHostOf, type ReplicaAddress } from '../configuration/replicas.ts';
import { messageOf } from '../failure.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { version } from '../version.ts';
import { type Diagnosis, good, unknown, warning, wrong } from './diagnosis.ts';
import { addressUnitOf, type Duty, unitOf } from './duty.ts';
import { fileFindings, filesOf, folderFindings } from './files.ts';
import { clockFinding, descriptorsFinding, diskFindings, kernelFindings, memoryFindings } from './machine.ts';
import { nameFindings } from './names.ts';
import { addressFindings, outsideFindings } from './outside.ts';
import { type CallResult, call, Stand } from './probes.ts';
import { sandboxFindings } from './sandbox.ts';
import { installedUnit } from './units.ts';
import { watcherFindings } from './watcher.ts';

const clockMsGood = 100;
/** From here on the exchange says that clocks differ. */
const clockMsMax = 1_000;
/** An election must not begin because an answer takes its time. */
const roundTripsPerTimeout = 5;
const againMs = 500;
/** Doctors that have seen all stay for those that have not seen them yet. */
const lingerMs = 2_000;

/** All findings; waits up to `waitMs` for doctors of other machines. */
export async function examine(loaded: Loaded, duty: Duty, waitMs: number): Promise<Diagnosis[]> {
  const { dataFolder } = loaded;
  const { configuration, left } = await membersOf(loaded.configuration, duty);
  const addressUnit = addressUnitOf(loaded.configuration, duty);
  const findings = [
    ...identityFindings(loaded, duty),
    ...left.map(leftFinding),
    ...(await nameFindings(configuration.replicas)),
    ...diskFindings(dataFolder, configuration, duty.replicaId !== undefined),
    ...memoryFindings(configuration.limits),
    ...kernelFindings(),
    ...(unitOf(duty) === undefined ? [descriptorsFinding()] : []),
    await clockFinding(),
    ...fileFindings(filesOf(configuration, { isReplica: duty.replicaId !== undefined, ...duty })),
    ...(duty.replicaId === undefined
      ? []
      : [...folderFindings(dataFolder, duty.replicaId), ...(await outsideFindings(loaded.configuration))]),
    ...addressFindings(loaded.configuration.vip, addressUnit),
    ...sandboxFindings(loaded, duty, {
      ...{ own: unitOf(duty), addresses: addressUnit },
      ...{ backup: installedUnit('lockstep-backup.service'), site: installedUnit('lockstep-site.service') },
    }),
  ];
  const answers = await statusOfAll(configuration);
  if (duty.isGateway) findings.push(...(await gatewayFindings(configuration)));
  if (duty.isGateway || duty.watcher !== undefined) findings.push(...(await waysFrom(answers)));
  if (duty.watcher !== undefined) {
    const heard = reached(answers).flatMap(({ canaries }) => canaries);
    findings.push(...(await watcherFindings({ ...loaded, configuration }, duty.watcher, heard)));
  }
  if (duty.replicaId === undefined) return [...findings, ...versionFindings(configuration, answers)];
  const own = configuration.replicas.find(({ id }) => id === duty.replicaId)!;
  const running = statusIn(answers, own.id);
  const stand = new Stand(own.id);
  try {
    if (running === undefined) findings.push(...(await takePorts(stand, own)));
    else findings.push(good('ports', `Replica ${own.id} runs here and holds its ports.`));
    findings.push(...(await peerFindings({ configuration, own, running, answers, stand, waitMs })));
  } finally {
    await stand.end();
  }
  return [...findings, ...versionFindings(configuration, answers)];
}

/**
 * The replicas that the log names, where a replica that has the log answers; `left`: replicas of the file that are
 * members no more.
 */
async function membersOf(
  file: ConfigurationFile,
  { replicaId }: Duty,
): Promise<{ readonly configuration: ConfigurationFile; readonly left: readonly ReplicaAddress[] }> {
  const configuration = await withMembers(file);
  const answers = await statusOfAll(configuration);
  const log = leaderOf(answers) ?? longestOf(reached(answers));
  const ids = new Set(log?.members.map(({ id }) => id));
  const silent = new Set(answers.flatMap((answer) => ('error' in answer ? [answer.replica.id] : [])));
  // The replica of this machine may be about to join.
  const left = configuration.replicas.filter(
    ({ id }) => ids.size > 0 && !ids.has(id) && silent.has(id) && id !== replicaId,
  );
  const replicas = configuration.replicas.filter((replica) => !left.includes(replica));
  return { configuration: { ...configuration, replicas }, left };
}

function leftFinding({ id, host }: ReplicaAddress): Diagnosis {
  return warning(
    'configuration',
    `The file here names replica ${id} at ${host}, which is no member and does not answer.`,
    'Take it out of the key replicas here, and put in a member ("lockstep members").',
  );
}

function statusIn(answers: readonly StatusAnswer[], id: number): ReplicaStatus | undefined {
  const answer = answers.find(({ replica }) => replica.id === id);
  return answer !== undefined && 'status' in answer ? answer.status : undefined;
}

function identityFindings(loaded: Loaded, { replicaId, isGateway, watcher }: Duty): Diagnosis[] {
  const { configuration, dataFolder } = loaded;
  const parties: Party[] = [
    ...(replicaId === undefined ? [] : [{ kind: PartyKind.replica, id: replicaId }]),
    ...(isGateway ? [gatewayOf(configuration)] : []),
    ...(watcher === undefined ? [] : [watcherOf(loaded, watcher)]),
  ];
  return parties.map((party) => {
    const name = partyText(party);
    try {
      const { certificate, own } = openIdentity(identityFolder(dataFolder, party));
      if (partyText(own.party) !== name)
        return wrong('identity', `The identity of ${name} is that of ${partyText(own.party)}.`, again(name));
      const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / msPerDay);
      const text = `The certificate of ${name} counts for ${days} days.`;
      return days < renewalDays ? warning('identity', text, again(name)) : good('identity', text);
    } catch (error) {
      return wrong('identity', `The identity of ${name} cannot be used: ${messageOf(error)}`, again(name));
    }
  });
}

function again(name: string): string {
  return `"lockstep certificates request ${name}" begins another request.`;
}

const portRemedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'End the program that has it ("ss -lntup" says which), or change the key.',
  EADDRNOTAVAIL:
    'The host is no address of this machine: "ip address" shows those that are. Correct the key host.',
  EACCES: 'Ports below 1024 need rights that Lockstep does without: change the key.',
  ENOTFOUND: 'The host has no address: correct the key host, or the name service.',
};

async function takePorts(stand: Stand, own: ReplicaAddress): Promise<Diagnosis[]> {
  const taken = [
    ['TCP', own.host, own.tcpPort, 'tcpPort', await stand.takeTcp(own.host, own.tcpPort)],
    [
      'TCP',
      controlHostOf(own),
      own.controlPort,
      'controlPort',
      await stand.takeTcp(controlHostOf(own), own.controlPort),
    ],
    ['UDP', own.host, own.udpPort, 'udpPort', await stand.takeUdp(own.host, own.udpPort)],
  ] as const;
  return taken.map(([protocol, host, port, key, code]) =>
    portFinding(`${protocol} port ${port} on ${host} (${key})`, code),
  );
}

function portFinding(what: string, code: string | undefined): Diagnosis {
  if (code === undefined) return good('ports', `${what} is free.`);
  const remedy = portRemedies[code] ?? 'Choose another port or address.';
  return wrong('ports', `${what} cannot be used: ${code}.`, remedy);
}

async function gatewayFindings({ gateway }: ConfigurationFile): Promise<Diagnosis[]> {
  const { host, port, operatorHost, operatorPort } = gateway;
  const stand = new Stand(0);
  const ports: Diagnosis[] = [];
  try {
    for (const [name, at, number] of [
      ['gateway.port', host, port],
      ['gateway.operatorPort', operatorHost, operatorPort],
    ] as const) {
      const code = await stand.takeTcp(at, number);
      const what = `TCP port ${number} on ${at} (${name})`;
      const isOwn = code === 'EADDRINUSE' && (await isGatewayAt(at, number));
      ports.push(isOwn ? good('ports', `${what} is held by a gateway that runs.`) : portFinding(what, code));
    }
  } finally {
    await stand.end();
  }
  return ports;
}

/** To both ports of each replica: orders go to one, and what this machine says of itself and finds to the other. */
async function waysFrom(answers: readonly StatusAnswer[]): Promise<Diagnosis[]> {
  const ways = await Promise.all(
    answers.map(async ({ replica }) => {
      const { id, host, tcpPort, controlPort } = replica;
      const isDown = isSilent(id, answers);
      const control = await call(controlHostOf(replica), controlPort);
      const what = `Replica ${id} at ${host}, control port ${controlPort}`;
      return [
        wayFinding(replica, await call(host, tcpPort), isDown),
        control.code === undefined
          ? good('reach', `${what}: answers.`)
          : unreached(what, control.code, isDown),
      ];
    }),
  );
  return [...ways.flat(), ...answers.flatMap(clockFindings)];
}

/** Whether what listens there speaks as a gateway does; over TLS only that it takes calls is seen. */
async function isGatewayAt(host: string, port: number): Promise<boolean> {
  const { code } = await call(host === '0.0.0.0' ? '127.0.0.1' : host, port);
  return code === undefined;
}

function wayFinding(
  { id, host, tcpPort }: ReplicaAddress,
  { code, roundTripMs }: CallResult,
  isSilentForAll: boolean,
): Diagnosis {
  const what = `Replica ${id} at ${host}, TCP port ${tcpPort}`;
  if (code === undefined) return good('reach', `${what}: answers in ${roundTripMs.toFixed(1)} ms.`);
  return unreached(what, code, isSilentForAll);
}

/** Whether no other replica hears it either, as far as any answers. */
function isSilent(id: number, answers: readonly StatusAnswer[]): boolean {
  const others = reached(answers).filter(({ replicaId }) => replicaId !== id);
  return others.length > 0 && others.every(({ hears = [] }) => !hears.includes(id));
}

function unreached(what: string, code: string, isSilentForAll: boolean): Diagnosis {
  if (isSilentForAll)
    return unknown(
      'reach',
      `${what}: not reached (${code}), and no replica that answers hears it.`,
      'Start it; then the way to it shows.',
    );
  if (code === 'ECONNREFUSED')
    return unknown(
      'reach',
      `${what}: its machine answers, and nothing listens there yet.`,
      'Start it, or its doctor.',
    );
  return wrong(
    'reach',
    `${what}: not reached (${code}).`,
    'Look at cables, routes and firewalls between the two, in both directions (docs/DEPLOY.md has the ports).',
  );
}

interface PeerQuestion {
  readonly configuration: ConfigurationFile;
  readonly own: ReplicaAddress;
  readonly running: ReplicaStatus | undefined;
  readonly answers: readonly StatusAnswer[];
  readonly stand: Stand;
  readonly waitMs: number;
}

async function peerFindings(question: PeerQuestion): Promise<Diagnosis[]> {
  const { own, answers, waitMs } = question;
  const peers = answers.filter(({ replica }) => replica.id !== own.id);
  const endMs = performance.now() + waitMs;
  let rounds = await Promise.all(peers.map((answer) => peerRound(question, answer)));
  while (rounds.flat().some(({ grade, check }) => check === 'reach' && grade !== 'good')) {
    if (performance.now() >= endMs) break;
    await pause(againMs);
    rounds = await Promise.all(peers.map((answer) => peerRound(question, answer)));
  }
  if (waitMs > 0) await pause(lingerMs);
  const placed = peers.length === 0 ? [good('reach', 'There is no other replica.')] : [];
  return [...placed, ...rounds.flat(), ...peers.flatMap(clockFindings)];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What passes between this replica and one other, in both directions. */
async function peerRound(question: PeerQuestion, answer: StatusAnswer): Promise<Diagnosis[]> {
  const { configuration, own, running, stand } = question;
  const { replica } = answer;
  const theirs = 'status' in answer ? answer.status : undefined;
  const name = `Replica ${replica.id} at ${replica.host}`;
  const found = await call(replica.host, replica.tcpPort, theirs === undefined ? own.id : undefined);
  const isDown =
    theirs === undefined &&
    isSilent(
      replica.id,
      question.answers.filter((one) => one.replica.id !== own.id),
    );
  if (found.code !== undefined)
    return [unreached(`${name}, TCP port ${replica.tcpPort}`, found.code, isDown)];
  const control = await call(controlHostOf(replica), replica.controlPort);
  const findings = [
    good('reach', `${name}, TCP port ${replica.tcpPort}: answers in ${found.roundTripMs.toFixed(1)} ms.`),
    control.code === undefined
      ? good('reach', `${name}, control port ${replica.controlPort}: answers.`)
      : unreached(`${name}, control port ${replica.controlPort}`, control.code, isDown),
    timingFinding(name, found.roundTripMs, configuration),
  ];
  if (theirs !== undefined && running !== undefined)
    return [...findings, ...heardFindings(name, own.id, running, theirs)];
  if (theirs !== undefined)
    return [
      ...findings,
      unknown(
        'reach',
        `${name} runs: whether datagrams pass, and whether it reaches this machine, shows once replica ${own.id} runs too.`,
        'Give "lockstep doctor" again then.',
      ),
    ];
  if (found.greetedBy === undefined)
    return [
      ...findings,
      unknown(
        'reach',
        `${name}: the program that listens there is no doctor, and no replica that shows its status.`,
        'Look what runs there; its control port says more ("lockstep status").',
      ),
    ];
  return [...findings, ...(await doctorFindings(name, replica, stand))];
}

function heardFindings(name: string, ownId: number, own: ReplicaStatus, theirs: ReplicaStatus): Diagnosis[] {
  const remedy =
    'Let UDP and TCP through in both directions; the logs of both replicas say whether one refuses the other.';
  return [
    own.hears?.includes(theirs.replicaId)
      ? good('reach', `${name} is heard here.`)
      : wrong('reach', `${name} is not heard by replica ${ownId}.`, remedy),
    theirs.hears?.includes(ownId)
      ? good('reach', `${name} hears replica ${ownId}.`)
      : wrong('reach', `${name} does not hear replica ${ownId}.`, remedy),
  ];
}

/** Both doctors listen at the ports of their replicas. */
async function doctorFindings(name: string, replica: ReplicaAddress, stand: Stand): Promise<Diagnosis[]> {
  const isEchoed = await stand.echoed(replica);
  const { tcp, udp } = stand.callers;
  return [
    isEchoed === undefined
      ? unknown('reach', `${name}: no datagram could be sent, for the own UDP port is not free.`)
      : isEchoed
        ? good('reach', `${name}, UDP port ${replica.udpPort}: a datagram comes back.`)
        : wrong(
            'reach',
            `${name}, UDP port ${replica.udpPort}: no datagram comes back.`,
            'Let UDP through between the two, in both directions.',
          ),
    tcp.has(replica.id)
      ? good('reach', `${name} reaches this machine by TCP.`)
      : unknown(
          'reach',
          `${name} has not called this machine by TCP.`,
          'Give "lockstep doctor --wait 60" on both at the same time; if it stays so, its way here is closed.',
        ),
    udp.has(replica.id)
      ? good('reach', `${name} reaches this machine by UDP.`)
      : unknown(
          'reach',
          `${name} has sent this machine no datagram.`,
          'Give "lockstep doctor --wait 60" on both at the same time; if it stays so, its way here is closed.',
        ),
  ];
}

function timingFinding(name: string, roundTripMs: number, { timing }: ConfigurationFile): Diagnosis {
  const { electionTimeoutMsMin } = timing;
  const text = `${name} is ${roundTripMs.toFixed(1)} ms away and back; silences shorter than ${electionTimeoutMsMin} ms start no election`;
  return roundTripMs * roundTripsPerTimeout <= electionTimeoutMsMin
    ? good('timing', `${text}.`)
    : warning(
        'timing',
        `${text}.`,
        `Raise timing.electionTimeoutMsMin (and electionTimeoutMs) on all machines to ${Math.ceil(roundTripMs * roundTripsPerTimeout)} or more.`,
      );
}

function clockFindings(answer: StatusAnswer): Diagnosis[] {
  if ('error' in answer) return [];
  const { replica, clockAheadMs, clockErrorMs } = answer;
  const offMs = Math.max(0, Math.abs(clockAheadMs) - clockErrorMs);
  const text = `The clock of replica ${replica.id} is ${Math.round(clockAheadMs)} ms ahead of this one, give or take ${Math.ceil(clockErrorMs)}`;
  const remedy = 'Run chrony or systemd-timesyncd on every machine, with the same servers.';
  if (offMs > clockMsMax) return [wrong('clock', `${text}.`, remedy)];
  return [offMs > clockMsGood ? warning('clock', `${text}.`, remedy) : good('clock', `${text}.`)];
}

function versionFindings(configuration: ConfigurationFile, answers: readonly StatusAnswer[]): Diagnosis[] {
  const ownHash = configHash(configuration);
  return answers.flatMap((answer) => {
    if ('error' in answer) {
      const { replica, error } = answer;
      return [unknown('status', `Replica ${replica.id} does not show its status here: ${error}.`)];
    }
    const { replicaId, version: theirs, configHash: theirHash } = answer.status;
    return [
      theirs === version
        ? good('version', `Replica ${replicaId} runs ${theirs}, as here.`)
        : warning(
            'version',
            `Replica ${replicaId} runs ${theirs}, and ${version} is installed here.`,
            'Finish the upgrade (docs/DEPLOY.md).',
          ),
      theirHash === ownHash
        ? good('configuration', `Replica ${replicaId} is configured as this machine.`)
        : warning(
            'configuration',
            `Replica ${replicaId} is configured otherwise than this machine.`,
            'Compare "lockstep config" on both: durability, failover, timing, journal, limits and operators must be equal.',
          ),
    ];
  });
}
