/** The keys of one replica in `lockstep.json`: how it is reached, and where it is. */
import { hostBytes, noFingerprint, placeBytes } from '../../protocol/roster.ts';
import { choice, group, integer, key, optional, port, text, type ValueOfSchema } from '../json/schema.ts';
import { fenceKeys, fenceSecondsUsual } from './fence-keys.ts';

/** Ids that status shows as members; the next machine takes the next one. */
export const replicaIdsMax = 53;
/** Ports of replica N of the default cluster are these plus N. */
export const udpPortBase = 7100;
export const tcpPortBase = 7200;
export const controlPortBase = 7300;

export const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/u;

/** Digits and dots alone are no name: what is no address then is mistyped. */
export function hostOf(bytesMax: number): RegExp {
  return new RegExp(`^(?![\\d.]+$)[A-Za-z0-9._-]{1,${bytesMax}}$|${ipv4.source}`, 'u');
}

export const replicaHost = (standard: string) =>
  text(hostOf(hostBytes), `an IPv4 address or a host name of at most ${hostBytes} characters`, standard);
const place = (meaning: string) =>
  key(
    text(
      new RegExp(`^[!-~]{0,${placeBytes}}$`, 'u'),
      `a name of at most ${placeBytes} characters without spaces, or an empty text`,
      '',
    ),
    meaning,
  );

export const replica = group({
  id: key(integer(1, replicaIdsMax, 1), 'Number of the replica, unique.'),
  role: key(
    choice(['replica', 'witness'], 'replica'),
    'A witness votes and keeps frames, has no engine and never leads: two replicas and a witness survive the loss of any one of the three.',
  ),
  host: key(replicaHost('127.0.0.1'), 'Where the others reach it.'),
  udpPort: key(port(udpPortBase + 1), 'Replication: datagrams between replicas.'),
  tcpPort: key(port(tcpPortBase + 1), 'Sessions of gateways, tethers, snapshot transfer.'),
  controlPort: key(
    port(controlPortBase + 1),
    'Status, health, metrics and orders of the operator, over HTTP.',
  ),
  controlHost: key(
    optional(replicaHost('127.0.0.1')),
    'Address of that port, where it is not that of the replica.',
  ),
  fingerprint: key(
    optional(text(/^[0-9a-f]{64}$/u, '64 hexadecimal digits', '0'.repeat(64))),
    'Of one that came by a join token: SHA-256 of its certificate, as "lockstep members --json" shows it, for a process that begins there.',
  ),
  site: place('Where it stands, as it tells the others: what fails together has the same name.'),
  zone: place('As site: its zone.'),
  rack: place('As site: its rack.'),
  power: place('As site: its power circuit.'),
  switch: place('As site: its switch.'),
  ...fenceKeys(
    'Commands that switch its machine off for good, run by a shell for "lockstep members replace --fence" and "rebuild".',
  ),
});

export type ReplicaAddress = ValueOfSchema<typeof replica>;

/** One of another site, as clients call it. */
export const siteReplica = group({
  id: key(integer(1, replicaIdsMax, 11), 'Number of the replica, unique among those of all sites.'),
  host: key(replicaHost('127.0.0.1'), 'Where clients reach it.'),
  tcpPort: key(port(tcpPortBase + 11), 'Sessions of gateways and programs.'),
  ...fenceKeys('Commands that switch its machine off for good, run after those of its site.'),
});

/** No place is named. */
const nowhere = { site: '', zone: '', rack: '', power: '', switch: '' };

/** Replicas 1 to `count` on this machine, at the default ports. */
export function standardReplicas(count: number): ReplicaAddress[] {
  return Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    role: 'replica' as const,
    host: '127.0.0.1',
    udpPort: udpPortBase + at + 1,
    tcpPort: tcpPortBase + at + 1,
    controlPort: controlPortBase + at + 1,
    controlHost: undefined,
    fingerprint: undefined,
    ...nowhere,
    fence: [],
    fenceSeconds: fenceSecondsUsual,
  }));
}

/** Its bytes; all zero where an authority vouches for the replica. */
export function fingerprintOf({ fingerprint }: Pick<ReplicaAddress, 'fingerprint'>): Uint8Array {
  return fingerprint === undefined ? noFingerprint : Uint8Array.from(Buffer.from(fingerprint, 'hex'));
}

/** Where the control port of a replica is. */
export function controlHostOf({
  host: own,
  controlHost = own,
}: Pick<ReplicaAddress, 'host' | 'controlHost'>): string {
  return controlHost;
}
