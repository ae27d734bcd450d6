/** The keys of `objectives`: what the exchange promises for its loss, and how often drills show that it holds. */
import { choice, group, integer, key, list, optional, type ValueOfSchema } from '../json/schema.ts';

export const drillKinds = ['failover', 'restore', 'site-loss', 'switchover'] as const;
export type DrillKind = (typeof drillKinds)[number];

export const objectivesKeys = group({
  rtoSeconds: key(
    optional(integer(0, 604_800, 60)),
    'How long it may take until orders are taken again. Absent: drills compare no time.',
  ),
  rpoMilliseconds: key(
    optional(integer(0, 604_800_000, 1_000)),
    'How much, in time, may be lost. Absent: drills compare no loss.',
  ),
  drills: key(
    list(choice(drillKinds, 'restore'), () => [], { min: 0, max: drillKinds.length, what: 'drills' }),
    'Drills that alarm where they are overdue.',
  ),
  drillDays: key(integer(1, 3_650, 90), 'One of them is overdue where none has succeeded for so long.'),
});

export type ObjectivesSettings = ValueOfSchema<typeof objectivesKeys>;
