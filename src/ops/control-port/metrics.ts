/** The counters of a replica in the text format of Prometheus: names with their unit, totals told from gauges. */
import { Counter, Gauge, Registry } from '@prometheus-io/client';
import { believed, canaryFaults, type HeardReport } from '../../gateway/canary/report.ts';
import { placeKinds } from '../../protocol/roster.ts';
import { type CounterName, counterNames, totalNames } from '../../replica/counters.ts';
import type { ShownMember } from '../../replica/members/membership-view.ts';
import { signalNames, signalOf } from '../../replica/watches/gray-signals.ts';
import { breakerNumbers } from '../breaker-states.ts';
import { showLease } from '../grants/lease-metrics.ts';
import { type CounterReader, lagFrames, leaderCommitIndex, type ReplicaStatus } from '../health/status.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import { type PromisedAvailability, showAvailability } from './availability-metrics.ts';

const totals: ReadonlySet<CounterName> = new Set(totalNames);

export interface ControlTotals {
  readonly requests: number;
  readonly requestsRefused: number;
}

type Seen = ReturnType<MetricReaders['seen']>;

/** Where metrics read their values when they are scraped. */
export interface MetricReaders {
  readonly read: CounterReader;
  members(): readonly ShownMember[];
  placementWarnings(): number;
  stalledMs(): number;
  control(): ControlTotals;
  ordersWaiting(): number;
  /** Undefined without TLS. */
  certificateExpiresAtMs(): number | undefined;
  identityExpiresAtMs(): number;
  hooks(): readonly HookStanding[];
  canaries(): readonly HeardReport[];
  /** What the process sees of the others and of its disk. */
  seen(): Pick<
    ReplicaStatus,
    | 'hears'
    | 'progress'
    | 'conditions'
    | 'elections'
    | 'flushes'
    | 'knewLeader'
    | 'voters'
    | 'lease'
    | 'lagFramesMax'
    | 'sides'
    | 'version'
    | 'configHash'
  >;
  readonly promised: PromisedAvailability;
}

export function replicaMetrics(
  labels: Readonly<Record<string, string>>,
  {
    read,
    members,
    placementWarnings,
    stalledMs,
    control,
    ordersWaiting,
    certificateExpiresAtMs,
    identityExpiresAtMs,
    hooks,
    canaries,
    seen,
    promised,
  }: MetricReaders,
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ ...labels });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  const total = (name: string, help: string, value: () => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  for (const [slot, name] of counterNames.entries()) {
    if (name === 'leaderCommitIndex') continue;
    const value = () => read(slot);
    if (totals.has(name)) total(`lockstep_${snake(name)}_total`, words(name), value);
    else gauge(`lockstep_${snake(name)}`, words(name), value);
  }
  // An unknown figure has no number.
  gauge(
    'lockstep_leader_commit_index',
    "The leader's commit index as far as it was heard; NaN where no leader is heard.",
    () => leaderCommitIndex(read) ?? Number.NaN,
  );
  gauge(
    'lockstep_lag_frames',
    'Frames that the leader has committed and that are not applied here; NaN where no leader is heard.',
    () => lagFrames(read) ?? Number.NaN,
  );
  showMembers(registry, members, placementWarnings);
  showHooks(registry, hooks, seen);
  showCanary(registry, canaries);
  showSeen(registry, seen, members);
  showAvailability(registry, promised, seen);
  gauge('lockstep_stalled_seconds', 'How long the duty cycle has stood still.', () => stalledMs() / 1_000);
  total('lockstep_control_requests_total', 'Requests of the control endpoint.', () => control().requests);
  total(
    'lockstep_control_requests_refused_total',
    'Requests of the control endpoint that were malformed, unknown or not those of an operator.',
    () => control().requestsRefused,
  );
  gauge(
    'lockstep_orders_waiting',
    'Orders of operators that the audit trail does not have yet.',
    ordersWaiting,
  );
  const expiresSeconds = (): number => Math.floor((certificateExpiresAtMs() ?? 0) / 1_000);
  if (expiresSeconds() > 0)
    gauge(
      'lockstep_certificate_expires_seconds',
      'When the certificate of the control endpoint expires, since 1970.',
      expiresSeconds,
    );
  gauge(
    'lockstep_identity_expires_seconds',
    'When the certificate for links to replicas, gateways and programs expires, since 1970.',
    () => Math.floor(identityExpiresAtMs() / 1_000),
  );
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  total('process_cpu_seconds_total', 'Processor time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge('process_start_time_seconds', 'Start of the process, since 1970.', () =>
    Math.round(Date.now() / 1_000 - process.uptime()),
  );
  return registry;
}

