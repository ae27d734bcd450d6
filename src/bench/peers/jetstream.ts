/**
 * NATS JetStream: a stream with three replicas on three servers, in files. Its servers flush to disk every two minutes
 * by default, so an acknowledged entry is in the memory of a majority, as with our `memory`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePorts } from '../../ops/replay/own-exchange.ts';
import { eventually, PeerProcesses } from './peer-process.ts';
import type { ComparedLog } from './replicated-log.ts';

const stream = 'BENCH';
const subject = 'bench';
const entry = new Uint8Array(96);
/** A write without an answer is tried again after this. */
const writeTimeoutMs = 5_000;
const retryTimeoutMs = 100;
const servers = 3;

export async function startJetStream(program: string): Promise<ComparedLog> {
  const ports = await freePorts(servers * 2);
  const routes = Array.from({ length: servers }, (_, n) => `nats://127.0.0.1:${ports[servers + n]}`).join(
    ',',
  );
  const processes = new PeerProcesses(program, (n, folder) => [
    ...['--name', `n${n}`, '--addr', '127.0.0.1', '--port', String(ports[n])],
    ...['--jetstream', '--store_dir', `${folder}/${n}`, '--cluster_name', 'bench'],
    ...['--cluster', `nats://127.0.0.1:${ports[servers + n]}`, '--routes', routes],
  ]);
  for (let n = 0; n < servers; n++) processes.start(n);
  const addresses = ports.slice(0, servers).map((port) => `127.0.0.1:${port}`);
  const connection = await eventually('a connection to NATS', () =>
    connect({ servers: addresses, maxReconnectAttempts: -1, reconnectTimeWait: 5, reconnectJitter: 0 }),
  );
  const manager = await eventually('JetStream', () => jetstreamManager(connection, { timeout: 2_000 }));
  await eventually('a stream of three replicas', () =>
    manager.streams.add({ name: stream, subjects: [subject], num_replicas: servers }),
  );
  const log = new JetStreamLog(processes, connection, manager);
  await log.whole();
  return log;
}

class JetStreamLog implements ComparedLog {
  readonly #processes: PeerProcesses;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  #killed = -1;

  constructor(processes: PeerProcesses, connection: NatsConnection, manager: JetStreamManager) {
    this.#processes = processes;
    this.#connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection);
  }

  async write(): Promise<void> {
    const timeout = this.#killed < 0 ? writeTimeoutMs : retryTimeoutMs;
    await this.#client.publish(subject, entry, { timeout, retries: 0 });
  }

  async killLeader(): Promise<void> {
    const { cluster } = await this.#manager.streams.info(stream);
    this.#killed = Number(cluster!.leader!.slice(1));
    this.#processes.kill(this.#killed);
  }

  async restart(): Promise<void> {
    this.#processes.start(this.#killed);
    await this.whole();
    this.#killed = -1;
  }

  /** A leader, and all others current. */
  async whole(): Promise<void> {
    await eventually('a whole stream', async () => {
      const { cluster } = await this.#manager.streams.info(stream);
      const current = cluster?.replicas?.filter((replica) => replica.current && !replica.offline) ?? [];
      if (!cluster?.leader || current.length < servers - 1) throw new Error('not whole');
    });
    await sleep(500);
  }

  async count(): Promise<number> {
    const { state } = await eventually('an answer of the stream', () => this.#manager.streams.info(stream));
    return state.messages;
  }

  async stop(): Promise<void> {
    await this.#connection.close();
    await this.#processes.stop();
  }
}
