/**
 * Raft over datagrams: packs messages and frames, seals them, and takes in only what a peer has sealed, once, of the
 * right cluster and wire version. Everything else is counted and dropped. Frames go out straight from the journal.
 */
import type { Journal } from '../../journal/journal.ts';
import { DecodeCode } from '../../protocol/codes.ts';
import {
  agreementOf,
  clusterIdOf,
  Drop,
  emptyRaftMessage,
  epochOf,
  foundationOf,
  instanceOf,
  type Origin,
  RaftFlag,
  type RaftMessage,
  RaftType,
  raftDatagram,
  readRaftMessage,
  writeRaftMessage,
} from '../../protocol/datagrams.ts';
import {
  checkFrame,
  epochIn,
  FrameKind,
  frameAt,
  frameHeaderBytes,
  instanceIn,
  voidedIn,
} from '../../protocol/frames.ts';
import {
  datagramBytesMax,
  frameBytesMax,
  replicaIdMax,
  sealBytes,
  sealHeaderBytes,
} from '../../protocol/limits.ts';
import { readConfiguration } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { IncomingFrames } from '../../raft/types.ts';
import { assert, assertAtMost } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import { counter } from '../counters.ts';
import { ReplicaFault } from '../fault.ts';
import type { Ports } from '../ports.ts';

/** Datagrams that one duty cycle takes in at most, so that a flood does not starve the rest. */
const datagramsPerCycleMax = 256;
/** Bytes that are sent again in one call at most; a follower that still misses some asks again. */
const resentBytesMax = 2_097_152;
const framesPerDatagramMax = Math.ceil(frameBytesMax / frameHeaderBytes);

const dropCounters: Readonly<Record<Drop, number>> = {
  [Drop.none]: counter.datagramsReceived,
  [Drop.malformed]: counter.datagramsMalformed,
  [Drop.unknownKey]: counter.datagramsUnknownKey,
  [Drop.repeated]: counter.datagramsRepeated,
  [Drop.forged]: counter.datagramsForged,
};

/**
 * A term begins with an election: a member that says it is so far ahead has turned, or its state is not that of a log.
 */
const termsAheadMax = 1_000_000;

/** What comes while nothing happens. @hot */
function isSignOfLife(type: number): boolean {
  return (
    type === RaftType.appendReply ||
    type === RaftType.condition ||
    type === RaftType.flushed ||
    type >= RaftType.askClock
  );
}

export class Replication implements IncomingFrames {
  readonly #origin: { -readonly [K in keyof Origin]: Origin[K] };
  readonly #replicaId: number;
  readonly #payloadBytesMax: number;
  readonly #ports: Ports;
  readonly #journal: Journal;
  /** A datagram as it is sent, and in it the message and the frames. */
  readonly #sealed = new Uint8Array(datagramBytesMax);
  readonly #sealedView = new DataView(this.#sealed.buffer);
  readonly #out = this.#sealed.subarray(sealHeaderBytes);
  readonly #outView = new DataView(this.#sealed.buffer, sealHeaderBytes);
  /** In a datagram that was received: the message and the frames. */
  readonly #in: Uint8Array;
  readonly #inView: DataView;
  readonly #incoming = emptyRaftMessage();
  readonly #offsets = new Int32Array(framesPerDatagramMax);
  /** Called with the founding voters when the first frame of all was received. */
  onFounded: (founders: readonly number[]) => void = () => undefined;
  /** Called with the instance of the cluster when the frame that carries it was received. */
  onBegun: (instance: number, epoch: number) => void = () => undefined;
  /** Called with the epoch of a member that belongs to another generation of the cluster. */
  onOtherGeneration: (from: number, epoch: number) => void = () => undefined;
  mayStore = true;
  #raft!: Raft;
  #news = 0;
  count = 0;
  /** By replica: set when a datagram of it has opened. */
  readonly heard = new Uint8Array(replicaIdMax + 1);

  /** @param payloadBytesMax bytes of frames that one datagram carries at most. */
  constructor(origin: Origin, replicaId: number, payloadBytesMax: number, ports: Ports, journal: Journal) {
    this.#origin = { ...origin };
    this.#replicaId = replicaId;
    this.#payloadBytesMax = payloadBytesMax;
    this.#ports = ports;
    this.#journal = journal;
    const { received } = ports.datagrams;
    this.#in = received.subarray(sealHeaderBytes);
    this.#inView = new DataView(received.buffer, received.byteOffset + sealHeaderBytes);
  }

