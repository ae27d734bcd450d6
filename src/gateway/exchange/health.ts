/** Whether this gateway can serve, from what it knows. Pure; live, ready and leader are three different questions. */
import type { ExchangeStatus, ReplicaWay } from '../ports.ts';

/** The site that takes orders in place of the own one. */
type PlaceElsewhere = NonNullable<ExchangeStatus['tradesAt']>;

export interface HealthInput {
  /** Undefined without a connection to the exchange. */
  readonly status: ExchangeStatus | undefined;
  /** A replica answers this gateway, the leader or another. */
  readonly isReached: boolean;
  /** The API keys of the exchange are known. */
  readonly areKeysKnown: boolean;
  readonly roundTripAgeMs: number;
  readonly roundTripAgeMsMax: number;
  readonly heapUsedPermille: number;
  readonly loopUsedPermille: number;
  readonly usePermilleMax: number;
  readonly isClosing: boolean;
  /** What the canary of this gateway found last; left out where it keeps none. */
  readonly canary?: string | undefined;
}

export interface HealthCheck {
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
}

export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/** Whether a load balancer should send requests here, with each check on its own. */
export function readiness(input: HealthInput): Readiness {
  const { status, roundTripAgeMs, roundTripAgeMsMax, usePermilleMax } = input;
  const age = Number.isFinite(roundTripAgeMs) ? `${Math.round(roundTripAgeMs)} ms ago` : 'never';
  const hasSession = status !== undefined && status.sessionId !== 0;
  const leadership = leadershipOf(status, input.isReached);
  const use = (permille: number): HealthCheck => ({
    ok: permille <= usePermilleMax,
    found: `${percent(permille)} used, at most ${percent(usePermilleMax)}`,
  });
  const checks = {
    session: { ok: hasSession, found: hasSession ? 'open' : 'none with the exchange' },
    replicas: {
      ok: input.isReached,
      found: input.isReached ? 'a replica answers this gateway' : 'this gateway reaches no replica',
    },
    leader: {
      ok: leadership.leaderId !== 0,
      found: wordsOf(leadership, idleLeaderOf(status), status?.tradesAt),
    },
    roundTrip: {
      ok: roundTripAgeMs <= roundTripAgeMsMax,
      found: `last answer ${age}, at most ${roundTripAgeMsMax} ms`,
    },
    keys: {
      ok: input.areKeysKnown,
      found: input.areKeysKnown ? 'known' : 'the API keys of the exchange are not known yet',
    },
    memory: use(input.heapUsedPermille),
    cpu: use(input.loopUsedPermille),
    open: { ok: !input.isClosing, found: input.isClosing ? 'the gateway is closing' : 'takes requests' },
    // One watcher is not believed: it makes no gateway unready.
    ...(input.canary !== undefined && { canary: { ok: true, found: input.canary } }),
  };
  return { ok: Object.values(checks).every((check) => check.ok), checks };
}

/** Which replica leads, as far as a gateway knows. */
export interface Leadership {
  /** What the gateway can do for its callers. */
  readonly mode: GatewayMode;
  /** 0: no replica. */
  readonly leaderId: number;
  readonly term: number;
  /** Failovers that are remembered. */
  readonly failovers: number;
  /** Milliseconds without acknowledgements in the last failover; left out before the first. */
  readonly lastGapMs?: number;
}

/** The same, with the generation of the exchange; 0 before a replica has answered. */
export type LeadershipInEpoch = Leadership & { readonly epoch: number };

/** Orders and queries; queries alone, since replicas answer and none leads; or nothing: no replica answers. */
export type GatewayMode = 'readWrite' | 'readOnly' | 'unreachable';

/** `isReached`: a replica answers this gateway, the leader or another. */
export function leadershipOf(status: ExchangeStatus | undefined, isReached: boolean): Leadership {
  const withoutLeader = isReached ? 'readOnly' : 'unreachable';
  if (status === undefined) return { mode: withoutLeader, leaderId: 0, term: 0, failovers: 0 };
  const { leaderId, term, failovers } = status;
  const mode = leaderId !== 0 ? 'readWrite' : withoutLeader;
  const last = failovers.at(-1);
  const gap = last === undefined ? {} : { lastGapMs: last.gapMs };
  return { mode, leaderId, term, failovers: failovers.length, ...gap };
}

/** The replica that leads in the newest term and takes no orders, since nothing is committed. */
export function idleLeaderOf(status: ExchangeStatus | undefined): ReplicaWay | undefined {
  if (status === undefined || status.leaderId !== 0) return undefined;
  return status.connections.filter(({ leadsIdle }) => leadsIdle).toSorted((a, b) => b.term - a.term)[0];
}

/** What gateways, replicas and the command line say of a leader that can commit nothing. */
export function idleLeaderText(replicaId: number): string {
  return `replica ${replicaId} leads, and nothing is committed, so it takes no orders: check the disks of all replicas`;
}

/** What a gateway, or the command line, says of a site that follows another one. */
export function elsewhereText({ site, epoch, gateways }: PlaceElsewhere): string {
  const known = gateways.length === 0 ? '' : `: ${gateways.join(', ')}`;
  return `site ${site} takes orders, in epoch ${epoch}, and this one follows it; send them to a gateway of that site${known}`;
}

/** Which replica leads, or what this gateway knows instead. */
export function wordsOf(
  { mode, leaderId, term }: Leadership,
  idle: ReplicaWay | undefined,
  place?: PlaceElsewhere,
): string {
  if (leaderId !== 0) return `replica ${leaderId} leads in term ${term}`;
  if (place !== undefined) return elsewhereText(place);
  if (idle !== undefined) return idleLeaderText(idle.replicaId);
  if (mode === 'unreachable') return 'this gateway reaches no replica, so it does not know whether one leads';
  return 'replicas answer this gateway, and none of them leads: reads are answered, commands refused (read-only)';
}

function percent(permille: number): string {
  return `${(permille / 10).toFixed(0)} %`;
}
