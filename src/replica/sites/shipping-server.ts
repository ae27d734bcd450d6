/**
 * Takes the frames of the site that writes into the log of a standby site, in their order, with the stamps that they
 * have: commands get the sequence numbers and times that they have there, so both sites make the same state of them.
 * What does not go on from this log exactly is refused, and changes nothing. Only the leader of a standby site takes
 * frames; once its site writes, it takes none.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { commands } from '../../protocol/commands.ts';
import { checkFrame, epochIn, FrameKind, frameAt, frameHeaderBytes, siteIn } from '../../protocol/frames.ts';
import { ShippedCode, shipped, shippedFrame } from '../../protocol/messages.ts';
import { siteSeen } from '../../protocol/site-messages.ts';
import { getU53 } from '../../std/integers.ts';
import type { Connection, RoleServer } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';

/** What the site is, how far this replica has come, and whether it knows that its site may write. */
export interface StandbyView {
  readonly isStandby: boolean;
  /** Whether this replica may append what the site that writes has stamped. */
  readonly takesShipped: boolean;
  readonly leaderId: number;
  readonly appliedSeq: number;
  readonly appliedTimeUs: number;
  readonly siteDoubt: number;
  siteSeen(doubt: number, isClear: boolean): void;
}

type ShippedLog = Pick<
  ReplicatedLog,
  | 'nextSeq'
  | 'lastTimeUs'
  | 'instance'
  | 'epoch'
  | 'canAppend'
  | 'reserve'
  | 'view'
  | 'appendStamped'
  | 'openEpoch'
>;

/** The frame is good, and the log takes none now: it is offered again. */
const waits = -1;

export class ShippingServer implements RoleServer {
  readonly #frameBytes: number;
  readonly #ports: Ports;
  readonly #log: ShippedLog;
  readonly #site: StandbyView;
  readonly #connections = new Map<number, Connection>();
  readonly #out = new Uint8Array(shipped.size);
  readonly #outView = new DataView(this.#out.buffer);
  #saidSeq = 0;
  #saidDoubt = 0;

  constructor(
    { frameBytes }: Pick<ReplicaOptions, 'frameBytes'>,
    ports: Ports,
    log: ShippedLog,
    site: StandbyView,
  ) {
    this.#frameBytes = frameBytes;
    this.#ports = ports;
    this.#log = log;
    this.#site = site;
  }

  connectionReady(connection: Connection): void {
    this.#connections.set(connection.id, connection);
    this.#say(connection, ShippedCode.ok);
  }

  connectionGone(connection: Connection): void {
    this.#connections.delete(connection.id);
  }

