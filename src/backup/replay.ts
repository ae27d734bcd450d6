/**
 * The exchange, brought from a snapshot or from nothing to any place of the log, by the code that replicas run. It
 * stops at the very command that was asked for, also within a frame.
 */
import { parseSnapshot, type SnapshotFile } from '../journal/snapshot-file.ts';
import { DecodeCode } from '../protocol/codes.ts';
import { cutTermsMax, type TermStart } from '../protocol/cut.ts';
import {
  checkFrame,
  epochIn,
  FrameKind,
  frameHeaderBytes,
  instanceIn,
  readFrameHeader,
  siteIn,
  voidedIn,
} from '../protocol/frames.ts';
import { readConfiguration } from '../raft/configuration.ts';
import { Exchange } from '../replica/exchange/exchange.ts';
import { defaultReplicaOptions, type Observer, type ReplicaOptions } from '../replica/options.ts';

/** How far to go: both hold. */
export interface Goal {
  /** The last command, by its number. */
  readonly seq: number;
  /** Nothing that was stamped later. */
  readonly timeUs: number;
}

export const everything: Goal = { seq: Number.POSITIVE_INFINITY, timeUs: Number.POSITIVE_INFINITY };

/** Executions that the replay remembers: none are asked for. */
const fillsMax = 1_024;
/** Of events that no observer reads. */
const unreadRingBytes = 4_194_304;

/** What the replay is in the log of. */
export interface ReplayPosition {
  readonly index: number;
  readonly term: number;
  readonly seq: number;
  readonly timeUs: number;
}

export class ReplayFault extends Error {
  override readonly name = 'ReplayFault';
}

/** The commands that these frames void. */
export function voidsIn(frames: Uint8Array): readonly number[] {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  const voids: number[] = [];
  for (let at = 0; at < frames.length; at += readFrameHeader(view, at).length) {
    if (checkFrame(frames, view, at, frames.length - at) !== DecodeCode.ok) break;
    if (voidedIn(view, at) !== 0) voids.push(voidedIn(view, at));
  }
  return voids;
}

export class LogReplay {
  readonly exchange: Exchange;
  /** Commands that are passed over: what voids them is behind them in the log. */
  voids: ReadonlySet<number> = new Set();
  /** The voters, as the log says; empty where it has not said it. */
  voters: readonly number[];
  instance: number;
  /** The newest epoch up to here; 0 where the log has not said it. */
  epoch: number;
  /** The site that writes in it; 0: none was named. */
  site: number;
  /** Where the newest terms began, as far as they were seen. */
  terms: readonly TermStart[] = [];
  #index: number;
  #term: number;
  #frameTimeUs: number;

  private constructor(
    exchange: Exchange,
    at: Omit<SnapshotFile, 'state' | 'configuration' | 'founders'> | undefined,
  ) {
    this.exchange = exchange;
    this.voters = [];
    this.instance = at?.instance ?? 0;
    this.epoch = at?.epoch ?? 0;
    this.site = at?.site ?? 0;
    this.#index = at?.index ?? 0;
    this.#term = at?.term ?? 0;
    this.#frameTimeUs = at?.timeUs ?? 0;
    if (at !== undefined) this.#noteTerm();
  }

  /** From the beginning of the log. */
  static fromNothing(observer?: Observer): LogReplay {
    const exchange = Exchange.create(optionsWith(observer), undefined);
    if (exchange === undefined) throw new ReplayFault('An exchange cannot be made.');
    return new LogReplay(exchange, undefined);
  }

  /** From the file of a snapshot; a text where it is none that this release reads, or has not the hash that it says. */
  static fromSnapshot(bytes: Uint8Array, observer?: Observer): LogReplay | string {
    const file = parseSnapshot(bytes);
    if (file === undefined) return 'it holds no snapshot that this release reads';
    // The engine reads whole words.
    const exchange = Exchange.create(optionsWith(observer), new Uint8Array(file.state));
    if (exchange === undefined) return 'its state cannot be read by this release';
    const hash = exchange.stateHash();
    if (hash !== file.stateHash)
      return `its state has the hash ${hash}, and the replica that wrote it had ${file.stateHash}`;
    const replay = new LogReplay(exchange, file);
    replay.#noteVoters(file.configuration, 0, file.configuration.length);
    return replay;
  }

