/** From the configuration to the options of one replica and the settings of its machine. */
import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import {
  defaultConnectionSettings,
  defaultDatagramSettings,
  type MachineSettings,
} from '../../io/sockets/settings.ts';
import { raftDatagram } from '../../protocol/datagrams.ts';
import { frameBytesMax, sealBytes } from '../../protocol/limits.ts';
import { type Member, MemberRole, newMember } from '../../protocol/roster.ts';
import { defaultReplicaOptions, type ReplicaOptions } from '../../replica/options.ts';
import { bytesPerMegabyte } from '../../std/units.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { configHash } from '../configuration/load.ts';
import { fingerprintOf, type ReplicaAddress } from '../configuration/replicas.ts';
import { openAfterMs, ownSite, siteAddresses, siteDoubt } from '../configuration/site-keys.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { version } from '../version.ts';

/** `bootstrap`: this replica founds its cluster. */
export function replicaOptions(
  configuration: ConfigurationFile,
  replicaId: number,
  bootstrap: boolean,
): ReplicaOptions {
  const { timing, limits, journal, snapshot, replication } = configuration;
  const own = configuration.replicas.find(({ id }) => id === replicaId)!;
  const frameRoomBytes = replication.datagramBytesMax - raftDatagram.size - sealBytes;
  return {
    ...defaultReplicaOptions,
    clusterId: configuration.clusterId,
    replicaId,
    isWitness: own.role === 'witness',
    founders: configuration.replicas.map(({ id }) => id),
    bootstrap,
    durability: configuration.durability,
    failover: configuration.failover,
    twoPersons: configuration.control.twoPersons,
    seed: randomInt(2 ** 32),
    electionTimeoutUs: timing.electionTimeoutMs * 1_000,
    electionTimeoutUsMin: timing.electionTimeoutMsMin * 1_000,
    heartbeatUs: timing.heartbeatMs * 1_000,
    tetherDelayUs: timing.tetherDelayMs * 1_000,
    spareAfterUs: timing.spareAfterMs * 1_000,
    frameBytes: Math.min(frameBytesMax, frameRoomBytes - (frameRoomBytes % 8)),
    segmentBytes: journal.segmentMegabytes * bytesPerMegabyte,
    snapshotEveryBytes: snapshot.everyMegabytes * bytesPerMegabyte,
    commandRingBytes: limits.ringMegabytes * bytesPerMegabyte,
    eventRingBytes: limits.eventRingMegabytes * bytesPerMegabyte,
    reservesOrders: true,
    connectionsMax: limits.connections,
    configHash: configHash(configuration),
    site: ownSite(configuration),
    sites: siteAddresses(configuration),
    openAfterMs: openAfterMs(configuration),
    ...siteDoubt(configuration),
    description: descriptionOf(own),
  };
}

/** What a replica tells the others of itself. */
function descriptionOf({
  id: replicaId,
  role,
  controlHost = '',
  fingerprint: _,
  // What switches its machine off is for operators alone, and may hold a password.
  fence: _fence,
  fenceSeconds: _fenceSeconds,
  ...own
}: ReplicaAddress): Member {
  const memberRole = role === 'witness' ? MemberRole.witness : MemberRole.voter;
  return newMember({ ...own, replicaId, role: memberRole, controlHost, release: version });
}

/** Resolves names of hosts: a replica never waits for a name server. */
export async function machineSettings(
  configuration: ConfigurationFile,
  replicaId: number,
  identity: MachineSettings['identity'],
  folder: string,
): Promise<MachineSettings> {
  const { replication, replicas, limits, idle } = configuration;
  const addresses = await Promise.all(replicas.map(addressOf));
  const own = replicas.findIndex(({ id }) => id === replicaId);
  return {
    replicaId,
    folder,
    datagrams: {
      ...defaultDatagramSettings,
      address: addresses[own]!,
      port: replicas[own]!.udpPort,
      mode: replication.mode,
      group: replication.group,
      groupPort: replication.port,
      interfaceAddress: replication.interface,
    },
    connections: {
      ...defaultConnectionSettings,
      address: addresses[own]!,
      port: replicas[own]!.tcpPort,
      connectionsMax: limits.connections,
    },
    peers: replicas.flatMap(({ id, host, udpPort, tcpPort, fingerprint }, at) => {
      const peer = { replicaId: id, host, address: addresses[at]!, udpPort, tcpPort };
      return id === replicaId ? [] : [{ ...peer, fingerprint: fingerprintOf({ fingerprint }) }];
    }),
    identity,
    idle,
    hasSiteLease: configuration.site.lease !== undefined,
  };
}

async function addressOf({ id, host }: ReplicaAddress): Promise<string> {
  try {
    const { address } = await lookup(host, { family: 4 });
    return address;
  } catch (error) {
    throw usageFailure(
      `The host of replica ${id}, "${host}", has no IPv4 address: ${messageOf(error)}. Use an address, or mend the name.`,
    );
  }
}