/** Which replicas are members, and how many warnings there are of where they are. */
function showMembers(
  registry: Registry,
  members: MetricReaders['members'],
  placementWarnings: MetricReaders['placementWarnings'],
): void {
  new Gauge({
    name: 'lockstep_member_info',
    help: 'One for each member, with what the log says of it.',
    labelNames: ['member', 'role', 'votes', 'host', 'release', ...placeKinds],
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, role, votes, host, release, ...member } of members()) {
        const places = Object.fromEntries(placeKinds.map((kind) => [kind, member[kind]]));
        this.set({ member: String(id), role, votes: String(votes), host, release, ...places }, 1);
      }
    },
  });
  new Gauge({
    name: 'lockstep_placement_warnings',
    help: 'Places whose failure would stop the exchange, or for which no member says where it stands.',
    registers: [registry],
    collect() {
      this.set(placementWarnings());
    },
  });
}

/** Whom it hears, how far the others are where it leads, the last election, and its flushes. */
function showSeen(registry: Registry, seen: MetricReaders['seen'], members: MetricReaders['members']): void {
  showLease(registry, () => seen().lease);
  const gauge = (
    name: string,
    help: string,
    label: string,
    set: (gauge: Gauge<string>, now: Seen) => void,
  ): void => {
    new Gauge<string>({
      name: `lockstep_${name}`,
      help,
      labelNames: label === '' ? [] : [label],
      registers: [registry],
      collect() {
        this.reset();
        set(this, seen());
      },
    });
  };
  const ofProgress = (name: string, help: string, of: (one: Seen['progress'][number]) => number): void =>
    gauge(name, help, 'member', (shown, { progress }) => {
      for (const one of progress) shown.set({ member: String(one.memberId) }, of(one));
    });
  gauge('member_heard', '1 where this replica hears the member.', 'member', (shown, { hears = [] }) => {
    for (const { id } of members()) shown.set({ member: String(id) }, hears.includes(id) ? 1 : 0);
  });
  const bound = 'Further behind a replica is not ready (key limits.lagFramesMax).';
  gauge('lag_bound_frames', bound, '', (shown, { lagFramesMax }) => shown.set(lagFramesMax));
  ofProgress(
    'member_behind_frames',
    'Frames that the member has not acknowledged to this leader.',
    ({ behindFrames }) => behindFrames,
  );
  ofProgress(
    'member_behind_bytes',
    'Bytes that the member has not acknowledged to this leader.',
    ({ behindBytes }) => behindBytes,
  );
  ofProgress(
    'member_silent_seconds',
    'Since the last answer of the member to this leader.',
    ({ silentUs }) => silentUs / 1e6,
  );
  for (const name of signalNames) {
    const { meaning, from } = signalOf(name);
    const help = `How a member is, as its leader knows: in thousandths, or µs for a flush. ${meaning}.`;
    gauge(`condition_${name}`, help, 'member', (shown, { conditions }) => {
      for (const { memberId, values } of conditions) {
        const value = values[name];
        if (value !== undefined) shown.set({ member: String(memberId) }, value);
      }
    });
    gauge(`condition_${name}_gray_from`, `From here on a member may be gray. ${meaning}.`, '', (shown) =>
      shown.set(from),
    );
  }
  gauge(
    'member_gray',
    '1 where the member is worse than another one: docs/GRAY.md.',
    'member',
    (shown, { conditions }) => {
      for (const { memberId, gray } of conditions)
        shown.set({ member: String(memberId) }, gray.length > 0 ? 1 : 0);
    },
  );
  showElections(registry, seen);
  gauge('flush_seconds', 'Flushes of the journal, of the last 1,024.', 'quantile', (shown, { flushes }) => {
    shown.set({ quantile: '0.5' }, flushes.medianUs / 1e6);
    shown.set({ quantile: '0.99' }, flushes.p99Us / 1e6);
    shown.set({ quantile: '1' }, flushes.maxUs / 1e6);
  });
  gauge('clock_seconds', 'The clock of the machine, since 1970.', '', (shown) =>
    shown.set(Date.now() / 1_000),
  );
}

