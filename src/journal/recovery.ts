/**
 * Decides, reading only, what of a journal may be used after a start. Three ends are told apart: the regular one; a
 * tail torn by a power cut, which was never reported as flushed and is cut; and damage, which may hide frames that this
 * replica has acknowledged, so that it must not vote before it has caught up.
 */
import { beginningOf } from '../protocol/foundation.ts';
import { frameAt } from '../protocol/frames.ts';
import { getU53 } from '../std/integers.ts';
import { countFramesFrom, scanSegment } from './scan.ts';
import {
  isSame,
  type LogPosition,
  logStart,
  type Owner,
  readSegmentHeader,
  Segment,
  type SegmentHeader,
  segmentHeaderBytes,
  segmentName,
  segmentNumber,
} from './segment.ts';
import type { Storage } from './storage.ts';

/** Where a journal stops being good. */
export interface Stop {
  /** File name of the segment. */
  readonly segment: string;
  /** Offset in it, in bytes. */
  readonly offset: number;
  /** The first index that is not good. */
  readonly index: number;
  readonly reason: string;
  /** Good frames found behind it in the same file, by a search of bounded effort. */
  readonly framesBehind: number;
}

/** What was found at the start: for the operator, and for the decision whether this replica may vote. */
export interface RecoveryReport {
  /** Files that are kept. */
  readonly segments: number;
  /** Frames that are kept. */
  readonly frames: number;
  /** Torn frames, never reported as flushed, that are cut. Nothing else follows from it. */
  readonly cutTail?: Stop | undefined;
  /** Frames that may have been acknowledged are bad or missing: the replica has to come back as recovering. */
  readonly damage?: Stop | undefined;
  /** Files left aside because something in or behind them is bad, and the snapshot covers what they held. */
  readonly dropped: readonly string[];
  /** The journal is of another history than the snapshot (an interrupted installation) and was left aside. */
  readonly isSuperseded: boolean;
  /** The instance of the cluster, as what is kept says (protocol/foundation.ts); 0 where it does not. */
  readonly instance: number;
  /** Why there is no journal: what happened, and what to do. */
  readonly refusal?: string | undefined;
}

export interface RecoveryOptions extends Owner {
  /** The newest good snapshot; `logStart` where there is none. */
  readonly startAfter: LogPosition;
  /** The instance of the cluster that other files in the folder belong to; 0 where none says. */
  readonly instance?: number;
  /** Whether the machine booted since the journal was last written, and it was not closed cleanly. */
  readonly mayBeTorn: boolean;
  /** A journal was opened here before (the state file tells): that there is no file, or only blank ones, is damage. */
  readonly mustExist?: boolean;
}

/** What to do with the files that were found. */
export interface RecoveryPlan {
  /** The segments to go on with, in order; none: begin a new journal behind `startAfter`. */
  readonly kept: readonly Segment[];
  /** Segments to void and remove, in order. */
  readonly condemned: readonly Segment[];
  /** Mapped files that hold no frame. */
  readonly unused: readonly Segment[];
  /** The highest index known to be flushed when the journal was last written. */
  readonly watermark: number;
  readonly nextNumber: number;
  readonly report: RecoveryReport;
}

interface Found {
  readonly segment: Segment;
  readonly header: SegmentHeader;
}

