/** An engine whose memory has an error: what a bad memory module does to one of several replicas. */
import type { Random } from '../../std/random.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { DIGEST } from '../snapshot/snapshot.ts';

const triesMax = 4_000;
/** Bytes of a state in which is searched: the counters and the first orders. */
const searchedBytes = 1_000;

/**
 * The same exchange with one bit of its state flipped, drawn until `isWanted` takes it; undefined where none does. A
 * flip that makes a state impossible is drawn again.
 */
export function withFlippedBit(
  engine: Engine,
  random: Random,
  options: EngineOptions,
  isWanted: (differences: readonly string[]) => boolean,
): Engine | undefined {
  const bytes = savedBytes(engine);
  for (let tries = 0; tries < triesMax; tries++) {
    const other = flipped(bytes, random.below(Math.min(bytes.length, searchedBytes)), random, options);
    if (other !== undefined && isWanted(engine.differences(other, 10))) return other;
  }
  return undefined;
}

/** The same exchange with one bit of its digest flipped: as if one event had been another. */
export function withFlippedDigest(engine: Engine, random: Random, options: EngineOptions): Engine {
  return flipped(savedBytes(engine), DIGEST + random.below(4), random, options)!;
}

function savedBytes(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  return bytes;
}

function flipped(bytes: Uint8Array, at: number, random: Random, options: EngineOptions): Engine | undefined {
  const bit = 1 << random.below(8);
  bytes[at]! ^= bit;
  const other = Engine.restore(bytes, options);
  bytes[at]! ^= bit;
  return other;
}
