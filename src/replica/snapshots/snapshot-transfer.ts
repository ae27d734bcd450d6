/**
 * Snapshots on the move: gives the newest one to peers that ask, in pieces as their connection has room, and fetches
 * one from a peer, either because the leader's log begins after ours ends, or to drop our own log without the work of
 * taking a snapshot. What must stay true: nothing is handed over but the very file that the leader has named.
 */
import { readSnapshot, SnapshotCount, type SnapshotFile } from '../../journal/snapshot-file.ts';
import { DecodeCode } from '../../protocol/codes.ts';
import { recordBytesMax, replicasMax } from '../../protocol/limits.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import { snapshotChunk, snapshotRequest } from '../../protocol/snapshot-messages.ts';
import { areSameHash } from '../../std/sha256.ts';
import type { Connection, RoleServer } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { HeldSnapshot, NamedSnapshot, SnapshotNames } from '../log/replicated-log.ts';
import type { CallReplica } from '../peers/tether.ts';
import type { Ports, Region } from '../ports.ts';

/** Bytes of one piece. */
const chunkBytesMax = 32_768;
/** Bytes of a file that one cycle checks before it is given: one step of reading does not delay the duty cycle. */
const checkBytesMax = 131_072;
/** Largest snapshot that is accepted from a peer. */
const snapshotBytesMax = 2 ** 31;
/** A fetch without progress for this long is given up. */
const stalledUs = 10_000_000;
/** How long to wait before a peer is asked again. */
const askAgainUs = 500_000;

/** What a replica has to give. */
export interface SnapshotSource {
  /** Index of the newest snapshot on disk; 0 is none. */
  readonly snapshotIndex: number;
  /** That snapshot, as it is named to others; undefined where none may be given. */
  readonly held: HeldSnapshot | undefined;
  /** Its file, as it is on the disk; undefined where there is none. */
  openSnapshot(): Region | undefined;
  /** A peer needs a newer one: it is taken now. */
  request(): void;
  /** The file at `index` is not what was written. */
  damaged(index: number): void;
}

/**
 * What a snapshot is fetched for: `install` in place of our state, from the leader that finds us behind; `rebuild` in
 * place of a state that is wrong, and taken by the peer where it has none; `keep` in place of our log. One that is
 * fetched to be kept never replaces the state, whatever it says.
 */
export type FetchPurpose = 'install' | 'rebuild' | 'keep';

/** A snapshot that has come from a peer, whole, undamaged, and as the leader has named it. */
export interface FetchedSnapshot {
  readonly purpose: FetchPurpose;
  readonly name: NamedSnapshot;
  readonly file: SnapshotFile;
  readonly bytes: Uint8Array;
}

interface Giving {
  readonly connection: Connection;
  readonly held: HeldSnapshot;
  readonly region: Region;
  /** Counts the file before any of it is given. */
  readonly count: SnapshotCount;
  offset: number;
}

interface Fetching {
  readonly peerId: number;
  readonly purpose: FetchPurpose;
  readonly newerThan: number;
  /** What is fetched; undefined: the peer is only asked to take a newer one. */
  readonly name: NamedSnapshot | undefined;
  readonly count: SnapshotCount;
  connection: Connection | undefined;
  bytes: Uint8Array | undefined;
  movedUs: number;
}