  leadershipChanged(): void {
    for (const connection of this.#connections.values()) this.#say(connection, ShippedCode.ok);
  }

  /** Says how far this site is, once a cycle has changed that. */
  doWork(): number {
    const { appliedSeq, siteDoubt } = this.#site;
    const isSaid = appliedSeq === this.#saidSeq && siteDoubt === this.#saidDoubt;
    if (isSaid || this.#connections.size === 0) return 0;
    this.#saidSeq = appliedSeq;
    this.#saidDoubt = siteDoubt;
    for (const connection of this.#connections.values()) this.#say(connection, ShippedCode.ok);
    return 1;
  }

  takeRecord(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    if (this.#ports.connections.room(connection.id) < shipped.size) return false;
    if (type === siteSeen.type && siteSeen.check(view, at, length) === DecodeCode.ok) {
      const { doubt, isClear } = siteSeen.read(view, at);
      this.#site.siteSeen(doubt, isClear === 1);
      return true;
    }
    const isFrame = type === shippedFrame.type && shippedFrame.check(view, at, length) === DecodeCode.ok;
    const code = isFrame ? this.#take(view, at, length) : ShippedCode.malformed;
    if (code === waits) return false;
    if (code === ShippedCode.malformed) this.#ports.counters.add(counter.messagesMalformed, 1);
    if (code !== ShippedCode.ok) this.#say(connection, code);
    return true;
  }

  #take(view: DataView, record: number, length: number): ShippedCode | typeof waits {
    const log = this.#log;
    if (!this.#site.takesShipped) return this.#site.isStandby ? ShippedCode.notLeader : ShippedCode.writes;
    const at = record + shippedFrame.size;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (!isWhole(bytes, view, at, record + length)) return ShippedCode.malformed;
    const instance = getU53(view, record + shippedFrame.at.instance);
    const previousTimeUs = getU53(view, record + shippedFrame.at.previousTimeUs);
    const firstSeq = getU53(view, at + frameAt.firstSeq);
    const timeUs = getU53(view, at + frameAt.timeUs);
    const count = view.getUint32(at + frameAt.count, true);
    const { nextSeq } = log;
    if (instance !== log.instance) return ShippedCode.otherHistory;
    const epoch = epochIn(view, at);
    if (epoch !== 0 && epoch <= log.epoch) return ShippedCode.ok;
    // The last of those that are here already shows whether they are the same ones.
    if (epoch === 0 && firstSeq + count === nextSeq && timeUs !== log.lastTimeUs)
      return ShippedCode.otherHistory;
    if (epoch === 0 && firstSeq + count <= nextSeq) return ShippedCode.ok;
    if (firstSeq > nextSeq) return ShippedCode.gap;
    if (firstSeq < nextSeq || previousTimeUs !== log.lastTimeUs) return ShippedCode.otherHistory;
    if (count > 0 && timeUs <= log.lastTimeUs) return ShippedCode.otherHistory;
    const frameBytes = view.getUint32(at + frameAt.length, true);
    if (epoch !== 0) return this.#takeEpoch(epoch, siteIn(view, at));
    // What does not fit a datagram here would never reach the followers.
    if (frameBytes > this.#frameBytes) return ShippedCode.tooLarge;
    const into = log.canAppend() ? log.reserve(frameBytes) : -1;
    if (into < 0) return waits;
    const { buffer, byteOffset } = log.view;
    const commandsAt = at + frameHeaderBytes;
    new Uint8Array(buffer, byteOffset + into + frameHeaderBytes, frameBytes - frameHeaderBytes).set(
      bytes.subarray(commandsAt, at + frameBytes),
    );
    log.appendStamped(frameBytes, count, timeUs);
    return ShippedCode.ok;
  }

  /** The frame by which the writing site ended what it had to say; it opens the site that it names. */
  #takeEpoch(epoch: number, site: number): ShippedCode | typeof waits {
    if (epoch !== this.#log.epoch + 1) return ShippedCode.otherHistory;
    return this.#log.canAppend() && this.#log.openEpoch(site) ? ShippedCode.ok : waits;
  }

  #say({ id }: Connection, code: ShippedCode): void {
    const { leaderId, isStandby, appliedSeq, appliedTimeUs, siteDoubt: doubt } = this.#site;
    const { nextSeq, instance, epoch } = this.#log;
    const values = { code, leaderId, isStandby: isStandby ? 1 : 0, doubt, nextSeq, appliedSeq };
    const length = shipped.write(this.#outView, 0, { ...values, appliedTimeUs, instance, epoch });
    this.#ports.connections.send(id, this.#out, 0, length);
  }
}

/** Whether one frame with sound commands, or an epoch, and nothing else, is from `at` to `end`. */
function isWhole(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (checkFrame(bytes, view, at, end - at) !== DecodeCode.ok) return false;
  if (view.getUint32(at + frameAt.length, true) !== end - at) return false;
  const kind = view.getUint32(at + frameAt.kind, true);
  if (kind === FrameKind.instance) return true;
  if (kind !== FrameKind.commands) return false;
  const count = view.getUint32(at + frameAt.count, true);
  let next = at + frameHeaderBytes;
  for (let n = 0; n < count; n++) {
    if (commands.check(view, next, end - next) !== DecodeCode.ok) return false;
    next += view.getUint16(next, true);
  }
  return count > 0 && next === end;
}
