/** How the gateway of this machine is: asked again and again, and forgiven what is short. */
import { gatewayUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Questions } from './questions.ts';

const askEveryMs = 100;

/** `answers`: without being ready, so that callers are refused there, with a reason. */
export type GatewayStanding = 'ready' | 'answers' | 'silent';

export class GatewayReadiness {
  readonly #configuration: ConfigurationFile;
  readonly #questions: Questions;
  readonly #nowMs: () => number;
  #readyMs = Number.NEGATIVE_INFINITY;
  #answeredMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(configuration: ConfigurationFile, questions: Questions, nowMs: () => number) {
    this.#configuration = configuration;
    this.#questions = questions;
    this.#nowMs = nowMs;
  }

  /** `heard` gets the answer again and again. */
  start(heard: (standing: GatewayStanding) => void): void {
    this.#timer = setInterval(() => {
      this.#ask();
      heard(this.standing);
    }, askEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get standing(): GatewayStanding {
    const fromMs = this.#nowMs() - this.#configuration.vip.gatewayWaitMs;
    if (this.#readyMs >= fromMs) return 'ready';
    return this.#answeredMs >= fromMs ? 'answers' : 'silent';
  }

  /** What comes late is an answer, too: a busy machine takes its time for the handshake of a new connection. */
  #ask(): void {
    const { gatewayWaitMs } = this.#configuration.vip;
    this.#questions.once('gateway', async () => {
      const url = `${gatewayUrl(this.#configuration)}/health/ready`;
      const { status } = await this.#questions.ofGateway(url, gatewayWaitMs);
      this.#answeredMs = this.#nowMs();
      if (status === 200) this.#readyMs = this.#nowMs();
    });
  }
}
