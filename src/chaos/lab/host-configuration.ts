/**
 * Which host has what, and the configuration file of each. Hosts 1 to 3 have replicas, 4 and 5 gateways, 6 the clients,
 * and 7, where there is one, a standby site of one replica. On hosts 8 and 9 no replica runs at first.
 */
import { standardReplicas } from '../../ops/configuration/replicas.ts';
import { market } from './http-flow.ts';
import { noticeScript } from './process-log.ts';

export const replicaHosts: readonly number[] = [1, 2, 3];
export const gatewayHosts: readonly number[] = [4, 5];
export const clientHost = 6;
/** Where there is one. */
export const witnessHost = 3;
export const backupHost = 1;
export const standbyHost = 7;
export const standbyId = 11;
const standbyPorts = { udpPort: 7_111, tcpPort: 7_211, controlPort: 7_311 } as const;
export const siteNames = { own: 'north', other: 'south' } as const;
/** The id of a replica there is the number of its host. */
export const spareHosts: readonly number[] = [8, 9];
/** Where an operator of each site is. */
export const siteHosts = { own: backupHost, other: standbyHost } as const;
export const everyHost: readonly number[] = [...replicaHosts, ...gatewayHosts, clientHost];
export const gatewayPort = 8_080;
/** The journals reach back to the beginning, for the checkers. */
const noSnapshots = { everyMegabytes: 1_048_576 } as const;
/** A newcomer, and a replica that starts, has a state and a few segments to read, as it has in production. */
const oftenSnapshots = { everyMegabytes: 1 } as const;
const backupTimes = { everySeconds: 1, alarmSeconds: 5 } as const;
const shippedEveryMs = 100;
const decideSeconds = 3;
const spareAfterMs = 3_000;
/** A member with many connections is beyond it on a slow machine too, and the lab's own callers are far below. */
const memberLimits = { accountCommandsPerSecond: 100, accountCommandsBurst: 300 } as const;

export interface HostWords {
  readonly host: number;
  readonly dataFolder: string;
  /** Where backups go, and the key that seals them; undefined: there are none. */
  readonly backup: { readonly folder: string; readonly keyFile: string } | undefined;
  readonly addressOf: (host: number) => string;
  readonly keys: object;
  readonly apiKey: object;
  readonly hasWitness: boolean;
  readonly hasSecondSite: boolean;
  readonly hasSpareHosts: boolean;
  readonly hasSnapshots: boolean;
  readonly durability: 'disk' | 'memory';
  /** Of a member that sends more than it may. */
  readonly floodKey: object;
}

export function hostConfiguration(words: HostWords): object {
  const { host, dataFolder, backup, addressOf, keys, hasSecondSite, hasSpareHosts } = words;
  return {
    dataFolder,
    durability: words.durability,
    snapshot: words.hasSnapshots ? oftenSnapshots : noSnapshots,
    journal: { segmentMegabytes: 1 },
    keys,
    control: { insecure: true },
    notify: { commands: [{ name: 'lab', run: ['/bin/sh', '-c', noticeScript], on: ['all'] }] },
    replicas:
      host === standbyHost
        ? [{ id: standbyId, host: addressOf(standbyHost), ...standbyPorts }]
        : ownReplicas(words),
    ...(gatewayHosts.includes(host) && { gateway: gatewayOf(words) }),
    ...(backup !== undefined && {
      backup: { ...backupTimes, folders: [{ name: 'nas', ...backup }] },
    }),
    ...(hasSecondSite && sitesOf(words)),
    ...(hasSpareHosts && { timing: { spareAfterMs } }),
  };
}

function ownReplicas({ addressOf, hasWitness }: HostWords): object[] {
  return replicaHosts.map((id) => ({
    id,
    host: addressOf(id),
    ...(hasWitness && id === witnessHost && { role: 'witness' }),
  }));
}

function gatewayOf({ host, addressOf, apiKey, floodKey }: HostWords): object {
  return {
    id: host - gatewayHosts[0]! + 1,
    host: addressOf(host),
    port: gatewayPort,
    insecure: true,
    limits: memberLimits,
    apiKeys: [
      { ...apiKey, accountIds: [market.buyerId, market.sellerId] },
      { ...floodKey, accountIds: [market.floodId] },
    ],
  };
}

function sitesOf({ host, addressOf }: HostWords): object {
  const addresses = standardReplicas(replicaHosts.length);
  const own = addresses.map(({ id, tcpPort }) => ({ id, host: addressOf(id), tcpPort }));
  const standby = [{ id: standbyId, host: addressOf(standbyHost), tcpPort: standbyPorts.tcpPort }];
  const isStandby = host === standbyHost;
  const name = isStandby ? siteNames.other : siteNames.own;
  return {
    site: { name, target: 'nas', everyMilliseconds: shippedEveryMs, decideSeconds, openAfterSeconds: 0 },
    sites: [
      { name: siteNames.own, ...(isStandby && { replicas: own }) },
      { name: siteNames.other, ...(!isStandby && { replicas: standby }) },
    ],
  };
}
