/**
 * What processes of this machine write of themselves into the data folder, and drills of what they showed. JSON Schema
 * and the check that Ajv makes beforehand follow from it. Keys of a later release are passed over.
 */
import type { ProofNote } from '../../backup/notes.ts';
import { breakerStates } from '../breaker-states.ts';
import { drillKinds } from '../configuration/objectives-keys.ts';
import { problemIn } from '../json/made-check.ts';
import { count, may, must, several, some, words } from '../json/message-fields.ts';
import {
  anyNumber,
  byName,
  flag,
  key,
  type Loose,
  nullable,
  open,
  type ValueOfSchema,
  type ValueSchema,
  word,
} from '../json/schema.ts';
import { loadKept } from '../supervisor/kept-json.ts';
import { validate } from './generated/standing-check.ts';

const listMax = 4_096;
const number = anyNumber();

const proof: ValueSchema<Loose<ProofNote>> = open({
  fromNumber: must(count),
  toNumber: must(count),
  seq: must(count),
  timeUs: must(count),
  stateHash: must(words),
  economicHash: must(words),
  snapshots: must(count),
  provedUs: must(count),
  restoreMs: must(some),
});
const target = open({
  name: must(words),
  place: must(words),
  chain: must(words),
  seq: must(count),
  index: must(count),
  behindFrames: must(number),
  behindSeqs: must(number),
  behindSinceMs: must(some),
  levelMs: must(some),
  error: must(words),
  failingSinceMs: must(some),
  breaker: may(word(breakerStates)),
  proof: may(proof),
  proofError: must(words),
  broken: must(words),
});
const other = open({
  name: must(words),
  isReached: must(flag(false)),
  reachedMs: must(some),
  writes: must(flag(false)),
  epoch: must(count),
  appliedSeq: must(count),
  appliedTimeUs: must(count),
  behindSinceMs: must(some),
  behindBytes: must(nullable(count)),
});
/** Which process wrote it, and when. */
const writer = { pid: must(count), startedTicks: must(words), startedMs: must(some), writtenMs: must(some) };

const files = {
  backup: open({ ...writer, replicaId: must(count), targets: must(several(target, listMax)) }),
  site: open({
    ...writer,
    site: must(words),
    isStandby: must(flag(false)),
    appliedSeq: must(count),
    appliedTimeUs: must(count),
    shippedSeq: must(count),
    shippedTimeUs: must(count),
    shippedMs: must(some),
    waitingBytes: must(count),
    levelMs: must(some),
    error: must(words),
    over: must(words),
    // An earlier release does not write these.
    otherWriter: key(words, ''),
    others: key(several(other, listMax), ''),
    writerSeq: key(count, ''),
    unshippedSinceMs: key(some, ''),
    writerSeenMs: key(some, ''),
    waitUntilMs: key(some, ''),
  }),
  wait: open({ untilMs: must(some) }),
  drill: open({
    kind: must(word(drillKinds)),
    startedMs: must(some),
    ok: must(flag(false)),
    failed: must(words),
    steps: must(several(open({ step: must(words), ms: must(number) }), listMax)),
    rtoMs: may(number),
    rpoSeqs: may(number),
    rpoMs: may(number),
    hashes: must(several(open({ place: must(words), seq: must(count), stateHash: must(words) }), listMax)),
    objectives: must(open({ rtoSeconds: may(number), rpoMilliseconds: may(number) })),
    missed: must(several(words, listMax)),
    by: may(open({ pid: must(count), startedTicks: must(words) })),
  }),
};
type StandingName = keyof typeof files;
type StandingFile<N extends StandingName> = ValueOfSchema<(typeof files)[N]>;

const remedies: Readonly<Record<StandingName, string>> = {
  backup:
    'The process of the backup writes it every few seconds: start it with "lockstep backup run" or "lockstep up", or remove the file.',
  site: 'The process of the site writes it every few seconds: start it with "lockstep site follow" or "lockstep up", or remove the file.',
  wait: 'Give "lockstep site wait" again, or remove the file.',
  drill: 'Remove it; the drill counts as not run.',
};

/** All of them, by their names: what the check is made of. */
export const standingFiles = byName(files);

/** What such a file holds; undefined where there is none. Throws a Failure where it is spoiled. */
export function loadStandingFile<N extends StandingName>(path: string, name: N): StandingFile<N> | undefined {
  const schema = files[name] as ValueSchema<unknown>;
  const problem = (json: unknown) => problemIn(validate, schema, name, json);
  const json = loadKept(path, { problem, remedy: remedies[name] });
  return json === undefined ? undefined : (schema.completed(json) as StandingFile<N>);
}
