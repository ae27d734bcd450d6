/**
 * The machines of a cluster that is to be founded, and the configuration of each: all say the same but for what is a
 * machine's own. Pure.
 */
import { hostBytes } from '../../protocol/roster.ts';
import { isLoopback } from '../../std/loopback.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { controlPortBase, hostOf, tcpPortBase, udpPortBase } from '../configuration/replicas.ts';
import { usageFailure } from '../failure.ts';

/** Where a machine of the cluster keeps its data, keys and certificates. */
export const machineDataFolder = '/var/lib/lockstep';
/** Networks between machines lose what they must cut into pieces sooner than what they need not. */
const datagramBytesMax = 1_400;
const foundingSizes: readonly number[] = [1, 3, 5];

/** A machine and the zone that it is in; an empty one is not named. */
export interface MachinePlace {
  readonly host: string;
  readonly zone: string;
}

/** What a cluster is founded with; it is kept beside what was written, for machines that are added later. */
export interface ClusterPlan {
  readonly clusterId: number;
  readonly durability: 'disk' | 'memory';
  readonly replicas: readonly MachinePlace[];
  readonly gateways: readonly MachinePlace[];
  /** Machines of their own, from which `lockstep watch` tries the exchange. */
  readonly watchers: readonly MachinePlace[];
  /** Without TLS for what is read at control ports, and at gateways. */
  readonly insecure: boolean;
}

/** `10.0.0.1=zone-a` */
export function placeIn(text: string): MachinePlace {
  const [, host = '', zone = ''] = /^([^=]+)(?:=([!-~]{1,32}))?$/u.exec(text) ?? [];
  if (hostOf(hostBytes).test(host)) return { host, zone };
  throw usageFailure(
    `"${text}" is no machine. Give its IPv4 address or host name, and where it stands if you like: 10.0.0.1 or ` +
      '10.0.0.1=zone-a.',
  );
}

/** Throws a Failure that says what is wrong with a plan. */
export function checkPlan(plan: ClusterPlan): void {
  const { replicas, gateways, watchers } = plan;
  if (!foundingSizes.includes(replicas.length))
    throw usageFailure(
      `${replicas.length} replicas are named, and a cluster is founded by 1, 3 or 5: --replica once for each. Others are ` +
        'added later, one by one.',
    );
  const hosts = [...replicas, ...gateways, ...watchers].map(({ host }) => host);
  const local = hosts.find((host) => isLoopback(host) || host === '0.0.0.0');
  if (local !== undefined)
    throw usageFailure(
      `${local} is no address by which other machines reach one. "lockstep up" runs a whole cluster on this machine.`,
    );
  for (const list of [replicas, gateways, watchers]) {
    const twice = list.find(({ host }, at) => list.findIndex((other) => other.host === host) !== at);
    if (twice !== undefined)
      throw usageFailure(
        `${twice.host} is named twice: each replica, each gateway and each watcher has a machine of its own.`,
      );
  }
  const inside = watchers.find(({ host }) => [...replicas, ...gateways].some((other) => other.host === host));
  if (inside !== undefined)
    throw usageFailure(
      `${inside.host} is named for a watcher and for a replica or gateway: a watcher sees the exchange from outside, on a ` +
        'machine that does not fail with those of the exchange.',
    );
  const files = [
    ...replicas.map((_, at) => replicaFile(plan, at + 1)),
    operatorFile(plan),
    ...gateways.map((_, at) => gatewayFile(plan, at + 1)),
    ...watchers.map((_, at) => watcherFile(plan, at + 1)),
  ];
  const problems = files.flatMap((file) => readConfiguration(file).problems);
  if (problems.length > 0) throw usageFailure(`${[...new Set(problems)].join('\n')}\nNothing was made.`);
}

/** `lockstep.json` of replica `id`: that of its gateway too, where the same machine has one. */
export function replicaFile(plan: ClusterPlan, id: number): object {
  const { host } = plan.replicas[id - 1]!;
  const gateway = plan.gateways.findIndex((other) => other.host === host) + 1;
  if (gateway > 0) return gatewayFile(plan, gateway);
  return { ...shared(plan), control: controlOf(plan, `${machineDataFolder}/tls`) };
}

/** `lockstep.json` of gateway `id`. */
export function gatewayFile(plan: ClusterPlan, id: number): object {
  const { host } = plan.gateways[id - 1]!;
  return {
    ...shared(plan),
    control: controlOf(plan, `${machineDataFolder}/tls`),
    gateway: { id, host, operatorHost: host, ...tlsOf(plan, `${machineDataFolder}/tls`, 'gateway') },
  };
}

/** `lockstep.json` of the machine of a watcher. */
export function watcherFile(plan: ClusterPlan, watcher: number): object {
  return {
    ...shared(plan),
    control: controlOf(plan, `${machineDataFolder}/tls`),
    canary: { watcher },
  };
}

/** The gateway that an operator runs beside the commands: the only one with the identity of an operator. */
export const operatorGatewayId = 65_535;

/** `lockstep.json` of the machine of an operator. */
export function operatorFile(plan: ClusterPlan): object {
  return {
    ...shared(plan),
    dataFolder: 'data',
    control: controlOf(plan, 'data/tls'),
    gateway: { id: operatorGatewayId },
  };
}

/** What all machines say alike. */
function shared({ clusterId, durability, replicas }: ClusterPlan): object {
  return {
    clusterId,
    durability,
    dataFolder: machineDataFolder,
    replication: { datagramBytesMax },
    replicas: replicas.map(({ host, zone }, at) => ({
      id: at + 1,
      host,
      udpPort: udpPortBase + at + 1,
      tcpPort: tcpPortBase + at + 1,
      controlPort: controlPortBase + at + 1,
      ...(zone !== '' && { zone }),
    })),
  };
}

function controlOf(plan: ClusterPlan, folder: string): object {
  return tlsOf(plan, folder, 'control');
}

/** The same words on every machine: one that serves has the pair, one that asks needs the authority. */
function tlsOf({ insecure }: ClusterPlan, folder: string, name: string): object {
  if (insecure) return { insecure };
  const files = { certificateFile: `${folder}/${name}.pem`, keyFile: `${folder}/${name}.key` };
  return { tls: { ...files, authoritiesFile: `${folder}/authority.pem` } };
}
