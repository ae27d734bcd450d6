/**
 * Links to the replicas of a site: what holds them learns from each how far it is and whether it follows, and gives
 * shipped frames to the one that leads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type TailPiece, timeOf } from '../../backup/tail.ts';
import { identityOf } from '../../client/identity.ts';
import { type Address, Sockets } from '../../client/sockets.ts';
import { DecodeCode, type ReplyCode } from '../../protocol/codes.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { ConnectionRole, ShippedCode, shipped, shippedFrame } from '../../protocol/messages.ts';
import { siteSeen } from '../../protocol/site-messages.ts';
import { RecordReader } from '../../protocol/stream.ts';
import { ownFolder, ownOperator } from '../certificates/own-identity.ts';
import type { Loaded } from '../configuration/load.ts';

const callAgainMs = 500;
/** A batch of frames that is not applied in this time is given again. */
const appliedWithinMs = 5_000;

/** What a replica of this site said last. */
export type SitePlace = ReturnType<typeof shipped.read>;

const codeTexts: Readonly<Record<ShippedCode, string>> = {
  [ShippedCode.ok]: '',
  [ShippedCode.notLeader]: 'the replica leads no more',
  [ShippedCode.writes]: 'this site writes itself',
  [ShippedCode.gap]: 'a frame before it is missing',
  [ShippedCode.otherHistory]:
    'what is shipped does not go on from what this site has: it is of another exchange, or this site has written by itself. ' +
    'Begin it again with "lockstep site seed"',
  [ShippedCode.malformed]: 'a frame is damaged',
  [ShippedCode.tooLarge]:
    'a frame is larger than replication.datagramBytesMax of this site allows: give both sites the same',
  [ShippedCode.differs]:
    'it has applied a command that the writing site voided, and makes its state again without it; where its log says that ' +
    'it cannot, begin this site again with "lockstep site seed"',
};

/** Replicas of an earlier release answer so to a frame that voids a command. */
const voidUnknown =
  'a frame is damaged, or its release is an earlier one that does not know how a command is voided: install this release on all ' +
  'replicas of this site, and "lockstep restart --rolling"; then it goes on by itself';

class ShippingError extends Error {
  override readonly name = 'ShippingError';
}

interface Peer {
  readonly reader: RecordReader;
  place: SitePlace | undefined;
}

export class ShippingLink {
  readonly #sockets: Sockets;
  readonly #peers = new Map<number, Peer>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Called when a replica has said something. */
  #news: () => void = () => undefined;
  #changed: () => void = () => undefined;
  /** That has happened since {@link changed} last said so. */
  #hasChanged = false;
  /** What the leader answered to a frame; `ok` where it takes them. */
  #code: ShippedCode = ShippedCode.ok;
  /** Why a replica could not be reached, for people. */
  trouble = '';

