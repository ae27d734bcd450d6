/**
 * The keys of `lockstep.json`: schemas, limits, defaults and meaning, in one place. The table in the documentation and
 * every error message come from here. Everything has a default, so no file is needed.
 */

import { defaultGatewayLimits } from '../../gateway/settings.ts';
import { datagramBytesMax, replicasMax } from '../../protocol/limits.ts';
import { u32Max } from '../../std/integers.ts';
import {
  choice,
  flag,
  group,
  integer,
  type JsonSchema,
  key,
  list,
  optional,
  port,
  requiredKey,
  secret,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';
import { availabilityKeys } from './availability-keys.ts';
import { backupKeys, targetsOf } from './backup-keys.ts';
import { canaryKeys } from './canary-keys.ts';
import { dnsKeys } from './dns-keys.ts';
import { notifyKeys } from './notify-keys.ts';
import { objectivesKeys } from './objectives-keys.ts';
import { operatorKeys } from './operators.ts';
import { controlHostOf, hostOf, ipv4, replica, standardReplicas, udpPortBase } from './replicas.ts';
import { siteKeys, sitesKeys } from './site-keys.ts';
import { timingKeys } from './timing-keys.ts';
import { vipKeys } from './vip-keys.ts';

/** The JSON Schema of the file, in the folder of the package. */
export const schemaFileName = 'lockstep.schema.json';

/** Sizes of a new cluster: an even number would add a replica that can fail and no failure that is survived. */
const foundingSizes: readonly number[] = [1, 3, 5];
/** Keys of the cluster: 256 bits. */
export const keyBytes = 32;

const host = (standard: string) => text(hostOf(253), 'an IPv4 address or a host name', standard);
const ipv4Address = (standard: string) => text(ipv4, 'an IPv4 address', standard);
const secretKey = () =>
  optional(
    secret(
      text(
        new RegExp(`^[0-9a-fA-F]{${keyBytes * 2}}$`, 'u'),
        `${keyBytes * 2} hexadecimal digits`,
        '0'.repeat(keyBytes * 2),
      ),
    ),
  );

const path = (standard: string) => text(/^[^\0]{1,4096}$/u, 'a path', standard);
const tls = () =>
  optional(
    group({
      certificateFile: requiredKey(
        path('certificate.pem'),
        'PEM: the certificate, and those between it and its authority. A new pair of files is taken without a restart.',
      ),
      keyFile: requiredKey(path('certificate.key'), 'PEM: its private key, for its owner alone.'),
      authoritiesFile: key(
        optional(path('authorities.pem')),
        'PEM: the authorities that commands trust here. Absent: those of Node, and the certificate itself.',
      ),
    }),
  );
const insecure = () =>
  key(
    flag(false),
    'true: without TLS on an address that other machines reach, since something else guards the way to it.',
  );

const shares = defaultGatewayLimits;
const perSecond = (name: keyof typeof shares, meaning: string) =>
  key(integer(1, 1_000_000, shares[name]), meaning);

/** Bounds of a gateway that a venue may want otherwise. */
const gatewayLimits = group({
  keyRequestsPerSecond: perSecond('keyRequestsPerSecond', 'Signed requests of one key, cancels apart.'),
  keyRequestsBurst: perSecond('keyRequestsBurst', 'Of these at once, after a pause.'),
  keyCancelsPerSecond: perSecond('keyCancelsPerSecond', 'Cancels of one key.'),
  keyCancelsBurst: perSecond('keyCancelsBurst', 'Of these at once, after a pause.'),
  accountCommandsPerSecond: perSecond(
    'accountCommandsPerSecond',
    'Orders and replacements of one account, whatever keys they are signed with.',
  ),
  accountCommandsBurst: perSecond('accountCommandsBurst', 'Of these at once, after a pause.'),
  sourceRequestsPerSecond: perSecond(
    'sourceRequestsPerSecond',
    'Requests of one address that are not signed, or whose connection has not shown its key yet.',
  ),
  sourceRequestsBurst: perSecond('sourceRequestsBurst', 'Of these at once, after a pause.'),
  streamRequestsPerSecond: perSecond(
    'streamRequestsPerSecond',
    'Messages on all streams of one key, or of one address without one; a subscription counts as one more.',
  ),
  streamRequestsBurst: perSecond('streamRequestsBurst', 'Of these at once, after a pause.'),
  sameReadsPerSecondMax: perSecond(
    'sameReadsPerSecondMax',
    'Questions to the exchange for the same book or trades; more requests get the text of a moment ago.',
  ),
  ordersInFlightMax: perSecond('ordersInFlightMax', 'Orders that wait for the exchange, of all keys.'),
  cancelsInFlightMax: perSecond('cancelsInFlightMax', 'Cancels that wait for it.'),
  queriesInFlightMax: perSecond('queriesInFlightMax', 'Questions that wait for it.'),
  reportsInFlightMax: perSecond('reportsInFlightMax', 'Questions for many rows that wait for it.'),
  delayMsMax: perSecond(
    'delayMsMax',
    'Longest wait in the gateway: at 70 % of it reports are refused, at 80 % queries, at 90 % orders.',
  ),
  streamsMax: perSecond('streamsMax', 'Streams, of all clients.'),
  anonymousStreamsMax: perSecond('anonymousStreamsMax', 'Of these, streams without a key.'),
  anonymousStreamsPerSourceMax: perSecond(
    'anonymousStreamsPerSourceMax',
    'Of these, streams from one address.',
  ),
});

const apiKey = group({
  keyId: requiredKey(
    text(/^[A-Za-z0-9_-]{1,32}$/u, '1 to 32 letters, digits, - and _', 'demo'),
    'Name of the key.',
  ),
  secret: requiredKey(
    secret(
      text(/^(?:[0-9a-fA-F]{2}){16,64}$/u, 'an even number of hexadecimal digits, 32 to 128', '0'.repeat(64)),
    ),
    'What requests are signed with.',
  ),
  accountIds: requiredKey(
    list(integer(1, u32Max, 1), () => [1], { min: 1, max: 1_000, what: 'account ids' }),
    'The accounts that the key trades for; the first is the default.',
  ),
  name: key(text(/^.{1,64}$/u, '1 to 64 characters', 'demo'), 'For logs and lists.'),
});

/** The whole file. */
export const configurationSchema = group({
  clusterId: key(integer(1, u32Max, 1), 'Tells clusters apart; another cluster is refused.'),
  dataFolder: key(
    path('./lockstep-data'),
    'Journals, snapshots, keys and logs. Relative to the file, or to the working folder where no file is used.',
  ),
  durability: key(
    choice(['disk', 'memory'], 'disk'),
    'When a command counts: flushed by a majority, or in the memory of a majority (replicas on separate power).',
  ),
  failover: key(
    choice(['automatic', 'manual'], 'automatic'),
    'manual: a lost leader is reported and an operator decides.',
  ),
  idle: key(
    choice(['backoff', 'yield', 'spin'], 'backoff'),
    'What a replica does when it has no work: sleep, give way, or burn its processor for the lowest latency.',
  ),
  replicas: key(
    list(replica, () => standardReplicas(3), { min: 1, max: replicasMax, what: 'replicas' }),
    'Where replicas are reached. A new cluster is founded by 1, 3 or 5; from then on its log says who is a member.',
  ),
  replication: key(
    group({
      mode: key(
        choice(['unicast', 'multicast'], 'unicast'),
        'One datagram to each replica, or one to a group.',
      ),
      group: key(ipv4Address('239.192.71.1'), 'Multicast group.'),
      port: key(port(udpPortBase), 'Port of the multicast group.'),
      interface: key(ipv4Address('127.0.0.1'), 'Address of the network card that carries the group.'),
      datagramBytesMax: key(
        integer(1_200, datagramBytesMax, 32_768),
        'Largest datagram: 1400 on networks that must not fragment.',
      ),
    }),
    'How the leader spreads commands.',
  ),
  timing: key(timingKeys, 'Failure detection.'),
  journal: key(
    group({ segmentMegabytes: key(integer(1, 1_024, 64), 'Size of one journal file, allocated at once.') }),
    'The write-ahead log.',
  ),
  snapshot: key(
    group({
      everyMegabytes: key(integer(1, 1_048_576, 256), 'Journal growth after which a snapshot is taken.'),
    }),
    'Snapshots of the state.',
  ),
  limits: key(
    group({
      ringMegabytes: key(integer(1, 256, 8), 'Commands that wait for the leader.'),
      eventRingMegabytes: key(integer(1, 1_024, 64), 'Recent events that a session can resume from.'),
      connections: key(integer(8, 1_000, 256), 'TCP connections of one replica.'),
      memoryPercentMax: key(integer(10, 100, 90), 'Above it a replica is not ready.'),
      cpuPercentMax: key(integer(10, 100, 100), 'Above it, over 10 s, a replica is not ready; 100 is never.'),
      lagFramesMax: key(
        integer(10, 10_000_000, 10_000),
        'Further behind the leader a replica is not ready, and hooks and alerts hear of it.',
      ),
      logMegabytes: key(integer(1, 1_024, 16), 'Size of one log file; one older file is kept.'),
    }),
    'Bounds.',
  ),
  gateway: key(
    group({
      id: key(
        integer(1, 65_535, 1),
        'Number of the gateway, unique: it is gateway/N in its certificate (lockstep certificates).',
      ),
      host: key(host('127.0.0.1'), 'Address to listen on; 0.0.0.0 is every network card.'),
      port: key(port(8080), 'HTTP and WebSocket.'),
      operatorHost: key(
        host('127.0.0.1'),
        "Address of the operator's routes and metrics; the default is reached from this machine only.",
      ),
      operatorPort: key(port(8081), "The operator's routes (/v1/operator/…) and /metrics."),
      tls: key(
        tls(),
        'TLS 1.3 for clients, and for the operator where `operatorHost` is not this machine alone.',
      ),
      operatorTls: key(
        tls(),
        'In its place for the operator where `operatorHost` is not this machine alone: customers may want another authority.',
      ),
      insecure: insecure(),
      timeWindowMs: key(integer(100, 60_000, 5_000), 'How far the time of a signed request may be off.'),
      trustedProxies: key(
        optional(
          list(
            text(
              /^[0-9A-Fa-f.:]{2,39}(\/[0-9]{1,3})?$/u,
              'an IP address or network such as 10.0.0.0/8',
              '127.0.0.1',
            ),
            () => [],
            { min: 1, max: 64, what: 'addresses' },
          ),
        ),
        'Proxies whose X-Forwarded-For says where a request comes from. Absent: the connection says it.',
      ),
      limits: key(gatewayLimits, 'What its clients share.'),
      apiKeys: key(
        list(apiKey, () => [], { min: 0, max: 10_000, what: 'keys' }),
        'API keys that the first gateway brings into the exchange, once. Others are made by "lockstep keys".',
      ),
    }),
    'The edge.',
  ),
  canary: key(
    optional(canaryKeys),
    'Orders by which a gateway and "lockstep watch" try the exchange (docs/CANARY.md). Absent: there are none.',
  ),
  control: key(
    group({
      tls: key(
        tls(),
        'TLS 1.3 alone at the control ports of replicas, with this certificate. Absent: with their identities, and what is no order without TLS too.',
      ),
      insecure: insecure(),
      ...operatorKeys,
    }),
    'The control ports of replicas, and who gives orders there.',
  ),
  backup: key(backupKeys, 'Backups; without a target there are none.'),
  notify: key(notifyKeys, 'Hooks: the same at all replicas (docs/HOOKS.md).'),
  availability: key(availabilityKeys, 'What is promised, and what may be expected (lockstep availability).'),
  objectives: key(objectivesKeys, 'What the exchange promises for its loss, and the drills that show it.'),
  site: key(siteKeys, 'Which site of the exchange this cluster is.'),
  sites: key(
    sitesKeys,
    'Sites of the exchange, in one order in the files of all: the first one writes until another is opened.',
  ),
  dns: key(dnsKeys, 'Names that follow the leader and the gateways (docs/ADDRESSES.md).'),
  vip: key(vipKeys, 'Addresses that move with the leader (docs/ADDRESSES.md).'),
  keys: key(
    group(
      {
        operator: key(
          secretKey(),
          "Bearer token of the operator's routes of gateways. Absent: from keys.json in dataFolder.",
        ),
        root: key(
          secretKey(),
          'What gateways derive secrets of API keys from, the same at all of them and at no replica. Absent: from gateway-root.key in dataFolder.',
        ),
      },
      {
        cluster:
          'is gone: replicas hand each other the keys of their datagrams over links; remove the key, from keys.json too',
        session:
          'is gone: who may open a session stands in a certificate; remove the key, and see "lockstep certificates"',
      },
    ),
    'Secrets.',
  ),
  $schema: key(
    optional(text(/^.{1,4096}$/u, 'an address or a path', schemaFileName)),
    'For editors: where the schema of this file is, such as lockstep.schema.json of the package.',
  ),
});

/** What the file may hold, as JSON Schema; what holds between keys is checked by relations.ts alone. */
export function publishedSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'lockstep.json',
    description: 'The configuration of a Lockstep cluster and its gateway. Every key has a default.',
    ...configurationSchema.json,
  };
}

