/** Every fuzzer of the project. A test holds this list to the files called `*.fuzz.ts`. */

import { engineSnapshotFuzzer } from '../engine/snapshot.fuzz.ts';
import { commandFuzzer } from '../engine/well-formed.fuzz.ts';
import { decimalFuzzer } from '../gateway/admission/decimals.fuzz.ts';
import { admissionFuzzer } from '../gateway/admission/orders.fuzz.ts';
import { httpFuzzer } from '../gateway/http/server.fuzz.ts';
import { streamMessageFuzzer } from '../gateway/websocket/stream.fuzz.ts';
import { recoveryFuzzer } from '../journal/recovery.fuzz.ts';
import { snapshotFileFuzzer } from '../journal/snapshot-file.fuzz.ts';
import { stateFileFuzzer } from '../journal/state-file.fuzz.ts';
import { configurationFileFuzzer } from '../ops/configuration/configuration.fuzz.ts';
import { bitstampFuzzer } from '../ops/replay/bitstamp.fuzz.ts';
import { itch50Fuzzer } from '../ops/replay/itch50.fuzz.ts';
import { lobsterFuzzer } from '../ops/replay/lobster.fuzz.ts';
import { datagramFuzzer } from '../protocol/datagrams.fuzz.ts';
import { frameFuzzer } from '../protocol/frames.fuzz.ts';
import { recordFuzzer } from '../protocol/layout.fuzz.ts';
import { streamFuzzer } from '../protocol/stream.fuzz.ts';
import { configurationFuzzer } from '../raft/configuration.fuzz.ts';
import type { Fuzzer } from '../std/testing/fuzzing.ts';
import { endlessCanary, greedyCanary, plantedCanary } from './canary.fuzz.ts';

/** What `npm run fuzz` runs without a name, in this order. */
export const fuzzers: readonly Fuzzer[] = [
  recordFuzzer,
  streamFuzzer,
  frameFuzzer,
  datagramFuzzer,
  configurationFuzzer,
  recoveryFuzzer,
  stateFileFuzzer,
  snapshotFileFuzzer,
  engineSnapshotFuzzer,
  commandFuzzer,
  decimalFuzzer,
  admissionFuzzer,
  httpFuzzer,
  streamMessageFuzzer,
  bitstampFuzzer,
  lobsterFuzzer,
  itch50Fuzzer,
  configurationFileFuzzer,
];

/** These must fail: they prove that the runner can tell. They run by name only. */
export const canaries: readonly Fuzzer[] = [plantedCanary, endlessCanary, greedyCanary];

/** The fuzzer or canary of this name. */
export function fuzzerNamed(name: string): Fuzzer | undefined {
  return [...fuzzers, ...canaries].find((fuzzer) => fuzzer.name === name);
}
