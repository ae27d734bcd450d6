/** Puts the ports of a replica together on a real machine, in the thread that will run it. */
import type { MessagePort } from 'node:worker_threads';
import type { MemberKey } from '../../protocol/parties.ts';
import type { Ports } from '../../replica/ports.ts';
import { Certificates, claimReader } from '../../trust/certificates.ts';
import { DatagramKeys } from '../../trust/datagram-keys.ts';
import { JoinedKeys } from '../../trust/joined-keys.ts';
import { DiskStorage } from '../disk/storage.ts';
import type { StorageMemory } from '../disk/storage-threads.ts';
import { AddressBook } from '../sockets/address-book.ts';
import { openLinks, randomBytesInto, sealedBytes } from '../sockets/links.ts';
import type { MachineSettings } from '../sockets/settings.ts';
import { TcpConnections } from '../sockets/tcp.ts';
import { UdpDatagrams } from '../sockets/udp.ts';
import { MachineClock } from '../system/clock.ts';
import { SharedCounters } from '../system/counters.ts';
import { Doorbell } from '../system/doorbell.ts';
import { CoreControl } from './control.ts';
import { Idle } from './idle.ts';
import { HeldLease } from './lease-memory.ts';
import { CoreLog } from './log.ts';

/** What a core thread shares with the other threads of its process. */
export interface SharedMemory {
  readonly doorbell: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly storage: StorageMemory;
  readonly lease: SharedArrayBuffer;
}

export interface MachinePorts extends Ports {
  readonly datagrams: UdpDatagrams;
  readonly sockets: TcpConnections;
  readonly storage: DiskStorage;
  readonly control: CoreControl;
  readonly idle: Idle;
  /** Closes sockets and files, after what is queued was sent and what was asked for was flushed. */
  close(): void;
}

/** Throws, with nothing left open, where an address or the folder is taken. */
export function openPorts(settings: MachineSettings, shared: SharedMemory, port: MessagePort): MachinePorts {
  const seals = new DatagramKeys(randomBytesInto);
  const clock = new MachineClock();
  const control = new CoreControl(shared.control, port);
  const log = new CoreLog(control, clock);
  const opened: (() => void)[] = [];
  const close = (): void => {
    for (const end of opened.splice(0).reverse()) end();
  };
  try {
    const storage = new DiskStorage(settings.folder, shared.storage, control);
    opened.push(() => storage.close());
    if (storage.wasOpenToOthers) {
      const text =
        'Other users could read the files of this replica; they are for their owner alone from now on.';
      log.warn(text, { folder: settings.folder });
    }
    const datagrams = new UdpDatagrams(settings.replicaId, settings.datagrams);
    opened.push(() => datagrams.close());
    const sockets = new TcpConnections({ ...settings.connections, ...sealedBytes }, clock);
    opened.push(() => sockets.closeAll());
    const addresses = new AddressBook(settings.peers, datagrams, sockets, (host) => control.askAddress(host));
    control.onAddress = (host, address) => addresses.resolved(host, address);
    const asked = settings.datagrams.receiveBufferBytes;
    if (datagrams.receiveBufferBytes < asked) {
      log.warn('The system holds fewer waiting datagrams than asked for; raise net.core.rmem_max.', {
        askedBytes: asked,
        receiveBufferBytes: datagrams.receiveBufferBytes,
      });
    }
    const idle = new Idle(settings.idle, new Doorbell(shared.doorbell), [
      ...datagrams.descriptors,
      sockets.descriptor,
    ]);
    const counters = new SharedCounters(shared.counters);
    const certificates = new Certificates(settings.identity.authorities, () => clock.wallUs() / 1_000_000);
    let { own } = settings.identity;
    const verifier = new JoinedKeys(certificates, claimReader(own.clusterUuid), keysOf(settings.peers));
    const identity = {
      verifier,
      get own() {
        return own;
      },
    };
    const connections = openLinks(sockets, identity, settings.connections, { clock, counters, log });
    control.onIdentity = (changed) => {
      own = { ...changed.own, life: own.life };
      certificates.replace(changed.authorities);
      connections.reconsider();
    };
    const machine = { clock, datagrams, connections, sockets, addresses, seals, storage, counters };
    const siteLease = settings.hasSiteLease === true ? new HeldLease(shared.lease) : undefined;
    return { ...machine, control, log, idle, close, siteLease };
  } catch (error) {
    close();
    throw error;
  }
}

/** The keys of peers that no authority has certified. */
function keysOf(peers: MachineSettings['peers']): MemberKey[] {
  return peers.flatMap(({ replicaId, fingerprint }) =>
    fingerprint === undefined ? [] : [{ replicaId, fingerprint }],
  );
}
