/**
 * What a replica keeps of its state before it gives it up: a folder beside its data, named after the frame at which it
 * was found to differ, for a person to read. Nothing in it is ever read here, and a disk that refuses it stops nothing.
 */
import { snapshotName } from '../../journal/snapshot-file.ts';
import type { Digest, ReplicatedLog, Verdict } from '../log/replicated-log.ts';
import type { Ports } from '../ports.ts';

/** Frames that are kept. */
const framesMax = 64;

/** What is known when a replica is found to differ. */
export interface Finding {
  readonly replicaId: number;
  readonly leaderId: number;
  readonly verdict: Verdict;
  /** Its own digests at the frame of the verdict. */
  readonly own: Digest;
  /** Its newest snapshot that is no later than the last frame at which it agreed; 0: there is none. */
  readonly goodSnapshotIndex: number;
  /** What it answered clients since then, as the leader; undefined where it has not led since then. */
  readonly answers: readonly string[] | undefined;
}

export class Evidence {
  readonly folder: string;
  readonly #storage: Ports['storage'];

  constructor(storage: Ports['storage'], index: number) {
    this.#storage = storage;
    this.folder = `diverged-at-frame-${index}`;
  }

  /** Keeps what is known now: the digests, the frames, the last good snapshot. */
  keepFinding(finding: Finding, log: ReplicatedLog): void {
    const { verdict, goodSnapshotIndex } = finding;
    this.#write('finding.txt', linesOf(finding));
    const first = Math.max(verdict.agreedIndex + 1, verdict.index - framesMax + 1);
    for (let index = first; index <= verdict.index; index++) {
      const frame = log.facts.copyOf(index);
      if (frame !== undefined) this.#storage.setAside(this.folder, `frame-${index}.bin`, frame);
    }
    if (goodSnapshotIndex > 0) this.#storage.setAside(this.folder, snapshotName(goodSnapshotIndex));
  }

  /** How the state differed from the sound one. */
  keepDifferences(lines: readonly string[]): void {
    this.#write('differences.txt', lines);
  }

  #write(name: string, lines: readonly string[]): void {
    this.#storage.setAside(this.folder, name, new TextEncoder().encode(`${lines.join('\n')}\n`));
  }
}

function linesOf({
  replicaId,
  leaderId,
  verdict,
  own,
  goodSnapshotIndex,
  answers,
}: Finding): readonly string[] {
  const { index, events, log, agreedIndex, soundId } = verdict;
  const agreed =
    agreedIndex === 0
      ? 'It is not known up to which frame they agreed.'
      : `They agreed up to frame ${agreedIndex}: the frame that made the difference is one of the next.`;
  return [
    `Replica ${replicaId} made something else of the log up to frame ${index} than the majority.`,
    agreed,
    `digest of its events: ${hex(own.events)}, of the majority: ${hex(events)}`,
    `digest of its log:    ${hex(own.log)}, of the majority: ${hex(log)}`,
    `It follows replica ${leaderId}, and takes the state of replica ${soundId}.`,
    goodSnapshotIndex === 0
      ? 'It has no snapshot from before the difference.'
      : `Its last snapshot from before the difference is ${snapshotName(goodSnapshotIndex)}.`,
    ...answersOf(answers),
  ];
}

function answersOf(answers: Finding['answers']): readonly string[] {
  if (answers === undefined)
    return [
      'It has not led since then, so it answered no order of a client. What it showed of books, trades and orders to those ' +
        'that read at it is not listed.',
    ];
  if (answers.length === 0) return ['It has led since then, and answered no client meanwhile.'];
  return ['It has led since then, and answered clients with this:', ...answers];
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
