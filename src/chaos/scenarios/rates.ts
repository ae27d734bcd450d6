/** How often what fails, in a year, where a venue has no better numbers: `--rates FILE` (JSON) replaces any of them. */
import { readFileSync } from 'node:fs';
import type { RateName } from '../faults/fault.ts';

export type FaultRates = Readonly<Record<RateName, number>>;

const usualRates: FaultRates = {
  process: 4,
  machine: 1,
  network: 2,
  disk: 0.5,
  power: 0.5,
  clock: 0.5,
  operator: 24,
  client: 50,
};

/** Throws where the file names what is no rate. */
export function ratesIn(file: string | undefined): FaultRates {
  if (file === undefined) return usualRates;
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  for (const [name, value] of Object.entries(json)) {
    const names = Object.keys(usualRates).join(', ');
    if (!Object.hasOwn(usualRates, name))
      throw new Error(`${file}: there is no rate "${name}"; allowed: ${names}.`);
    if (typeof value !== 'number' || !(value >= 0))
      throw new Error(`${file}: ${name} must be a number of failures in a year, 0 or more.`);
  }
  return { ...usualRates, ...json };
}