  get position(): ReplayPosition {
    const { lastSeq, lastTimeUs } = this.exchange;
    return { index: this.#index, term: this.#term, seq: lastSeq, timeUs: lastTimeUs };
  }

  /**
   * Applies the frames that follow, up to the goal; earlier ones are passed over. true: the goal is reached. Throws a
   * ReplayFault where the frames are not the next ones of this log.
   */
  apply(frames: Uint8Array, goal: Goal): boolean {
    const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
    for (let at = 0; at < frames.length; ) {
      if (this.exchange.lastSeq >= goal.seq) return true;
      if (checkFrame(frames, view, at, frames.length - at) !== DecodeCode.ok)
        throw new ReplayFault(`the frame at its byte ${at} is damaged`);
      const { index, length } = readFrameHeader(view, at);
      if (index > this.#index && this.#applyFrame(view, at, goal)) return true;
      at += length;
    }
    return this.exchange.lastSeq >= goal.seq;
  }

  #applyFrame(view: DataView, at: number, goal: Goal): boolean {
    const { index, term, firstSeq, timeUs, count, kind, length } = readFrameHeader(view, at);
    const { lastSeq } = this.exchange;
    if (
      index !== this.#index + 1 ||
      firstSeq !== lastSeq + 1 ||
      term < this.#term ||
      timeUs < this.#frameTimeUs
    )
      throw new ReplayFault(
        `frame ${index}, which begins with seq ${firstSeq}, does not follow frame ${this.#index} with seq ${lastSeq}`,
      );
    if (timeUs > goal.timeUs) return true;
    if (count > 0) {
      const wanted = Math.min(count, goal.seq - lastSeq);
      const problem = commandsProblem(view, at + frameHeaderBytes, at + length, count);
      if (problem !== undefined) throw new ReplayFault(`frame ${index}: ${problem}`);
      this.#applyCommands(view, at + frameHeaderBytes, wanted, firstSeq, timeUs);
    } else if (kind === FrameKind.configuration) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      this.#noteVoters(bytes, at + frameHeaderBytes, at + length);
    }
    this.instance ||= instanceIn(view, at);
    if (epochIn(view, at) > this.epoch) {
      this.epoch = epochIn(view, at);
      this.site = siteIn(view, at);
    }
    this.#index = index;
    this.#term = term;
    this.#noteTerm();
    this.#frameTimeUs = timeUs;
    return this.exchange.lastSeq >= goal.seq;
  }

  #applyCommands(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): void {
    const { exchange, voids } = this;
    if (voids.size === 0) {
      exchange.apply(view, from, count, firstSeq, timeUs);
      return;
    }
    let at = from;
    for (let seq = firstSeq; seq < firstSeq + count; seq++)
      at = voids.has(seq) ? exchange.skip(view, at, seq, timeUs) : exchange.apply(view, at, 1, seq, timeUs);
  }

  #noteTerm(): void {
    const [term, index] = [this.#term, this.#index];
    if (this.terms.at(-1)?.term === term) return;
    this.terms = [...this.terms, { term, index }].slice(-cutTermsMax);
  }

  #noteVoters(bytes: Uint8Array, from: number, to: number): void {
    this.voters = readConfiguration(bytes, from, to)?.voters ?? this.voters;
  }
}

/** What is wrong with the lengths of the commands in a frame; their fields are the engine's matter. */
function commandsProblem(view: DataView, from: number, end: number, count: number): string | undefined {
  let at = from;
  for (let n = 0; n < count; n++) {
    if (at + 8 > end) return `it says ${count} commands and holds ${n}`;
    const length = view.getUint16(at, true);
    if (length < 8 || at + length > end) return `command ${n + 1} has an impossible length`;
    at += length;
  }
  return undefined;
}

function optionsWith(observer: Observer | undefined): ReplicaOptions {
  return {
    ...defaultReplicaOptions,
    clusterId: 0,
    replicaId: 1,
    founders: [],
    bootstrap: false,
    seed: 1,
    fillsMax,
    ...(observer === undefined ? { eventRingBytes: unreadRingBytes } : { observer }),
  };
}
