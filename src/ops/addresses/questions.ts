/** Questions to servers of the cluster: one of a kind at a time, over connections that are kept, with a time-out. */
import { gatewayTls } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { ask, ProvenAgent, type ServerTrust, trustOf } from '../web-request.ts';

const { Agent: PlainAgent } = process.getBuiltinModule('node:http');

const askMsMax = 250;

export class Questions {
  readonly #configuration: ConfigurationFile;
  readonly #plain = new PlainAgent({ keepAlive: true });
  readonly #agents = {
    control: new ProvenAgent(() => this.#control, { keepAlive: true }),
    gateway: new ProvenAgent(() => this.#gateway, { keepAlive: true }),
  };
  readonly #open = new Set<string>();
  #control: ServerTrust = {};
  #gateway: ServerTrust = {};

  constructor(configuration: ConfigurationFile) {
    this.#configuration = configuration;
    this.readTrust();
  }

  /** Certificates are replaced while processes run; what cannot be read leaves what was. */
  readTrust(): void {
    try {
      this.#control = trustOf(this.#configuration.control.tls);
      this.#gateway = trustOf(gatewayTls(this.#configuration));
    } catch {
      // What was read before goes on.
    }
  }

  /** Does nothing while the last question of the name is open; how it ends is its own matter. */
  once(name: string, question: () => Promise<void>): void {
    if (this.#open.has(name)) return;
    this.#open.add(name);
    question()
      .catch(() => undefined)
      .finally(() => this.#open.delete(name));
  }

  ofControl(url: string, msMax = askMsMax): Promise<{ readonly status: number; readonly body: unknown }> {
    return this.#get(url, 'control', msMax);
  }

  ofGateway(url: string, msMax = askMsMax): Promise<{ readonly status: number; readonly body: unknown }> {
    return this.#get(url, 'gateway', msMax);
  }

  close(): void {
    for (const agent of [this.#plain, ...Object.values(this.#agents)]) agent.destroy();
  }

  async #get(url: string, server: 'control' | 'gateway', msMax: number) {
    const agent = url.startsWith('https:') ? this.#agents[server] : this.#plain;
    const { status, text } = await ask({ url, agent, signal: AbortSignal.timeout(msMax) });
    return { status, body: JSON.parse(text) as unknown };
  }
}
