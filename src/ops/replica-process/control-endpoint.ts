/**
 * The control endpoint of a replica's process, with all that HTTP brings along. It is loaded when the core runs: a
 * replica that starts again serves its clients before it serves its operator.
 */
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { present } from '../../gateway/http/tls.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import type { IdentityWatch } from '../certificates/watch.ts';

import type { Loaded } from '../configuration/load.ts';
import { controlHostOf } from '../configuration/replicas.ts';
import { Failure, messageOf } from '../failure.ts';
import type { TlsWatch } from '../tls-watch.ts';
import { type ControlSubject, controlServer, type OrderAnswer } from './control-server.ts';
import type { CoreWatch } from './core-watch.ts';
import { leads, live, ready, withHooks } from './health.ts';
import type { NoticeQuestion } from './notice-peers.ts';
import type { Notices } from './notices.ts';
import type { Order } from './order-bodies.ts';
import { type Identity, statusOf } from './status.ts';

/** How long the operator waits for the core's answer. */
const orderTimeoutMs = 10_000;
/** How long the core may take to say what its end leads to. */
const stopAnswerMs = 1_000;
/** Time for an answer to reach the operator before the process ends. */
const answerMs = 100;

interface ControlParts {
  readonly machine: ReplicaThreads;
  readonly identity: Identity;
  readonly loaded: Loaded;
  readonly operatorToken: string;
  readonly watch: CoreWatch;
  readonly certificate: TlsWatch | undefined;
  readonly identityWatch: IdentityWatch;
  /** Absent where no hook is configured. */
  readonly notices: Notices | undefined;
  readonly stop: () => void;
}

export class ControlEndpoint {
  readonly #server: FastifyInstance;
  readonly #loaded: Loaded;
  readonly #replicaId: number;

  constructor(parts: ControlParts) {
    const { certificate, loaded, identity } = parts;
    this.#loaded = loaded;
    this.#replicaId = identity.replicaId;
    this.#server = controlServer(subjectOf(parts), { identity: certificate?.identity });
  }

  async listen(): Promise<void> {
    const { replicas } = this.#loaded.configuration;
    const at = replicas.findIndex(({ id }) => id === this.#replicaId);
    const { controlPort } = replicas[at]!;
    const host = controlHostOf(replicas[at]!);
    try {
      // One address: for a name with two, the framework would open a second server that is held to no bounds.
      const { address } = await lookup(host, { family: 4 });
      await this.#server.listen({ host: address, port: controlPort });
    } catch (error) {
      throw new Failure(
        `The control endpoint of replica ${this.#replicaId} cannot listen on ${host}, port ${controlPort}: ` +
          `${messageOf(error)}. Change the key replicas[${at}].controlPort, or end the program that uses the port.`,
      );
    }
  }

  /** New connections see the renewed certificate. */
  present(identity: ServerIdentity): void {
    present(this.#server.server, identity);
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

function subjectOf({
  machine,
  identity,
  loaded: { configuration },
  operatorToken,
  watch: { progress, resources },
  certificate,
  identityWatch,
  notices,
  stop,
}: ControlParts): ControlSubject {
  const read = (slot: number): number => machine.counters[slot]!;
  const order = async (given: Order): Promise<OrderAnswer | undefined> => {
    const isStop = given.kind === 'stop';
    const waitMs = isStop ? stopAnswerMs : orderTimeoutMs;
    const answered = machine.order(given);
    const answer = await Promise.race([answered, sleep(waitMs, undefined, { ref: false })]);
    if (!isStop) return answer;
    // The process ends its core in good order, also one that does not answer; the answer goes out first.
    setTimeout(stop, answerMs);
    return answer ?? { ok: true, text: `Replica ${identity.replicaId} stops.` };
  };
  return {
    replicaId: identity.replicaId,
    clusterId: identity.clusterId,
    operatorToken,
    read,
    stalledMs: () => progress.stalledMs,
    certificateExpiresAtMs: () => certificate?.identity.expiresAtMs,
    identityExpiresAtMs: () => identityWatch.expiresAtMs,
    status: () => statusOf(identity, read, Date.now(), machine.members, notices?.standing()),
    ...(notices !== undefined && {
      notices: (question: NoticeQuestion) => notices.answer(question),
      hooks: () => notices.standing(),
    }),
    live: () => live(progress.stalledMs),
    ready: () =>
      withHooks(
        ready(read, progress.stalledMs, resources.used(), configuration.limits),
        notices?.standing() ?? [],
      ),
    leads: () => leads(read, progress.stalledMs),
    order,
  };
}
