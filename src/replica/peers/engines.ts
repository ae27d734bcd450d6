/**
 * Which engines replicas have, as they tell each other when they connect: two of them serve together where both have
 * the one that is in force.
 */
import { engineVersionLeast, engineVersion as newest } from '../../engine/engine-version.ts';
import type { introduction } from '../../protocol/messages.ts';
import type { ReplicaOptions } from '../options.ts';

/** The newest and the oldest version that a replica has, and the one that is in force there; 0 without an engine. */
export type EngineVersions = Pick<
  ReturnType<typeof introduction.read>,
  'engineVersion' | 'engineVersionLeast' | 'engineVersionInForce'
>;

/** Those of this replica, where one is in force. */
export function ownEngine(
  { engineVersion = newest }: Pick<ReplicaOptions, 'engineVersion'>,
  engineVersionInForce: number,
): EngineVersions {
  return { engineVersion, engineVersionLeast, engineVersionInForce };
}

/** Why the engines of two replicas may not serve together; undefined where they may. */
export function engineUnlikeness(
  peer: number,
  own: EngineVersions,
  theirs: EngineVersions,
): string | undefined {
  // One of them may not have applied the switch yet.
  const inForce = Math.max(own.engineVersionInForce, theirs.engineVersionInForce);
  const [hasOwn, hasTheirs] = [own, theirs].map((each) => hasEngine(each, inForce));
  if (inForce === 0 || (hasOwn && hasTheirs)) return undefined;
  return (
    `The exchange runs version ${inForce} of the engine. Replica ${peer} has ${enginesText(theirs)}, and this replica ${enginesText(own)}: ` +
    'they would make different things of the same commands, so they do not hear each other. Run a release with ' +
    `version ${inForce} on ${hasTheirs ? 'this replica' : `replica ${peer}`}.`
  );
}

/** Whether one of these is the version. */
export function hasEngine(
  { engineVersionLeast: least, engineVersion: most }: EngineVersions,
  version: number,
): boolean {
  return least <= version && version <= most;
}

/** In words. */
export function enginesText({ engineVersionLeast: least, engineVersion: most }: EngineVersions): string {
  return least === most ? `version ${most}` : `versions ${least} to ${most}`;
}
