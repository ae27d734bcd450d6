/** The way to the process on the clients' host: orders go there as lines of JSON, and each is answered by one. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { AgentAnswer, AgentOrder } from './agent-orders.ts';

export class AgentLink {
  readonly #agent: ChildProcess;
  readonly #answers: Interface;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(agent: ChildProcess) {
    this.#agent = agent;
    this.#answers = createInterface(agent.stdout!);
  }

  /** One order after the other. */
  ask<T>(order: AgentOrder): Promise<T> {
    const answer = this.#asking.then(async () => {
      const ended = new AbortController();
      const { signal } = ended;
      const gone = once(this.#agent, 'exit', { signal }).then(() => {
        throw new Error('The process of the clients has ended; what it said is above.');
      });
      gone.catch(() => undefined);
      this.#agent.stdin!.write(`${JSON.stringify(order)}\n`);
      const line = once(this.#answers, 'line', { signal });
      line.catch(() => undefined);
      const [text] = (await Promise.race([line, gone]).finally(() => ended.abort())) as [string];
      const said = JSON.parse(text) as AgentAnswer;
      if (!said.ok) throw new Error(said.error);
      return said.value as T;
    });
    this.#asking = answer.catch(() => undefined);
    return answer;
  }
}
