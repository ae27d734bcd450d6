/** Configurations in which one key of `availability` is wrong, and what is said of it. */
const failures = ['process', 'machine', 'network', 'disk', 'power', 'clock', 'operator', 'client'];
const repairs = ['process', 'machine', 'network', 'disk', 'power', 'promotion'];
const targets = '99.9, 99.95, 99.99, 99.995, 99.999';

const of = (availability: unknown): unknown => ({ availability });

export const wrongAvailability: readonly (readonly [json: unknown, message: string])[] = [
  [
    of({ targetPercent: '100' }),
    `availability.targetPercent: "100" is not one of the choices; allowed: ${targets}`,
  ],
  [of({ gateways: 0 }), 'availability.gateways: 0 is out of range; allowed: 1 to 1000'],
  ...failures.map(
    (name) =>
      [
        of({ failuresInTenYears: { [name]: -1 } }),
        `availability.failuresInTenYears.${name}: -1 is out of range; allowed: 0 to 1000000`,
      ] as const,
  ),
  ...repairs.map(
    (name) =>
      [
        of({ repairMinutes: { [name]: 525_601 } }),
        `availability.repairMinutes.${name}: 525601 is out of range; allowed: 0 to 525600`,
      ] as const,
  ),
];
