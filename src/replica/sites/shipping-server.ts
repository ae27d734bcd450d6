/**
 * Takes the frames of the site that writes into the log of a standby site, in their order, with the stamps that they
 * have: commands get the sequence numbers and times that they have there, so both sites make the same state of them.
 * What does not go on from this log exactly is refused, and changes nothing. Only the leader of a standby site takes
 * frames; once its site writes, it takes none.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { commands } from '../../protocol/commands.ts';
import {
  checkFrame,
  epochIn,
  FrameKind,
  frameAt,
  frameHeaderBytes,
  siteIn,
  voidedFrameBytes,
  voidedIn,
} from '../../protocol/frames.ts';
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
  /** `wrongSeq`: a command is in the state, though the writing site voided it. `stopsBefore`: it waits at a frame. */
  readonly applier: {
    readonly appliedIndex: number;
    readonly wrongSeq: number;
    readonly stopsBefore: number;
  };
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
  | 'isLeader'
  | 'term'
  | 'termAt'
  | 'lastIndex'
  | 'voids'
  | 'epoch'
  | 'canAppend'
  | 'reserve'
  | 'view'
  | 'appendStamped'
  | 'openEpoch'
>;

/** The frame is good, and the log takes none now: it is offered again. */
const waits = -1;
/** How often a site that writes says how far it is: what follows it needs no more, and its leader has other work. */
const saidEveryUs = 50_000;
/** Voids that are known before they have their place in the log. */
const voidsMax = 1_024;

export class ShippingServer implements RoleServer {
  readonly #frameBytes: number;
  readonly #ports: Ports;
  readonly #log: ShippedLog;
  readonly #site: StandbyView;
  readonly #connections = new Map<number, Connection>();
  readonly #out = new Uint8Array(shipped.size);
  readonly #outView = new DataView(this.#out.buffer);
  /** What the writing site has voided, by command: where the void is in its log, and the time of what is before. */
  readonly #voids = new Map<number, { readonly nextSeq: number; readonly timeUs: number }>();
  /** The epoch that a frame of the site before opened here, and the term of the leader that took it. */
  #opened = { epoch: 0, term: 0 };
  /** What was said last to all, and when. */
  #said = { seq: 0, doubt: 0, epoch: 0, isStandby: false, us: Number.NEGATIVE_INFINITY };

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

  /** Whether the epoch began with a frame that this leader took. */
  get hasOpened(): boolean {
    const { epoch, term } = this.#opened;
    return epoch === this.#log.epoch && term === this.#log.term;
  }

  connectionReady(connection: Connection): void {
    this.#connections.set(connection.id, connection);
    this.#say(connection, ShippedCode.ok);
  }

  connectionGone(connection: Connection): void {
    this.#connections.delete(connection.id);
  }

