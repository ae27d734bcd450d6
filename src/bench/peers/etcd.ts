/**
 * etcd: three members, one key that is put again and again over gRPC at the leader. etcd flushes its log before it
 * acknowledges, as we do with `disk`.
 */
import { credentials, Client as GrpcClient } from '@grpc/grpc-js';
import { freePorts } from '../../ops/replay/own-exchange.ts';
import { eventually, PeerProcesses } from './peer-process.ts';
import type { ComparedLog } from './replicated-log.ts';

const members = 3;
const key = 'bench';
const valueBytes = 96;
const writeTimeoutMs = 5_000;
const retryTimeoutMs = 100;

/** Milliseconds; etcd's own defaults are 100 and 1,000. */
export interface EtcdTiming {
  readonly heartbeatMs: number;
  readonly electionMs: number;
}

/** `PutRequest` of etcd's API: field 1 is the key, field 2 the value, both bytes of less than 128. */
const putRequest = Buffer.concat([
  Buffer.from([0x0a, key.length]),
  Buffer.from(key),
  Buffer.from([0x12, valueBytes]),
  Buffer.alloc(valueBytes),
]);

export async function startEtcd(program: string, timing: EtcdTiming): Promise<ComparedLog> {
  const ports = await freePorts(members * 2);
  const peerUrl = (n: number): string => `http://127.0.0.1:${ports[members + n]}`;
  const all = Array.from({ length: members }, (_, n) => `m${n}=${peerUrl(n)}`).join(',');
  const processes = new PeerProcesses(program, (n, folder) => {
    const clientUrl = `http://127.0.0.1:${ports[n]}`;
    return [
      ...['--name', `m${n}`, '--data-dir', `${folder}/${n}`, '--log-level', 'error'],
      ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
      ...['--listen-peer-urls', peerUrl(n), '--initial-advertise-peer-urls', peerUrl(n)],
      ...['--initial-cluster', all],
      ...[
        '--heartbeat-interval',
        String(timing.heartbeatMs),
        '--election-timeout',
        String(timing.electionMs),
      ],
    ];
  });
  for (let n = 0; n < members; n++) processes.start(n);
  const log = new EtcdLog(processes, ports.slice(0, members));
  await log.whole();
  return log;
}

class EtcdLog implements ComparedLog {
  readonly #processes: PeerProcesses;
  readonly #ports: readonly number[];
  readonly #clients: readonly GrpcClient[];
  /** The member that is written to. */
  #target = 0;
  #killed = -1;

  constructor(processes: PeerProcesses, ports: readonly number[]) {
    this.#processes = processes;
    this.#ports = ports;
    this.#clients = ports.map(
      (port) =>
        new GrpcClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
          'grpc.initial_reconnect_backoff_ms': 5,
          'grpc.max_reconnect_backoff_ms': 50,
        }),
    );
  }

  write(): Promise<void> {
    const isHunting = this.#killed >= 0;
    const options = { deadline: Date.now() + (isHunting ? retryTimeoutMs : writeTimeoutMs) };
    return new Promise((resolve, reject) => {
      const done = (error: Error | null): void => {
        if (error === null) return resolve();
        if (isHunting) this.#nextTarget();
        reject(error);
      };
      const asIs = (bytes: Buffer): Buffer => bytes;
      this.#clients[this.#target]!.makeUnaryRequest(
        '/etcdserverpb.KV/Put',
        asIs,
        asIs,
        putRequest,
        options,
        done,
      );
    });
  }

  async killLeader(): Promise<void> {
    this.#killed = await this.#leader();
    this.#target = this.#killed;
    this.#processes.kill(this.#killed);
    this.#nextTarget();
  }

  async restart(): Promise<void> {
    this.#processes.start(this.#killed);
    await this.whole();
    this.#killed = -1;
  }

  /** All members answer and know the leader; writes go to it from now on. */
  async whole(): Promise<void> {
    await eventually('a whole cluster of etcd', async () => {
      for (let n = 0; n < members; n++) await this.#ask(n, 'maintenance/status', {});
      this.#target = await this.#leader();
    });
  }

  /** How often the key was put. */
  async count(): Promise<number> {
    const { kvs } = await eventually('an answer of etcd', () =>
      this.#ask<{ kvs?: readonly { version: string }[] }>(this.#target, 'kv/range', {
        key: Buffer.from(key).toString('base64'),
      }),
    );
    return Number(kvs?.[0]?.version ?? 0);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#processes.stop();
  }

  #nextTarget(): void {
    do this.#target = (this.#target + 1) % members;
    while (this.#target === this.#killed);
  }

  async #leader(): Promise<number> {
    for (let n = 0; n < members; n++) {
      const status = await this.#ask<{ header: { member_id: string }; leader?: string }>(
        n,
        'maintenance/status',
        {},
      );
      if (status.header.member_id === status.leader) return n;
    }
    throw new Error('No member of etcd leads.');
  }

  async #ask<T>(member: number, path: string, body: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.#ports[member]}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(2_000),
    });
    if (!response.ok) throw new Error(`etcd answered ${response.status}.`);
    return (await response.json()) as T;
  }
}
