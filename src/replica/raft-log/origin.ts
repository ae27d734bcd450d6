/** Which cluster the files of a folder belong to. All of them belong to one, or the folder is not used. */
import { beginningOf } from '../../protocol/foundation.ts';
import { ReplicaFault } from '../fault.ts';

/** What tells clusters apart (protocol/foundation.ts). */
export interface ClusterOrigin {
  /** The founding voters; none where they are not known. */
  readonly founders: readonly number[];
  /** 0 where it is not known. */
  readonly instance: number;
}

/** What all of `found` together say; throws ReplicaFault where two of them are of two clusters. */
export function commonOrigin(found: readonly (ClusterOrigin | undefined)[]): ClusterOrigin {
  const origins = found.filter((origin) => origin !== undefined);
  const [founders, otherFounders] = distinct(
    origins.map((origin) => origin.founders.join(', ')).filter((ids) => ids !== ''),
  );
  if (otherFounders !== undefined) {
    throw new ReplicaFault(
      `The folder holds files of two clusters: one was founded with replicas ${founders}, the other with ` +
        `${otherFounders}. Put back the files that belong together, or empty the folder.`,
    );
  }
  const [instance, otherInstance] = distinct(
    origins.map((origin) => origin.instance).filter((number) => number !== 0),
  );
  if (instance !== undefined && otherInstance !== undefined)
    throw new ReplicaFault(twoInstances(instance, otherInstance));
  return {
    founders: origins.find((origin) => origin.founders.length > 0)?.founders ?? [],
    instance: instance ?? 0,
  };
}

function twoInstances(one: number, other: number): string {
  return (
    `The folder holds files of two clusters of the same replicas: one began ${beginningOf(one)}, the other ` +
    `${beginningOf(other)}. Put back the files that belong together, or empty the folder and start without --bootstrap.`
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
