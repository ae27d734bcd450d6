/**
 * Carries out what recovery decided: cuts what has to go, in an order that leaves a journal to recover from at each
 * step, and flushes what stays. Until damage may be cut, nothing at all is changed.
 */
import { assert } from '../std/assert.ts';
import { planRecovery, type RecoveryOptions, type RecoveryReport } from './recovery.ts';
import { type Segment, segmentBytesDefault, segmentBytesMax, segmentBytesMin } from './segment.ts';
import { SegmentMaker } from './segment-maker.ts';
import type { Storage } from './storage.ts';

export interface JournalOptions extends RecoveryOptions {
  /** Bytes of a new segment; 64 MiB where not given. */
  readonly segmentBytes?: number;
  /**
   * Whether to go on behind damage by cutting it off. Only once `recovering` is durable in the state file: after the
   * cut nothing in the journal tells that something is missing.
   */
  readonly cutDamage?: boolean;
}

/** The segments of a journal, at least one, all flushed; or, without `maker`, only the report of why there are none. */
export interface OpenedSegments {
  readonly segments: Segment[];
  readonly maker?: SegmentMaker;
  readonly report: RecoveryReport;
}

/** Recovers the segments in the folder, or begins the first one. */
export function openSegments(storage: Storage, options: JournalOptions): OpenedSegments {
  const segmentBytes = options.segmentBytes ?? segmentBytesDefault;
  const isSizeGood =
    segmentBytes >= segmentBytesMin && segmentBytes <= segmentBytesMax && segmentBytes % 4096 === 0;
  assert(isSizeGood, () => `segmentBytes is a multiple of 4096 from 64 KiB to 1 GiB, not ${segmentBytes}`);
  const plan = planRecovery(storage, options);
  const { report } = plan;
  const mapped = new Set([...plan.kept, ...plan.condemned, ...plan.unused]);
  const refuse = (refusal: string | undefined): OpenedSegments => {
    for (const { region } of mapped) storage.closeRegion(region);
    return { segments: [], report: { ...report, refusal } };
  };
  const notFlushed = ({ name }: Segment): OpenedSegments => {
    return refuse(`The disk does not flush ${name}. Check the disk, then start again.`);
  };
  if (report.refusal !== undefined || (report.damage !== undefined && options.cutDamage !== true)) {
    return refuse(report.refusal);
  }

  // Newest first, and each voided on the disk before it goes: none can come back behind frames that are written later.
  for (const segment of plan.condemned.toReversed()) {
    segment.void();
    if (!storage.flush(segment.region)) return notFlushed(segment);
    mapped.delete(segment);
    discard(storage, segment);
  }
  for (const segment of plan.unused) {
    mapped.delete(segment);
    discard(storage, segment);
  }
  const maker = new SegmentMaker(storage, segmentBytes, options, plan.nextNumber);
  const segments = [...plan.kept];
  if (segments.length === 0) {
    const first = maker.take();
    if (first === undefined) {
      maker.close();
      return refuse(`There is no room for a segment of ${segmentBytes} bytes. Free space, then start again.`);
    }
    first.restart(options.startAfter);
    first.writeStart(options.startAfter.index, options.instance ?? 0);
    segments.push(first);
    mapped.add(first);
  }
  const last = segments.at(-1)!;
  const watermark = Math.min(plan.watermark, last.lastIndex);
  last.setWatermark(watermark);
  last.wipe();
  // A file that was cut short is used on with the length that it has.
  if (report.damage !== undefined || report.cutTail !== undefined) last.writeIdentity(options);
  for (const segment of segments) {
    const isFlushed = segment !== last && segment.lastIndex <= watermark;
    if (!isFlushed && !storage.flush(segment.region)) return notFlushed(segment);
    if (segment !== last) segment.shrink();
  }
  return { segments, maker, report };
}

/** Unmaps and removes a file that is not part of the journal any more. */
export function discard(storage: Storage, { region }: Segment): void {
  storage.closeRegion(region);
  storage.remove(region.name);
}