/** Reads all segments and decides. Nothing is written. */
export function planRecovery(storage: Storage, options: RecoveryOptions): RecoveryPlan {
  const found: Found[] = [];
  const numbers = storage.list().flatMap((name) => segmentNumber(name) ?? []);
  numbers.sort((a, b) => a - b);
  let refusal: string | undefined;
  let instance = options.instance ?? 0;
  for (const number of numbers) {
    const name = segmentName(number);
    const region = storage.openRegion(name);
    if (region !== undefined) {
      const header = readSegmentHeader(region, number);
      refusal ??= headerRefusal(name, header, options) ?? instanceRefusal(name, header, instance);
      if (header.kind === 'used') instance ||= header.instance;
      const start = header.kind === 'used' ? header.start : logStart;
      found.push({ segment: new Segment(number, region, start), header });
    } else {
      refusal ??= `${name} cannot be mapped. Check that the file may be read and written, and that memory is left.`;
    }
  }
  const nextNumber = (numbers.at(-1) ?? 0) + 1;
  const unused = found.filter(({ header }) => header.kind === 'unused').map(({ segment }) => segment);
  const used = found.filter(({ header }) => header.kind !== 'unused');
  const watermark = Math.max(0, ...used.map(({ header }) => ('watermark' in header ? header.watermark : 0)));
  const common = { unused, watermark, nextNumber };
  if (refusal !== undefined) {
    const report = { segments: 0, frames: 0, dropped: [], isSuperseded: false, instance: 0, refusal };
    return { kept: [], condemned: used.map(({ segment }) => segment), ...common, report };
  }

  const longest = longestChain(used, options.startAfter.index, watermark);
  const { chain, dropped, isCertain } = longest;
  const stop = longest.stop && withEndMark(chain, longest.stop);
  const fate = fateOf(chain, options.startAfter);
  const kept = fate === 'keep' ? chain : [];
  // A segment that was given up shows that the journal was to be replaced by a new one.
  const isBlank = found.every(({ header }) => header.kind === 'unused' && !header.isGivenUp);
  const isMissing = isBlank && options.mustExist === true;
  const end =
    stop ??
    (fate === 'detached' ? detachedStop(chain, options.startAfter) : undefined) ??
    (isMissing ? missingStop(options.startAfter) : undefined);
  // Good frames behind the bad one prove nothing here: in a power cut, pages of un-flushed frames survive in any order.
  const isTorn =
    stop !== undefined && options.mayBeTorn && !isCertain && stop.index > watermark && fate !== 'detached';
  const report: RecoveryReport = {
    segments: kept.length,
    frames: kept.reduce((sum, { count }) => sum + count, 0),
    cutTail: isTorn ? end : undefined,
    damage: isTorn ? undefined : end,
    dropped,
    isSuperseded: fate === 'superseded',
    instance: instanceOf(used.filter(({ segment }) => kept.includes(segment))),
  };
  const condemned = used.map(({ segment }) => segment).filter((segment) => !kept.includes(segment));
  return { kept, condemned, ...common, report };
}

function headerRefusal(name: string, header: SegmentHeader, options: Owner): string | undefined {
  if (header.kind === 'otherFormat') {
    return `${name} was written by a release with another format. Start that release, or empty the folder.`;
  }
  if (header.kind !== 'used') return undefined;
  const { clusterId, replicaId } = header.owner;
  if (clusterId === options.clusterId && replicaId === options.replicaId) return undefined;
  return (
    `${name} belongs to replica ${replicaId} of cluster ${clusterId}, not to replica ${options.replicaId} of ` +
    `cluster ${options.clusterId}. Check the data folder, \`clusterId\` and the replica's id in the configuration.`
  );
}

function instanceRefusal(name: string, header: SegmentHeader, instance: number): string | undefined {
  if (header.kind !== 'used' || header.instance === 0 || instance === 0) return undefined;
  if (header.instance === instance) return undefined;
  return (
    `The folder holds files of two clusters: ${name} is of the cluster that began ${beginningOf(header.instance)}, others are ` +
    `of the cluster that began ${beginningOf(instance)}. Put back the files that belong together, or empty the folder and ` +
    'start without --bootstrap.'
  );
}

/** The instance that these segments say; 0 where none does. */
function instanceOf(kept: readonly Found[]): number {
  return Math.max(0, ...kept.map(({ header }) => (header.kind === 'used' ? header.instance : 0)));
}

interface SegmentChain {
  readonly chain: Segment[];
  readonly dropped: string[];
  readonly stop: Stop | undefined;
  /** Whether a power cut cannot have caused `stop`. */
  readonly isCertain: boolean;
}

/**
 * Follows the segments from the oldest on. Where the chain breaks, it starts again at a later segment if the snapshot
 * covers everything before that one; otherwise the break is the end.
 */