  leadershipChanged(): void {
    this.#voids.clear();
    for (const connection of this.#connections.values()) this.#say(connection, ShippedCode.ok);
  }

  /** Says how far this site is, once a cycle has changed that; a site that writes after a while. */
  doWork(nowUs: number): number {
    const { appliedSeq: seq, siteDoubt: doubt, isStandby } = this.#site;
    const { epoch } = this.#log;
    const said = this.#said;
    const isOther = doubt !== said.doubt || epoch !== said.epoch || isStandby !== said.isStandby;
    if ((!isOther && seq === said.seq) || this.#connections.size === 0) return 0;
    if (!isOther && !isStandby && nowUs - said.us < saidEveryUs) return 0;
    this.#said = { seq, doubt, epoch, isStandby, us: nowUs };
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
    const at = record + shippedFrame.size;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const isSound = isWhole(bytes, view, at, record + length);
    if (isSound && voidedIn(view, at) !== 0) return this.#takeVoid(view, record);
    if (!this.#takesFrames) return this.#refusal;
    if (!isSound) return ShippedCode.malformed;
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
    if (!this.#appendVoids()) return waits;
    if (epoch !== 0) return this.#takeEpoch(epoch, siteIn(view, at));
    // What does not fit a datagram here would never reach the followers.
    if (frameBytes > this.#frameBytes) return ShippedCode.tooLarge;
    const voided = this.#voidedFrom(firstSeq, count);
    const into = log.canAppend() ? log.reserve(frameBytes + voided.length * voidedFrameBytes) : -1;
    if (into < 0) return waits;
    const { buffer, byteOffset } = log.view;
    const commandsAt = at + frameHeaderBytes;
    new Uint8Array(buffer, byteOffset + into + frameHeaderBytes, frameBytes - frameHeaderBytes).set(
      bytes.subarray(commandsAt, at + frameBytes),
    );
    log.appendStamped(frameBytes, count, timeUs);
    // Before any replica can apply the frame: it does not as long as a void in the log is not committed.
    for (const seq of voided) log.voids.append(seq);
    this.#appendVoids();
    return ShippedCode.ok;
  }

  /** Also while the site waits at a command: it may be voided further on. Not behind a frame that opens this site. */
  get #takesFrames(): boolean {
    const { takesShipped, isStandby, applier } = this.#site;
    if (takesShipped || !isStandby || applier.stopsBefore === 0 || applier.wrongSeq !== 0)
      return takesShipped;
    const { isLeader, lastIndex, term, voids } = this.#log;
    const hasOpened = isLeader && this.#log.termAt(lastIndex) === term;
    return hasOpened && !voids.opensSiteAfter(applier.appliedIndex);
  }

  get #refusal(): ShippedCode {
    const { applier, isStandby } = this.#site;
    if (!isStandby) return ShippedCode.writes;
    return applier.wrongSeq !== 0 ? ShippedCode.differs : ShippedCode.notLeader;
  }

  #voidedFrom(firstSeq: number, count: number): readonly number[] {
    if (this.#voids.size === 0) return [];
    return [...this.#voids.keys()].filter((seq) => seq >= firstSeq && seq < firstSeq + count);
  }

  /**
   * The writing site has voided a command (decision 26). That comes before all frames that are not here yet, and again
   * until something of what follows it is. It goes into the log with the frame of that command, or, where that was here
   * before, at the place that it has in the log of the writing site: there the time shows that it is of one history.
   */
  #takeVoid(view: DataView, record: number): ShippedCode | typeof waits {
    const log = this.#log;
    const { isStandby, applier } = this.#site;
    const at = record + shippedFrame.size;
    const seq = voidedIn(view, at);
    const nextSeq = getU53(view, at + frameAt.firstSeq);
    if (getU53(view, record + shippedFrame.at.instance) !== log.instance) return ShippedCode.otherHistory;
    if (!isStandby || !log.isLeader) return this.#refusal;
    if (nextSeq < log.nextSeq || log.voids.holds(seq)) return ShippedCode.ok;
    const timeUs = getU53(view, at + frameAt.timeUs);
    if (nextSeq === log.nextSeq && timeUs !== log.lastTimeUs) return ShippedCode.otherHistory;
    // This site was promoted without it: what is behind the command is its own, and its operator decides.
    if (log.voids.opensSiteAfter(applier.appliedIndex)) return ShippedCode.writes;
    if (this.#voids.size < voidsMax) this.#voids.set(seq, { nextSeq, timeUs });
    return this.#appendVoids() ? ShippedCode.ok : waits;
  }

  /** Those whose place is here now; false: the log takes none of them now. */
  #appendVoids(): boolean {
    const log = this.#log;
    for (const [seq, { nextSeq, timeUs }] of this.#voids) {
      const isHere = seq < log.nextSeq && nextSeq === log.nextSeq && timeUs === log.lastTimeUs;
      if (isHere && !log.voids.holds(seq) && !(log.canAppend() && log.voids.append(seq))) return false;
      if (nextSeq <= log.nextSeq || log.voids.holds(seq)) this.#voids.delete(seq);
    }
    return true;
  }

  /** The frame by which the writing site ended what it had to say; it opens the site that it names. */
  #takeEpoch(epoch: number, site: number): ShippedCode | typeof waits {
    if (epoch !== this.#log.epoch + 1) return ShippedCode.otherHistory;
    if (!this.#log.canAppend() || !this.#log.openEpoch(site)) return waits;
    this.#voids.clear();
    this.#opened = { epoch, term: this.#log.term };
    return ShippedCode.ok;
  }

  #say({ id }: Connection, code: ShippedCode): void {
    const { leaderId, isStandby, appliedSeq, appliedTimeUs, siteDoubt: doubt } = this.#site;
    const { nextSeq, instance, epoch } = this.#log;
    const values = { code, leaderId, isStandby: isStandby ? 1 : 0, doubt, nextSeq, appliedSeq };
    const length = shipped.write(this.#outView, 0, { ...values, appliedTimeUs, instance, epoch });
    this.#ports.connections.send(id, this.#out, 0, length);
  }
}

/** Whether one frame with sound commands, an epoch or a void, and nothing else, is from `at` to `end`. */
function isWhole(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (checkFrame(bytes, view, at, end - at) !== DecodeCode.ok) return false;
  if (view.getUint32(at + frameAt.length, true) !== end - at) return false;
  const kind = view.getUint32(at + frameAt.kind, true);
  if (kind === FrameKind.instance || kind === FrameKind.voided) return true;
  if (kind !== FrameKind.commands) return false;
  const count = view.getUint32(at + frameAt.count, true);
  let next = at + frameHeaderBytes;
  for (let n = 0; n < count; n++) {
    if (commands.check(view, next, end - next) !== DecodeCode.ok) return false;
    next += view.getUint16(next, true);
  }
  return count > 0 && next === end;
}
