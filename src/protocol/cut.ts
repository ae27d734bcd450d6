/**
 * Where a generation of a cluster was cut off from the one before it: the last frame of the old log that is in the new
 * one, and where the newest terms of that log began. A replica of the old generation finds with it from which frame on
 * its own log is another one. It is in the configuration of every member.
 */
import { getU53, isU53, setU53 } from '../std/integers.ts';

/** A term, and the index of its first frame. */
export interface TermStart {
  readonly term: number;
  readonly index: number;
}

export interface Cut {
  /** The epoch that began with it. */
  readonly epoch: number;
  /** The last frame, its term, and the last command up to there, with its time in microseconds since 1970. */
  readonly index: number;
  readonly term: number;
  readonly seq: number;
  readonly timeUs: number;
  /** In order; the last one is that of `term`. */
  readonly terms: readonly TermStart[];
}

/** Terms that are remembered: an older log than all of them differs from the first of them on at the latest. */
export const cutTermsMax = 8;
const wordBytes = 8;
const heads = 5;
export const cutBytes = (heads + 2 * cutTermsMax) * wordBytes;

export function writeCut({ epoch, index, term, seq, timeUs, terms }: Cut, view: DataView, at: number): void {
  const words = [epoch, index, term, seq, timeUs, ...terms.flatMap((each) => [each.term, each.index])];
  for (let n = 0; n < heads + 2 * cutTermsMax; n++) setU53(view, at + n * wordBytes, words[n] ?? 0);
}

/** Reads what {@link writeCut} wrote; undefined where it is none. Never throws. */
export function readCut(view: DataView, at: number): Cut | undefined {
  const words: number[] = [];
  for (let n = 0; n < heads + 2 * cutTermsMax; n++) {
    if (!isU53(view, at + n * wordBytes)) return undefined;
    words.push(getU53(view, at + n * wordBytes));
  }
  const [epoch, index, term, seq, timeUs, ...pairs] = words as [
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ];
  const terms: TermStart[] = [];
  for (let n = 0; n < pairs.length; n += 2)
    if (pairs[n + 1] !== 0) terms.push({ term: pairs[n]!, index: pairs[n + 1]! });
    else if (pairs.slice(n).some((word) => word !== 0)) return undefined;
  const isOrdered = terms.every((each, n) => {
    const before = terms[n - 1] ?? { term: -1, index: 0 };
    return each.term > before.term && each.index > before.index && each.index <= index;
  });
  const isWhole = isOrdered && terms.at(-1)?.term === term;
  return epoch > 0 && index > 0 && isWhole ? { epoch, index, term, seq, timeUs, terms } : undefined;
}

/**
 * The last frame that a log has in common with the one that was cut: frames of one index and one term are the same, and
 * so is all before them. Where the terms that are remembered do not reach back so far, it is the last one before them.
 */
export function commonIndex(
  cut: Pick<Cut, 'index' | 'terms'>,
  termAt: (index: number) => number,
  lastIndex: number,
): number {
  const first = cut.terms[0]?.index ?? cut.index;
  for (let index = Math.min(cut.index, lastIndex); index >= first; index--) {
    const term = cut.terms.findLast((each) => each.index <= index)!.term;
    if (termAt(index) === term) return index;
  }
  return Math.min(first - 1, lastIndex);
}
