/** Whether the gateways of a name are ready: asked as the configuration says of TLS, wherever they are. */
import type { Logger } from 'pino';
import { gatewayTls, urlOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { DnsSettings } from '../configuration/dns-keys.ts';
import { reasonOf } from '../web-request.ts';
import { ReadyGateways } from './dns-records.ts';
import type { Questions } from './questions.ts';

export const gatewaysEveryMs = 1_000;

/** What one of them said, or why it said nothing. */
export interface ReadyAnswer {
  readonly url: string;
  /** Why it is not ready; empty where it is. */
  readonly problem: string;
  /** What became of the question; undefined where it was answered. */
  readonly error: unknown;
}

/** Asks one whether it is ready. */
export async function askGateway(
  questions: Questions,
  configuration: ConfigurationFile,
  { address, port }: DnsSettings['gateways'][number],
  msMax: number,
): Promise<ReadyAnswer> {
  const url = urlOf(address, port, gatewayTls(configuration) !== undefined);
  try {
    const { status } = await questions.ofGateway(`${url}/health/ready`, msMax);
    return { url, problem: status === 200 ? '' : `${url} answers ${status}`, error: undefined };
  } catch (error) {
    return { url, problem: `${url}: ${reasonOf(error)}`, error };
  }
}

/** Looks at all of them, and says once that none is ready. */
export class GatewayLooks {
  readonly #configuration: ConfigurationFile;
  readonly #questions: Questions;
  readonly #ready: ReadyGateways;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  #hasSaid = false;

  constructor(
    configuration: ConfigurationFile,
    questions: Questions,
    log: Pick<Logger, 'info' | 'warn'>,
    ready = new ReadyGateways(configuration.dns.gateways.map(({ address }) => address)),
  ) {
    this.#configuration = configuration;
    this.#questions = questions;
    this.#log = log;
    this.#ready = ready;
  }

  /** The last question to a gateway may still be open; it gets no second one then. */
  look(): void {
    for (const each of this.#configuration.dns.gateways)
      this.#questions.once(`gateway ${each.address}`, async () => {
        const { problem } = await askGateway(this.#questions, this.#configuration, each, gatewaysEveryMs);
        this.#ready.found(each.address, problem);
        this.#say();
      });
  }

  forget(): void {
    this.#ready.forget();
  }

  /** What the name is to have; undefined while that is not known. */
  get addresses(): readonly string[] | undefined {
    return this.#ready.areKnown ? this.#ready.addresses : undefined;
  }

  /** That none is ready, and why; empty where one is. */
  get problem(): string {
    return this.#ready.problem;
  }

  #say(): void {
    if (!this.#ready.areKnown) return;
    const { problem } = this;
    if (problem !== '' && !this.#hasSaid) this.#log.warn(problem);
    if (problem === '' && this.#hasSaid) this.#log.info('a gateway is ready again');
    this.#hasSaid = problem !== '';
  }
}
