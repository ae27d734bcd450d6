/** What `lockstep dns` shows of the names that it writes: status, alarms and metrics, for its machine alone. */
import { Registry } from '@prometheus-io/client';
import { type BreakerState, breakerNumbers } from '../breaker-states.ts';
import { figuresOf } from '../processes/figures.ts';

export interface DnsStanding {
  readonly replicaId: number;
  /** Whether the replica of this machine leads, so that this process writes. */
  readonly writes: boolean;
  /** How old the newest word of a majority is that it leads; absent where there was none. */
  readonly confirmedAgeMs?: number;
  readonly names: readonly {
    readonly name: string;
    /** What the name server has by the last update of this process; empty where it has made none. */
    readonly addresses: readonly string[];
    /** When it was last written, or found there as it should be, in milliseconds since 1970; 0: never. */
    readonly writtenMs: number;
  }[];
  readonly breaker: BreakerState;
  readonly failures: number;
  /** Why the last update failed; empty where it did not. */
  readonly error: string;
  /** Why no gateway is found ready; empty where one is. */
  readonly gatewayProblem: string;
}

export function dnsAlarms({ writes, error, gatewayProblem }: DnsStanding): string[] {
  return writes ? [error, gatewayProblem].filter((text) => text !== '') : [];
}

export function dnsMetrics(clusterId: number, standing: () => DnsStanding): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const { gauge, counter } = figuresOf<DnsStanding>(registry, {
    prefix: 'lockstep_dns',
    labelNames: ['replica'],
    subjects() {
      const now = standing();
      return [[{ replica: now.replicaId }, now]];
    },
  });
  gauge('writes', '1 while the replica of this machine leads, so that this process writes.', ({ writes }) =>
    writes ? 1 : 0,
  );
  gauge(
    'confirmed_age_seconds',
    'How old the newest word of a majority is that this replica leads; -1: none.',
    ({ confirmedAgeMs }) => (confirmedAgeMs === undefined ? -1 : confirmedAgeMs / 1_000),
  );
  gauge('failing', '1 while this process writes and its updates fail.', ({ writes, error }) =>
    writes && error !== '' ? 1 : 0,
  );
  gauge(
    'gateways_unready',
    '1 while this process writes and finds no gateway ready, so that the name has all of them.',
    ({ writes, gatewayProblem }) => (writes && gatewayProblem !== '' ? 1 : 0),
  );
  gauge(
    'breaker_state',
    'Breaker of the name server: 0 closed, 1 on trial, 2 open.',
    ({ breaker }) => breakerNumbers[breaker],
  );
  counter('failures_total', 'Updates that failed.', ({ failures }) => failures);
  const ofNames = figuresOf<DnsStanding['names'][number]>(registry, {
    prefix: 'lockstep_dns',
    labelNames: ['replica', 'name'],
    subjects() {
      const { replicaId: replica, names } = standing();
      return names.map((written) => [{ replica, name: written.name }, written]);
    },
  });
  ofNames.gauge(
    'written_seconds',
    'When this process last wrote the name, or found it as it should be, since 1970; 0: never.',
    ({ writtenMs }) => writtenMs / 1_000,
  );
  return registry;
}