/** The effective configuration: every key has its value. */
export type ConfigurationFile = ValueOfSchema<typeof configurationSchema>;

/** Why these replicas cannot found a cluster; undefined where they can. */
export function foundingProblem({ replicas }: ConfigurationFile): string | undefined {
  const witnesses = replicas.filter(({ role }) => role === 'witness').length;
  if (witnesses * 2 >= replicas.length)
    return (
      `replicas: ${witnesses} of ${replicas.length} are witnesses, and a cluster has more replicas with an engine than ` +
      'witnesses: two replicas and a witness, for one.'
    );
  if (foundingSizes.includes(replicas.length)) return undefined;
  return (
    `replicas: the list has ${replicas.length} entries, and a new cluster is founded by 1, 3 or 5. Others are added ` +
    'later, one by one.'
  );
}

/** A port that the program listens on, with the key that sets it. */
export interface PortUse {
  readonly key: string;
  readonly host: string;
  readonly port: number;
}

/** Every TCP port of the cluster, its gateway and its backup. */
export function tcpUses({ replicas, gateway, backup, site, dns }: ConfigurationFile): PortUse[] {
  return [
    ...replicas.flatMap((replica, at) => [
      { key: `replicas[${at}].tcpPort`, host: replica.host, port: replica.tcpPort },
      { key: `replicas[${at}].controlPort`, host: controlHostOf(replica), port: replica.controlPort },
    ]),
    { key: 'gateway.port', host: gateway.host, port: gateway.port },
    { key: 'gateway.operatorPort', host: gateway.operatorHost, port: gateway.operatorPort },
    ...(targetsOf(backup).length === 0 ? [] : [{ key: 'backup.port', host: '127.0.0.1', port: backup.port }]),
    ...(site.name === undefined ? [] : [{ key: 'site.port', host: '127.0.0.1', port: site.port }]),
    ...(dns.server === undefined
      ? []
      : [{ key: 'dns.metricsPort', host: '127.0.0.1', port: dns.metricsPort }]),
  ];
}

/** Every UDP port of the cluster; the multicast port is shared by design. */
export function udpUses({ replicas, replication }: ConfigurationFile): PortUse[] {
  const uses = replicas.map((replica, at) => ({
    key: `replicas[${at}].udpPort`,
    host: replica.host,
    port: replica.udpPort,
  }));
  const hosts = replication.mode === 'multicast' ? new Set(replicas.map((replica) => replica.host)) : [];
  return [
    ...uses,
    ...[...hosts].map((at) => ({ key: 'replication.port', host: at, port: replication.port })),
  ];
}
