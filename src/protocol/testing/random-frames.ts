/** Good frames with random commands. */
import type { Random } from '../../std/random.ts';
import { joined } from '../../std/testing/fuzzing.ts';
import { commands } from '../commands.ts';
import { FrameKind, frameHeaderBytes, sealFrame } from '../frames.ts';
import { randomRecord } from './random-records.ts';

/** A whole frame with this index; it holds up to `commandsMax` commands. */
export function randomFrame(random: Random, index: number, commandsMax = 8): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(frameHeaderBytes);
  const count = random.below(commandsMax + 1);
  for (let n = 0; n < count; n++) bytes = joined(bytes, randomRecord(random, random.pick(commands.layouts)));
  const view = new DataView(bytes.buffer);
  const [term, firstSeq, timeUs] = [random.below(100), random.next(), random.next() * 1_000];
  sealFrame(bytes, view, 0, bytes.length, index, term, firstSeq, timeUs, count, FrameKind.commands);
  return bytes;
}