export class SnapshotTransfer implements RoleServer {
  readonly #ports: Ports;
  readonly #source: SnapshotSource;
  readonly #names: SnapshotNames;
  readonly #call: CallReplica;
  readonly #close: (connection: Connection) => void;
  readonly #giving = new Map<number, Giving>();
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);
  #fetching: Fetching | undefined;
  #finished: FetchedSnapshot | undefined;
  #nowUs = 0;
  #askedUs = -askAgainUs;
  /** The peer that was called last, where the call did not reach it; 0: it did. */
  unreachedId = 0;

  constructor(
    ports: Ports,
    { source, names }: { readonly source: SnapshotSource; readonly names: SnapshotNames },
    call: CallReplica,
    close: (connection: Connection) => void,
  ) {
    this.#ports = ports;
    this.#source = source;
    this.#names = names;
    this.#call = call;
    this.#close = close;
  }

  /**
   * Starts to fetch what the leader has named of a peer's snapshots, if it is newer than `newerThan`; to rebuild, the
   * peer is asked for a newer one. False: try again, as a fetch is under way, or was just now, or nothing is named yet.
   */
  fetch(peerId: number, newerThan: number, purpose: FetchPurpose): boolean {
    if (this.#fetching !== undefined || this.#nowUs - this.#askedUs < askAgainUs) return false;
    const named = this.#names.of(peerId);
    const name = named !== undefined && named.index > newerThan ? named : undefined;
    if (name === undefined && purpose !== 'rebuild') return named !== undefined;
    this.#askedUs = this.#nowUs;
    if (!this.#call(peerId, ConnectionRole.fetch)) return true;
    const nothing = { connection: undefined, bytes: undefined, count: new SnapshotCount() };
    this.#fetching = { peerId, newerThan, name, purpose, movedUs: this.#nowUs, ...nothing };
    return true;
  }

  /** A snapshot that has arrived whole, once. */
  takeFinished(): FetchedSnapshot | undefined {
    const finished = this.#finished;
    this.#finished = undefined;
    return finished;
  }

  /** Sends what connections have room for; gives up a fetch that does not move. */
  doWork(nowUs: number): number {
    this.#nowUs = nowUs;
    let work = 0;
    if (this.#giving.size > 0) {
      for (const giving of this.#giving.values()) work += this.#give(giving);
    }
    const fetching = this.#fetching;
    if (fetching !== undefined && nowUs - fetching.movedUs > stalledUs) {
      this.#fetching = undefined;
      if (fetching.connection === undefined) this.unreachedId = fetching.peerId;
      else this.#close(fetching.connection);
    }
    return work;
  }

  connectionReady(connection: Connection): void {
    if (!connection.isOurs) return;
    const fetching = this.#fetching;
    if (fetching === undefined || fetching.connection !== undefined) return this.#close(connection);
    fetching.connection = connection;
    this.unreachedId = 0;
    const { name, newerThan } = fetching;
    const values = { wanted: name === undefined ? 1 : 0, index: name?.index ?? newerThan, offset: 0 };
    this.#ports.connections.send(
      connection.id,
      this.#out,
      0,
      snapshotRequest.write(this.#outView, 0, values),
    );
  }

  takeRecord(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    if (!connection.isOurs) {
      const isIdle = !this.#giving.has(connection.id);
      if (
        isIdle &&
        type === snapshotRequest.type &&
        snapshotRequest.check(view, at, length) === DecodeCode.ok
      ) {
        const { wanted, index } = snapshotRequest.read(view, at);
        if (wanted === 0) this.#startGiving(connection, index);
        else {
          if (this.#source.snapshotIndex <= index) this.#source.request();
          this.#giveNothing(connection);
        }
        return true;
      }
    } else if (type === snapshotChunk.type && snapshotChunk.check(view, at, length) === DecodeCode.ok) {
      this.#takeChunk(connection, view, at, length);
      return true;
    }
    this.#ports.counters.add(counter.messagesMalformed, 1);
    this.#forget(connection);
    this.#close(connection);
    return true;
  }

  connectionGone(connection: Connection): void {
    this.#forget(connection);
  }

  #forget(connection: Connection): void {
    const giving = this.#giving.get(connection.id);
    if (giving !== undefined) this.#endGiving(giving);
    const fetching = this.#fetching;
    if (fetching === undefined || !connection.isOurs || connection.peerId !== fetching.peerId) return;
    if (fetching.connection === undefined) this.unreachedId = fetching.peerId;
    if (fetching.connection === undefined || fetching.connection === connection) this.#fetching = undefined;
  }

  #startGiving(connection: Connection, index: number): void {
    const { held } = this.#source;
    const isWelcome = held?.index === index && this.#giving.size < replicasMax;
    const region = isWelcome ? this.#source.openSnapshot() : undefined;
    if (held === undefined || region === undefined) return this.#giveNothing(connection);
    this.#giving.set(connection.id, { connection, held, region, count: new SnapshotCount(), offset: 0 });
  }

  #giveNothing(connection: Connection): void {
    const none = { chunkBytes: 0, index: 0, offset: 0, totalBytes: 0 };
    this.#ports.connections.send(connection.id, this.#out, 0, snapshotChunk.write(this.#outView, 0, none));
  }

  #endGiving({ connection, region }: Giving): void {
    this.#giving.delete(connection.id);
    this.#ports.storage.closeRegion(region);
  }

  #give(giving: Giving): number {
    const { connection, held, region, count, offset } = giving;
    const { index } = held;
    const { bytes } = region;
    if (count.at < bytes.length) {
      count.advance(bytes, Math.min(bytes.length, count.at + checkBytesMax));
      return 1;
    }
    if (offset === 0 && !isGood(giving)) {
      this.#endGiving(giving);
      this.#source.damaged(index);
      this.#giveNothing(connection);
      return 1;
    }
    const { connections } = this.#ports;
    if (connections.room(connection.id) < chunkBytesMax + snapshotChunk.size + 8) return 0;
    const chunkBytes = Math.min(chunkBytesMax, bytes.length - offset);
    const padded = (chunkBytes + 7) & ~7;
    const values = { chunkBytes, index, offset, totalBytes: bytes.length };
    const length = snapshotChunk.write(this.#outView, 0, values, padded);
    this.#out.set(bytes.subarray(offset, offset + chunkBytes), snapshotChunk.size);
    if (!connections.send(connection.id, this.#out, 0, length)) return 0;
    giving.offset += chunkBytes;
    if (giving.offset === bytes.length) this.#endGiving(giving);
    return 1;
  }

  #takeChunk(connection: Connection, view: DataView, at: number, length: number): void {
    const fetching = this.#fetching;
    if (fetching === undefined || fetching.connection !== connection) return this.#close(connection);
    const { chunkBytes, index, offset, totalBytes } = snapshotChunk.read(view, at);
    const { name, count } = fetching;
    const fits =
      chunkBytes > 0 &&
      index === name?.index &&
      totalBytes <= snapshotBytesMax &&
      chunkBytes <= length - snapshotChunk.size &&
      offset === count.at &&
      offset + chunkBytes <= totalBytes &&
      (fetching.bytes === undefined || totalBytes === fetching.bytes.length);
    if (!fits) return this.#end(connection);
    fetching.bytes ??= new Uint8Array(totalBytes);
    const start = view.byteOffset + at + snapshotChunk.size;
    fetching.bytes.set(new Uint8Array(view.buffer, start, chunkBytes), offset);
    count.advance(fetching.bytes, offset + chunkBytes);
    fetching.movedUs = this.#nowUs;
    if (count.at < totalBytes) return;
    this.#finish(fetching.bytes, name, fetching);
    this.#end(connection);
  }

  #finish(bytes: Uint8Array, name: NamedSnapshot, { peerId, purpose, count }: Fetching): void {
    const { counters, log } = this.#ports;
    const file = readSnapshot(bytes, count.seal);
    if (typeof file === 'string') {
      log.warn('a snapshot from a peer is damaged; it is fetched again', { peer: peerId, reason: file });
    } else if (isNamed(file, count.end(), name)) {
      this.#finished = { purpose, name, file, bytes };
    } else {
      counters.add(counter.snapshotsForged, 1);
      log.warn('a snapshot from a peer differs from the snapshot that the leader has named; it is not used', {
        peer: peerId,
        index: name.index,
      });
    }
  }

  #end(connection: Connection): void {
    this.#fetching = undefined;
    this.#close(connection);
  }
}

/** Whether a file that is about to be given is still the one that was named. */
function isGood({ held, region, count }: Giving): boolean {
  const file = readSnapshot(region.bytes, count.seal);
  return typeof file !== 'string' && isNamed(file, count.end(), held);
}

function isNamed({ index, term }: SnapshotFile, hash: Uint8Array, named: HeldSnapshot): boolean {
  return index === named.index && term === named.term && areSameHash(hash, named.hash);
}
