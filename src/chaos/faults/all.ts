/** Every fault of the lab, by name. */
import { clockFaults } from './clocks.ts';
import { crowds } from './crowds.ts';
import { diskFaults } from './disks.ts';
import type { Fault } from './fault.ts';
import { networkFaults } from './network.ts';
import { operations } from './operations.ts';
import { people } from './people.ts';
import { processFaults } from './processes.ts';

export const faults: readonly Fault[] = [
  ...processFaults,
  ...networkFaults,
  ...diskFaults,
  ...clockFaults,
  ...operations,
  ...people,
  ...crowds,
];

/** Throws with the allowed names where there is none of this name. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((known) => known.name === name);
  if (fault === undefined)
    throw new Error(`There is no fault "${name}"; allowed: ${faults.map((known) => known.name).join(', ')}.`);
  return fault;
}
