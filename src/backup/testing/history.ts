/**
 * The folder of a replica with a history of random commands, made step by step: frames in a journal, snapshots beside
 * it. Beside that it keeps each command, to say what the state was at any of them.
 */

import { Engine } from '../../engine/engine.ts';
import { RecordingSink } from '../../engine/testing/desk.ts';
import { RandomCommands } from '../../engine/testing/random-commands.ts';
import { Journal, logStart } from '../../journal/journal.ts';
import { buildSnapshot, removeOldSnapshots, snapshotName } from '../../journal/snapshot-file.ts';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { eventAt, orderAccepted, sessionOpened } from '../../protocol/events.ts';
import {
  FrameKind,
  frameHeaderBytes,
  instanceFrameBytes,
  voidedFrameBytes,
  writeInstance,
} from '../../protocol/frames.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { beginSite } from '../../protocol/mode-commands.ts';
import {
  configurationBytes,
  configurationPayload,
  noMembers,
  writeConfiguration,
} from '../../raft/configuration.ts';
import { assert } from '../../std/assert.ts';
import { getU53, setU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { JournalSource, type ReplicaFiles } from '../source.ts';

export const historyClusterId = 7;
export const historyInstance = 4_711;
const firstTimeUs = 1_764_410_000_000_000;
const members = { ...noMembers, voters: [1, 2, 3] };

interface KeptCommand {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timeUs: number;
  /** No replica applies it. */
  readonly isVoided: boolean;
}

export class SampleHistory {
  readonly disk = new VirtualDisk();
  readonly commands: KeptCommand[] = [];
  readonly #random: Random;
  readonly #made: RandomCommands;
  readonly #engine = new Engine();
  #journal: Journal;
  #term = 1;
  #timeUs = firstTimeUs;
  #epoch = 1;
  #site = 0;

  readonly #instance: number;

  constructor(seed: number, instance = historyInstance) {
    this.#instance = instance;
    this.#random = new Random(seed);
    this.#made = new RandomCommands(this.#random);
    const { journal } = Journal.open(this.disk, {
      clusterId: historyClusterId,
      replicaId: 2,
      segmentBytes: 65_536,
      startAfter: logStart,
      mayBeTorn: false,
    });
    assert(journal !== undefined, 'a blank disk takes a journal');
    this.#journal = journal;
    this.#found();
  }

  /** The newest frame: all of them are committed unless a test says otherwise. */
  get lastIndex(): number {
    return this.#journal.lastIndex;
  }

  get lastSeq(): number {
    return this.commands.length;
  }

  get timeUs(): number {
    return this.#timeUs;
  }

  get view(): { readonly commitIndex: number; readonly instance: number } {
    return { commitIndex: this.lastIndex, instance: this.#instance };
  }

  files(): ReplicaFiles {
    const { disk } = this;
    return {
      list: () => disk.list(),
      readPart: (name, offset, length) => disk.openRegion(name)?.bytes.slice(offset, offset + length),
      storage: disk,
    };
  }

  source(): JournalSource {
    return new JournalSource(this.files());
  }

  /** Appends frames of one to five commands; some are empty. `stepUs` passes before each. */
  add(frames: number, stepUs = 1_000): void {
    for (let frame = 0; frame < frames; frame++) {
      this.#timeUs += stepUs;
      const commands: Uint8Array[] = [];
      const count = this.#random.chance(0.1) ? 0 : this.#random.between(1, 5);
      for (let n = 0; n < count; n++) commands.push(this.#command());
      this.#append(commands, FrameKind.commands);
    }
  }

  /** A command that is passed over; the frame that voids it is to come. Returns its sequence number. */
  addVoided(): number {
    this.#timeUs += 1_000;
    this.#append([this.#command(true)], FrameKind.commands);
    return this.lastSeq;
  }

  /** Appends the frame that voids a command. */
  void(seq: number): void {
    this.#timeUs += 1_000;
    const at = this.#journal.reserve(voidedFrameBytes);
    setU53(this.#journal.view, at + frameHeaderBytes, seq);
    this.#journal.seal(voidedFrameBytes, this.#term, this.#timeUs, 0, FrameKind.voided);
    this.#journal.requestFlush();
    this.#journal.pollFlush();
  }

  /** Another site is to write from here on, or this one again. */
  openEpoch(epoch: number, site: number): void {
    this.#epoch = epoch;
    this.#site = site;
    const at = this.#journal.reserve(instanceFrameBytes);
    writeInstance(this.#journal.view, at, this.#instance, epoch, site);
    this.#journal.seal(instanceFrameBytes, this.#term, this.#timeUs, 0, FrameKind.instance);
    this.#journal.requestFlush();
    this.#journal.pollFlush();
  }

  /** The site that begins to write in an epoch says so. */
  begin(epoch: number, site: number): void {
    this.#timeUs += 1_000;
    const view = new DataView(new ArrayBuffer(128));
    const none = beginSite.read(new DataView(new ArrayBuffer(beginSite.size)), 0);
    const length = beginSite.write(view, 0, { ...none, epoch, site, openAfterMs: 1, reason: 'began' });
    this.#append([this.#keep(new Uint8Array(view.buffer.slice(0, length)), false)], FrameKind.commands);
  }

  /** Time passes. */
  wait(us: number): void {
    this.#timeUs += us;
  }

  /** A new leader: its first frame is empty. */
  elect(): void {
    this.#term += 1;
    this.#timeUs += 1_000;
    this.#append([], FrameKind.commands);
  }

  /** Takes back every frame behind `index`, as accepting a loss does; the commands in them never were. */
  loseAfter(index: number, seq: number): void {
    this.#journal.truncateAfter(index);
    this.commands.length = seq;
    this.#term += 1;
  }

  /** Writes a snapshot of the state behind the newest frame; drops the journal where asked to. */
  snapshot(drops = false): void {
    const { lastIndex, lastTerm } = this.#journal;
    const engine = this.engineAt(this.lastSeq);
    const state = new Uint8Array(engine.snapshotBytes());
    engine.writeSnapshot(state);
    const configuration = configurationPayload(members);
    const bytes = buildSnapshot({
      index: lastIndex,
      term: lastTerm,
      seq: this.lastSeq,
      timeUs: engine.lastTimeUs,
      founders: members.voters,
      instance: this.#instance,
      epoch: this.#epoch,
      site: this.#site,
      configuration,
      logDigest: 0,
      eventDigest: engine.eventDigest >>> 0,
      stateHash: engine.stateHash(),
      state,
    });
    this.disk.write(snapshotName(lastIndex), bytes);
    removeOldSnapshots(this.disk, lastIndex);
    if (drops) this.#journal.dropBefore(lastIndex + 1);
  }

  /** Drops all frames, as a replica does that is given a snapshot. */
  resetToSnapshot(): void {
    const { lastIndex, lastTerm, nextSeq } = this.#journal;
    this.snapshot();
    this.#journal.reset(lastIndex, lastTerm, nextSeq, this.#timeUs);
  }

  /** The engine behind command `seq`, by the commands alone. */
  engineAt(seq: number): Engine {
    const engine = new Engine();
    const sink = new RecordingSink();
    for (const command of this.commands.slice(0, seq)) {
      sink.used = 0;
      take(engine, command, sink);
    }
    return engine;
  }

  /** The same for seqs that grow, each from the one before. */
  follow(): (seq: number) => Engine {
    const engine = new Engine();
    const sink = new RecordingSink();
    let taken = 0;
    return (seq) => {
      for (; taken < seq; taken++) {
        sink.used = 0;
        take(engine, this.commands[taken]!, sink);
      }
      return engine;
    };
  }

  /** Sequence number of the last command that was stamped at `timeUs` or before; 0: none. */
  seqAt(timeUs: number): number {
    return this.commands.findLastIndex((command) => command.timeUs <= timeUs) + 1;
  }

  #found(): void {
    const length = frameHeaderBytes + configurationBytes(members);
    const at = this.#journal.reserve(length);
    writeConfiguration(members, this.#journal.bytes, at + frameHeaderBytes);
    this.#journal.seal(length, 0, 1, 0, FrameKind.configuration);
    const second = this.#journal.reserve(instanceFrameBytes);
    writeInstance(this.#journal.view, second, this.#instance, 1);
    this.#journal.seal(instanceFrameBytes, 1, firstTimeUs, 0, FrameKind.instance);
  }

  #append(commands: readonly Uint8Array[], kind: FrameKind): void {
    const length = frameHeaderBytes + commands.reduce((sum, { length: bytes }) => sum + bytes, 0);
    let at = this.#journal.reserve(length) + frameHeaderBytes;
    for (const bytes of commands) {
      this.#journal.bytes.set(bytes, at);
      at += bytes.length;
    }
    this.#journal.seal(length, this.#term, this.#timeUs, commands.length, kind);
    this.#journal.requestFlush();
    this.#journal.pollFlush();
  }

  #command(isVoided = false): Uint8Array {
    const made = this.#made;
    made.write();
    const length = made.view.getUint16(0, true);
    // Some are spoiled in their length, which no leader stamps.
    const isWhole = length >= 8 && length % 8 === 0 && length <= made.view.byteLength;
    if (!isWhole) return this.#command(isVoided);
    return this.#keep(new Uint8Array(made.view.buffer.slice(0, length)), isVoided);
  }

  #keep(bytes: Uint8Array<ArrayBuffer>, isVoided: boolean): Uint8Array {
    const command = { bytes, timeUs: this.#timeUs, isVoided };
    this.commands.push(command);
    this.#learn(command);
    return bytes;
  }

  /** Later commands name the orders and sessions of earlier ones. */
  #learn(command: KeptCommand): void {
    const sink = new RecordingSink();
    take(this.#engine, command, sink);
    for (let at = 0; at < sink.used; at += sink.view.getUint16(at, true)) {
      const type = sink.view.getUint8(at + TYPE_AT);
      if (type === orderAccepted.type)
        this.#made.lastOrderId = getU53(sink.view, at + orderAccepted.at.orderId);
      if (type === sessionOpened.type)
        this.#made.lastSessionId = sink.view.getUint32(at + eventAt.sessionId, true);
    }
  }
}

/** Applies a command, or passes over it. */
function take(engine: Engine, { bytes, timeUs, isVoided }: KeptCommand, sink: RecordingSink): void {
  const view = new DataView(bytes.buffer);
  const seq = engine.lastSeq + 1;
  if (isVoided) engine.skip(view, 0, seq, timeUs, sink);
  else engine.apply(view, 0, seq, timeUs, sink);
}
