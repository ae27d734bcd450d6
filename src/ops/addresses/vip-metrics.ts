/** What `lockstep vip` shows of the addresses that it holds, or does not: at `/vip`, and to Prometheus. */
import { Registry } from '@prometheus-io/client';
import { figuresOf } from '../processes/figures.ts';

export interface VipStanding {
  /** The replica or gateway of this machine, such as `gateway/2`. */
  readonly member: string;
  /** Where the addresses move with the leader. */
  readonly replicaId?: number;
  readonly holds: boolean;
  readonly state: string;
  readonly term: number;
  readonly addresses: readonly string[];
  /** Since when it holds them, in milliseconds since 1970; absent where it does not. */
  readonly sinceMs?: number;
  /** How old the newest confirmation is by which it may hold them; absent where there was none. */
  readonly confirmedAgeMs?: number;
  /** The machine that has them instead, where voters say so. */
  readonly other?: string;
  /** What says that it has one of them, and should not. */
  readonly conflict?: string;
  readonly takes: number;
  readonly failures: number;
}

export function vipMetrics(clusterId: number, standing: () => VipStanding): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const { gauge, counter } = figuresOf<VipStanding>(registry, {
    prefix: 'lockstep_vip',
    labelNames: ['member'],
    subjects() {
      const now = standing();
      return [[{ member: now.member }, now]];
    },
  });
  gauge('holds', '1 where this machine holds the addresses.', ({ holds }) => (holds ? 1 : 0));
  gauge(
    'since_seconds',
    'Since when this machine holds them, since 1970; 0: it does not.',
    ({ sinceMs = 0 }) => sinceMs / 1_000,
  );
  gauge(
    'confirmed_age_seconds',
    'How old the newest word of a majority is by which this machine may hold them; -1: none.',
    ({ confirmedAgeMs }) => (confirmedAgeMs === undefined ? -1 : confirmedAgeMs / 1_000),
  );
  gauge('conflict', '1 while another machine says that it has one of them.', ({ conflict }) =>
    conflict === undefined ? 0 : 1,
  );
  counter('takes_total', 'How often this machine took them.', ({ takes }) => takes);
  counter('failures_total', 'What the system of this machine refused.', ({ failures }) => failures);
  return registry;
}
