/**
 * Which engine a release has. The version grows whenever the engine makes something else of a command, or of a state,
 * than it did before, a snapshot included. A release also has the engine of the version before it, and runs that one
 * until the command `switchEngine` is applied: so two releases serve together, and all replicas go over at one seq.
 */
import { assertAtMost } from '../std/assert.ts';

/** The newest one of this release; the first release has version 1. */
export const engineVersion = 1;
/** The oldest one that it still has. */
export const engineVersionLeast = 1;
/** That of an exchange before its first command. */
export const firstEngineVersion = 1;

// A release that drops it must write into the log which version a new exchange begins with.
assertAtMost(
  engineVersionLeast,
  firstEngineVersion,
  'a new exchange begins with an engine that this release has',
);

/** The log goes over to an engine that this release does not have: whatever were applied next would be wrong. */
export class UnknownEngine extends Error {
  override readonly name: string = 'UnknownEngine';
  readonly engineVersion: number;

  constructor(wanted: number, most: number) {
    super(
      `the exchange goes over to version ${wanted} of the engine, and this replica has versions ${engineVersionLeast} to ${most}`,
    );
    this.engineVersion = wanted;
  }
}
