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
import { Failure, messageOf, usageFailure } from '../failure.ts';
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

/**
 * Resolves the own host alone. Names of the others are asked for while the replica runs: one whose name is gone, as
 * that of a machine that was replaced, or a name server that is away, holds up no start.
 */
export async function machineSettings(
  configuration: ConfigurationFile,
  replicaId: number,
  identity: MachineSettings['identity'],
  folder: string,
): Promise<MachineSettings> {
  const { replication, replicas, limits, idle } = configuration;
  const own = replicas.find(({ id }) => id === replicaId)!;
  const address = await addressOf(own);
  return {
    replicaId,
    folder,
    datagrams: {
      ...defaultDatagramSettings,
      address,
      port: own.udpPort,
      mode: replication.mode,
      group: replication.group,
      groupPort: replication.port,
      interfaceAddress: replication.interface,
    },
    connections: {
      ...defaultConnectionSettings,
      address,
      port: own.tcpPort,
      connectionsMax: limits.connections,
    },
    peers: replicas.flatMap(({ id, host, udpPort, tcpPort, fingerprint }) => {
      const peer = { replicaId: id, host, udpPort, tcpPort };
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
    const text = `The host of replica ${id}, "${host}", has no IPv4 address: ${messageOf(error)}. Use an address, or mend the name.`;
    // A name server that is away comes back: a service manager starts the replica again then.
    throw (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? usageFailure(text) : new Failure(text);
  }
}
