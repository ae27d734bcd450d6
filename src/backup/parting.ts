/**
 * Where the log of a folder and a chain part: up to there both hold the same commands with the same times. Behind it
 * the folder holds what its site wrote before another one was promoted without it, and the world has lost that.
 */
import { frameHeaderBytes, readFrameHeader } from '../protocol/frames.ts';
import type { Chain } from './chains.ts';
import type { LogPiece } from './source.ts';
import { ObjectReader, type ReadFrom } from './walk.ts';

interface CommandFrame {
  readonly firstSeq: number;
  readonly count: number;
  readonly timeUs: number;
}

/** `none`: the chain has all of the folder. `unknown`: the chain begins behind the end of the folder's log. */
export type Parting = { readonly seq: number } | 'none' | 'unknown';

/** The first command of the folder that the chain does not have. Throws a DamageError where that cannot be read. */
export async function partingOf(
  pieces: Iterable<Pick<LogPiece, 'frames'>>,
  from: ReadFrom,
  chain: Chain,
): Promise<Parting> {
  const own = ownFrames(pieces);
  let next = own.next();
  let isFirst = true;
  let isCompared = false;
  const logs = chain.objects.filter(({ kind }) => kind === 'log');
  const reader = new ObjectReader(from, chain, logs);
  for (let at = 0; at < logs.length; at++) {
    for (const frame of framesIn((await reader.read(at)).content)) {
      // What is before the chain is in it: it began with a state of that.
      while (isFirst && !next.done && next.value.firstSeq + next.value.count <= frame.firstSeq)
        next = own.next();
      isFirst = false;
      if (next.done) return isCompared ? 'none' : 'unknown';
      const { firstSeq, count, timeUs } = next.value;
      // The folder's log begins behind this.
      if (firstSeq > frame.firstSeq) continue;
      isCompared = true;
      if (firstSeq < frame.firstSeq || count !== frame.count || timeUs !== frame.timeUs)
        return { seq: firstSeq };
      next = own.next();
    }
  }
  return next.done ? 'none' : { seq: next.value.firstSeq };
}

function* ownFrames(pieces: Iterable<Pick<LogPiece, 'frames'>>): Generator<CommandFrame> {
  for (const { frames } of pieces) yield* framesIn(frames);
}

function* framesIn(frames: Uint8Array): Generator<CommandFrame> {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (let at = 0; at + frameHeaderBytes <= frames.length; ) {
    const { firstSeq, count, timeUs, length } = readFrameHeader(view, at);
    if (length < frameHeaderBytes) return;
    if (count > 0) yield { firstSeq, count, timeUs };
    at += length;
  }
}
