/** What is promised, what this replica saw spent of it, and what may be expected: those of `lockstep availability`. */
import { Gauge, type Registry } from '@prometheus-io/client';
import {
  budgetMs,
  budgetPercents,
  outages,
  spentMs,
  windowNames,
  windowsMs,
} from '../availability/budget.ts';
import { expectation } from '../availability/expected.ts';
import { measuredWaits } from '../availability/measured.ts';
import type { AvailabilitySettings } from '../configuration/availability-keys.ts';
import type { ReplicaStatus } from '../health/status.ts';

export interface PromisedAvailability {
  readonly settings: AvailabilitySettings;
  readonly hasOtherSite: boolean;
}

type SeenHere = Pick<ReplicaStatus, 'knewLeader' | 'voters'>;

export function showAvailability(
  registry: Registry,
  { settings, hasOtherSite }: PromisedAvailability,
  seen: () => SeenHere,
): void {
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    set: (shown: Gauge<string>, now: SeenHere) => void,
  ): void => {
    new Gauge<string>({
      name: `lockstep_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        set(this, seen());
      },
    });
  };
  gauge('availability_target_percent', 'Which part of the time orders are taken, as promised.', [], (shown) =>
    shown.set(Number(settings.targetPercent)),
  );
  gauge(
    'downtime_budget_seconds',
    'How long the exchange may stand within a promise.',
    ['percent', 'window'],
    (shown) => {
      for (const percent of new Set([...budgetPercents, settings.targetPercent]))
        for (const window of windowNames)
          shown.set({ percent, window }, budgetMs(percent, windowsMs[window]) / 1_000);
    },
  );
  gauge(
    'leaderless_seconds',
    'How long this replica was down or knew no leader, of the window that ends now; the least of a majority is what the exchange stood.',
    ['window'],
    (shown, { knewLeader = [] }) => {
      const nowMs = Date.now();
      const alone = outages([knewLeader], 1, nowMs);
      for (const window of windowNames)
        shown.set({ window }, spentMs(alone, windowsMs[window], nowMs) / 1_000);
    },
  );
  gauge(
    'downtime_expected_seconds',
    'How long the exchange is to be expected to stand in a year, by part.',
    ['part'],
    (shown, { voters }) => {
      for (const { name, downMsAYear } of expected(voters).parts)
        shown.set({ part: name }, downMsAYear / 1_000);
    },
  );
  gauge(
    'availability_expected_percent',
    'Which part of the time orders are to be expected to be taken: the product over all parts.',
    [],
    (shown, { voters }) => shown.set(expected(voters).percent),
  );

  function expected(voters: readonly number[]): ReturnType<typeof expectation> {
    return expectation(settings, { voters: Math.max(1, voters.length), hasOtherSite }, measuredWaits);
  }
}