  constructor(replicas: readonly Address[], identity: string) {
    this.#sockets = new Sockets(
      replicas,
      identityOf(identity),
      {
        opened: () => undefined,
        received: (id, bytes, from, to) => this.#received(id, bytes, from, to),
        closed: (id, why, refusal) => this.#closed(id, why, refusal),
      },
      ConnectionRole.shipping,
    );
    for (const { id } of replicas) this.#call(id);
  }

  /** The place of the replica that leads, and its number; undefined while none says that it does. */
  get leader(): { readonly id: number; readonly place: SitePlace } | undefined {
    for (const [id, { place }] of this.#peers) if (place?.leaderId === id) return { id, place };
    return undefined;
  }

  /** What each replica that is reached said last. */
  get places(): readonly SitePlace[] {
    return [...this.#peers.values()].flatMap(({ place }) => place ?? []);
  }

  /** Tells the leader what was seen of other sites, for its doubt of that number. */
  answer(doubt: number, isClear: boolean): void {
    const { id } = this.leader ?? { id: 0 };
    if (id === 0) return;
    const record = new Uint8Array(siteSeen.size);
    siteSeen.write(new DataView(record.buffer), 0, { doubt, isClear: isClear ? 1 : 0, reserved: 0 });
    this.#sockets.send(id, record, 0, record.length);
    this.#sockets.flush();
  }

  /** Resolves when a replica has begun or ceased to be one of a standby site, doubts, or has come to another epoch. */
  async changed(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    this.#hasChanged = false;
  }

  /** Gives the frames to the leader; resolves when it has applied them. Throws a ShippingError. */
  async ship(
    { frames, voids, instance, epoch, previousTimeUs: beforeUs }: TailPiece,
    lastSeq: number,
  ): Promise<void> {
    const { id } = this.leader ?? { id: 0 };
    if (id === 0) throw new ShippingError('No replica of this site leads.');
    this.#code = ShippedCode.ok;
    const given = [...voids.map((frame) => [frame, timeOf(frame)] as const), ...withTimes(frames, beforeUs)];
    for (const [frame, previousTimeUs] of given) {
      const record = new Uint8Array(shippedFrame.size + frame.length);
      const place = { reserved: 0, instance, previousTimeUs };
      shippedFrame.write(new DataView(record.buffer), 0, place, frame.length);
      record.set(frame, shippedFrame.size);
      this.#sockets.send(id, record, 0, record.length);
    }
    this.#sockets.flush();
    const isOver = (): boolean => {
      const { leader } = this;
      if (leader?.id !== id || this.#code !== ShippedCode.ok) return true;
      return leader.place.appliedSeq >= lastSeq && leader.place.epoch >= epoch;
    };
    await this.#until(isOver, appliedWithinMs);
    if (this.#code !== ShippedCode.ok)
      throw new ShippingError(`Replica ${id} took no frame: ${refusalText(this.#code, voids.length > 0)}.`);
    if (this.leader?.id !== id) throw new ShippingError(`Replica ${id} leads no more.`);
    if (!isOver())
      throw new ShippingError(
        `Replica ${id} has not applied what it was given for ${appliedWithinMs / 1_000} s.`,
      );
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const id of this.#peers.keys()) this.#sockets.disconnect(id);
    this.#peers.clear();
  }

  async #until(isOver: () => boolean, withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#news = () => {
      if (isOver()) resolve();
    };
    this.#news();
    await promise;
    clearTimeout(timer);
    this.#news = () => undefined;
  }

  #call(id: number): void {
    this.#peers.set(id, { reader: new RecordReader(), place: undefined });
    this.#sockets.connect(id);
  }

  #received(id: number, bytes: Uint8Array, from: number, to: number): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    const { reader } = peer;
    for (let at = from; at < to; ) {
      at += reader.take(bytes, at, to);
      for (let record = reader.next(); record >= 0; record = reader.next()) this.#hear(peer, record);
      if (reader.failure !== DecodeCode.ok) break;
    }
    this.#news();
  }

  #hear(peer: Peer, at: number): void {
    const { view } = peer.reader;
    const length = view.getUint16(at, true);
    if (view.getUint8(at + TYPE_AT) !== shipped.type || shipped.check(view, at, length) !== DecodeCode.ok)
      return;
    const before = peer.place;
    peer.place = shipped.read(view, at);
    const { isStandby, epoch, doubt, leaderId } = peer.place;
    const isSame = before?.isStandby === isStandby && before.epoch === epoch && before.leaderId === leaderId;
    if (!isSame || before.doubt !== doubt) {
      this.#hasChanged = true;
      this.#changed();
    }
    this.trouble = '';
    if (peer.place.code !== ShippedCode.ok) this.#code = peer.place.code as ShippedCode;
  }

  #closed(id: number, why: string, _refusal: ReplyCode): void {
    this.trouble = `replica ${id}: ${why}`;
    this.#peers.set(id, { reader: new RecordReader(), place: undefined });
    this.#news();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#peers.has(id)) this.#call(id);
    }, callAgainMs);
    this.#timers.add(timer);
  }
}

/** Why a replica took none of the frames, some of which may void commands. */
function refusalText(code: ShippedCode, hasVoids: boolean): string {
  return code === ShippedCode.malformed && hasVoids ? voidUnknown : codeTexts[code];
}

/** Each frame with the time of the commands before it. */
function* withTimes(
  frames: readonly Uint8Array[],
  beforeUs: number,
): Generator<readonly [Uint8Array, number]> {
  let previousTimeUs = beforeUs;
  for (const frame of frames) {
    yield [frame, previousTimeUs];
    previousTimeUs = timeOf(frame);
  }
}

/** Links to replicas, as the operator whose identity a data folder has. */
export function linkTo(
  replicas: readonly { readonly id: number; readonly host: string; readonly tcpPort: number }[],
  dataFolder: string,
): ShippingLink {
  const addresses = replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort }));
  return new ShippingLink(addresses, ownFolder(dataFolder, ownOperator));
}

export function linkToOwn({ configuration, dataFolder }: Loaded): ShippingLink {
  return linkTo(configuration.replicas, dataFolder);
}

/** Waits, no longer than until something has changed at the other end of one of these links. */
export async function rest(links: readonly ShippingLink[], ms: number, ended: AbortSignal): Promise<void> {
  const isOver = new AbortController();
  const signal = AbortSignal.any([ended, isOver.signal]);
  const passed = sleep(ms, undefined, { signal }).catch(() => undefined);
  await Promise.race([passed, ...links.map((link) => link.changed())]);
  isOver.abort();
}
