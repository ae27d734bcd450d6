/** What the gateway counts, for Prometheus. Labels are bounded: routes and codes, never what a client sent. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client';
import { requestKinds } from './admission/services.ts';
import type { InFlight } from './admission/shedding.ts';
import { AnswerCounts } from './answer-counts.ts';
import { type CanaryReport, canaryResults } from './canary/report.ts';
import type { ExchangeStatus } from './ports.ts';

/** Where gauges read their values when they are scraped. */
export interface MetricSources {
  readonly status: () => ExchangeStatus | undefined;
  readonly inFlight: InFlight;
  /** Requests that wait in line, and for how long those before them waited. */
  readonly line: () => { readonly waiting: number; readonly delayMs: number };
  readonly streams: () => {
    readonly sockets: number;
    readonly subscriptions: number;
    readonly waitingBytes: number;
  };
  readonly isFeedOpen: () => boolean;
  /** Undefined where this gateway keeps no canary. */
  readonly canary?: () => CanaryReport | undefined;
  /** Undefined without TLS. */
  readonly certificateExpiresAtMs?: () => number | undefined;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly answers = new AnswerCounts(this.#registry);
  readonly shed: Counter<'kind' | 'reason'>;
  readonly authFailures: Counter<'code'>;
  readonly connectionsCut: Counter<'reason'>;
  readonly streamsRefused: Counter<'reason'>;
  readonly streamsCut: Counter<'reason'>;
  readonly streamMessages: Counter<'direction'>;
  readonly bookReloads: Counter;
  readonly connectAttempts: Counter<'result'>;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
      new Counter({ name: `lockstep_gateway_${name}`, help, labelNames, registers });
    this.shed = counter('shed_total', 'Requests turned away because of load, or of a rate.', [
      'kind',
      'reason',
    ]);
    this.authFailures = counter('auth_failures_total', 'Requests that failed authentication.', ['code']);
    this.connectionsCut = counter('connections_cut_total', 'HTTP connections cut by the gateway.', [
      'reason',
    ]);
    this.streamsRefused = counter('streams_refused_total', 'Streams refused at the upgrade.', ['reason']);
    this.streamsCut = counter('streams_cut_total', 'Streams closed by the gateway.', ['reason']);
    this.streamMessages = counter('stream_messages_total', 'Messages on streams.', ['direction']);
    this.bookReloads = counter('book_reloads_total', 'Books that were asked for again.');
    this.connectAttempts = counter('connect_attempts_total', 'Attempts to connect to the exchange.', [
      'result',
    ]);

    addGauges(this.#registry, sources);
    if (sources.canary !== undefined) addCanary(this.#registry, sources.canary);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** What is read from its source at each scrape. */
function addGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `lockstep_gateway_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  const ofStatus = (name: string, help: string, read: (status: ExchangeStatus) => number): void =>
    gauge(name, help, () => {
      const status = sources.status();
      return status === undefined ? 0 : read(status);
    });
  const expiresSeconds = (): number => Math.floor((sources.certificateExpiresAtMs?.() ?? 0) / 1000);
  if (expiresSeconds() > 0)
    gauge('certificate_expires_seconds', 'When the certificate expires, since 1970.', expiresSeconds);
  gauge('line_waiting', 'Requests that wait for the turn of their key.', () => sources.line().waiting);
  gauge(
    'delay_seconds',
    'How long requests of keys that their connection has proven wait in the gateway.',
    () => sources.line().delayMs / 1000,
  );
  gauge('streams', 'Open streams.', () => sources.streams().sockets);
  gauge('subscriptions', 'Subscriptions of all streams.', () => sources.streams().subscriptions);
  gauge(
    'stream_waiting_bytes',
    'What waits in the sockets of all streams, those that have ended and are still read too.',
    () => sources.streams().waitingBytes,
  );
  gauge('feed_open', '1: the gateway hears the events of the exchange, since a stream reads them.', () =>
    Number(sources.isFeedOpen()),
  );
  ofStatus('connected', '1: the gateway has a session with the exchange.', ({ sessionId }) =>
    Number(sessionId !== 0),
  );
  ofStatus('leader_id', 'The replica that leads, as the gateway knows it; 0: none.', (s) => s.leaderId);
  ofStatus('term', 'The term of that leader.', ({ term }) => term);
  ofStatus(
    'failovers',
    'Failovers that the session lived through and remembers.',
    ({ failovers }) => failovers.length,
  );
  ofStatus('pressure_permille', "Fill of the leader's ring of waiting commands.", (s) => s.pressurePermille);
  ofStatus('commands_pending', 'Commands that wait for their outcome.', ({ pending }) => pending);
  ofStatus('commands_acknowledged', 'Commands whose outcome arrived.', ({ acknowledged }) => acknowledged);
  for (const kind of requestKinds)
    gauge(`in_flight_${kind}`, `Requests in flight: ${kind}.`, () => sources.inFlight[kind].held);
}

/** What the canary of this gateway found, where it keeps one. */
function addCanary(registry: Registry, canary: () => CanaryReport | undefined): void {
  const gauge = (
    name: string,
    help: string,
    label: 'result' | 'quantile',
    show: (report: CanaryReport, set: (of: string, value: number) => void) => void,
  ): void => {
    new Gauge({
      name: `lockstep_gateway_canary_${name}`,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        const report = canary();
        this.reset();
        if (report === undefined) return;
        show(report, (of, value) => this.set(label === 'result' ? { result: of } : { quantile: of }, value));
      },
    });
  };
  gauge(
    'rounds',
    'Rounds of the canary since this gateway began, by what they found.',
    'result',
    (report, set) => {
      for (const result of canaryResults) set(result, report.rounds[result]);
    },
  );
  gauge('last', '1 where the last round found this.', 'result', (report, set) => {
    for (const result of canaryResults) set(result, Number(report.result === result));
  });
  gauge('answer_seconds', 'How long answers to the canary took lately.', 'quantile', (report, set) => {
    set('0.5', report.p50Ms / 1_000);
    set('1', report.maxMs / 1_000);
  });
}
