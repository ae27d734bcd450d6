/**
 * How many requests of each route were answered, with which status and how fast. Counting happens for every request, so
 * it adds to plain numbers; the names and texts of Prometheus are made when they are scraped.
 */
import { Counter, type Histogram, type Registry } from '@prometheus-io/client';

/** Upper bounds of the latency histogram, in seconds: from a loopback round trip to a failover and a time-out. */
const latencyBucketsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The answers of one method of one route. */
export class RouteAnswers {
  readonly method: string;
  readonly route: string;
  readonly byStatus = new Map<number, number>();
  /**
   * Answers that took no longer than each bound, and longer than the one before; the last ones took longer than all.
   */
  readonly byLatency = new Float64Array(latencyBucketsSeconds.length + 1);
  seconds = 0;

  constructor(method: string, route: string) {
    this.method = method;
    this.route = route;
  }

  /** @hot */
  add(status: number, seconds: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    let bucket = 0;
    while (bucket < latencyBucketsSeconds.length && seconds > latencyBucketsSeconds[bucket]!) bucket++;
    this.byLatency[bucket]! += 1;
    this.seconds += seconds;
  }
}

export class AnswerCounts {
  readonly #routes = new Map<string, RouteAnswers>();

  constructor(registry: Registry) {
    const routes = this.#routes;
    new Counter({
      name: 'lockstep_gateway_requests_total',
      help: 'Answered HTTP requests.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { method, route, byStatus } of routes.values())
          for (const [status, count] of byStatus) this.inc({ method, route, status: String(status) }, count);
      },
    });
    const name = 'lockstep_gateway_request_seconds';
    const latency = {
      name,
      help: 'Time from the head of a request to the end of its answer.',
      type: 'histogram',
      aggregator: 'sum',
      get: async () => ({
        ...latency,
        values: [...routes.values()].flatMap((one) => histogramOf(name, one)),
      }),
    };
    // A registry asks its metrics for no more; a Histogram of the library would look its labels up for each request.
    registry.registerMetric(latency as unknown as Histogram<string>);
  }

  of(method: string, route: string): RouteAnswers {
    const key = `${method} ${route}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const answers = new RouteAnswers(method, route);
    this.#routes.set(key, answers);
    return answers;
  }
}

/** Nothing for a route that has answered nothing. */
function histogramOf(name: string, { method, route, byLatency, seconds }: RouteAnswers): object[] {
  let count = 0;
  const buckets = Array.from(byLatency, (answers, n) => {
    count += answers;
    const le = latencyBucketsSeconds[n] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, method, route }, value: count };
  });
  if (count === 0) return [];
  const labels = { method, route };
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
