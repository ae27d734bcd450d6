/** Asks the machines that may hold an address that moves with the leader whether they do. */

import type { ConfigurationFile } from '../configuration/configuration.ts';
import { answerIn } from '../orders/control-answers.ts';
import type { Holder } from './holder.ts';
import type { Questions } from './questions.ts';

const askEveryMs = 100;
/** A machine that is no member any more may have held an address until so long ago. */
const formerMs = 10_000;

export class OtherHolders {
  readonly #configuration: ConfigurationFile;
  readonly #questions: Questions;
  readonly #ownId: number;
  readonly #holder: Holder;
  readonly #nowMs: () => number;
  readonly #lastMemberMs = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    {
      configuration,
      questions,
    }: { readonly configuration: ConfigurationFile; readonly questions: Questions },
    ownId: number,
    holder: Holder,
    nowMs: () => number,
  ) {
    this.#configuration = configuration;
    this.#questions = questions;
    this.#ownId = ownId;
    this.#holder = holder;
    this.#nowMs = nowMs;
  }

  start(hostOf: (id: number) => string | undefined): void {
    this.#timer = setInterval(() => {
      for (const id of this.#holder.unsure(this.#nowMs())) this.#askOther(id, hostOf(id));
    }, askEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** These can hold it from now on; those of before may have held it until now. */
  members(ids: readonly number[]): void {
    const nowMs = this.#nowMs();
    for (const id of ids) if (id !== this.#ownId) this.#lastMemberMs.set(id, nowMs);
    for (const [id, lastMs] of this.#lastMemberMs)
      if (nowMs - lastMs > formerMs) this.#lastMemberMs.delete(id);
    this.#holder.others([...this.#lastMemberMs.keys()]);
  }

  #askOther(id: number, host: string | undefined): void {
    if (host === undefined) return;
    this.#questions.once(`held ${id}`, async () => {
      const askedMs = this.#nowMs();
      const { control, vip } = this.#configuration;
      const scheme = control.tls === undefined ? 'http' : 'https';
      const { body } = await this.#questions.ofControl(`${scheme}://${host}:${vip.port}/vip`);
      const said = answerIn('holder', body);
      if (said?.replicaId === id && !said.holds) this.#holder.released(id, askedMs);
    });
  }
}