function longestChain(used: readonly Found[], snapshotIndex: number, watermark: number): SegmentChain {
  let chain: Segment[] = [];
  const dropped: string[] = [];
  for (let n = 0; n < used.length; ) {
    const { segment, header } = used[n]!;
    const before = chain.at(-1);
    let stop: Stop | undefined;
    let restartFrom = n + 1;
    if (header.kind !== 'used') {
      const reason = header.kind === 'bad' ? header.reason : 'the header is not usable';
      stop = stopAt(segment, 0, (before?.lastIndex ?? snapshotIndex) + 1, reason);
    } else if (before !== undefined && !isSame(before.position(), header.start)) {
      const reason = `${segment.name}, the next file, begins behind index ${header.start.index}`;
      stop = stopAt(before, before.end, before.lastIndex + 1, reason);
      restartFrom = n;
    } else {
      chain.push(segment);
      const reason = scanSegment(segment, header.segmentBytes);
      if (reason !== undefined) stop = stopAt(segment, segment.end, segment.lastIndex + 1, reason);
    }
    if (stop === undefined) {
      n++;
      continue;
    }
    const restart = used.findIndex(
      (other, at) =>
        at >= restartFrom && other.header.kind === 'used' && other.header.start.index <= snapshotIndex,
    );
    if (restart === -1) {
      return { chain, dropped, stop, isCertain: header.kind === 'bad' && header.isCertain };
    }
    for (const left of used.slice(0, restart)) {
      if (!dropped.includes(left.segment.name)) dropped.push(left.segment.name);
    }
    chain = [];
    n = restart;
  }
  const last = chain.at(-1);
  const isShort = last !== undefined && last.lastIndex < watermark;
  const reason = `frames up to index ${watermark} were flushed and are missing`;
  const stop = isShort ? stopAt(last, last.end, last.lastIndex + 1, reason) : undefined;
  return { chain, dropped, stop, isCertain: isShort };
}

function stopAt(segment: Segment, offset: number, index: number, reason: string): Stop {
  const from = Math.max(segmentHeaderBytes, offset);
  const framesBehind = countFramesFrom(segment.bytes, segment.view, from, index - 1);
  return { segment: segment.name, offset, index, reason, framesBehind };
}

/** In a file that was cut short there may be no room for the end mark: then its last frame gives way, or the file. */
function withEndMark(chain: Segment[], stop: Stop): Stop {
  const last = chain.at(-1);
  if (last === undefined || last.end <= last.limit) return stop;
  if (last.count === 0) {
    chain.pop();
    return stop;
  }
  last.forgetAfter(last.lastIndex - 1);
  return { ...stop, offset: last.end, index: last.lastIndex + 1 };
}

/**
 * Whether the chain goes on from the snapshot: `behind`, the snapshot covers all of it; `detached`, a gap is between.
 */
function fateOf(
  chain: readonly Segment[],
  snapshot: LogPosition,
): 'keep' | 'behind' | 'superseded' | 'detached' {
  const first = chain[0];
  const last = chain.at(-1);
  if (first === undefined || last === undefined || last.lastIndex < snapshot.index) return 'behind';
  if (first.start.index > snapshot.index) return 'detached';
  return termIn(chain, snapshot.index) === snapshot.term ? 'keep' : 'superseded';
}

function termIn(chain: readonly Segment[], index: number): number {
  const segment = chain.find(({ lastIndex, count }) => count > 0 && lastIndex >= index);
  if (segment === undefined || index < segment.firstIndex) return chain[0]!.start.term;
  return getU53(segment.view, segment.offsetOf(index) + frameAt.term);
}

function detachedStop(chain: readonly Segment[], snapshot: LogPosition): Stop {
  const first = chain[0]!;
  const reason = `the newest good snapshot ends at index ${snapshot.index} and the journal begins at ${first.firstIndex}`;
  return {
    segment: first.name,
    offset: segmentHeaderBytes,
    index: snapshot.index + 1,
    reason,
    framesBehind: first.count,
  };
}

function missingStop(snapshot: LogPosition): Stop {
  const reason = 'all segments are missing, though this replica has run here before';
  return { segment: segmentName(1), offset: 0, index: snapshot.index + 1, reason, framesBehind: 0 };
}
