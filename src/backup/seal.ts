/**
 * The frame by which a site ends what it writes, and opens another one. It is the last that a site ships: what is
 * behind it in the same journal came from the other site, which ships it itself.
 */
import { epochIn, frameAt, frameHeaderBytes, siteIn } from '../protocol/frames.ts';
import { getU53 } from '../std/integers.ts';
import type { LogPiece, LogSource, SourcePosition } from './source.ts';

/** The site that writes where no site ever began to. */
const firstSite = 1;

/** The site that the last epoch in these frames opens; 0: there is none. */
export function lastSiteIn(frames: Uint8Array): number {
  let last = 0;
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (const at of placesOf(view)) last = siteIn(view, at) || last;
  return last;
}

/** The last epoch that these frames open; 0: there is none. */
export function lastEpochIn(frames: Uint8Array): number {
  let last = 0;
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (const at of placesOf(view)) last = epochIn(view, at) || last;
  return last;
}

/** The piece up to the first frame that opens another site than `site`, that one included. */
export function untilSeal(piece: LogPiece, site: number): LogPiece {
  const { frames } = piece;
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (const at of placesOf(view)) {
    const opened = siteIn(view, at);
    if (opened === 0 || opened === site) continue;
    const end = {
      index: getU53(view, at + frameAt.index),
      term: getU53(view, at + frameAt.term),
      nextSeq: getU53(view, at + frameAt.firstSeq),
      timeUs: getU53(view, at + frameAt.timeUs),
      crc: view.getUint32(at + frameAt.crc, true),
    };
    return { ...piece, frames: frames.subarray(0, at + view.getUint32(at + frameAt.length, true)), end };
  }
  return piece;
}

/** The frame by which `site` ended what it wrote, where it wrote last; 0: it did not, or it writes. */
export function sealIn(source: LogSource, site: number, commitIndex: number): number {
  let at: SourcePosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };
  let writer = firstSite;
  let seal = 0;
  if (source.read(at, commitIndex) === 'gone') {
    const found = source.snapshot(commitIndex);
    if (found === undefined) return 0;
    const { index, term, seq, timeUs, site: named = 0 } = found.file;
    at = { index, term, nextSeq: seq + 1, timeUs, crc: 0 };
    writer = named || firstSite;
  }
  for (;;) {
    const piece = source.read(at, commitIndex);
    if (typeof piece === 'string') return seal;
    const { frames, end } = piece;
    const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
    for (const place of placesOf(view)) {
      const opened = siteIn(view, place);
      if (opened === 0 || opened === writer) continue;
      seal = writer === site ? getU53(view, place + frameAt.index) : 0;
      writer = opened;
    }
    at = end;
  }
}

function* placesOf(view: DataView): Generator<number> {
  for (let at = 0; at + frameHeaderBytes <= view.byteLength; ) {
    yield at;
    const length = view.getUint32(at + frameAt.length, true);
    if (length < frameHeaderBytes) return;
    at += length;
  }
}
