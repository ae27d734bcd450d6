/** The keys of `availability` in the configuration file: what is promised, and how often what is expected to fail. */
import { choice, group, integer, key, type ValueOfSchema } from '../json/schema.ts';

/** Promises that can be chosen, in percent. */
const targets = ['99.9', '99.95', '99.99', '99.995', '99.999'] as const;
const yearsOfRates = 10;

const failures = (standard: number, meaning: string) => key(integer(0, 1_000_000, standard), meaning);
const minutes = (standard: number, meaning: string) => key(integer(0, 525_600, standard), meaning);

export const availabilityKeys = group({
  targetPercent: key(choice(targets, '99.99'), 'Which part of the time orders are taken.'),
  gateways: key(integer(1, 1_000, 2), 'Gateways that serve at the same time.'),
  failuresInTenYears: key(
    group({
      process: failures(40, 'Of one process.'),
      machine: failures(10, 'Of one machine, its disk apart.'),
      network: failures(20, 'Of the way to one machine.'),
      disk: failures(5, 'Of one disk.'),
      power: failures(5, 'Of the power of all machines of a site at once.'),
      clock: failures(5, 'Of one clock.'),
      operator: failures(240, 'Planned changes of the leader.'),
      client: failures(500, 'Times that clients ask for more than their share.'),
    }),
    'How often what fails, in ten years.',
  ),
  repairMinutes: key(
    group({
      process: minutes(1, 'Until a process runs again and has caught up.'),
      machine: minutes(240, 'Until another machine is in the place of one.'),
      network: minutes(60, 'Until the way to a machine is mended.'),
      disk: minutes(240, 'Until a machine has another disk.'),
      power: minutes(60, 'Until the power of a site is back.'),
      promotion: minutes(15, 'Until another site is opened, where there is one (docs/DISASTER.md).'),
    }),
    'How long it stays so.',
  ),
});

export type AvailabilitySettings = ValueOfSchema<typeof availabilityKeys>;
export type FailureName = keyof AvailabilitySettings['failuresInTenYears'];

export function failuresAYear({ failuresInTenYears }: AvailabilitySettings, name: FailureName): number {
  return failuresInTenYears[name] / yearsOfRates;
}
