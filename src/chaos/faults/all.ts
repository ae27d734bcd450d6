/** Every fault of the lab, by name. */
import { backupFaults } from './backups.ts';
import { buildFaults } from './builds.ts';
import { clockFaults } from './clocks.ts';
import { crowds } from './crowds.ts';
import { diskFaults, powerFaults } from './disks.ts';
import type { Fault } from './fault.ts';
import { memberFaults } from './members.ts';
import { networkFaults } from './network.ts';
import { operations } from './operations.ts';
import { people } from './people.ts';
import { processFaults } from './processes.ts';
import { siteFaults } from './sites.ts';
import { witnessFaults } from './witness.ts';

export const faults: readonly Fault[] = [
  ...processFaults,
  ...buildFaults,
  ...networkFaults,
  ...diskFaults,
  ...powerFaults,
  ...clockFaults,
  ...operations,
  ...memberFaults,
  ...people,
  ...crowds,
  ...witnessFaults,
  ...backupFaults,
  ...siteFaults,
];

/** Throws with the allowed names where there is none of this name. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((known) => known.name === name);
  if (fault === undefined)
    throw new Error(`There is no fault "${name}"; allowed: ${faults.map((known) => known.name).join(', ')}.`);
  return fault;
}
