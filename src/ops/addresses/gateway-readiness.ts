/** Whether the gateway of this machine is ready: asked again and again, and forgiven what is short. */
import { gatewayUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Questions } from './questions.ts';

const askEveryMs = 100;

export class GatewayReadiness {
  readonly #configuration: ConfigurationFile;
  readonly #questions: Questions;
  readonly #nowMs: () => number;
  #readyMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(configuration: ConfigurationFile, questions: Questions, nowMs: () => number) {
    this.#configuration = configuration;
    this.#questions = questions;
    this.#nowMs = nowMs;
  }

  /** `heard` gets the answer again and again. */
  start(heard: (isReady: boolean) => void): void {
    this.#timer = setInterval(() => {
      this.#ask();
      heard(this.isReady);
    }, askEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get isReady(): boolean {
    return this.#nowMs() - this.#readyMs <= this.#configuration.vip.gatewayWaitMs;
  }

  #ask(): void {
    this.#questions.once('gateway', async () => {
      const { status } = await this.#questions.ofGateway(`${gatewayUrl(this.#configuration)}/health/ready`);
      if (status === 200) this.#readyMs = this.#nowMs();
    });
  }
}