/** What this process remembers of elections, which is bounded, and what it runs on. */
function showElections(registry: Registry, seen: MetricReaders['seen']): void {
  const registers = [registry];
  new Gauge({
    name: 'lockstep_last_election_gap_seconds',
    help: 'How long this replica knew no leader before the one of now.',
    registers,
    collect() {
      this.reset();
      const last = seen().elections.at(-1);
      if (last !== undefined) this.set(last.gapUs / 1e6);
    },
  });
  new Gauge<string>({
    name: 'lockstep_election_gap_seconds',
    help: 'Of each of the last 100 changes of the leader: how long this replica knew none before, and why it changed.',
    labelNames: ['term', 'leader', 'former', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { term, leaderId, formerId, reason, gapUs } of seen().elections)
        this.set(
          { term: String(term), leader: String(leaderId), former: String(formerId), reason },
          gapUs / 1e6,
        );
    },
  });
  new Gauge<string>({
    name: 'lockstep_replica_info',
    help: 'The release of this replica, and the hash of the configuration that it runs with.',
    labelNames: ['release', 'configuration'],
    registers,
    collect() {
      this.reset();
      const { version, configHash } = seen();
      this.set({ release: version, configuration: configHash }, 1);
    },
  });
}

/** The state of the hooks, where there are any, and of what else is outside. */
function showHooks(registry: Registry, hooks: MetricReaders['hooks'], seen: MetricReaders['seen']): void {
  showSides(registry, seen);
  const shown: readonly (readonly [string, string, (hook: HookStanding) => number])[] = [
    [
      'breaker_state',
      'Breaker of a hook: 0 closed, 1 on trial, 2 open.',
      ({ breaker }) => breakerNumbers[breaker],
    ],
    ['hook_waiting', 'Notices that wait for a hook.', ({ waiting }) => waiting],
    [
      'hook_waiting_since_seconds',
      'When the oldest of them was written, since 1970; 0: none waits.',
      ({ waitingSinceMs }) => waitingSinceMs / 1_000,
    ],
    ['hook_delivered', 'Notices that this process has delivered.', ({ delivered }) => delivered],
    ['hook_failed', 'Attempts of this process that failed.', ({ failed }) => failed],
    ['hook_given_up', 'Notices that this process has given up.', ({ givenUp }) => givenUp],
  ];
  for (const [name, help, value] of shown) {
    new Gauge({
      name: `lockstep_${name}`,
      help,
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset();
        for (const hook of hooks()) this.set({ hook: hook.name }, value(hook));
      },
    });
  }
}

/** What processes beside the replicas have reported of themselves to this replica. */
function showSides(registry: Registry, seen: MetricReaders['seen']): void {
  const registers = [registry];
  new Gauge<string>({
    name: 'lockstep_side_breaker_state',
    help: 'Breaker of a process beside the replicas, as it said to this one: 0 closed, 1 on trial, 2 open.',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset();
      for (const { source, breaker } of seen().sides ?? [])
        if (breaker !== undefined) this.set({ source }, breakerNumbers[breaker]);
    },
  });
  new Gauge<string>({
    name: 'lockstep_side_condition',
    help: '1 for what a process beside the replicas holds, as it said to this one.',
    labelNames: ['source', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { source, conditions } of seen().sides ?? [])
        for (const { kind } of conditions) this.set({ source, kind }, 1);
    },
  });
}

/** What watchers tell of their canaries, and what two of them agree on. */
function showCanary(registry: Registry, canaries: MetricReaders['canaries']): void {
  const registers = [registry];
  new Gauge({
    name: 'lockstep_canary_watchers',
    help: 'Watchers that tell this replica what their canaries found.',
    registers,
    collect() {
      this.set(canaries().length);
    },
  });
  new Gauge({
    name: 'lockstep_canary_believed',
    help: '1 where two watchers have found the same fault of the exchange: docs/CANARY.md.',
    labelNames: ['fault'],
    registers,
    collect() {
      const faults = new Set(believed(canaries()).map(({ fault }) => fault));
      for (const fault of canaryFaults) this.set({ fault }, Number(faults.has(fault)));
    },
  });
}

/** `appliedTimeUs` → `applied_time_us` */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function words(name: string): string {
  const text = snake(name).replaceAll('_', ' ').replace(/ us$/, ', in microseconds');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
