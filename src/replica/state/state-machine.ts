/**
 * What a replica replicates: a state that is changed by nothing but the committed commands. What holds of every state
 * machine:
 *
 * - The same commands, with the same sequence numbers and times, give the same state, bytes of a snapshot and hash on
 *   every machine: no clock, no chance, no I/O.
 * - Commands come once each, in the order of their sequence numbers; a command that is refused counts too.
 * - A state that was restored from a snapshot goes on as the one that the snapshot was taken of, and has its hash.
 * - While a snapshot is copied nothing is applied.
 *
 * The exchange (replica/exchange/exchange.ts) is the one that runs. Which it is, is decided when a replica is made.
 */
export interface StateMachine {
  /** Sequence number of the last command that was applied; 0 before the first. @hot */
  readonly lastSeq: number;
  /** Microseconds since 1970, as stamped on it. */
  readonly lastTimeUs: number;
  /** By which version of its rules it applies commands; 0 where it has none. A command changes it. */
  readonly version: number;

  /**
   * Applies the `count` commands of a committed frame, which are one behind the other from `at` on; returns where
   * they end. The first has the sequence number `firstSeq`, all of them the time of the frame. Throws
   * ConfigurationFault before a command that this release cannot apply. @hot
   */
  apply(view: DataView, at: number, count: number, firstSeq: number, timeUs: number): number;

  /** Passes over the command at `at`, which is voided: its number is used, and its sender may learn of it. */
  skip(view: DataView, at: number, seq: number, timeUs: number): number;
  /** How many commands were voided at this time or later, as far as is remembered. */
  voidsSince(timeUs: number): number;
  /** Whether this command was passed over, as far as is remembered. */
  hasPassedOver(seq: number): boolean;

  /**
   * A running digest of 32 bits over all that the commands have made since the first one; part of the state. Two states
   * that answered one command differently have other digests from then on. @hot
   */
  readonly digest: number;

  /** Where it writes the number of each command before it applies it, at `applyingAt` (apply-mark.ts). @hot */
  marks: Float64Array;

  /** Bytes of a snapshot of the state as it is now. */
  snapshotBytes(): number;
  /** Writes a snapshot to the start of `into`, in steps of about `stepBytes`; yields how many bytes are written. */
  snapshotSteps(into: Uint8Array, stepBytes: number): Generator<number, number>;
  /** The hash of the state in a snapshot, in steps; it is not that of the present state. */
  snapshotHashSteps(snapshot: Uint8Array, stepBytes: number): Generator<undefined, string>;
  /**
   * Reads a snapshot beside the present state. The function that is returned puts it in the place of that; undefined
   * where the bytes are no snapshot of this release, or their state has not this hash.
   */
  restore(snapshot: Uint8Array, hash: string): (() => void) | undefined;
  /** The state before all commands takes the place of this one. */
  clear(): void;
  /** A hash over all that a snapshot holds. */
  stateHash(): string;

  /**
   * Takes no command that would change it for a client until an operator opens it again, for this reason. Not by a
   * command: it is called where a generation of the cluster begins, before the snapshot that all of it begins with.
   */
  holdBack(reason: string): void;

  /**
   * How this state differs from the one of a snapshot, in the words of those that use it, `linesMax` lines at the most:
   * `order 17 of account 3: remaining 5 here, 7 there`. Slow: for a state that is about to be given up.
   */
  differences(snapshot: Uint8Array, linesMax: number): readonly string[];
  /** What the commands behind one, up to the last, made for single clients, in such words, as far as it remembers. */
  answersBetween(afterSeq: number, lastSeq: number, linesMax: number): readonly string[];
}