  /** The log has its first frame: from now on it belongs to one foundation. */
  founded(foundation: number): void {
    this.#origin.foundation = foundation;
  }

  /** The log holds the instance: from now on no other one is heard. */
  begun(instance: number): void {
    this.#origin.instance = instance;
  }

  /** This epoch has begun. */
  raised(epoch: number): void {
    this.#origin.epoch = epoch;
  }

  /** Sends a message without frames. */
  send(message: RaftMessage): void {
    this.#transmit(message, 0);
  }

  /** Sends a datagram that says nothing: the receiver learns that it came. */
  sendProbe(to: number): void {
    const { probe } = RaftType;
    this.#transmit({ ...emptyRaftMessage(), type: probe, from: this.#replicaId, to }, 0);
  }

  /** Sends the frames after `message.index` up to `lastIndex`, as many to a datagram as fit. @hot */
  sendAppend(message: RaftMessage, lastIndex: number): void {
    const resend = message.to !== 0;
    let sent = 0;
    do {
      let bytes = 0;
      let frames = 0;
      while (message.index + frames < lastIndex) {
        const index = message.index + frames + 1;
        const found = resend ? this.#journal.verify(index) : this.#journal.locate(index) ? 'ok' : 'missing';
        if (found === 'damaged') throw new ReplicaFault(`frame ${index} of the journal is damaged on disk`);
        if (found === 'missing') break;
        const length = this.#journal.foundLength;
        if (bytes + length > this.#payloadBytesMax && frames > 0) break;
        const from = this.#journal.foundAt;
        this.#out.set(this.#journal.foundBytes.subarray(from, from + length), raftDatagram.size + bytes);
        bytes += length;
        frames += 1;
      }
      message.frameCount = frames;
      message.logTerm = this.#journal.termAt(message.index);
      if (message.logTerm < 0) return;
      this.#transmit(message, bytes);
      if (resend) this.#ports.counters.add(counter.framesResent, frames);
      sent += bytes;
      if (frames === 0 || (resend && sent >= resentBytesMax)) return;
      message.index += frames;
    } while (message.index < lastIndex);
  }

  /**
   * Takes in what waits and steps the core with it; returns how many datagrams came that more is likely to follow.
   * Signs of life and their answers are none, so that a core without anything else to do sleeps from one to the next.
   * @hot
   */
  poll(raft: Raft): number {
    this.#raft = raft;
    const { datagrams, counters } = this.#ports;
    this.#news = 0;
    let received = 0;
    while (received < datagramsPerCycleMax) {
      const length = datagrams.receive();
      if (length === 0) break;
      received += 1;
      this.#take(raft, length);
    }
    if (received > 0) counters.add(counter.datagramsReceived, received);
    return this.#news;
  }

  termOf(n: number): number {
    return getU53(this.#inView, this.#offsets[n]! + frameAt.term);
  }

  append(n: number): boolean {
    const at = this.#offsets[n]!;
    const length = this.#inView.getUint32(at + frameAt.length, true);
    if (!this.mayStore && this.#isBeyondLease(at)) return false;
    if (!this.#journal.append(this.#in, this.#inView, at, length)) return false;
    this.#ports.counters.add(counter.framesAppended, 1);
    const kind = this.#inView.getUint32(at + frameAt.kind, true);
    if (kind === FrameKind.instance) this.onBegun(instanceIn(this.#inView, at), epochIn(this.#inView, at));
    if (kind === FrameKind.voided)
      this.#raft.reports.voids.appended(this.#journal.lastIndex, voidedIn(this.#inView, at));
    if (kind === FrameKind.configuration) this.#appendedConfiguration(at, length);
    return true;
  }

  #appendedConfiguration(at: number, length: number): void {
    const { lastIndex } = this.#journal;
    const configuration = readConfiguration(this.#in, at + frameHeaderBytes, at + length);
    assert(configuration !== undefined, () => `a leader sends sound configurations: frame ${lastIndex}`);
    this.#raft.configurationAppended(lastIndex, configuration);
    if (lastIndex === 1) this.onFounded(configuration.voters);
  }

  /**
   * Whether a frame of the datagram has commands that this site stamped, as far as this log knows. A leader that knows
   * a later epoch sends what was committed before that, and has itself what lets its site write. @hot
   */
  #isBeyondLease(at: number): boolean {
    const view = this.#inView;
    return view.getUint32(at + frameAt.count, true) > 0 && epochOf(view) <= this.#origin.epoch;
  }

  #take(raft: Raft, length: number): void {
    const { datagrams, seals, counters } = this.#ports;
    const message = this.#incoming;
    const drop = seals.open(datagrams.received, datagrams.receivedView, length);
    if (drop !== Drop.none) return counters.add(dropCounters[drop], 1);
    const code = readRaftMessage(this.#inView, length - sealBytes, message);
    if (code === DecodeCode.wrongVersion) return counters.add(counter.datagramsBadVersion, 1);
    if (code !== DecodeCode.ok) return counters.add(counter.datagramsMalformed, 1);
    if (message.from !== seals.from) return counters.add(counter.datagramsForged, 1);
    this.heard[message.from] = 1;
    if (message.type === RaftType.probe) return;
    const stranger = this.#strangenessOf(this.#inView, raft.epochSeen);
    if (stranger >= 0) {
      if (stranger !== counter.datagramsBadCluster && stranger !== counter.datagramsOtherAgreement)
        this.onOtherGeneration(message.from, epochOf(this.#inView));
      return counters.add(stranger, 1);
    }
    // Terms that never were: entered, they would leave no room for later ones.
    if (raft.term !== 0 && message.term > raft.term + termsAheadMax)
      return counters.add(counter.datagramsMalformed, 1);
    if (message.from === this.#replicaId || (message.to !== 0 && message.to !== this.#replicaId)) return;
    if (message.type !== RaftType.append && message.type !== RaftType.kept) {
      if (!isSignOfLife(message.type)) this.#news += 1;
      return raft.step(message, undefined);
    }
    if (!this.#findFrames(length - sealBytes)) return;
    if (this.count > 0) this.#news += 1;
    raft.step(message, this);
  }

  /** The counter of what makes the sender a stranger to this replica, -1 where it is none. @hot */
  #strangenessOf(view: DataView, epochSeen: number): number {
    const { clusterId, foundation, instance, agreement } = this.#origin;
    if (clusterIdOf(view) !== clusterId) return counter.datagramsBadCluster;
    if (agreementOf(view) !== agreement) return counter.datagramsOtherAgreement;
    const theirs = foundationOf(view);
    if (isPast(epochOf(view), epochSeen) && instanceOf(view) !== instance)
      return counter.datagramsOtherInstance;
    // A replica without a log takes that of the cluster whose leader it hears; it counts for nothing until then.
    if (theirs === foundation || foundation === 0)
      return isHeard(instanceOf(view), instance) ? -1 : counter.datagramsOtherInstance;
    const isBlank = theirs === 0 && (this.#incoming.flags & RaftFlag.recovering) !== 0;
    return isBlank ? -1 : counter.datagramsOtherFoundation;
  }

  /** Notes where each frame of the received append is; false where one is bad. */
  #findFrames(length: number): boolean {
    const { frameCount, index } = this.#incoming;
    this.count = 0;
    if (frameCount > framesPerDatagramMax) return this.#badFrames();
    let at = raftDatagram.size;
    for (let n = 0; n < frameCount; n++) {
      if (checkFrame(this.#in, this.#inView, at, length - at) !== DecodeCode.ok) return this.#badFrames();
      if (getU53(this.#inView, at + frameAt.index) !== index + n + 1) return this.#badFrames();
      this.#offsets[n] = at;
      at += this.#inView.getUint32(at + frameAt.length, true);
    }
    this.count = frameCount;
    return at === length || this.#badFrames();
  }

  #badFrames(): false {
    this.#ports.counters.add(counter.framesBadChecksum, 1);
    return false;
  }

  #transmit(message: RaftMessage, frameBytes: number): void {
    const { datagrams, seals, counters } = this.#ports;
    message.from = this.#replicaId;
    const length = writeRaftMessage(this.#outView, message, this.#origin, frameBytes);
    assertAtMost(length + sealBytes, datagramBytesMax, 'a datagram is within its limit');
    const sealedBytes = seals.seal(message.to, this.#sealed, this.#sealedView, sealHeaderBytes + length);
    // Before the first tether to a peer is open it can open nothing.
    if (sealedBytes === 0) return counters.add(counter.datagramsWithoutKey, 1);
    datagrams.send(message.to, this.#sealed, sealedBytes);
    counters.add(counter.datagramsSent, 1);
  }
}

/** Whether an epoch is known, and lower than one that was seen. */
function isPast(epoch: number, epochSeen: number): boolean {
  return epoch !== 0 && epoch < epochSeen;
}

/**
 * Whether two that know of these instances may hear each other. One that knows none yet joins the one that it hears.
 */
function isHeard(theirs: number, own: number): boolean {
  return theirs === own || theirs === 0 || own === 0;
}
