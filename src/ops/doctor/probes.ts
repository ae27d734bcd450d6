/**
 * Two doctors on two machines find out what passes between them. Each listens at the ports that its replica will have,
 * greets those that call, and sends back what it gets by datagram. What they say proves nothing, so nothing but the
 * diagnosis depends on it.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ReplicaAddress } from '../configuration/replicas.ts';

const greetingBytesMax = 64;
const probeMsMax = 2_000;
/** A datagram may be lost. */
const datagramsSent = 5;
const datagramMs = 200;
const sourcesMax = 1_024;

/** What a call led to. */
export interface CallResult {
  /** Why it was not answered; undefined where it was. */
  readonly code?: string;
  /** The replica whose doctor greeted. */
  readonly greetedBy?: number;
  readonly roundTripMs: number;
}

/** Calls a TCP port; says which replica calls where `ownId` is given, for that is no word of a replica's language. */
export async function call(host: string, port: number, ownId?: number): Promise<CallResult> {
  const startedMs = performance.now();
  const socket = connect({ host, port, family: 4 });
  const signal = AbortSignal.timeout(probeMsMax);
  try {
    await once(socket, 'connect', { signal });
    const roundTripMs = performance.now() - startedMs;
    if (ownId === undefined) return { roundTripMs };
    socket.write(greeting(ownId));
    const greetedBy = await greetingOn(socket, AbortSignal.timeout(datagramMs * 2));
    return { roundTripMs, ...(greetedBy !== undefined && { greetedBy }) };
  } catch (error) {
    const { code = 'ETIMEDOUT' } = error as NodeJS.ErrnoException;
    return { code: signal.aborted ? 'ETIMEDOUT' : code, roundTripMs: 0 };
  } finally {
    socket.destroy();
  }
}

/** A replica says nothing to a caller that does not begin in its own language. */
async function greetingOn(socket: Socket, signal: AbortSignal): Promise<number | undefined> {
  try {
    const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
    return idIn(chunk);
  } catch {
    return undefined;
  }
}

/** Listens at the ports of a replica of this machine. */
export class Stand {
  readonly #id: number;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #heardByTcp = new Set<number>();
  readonly #heardByUdp = new Set<number>();
  readonly #echoed = new Map<string, number>();
  #datagrams: Datagrams | undefined;

  constructor(id: number) {
    this.#id = id;
  }

  /** Replicas whose doctors have called, by TCP and by datagram. */
  get callers(): { readonly tcp: ReadonlySet<number>; readonly udp: ReadonlySet<number> } {
    return { tcp: this.#heardByTcp, udp: this.#heardByUdp };
  }

  /** Why it cannot listen there; undefined where it does. */
  async takeTcp(host: string, port: number): Promise<string | undefined> {
    const server = createServer((socket) => this.#greet(socket));
    const problem = await opened(server, () => server.listen({ host, port, exclusive: true }));
    if (problem === undefined) this.#servers.push(server);
    return problem;
  }

  async takeUdp(host: string, port: number): Promise<string | undefined> {
    const datagrams = createSocket('udp4');
    const problem = await opened(datagrams, () => datagrams.bind({ address: host, port, exclusive: true }));
    if (problem !== undefined) {
      datagrams.close();
      return problem;
    }
    datagrams.on('message', (bytes, { address, port: from }) => this.#answer(bytes, address, from));
    datagrams.on('error', () => undefined);
    this.#datagrams = datagrams;
    return undefined;
  }

  /** Whether the doctor of another replica sends a datagram back; undefined where this one has no port to send from. */
  async echoed({ host, udpPort }: Pick<ReplicaAddress, 'host' | 'udpPort'>): Promise<boolean | undefined> {
    const datagrams = this.#datagrams;
    if (datagrams === undefined) return undefined;
    const { address } = await lookup(host, { family: 4 });
    const before = this.#echoed.get(`${address}:${udpPort}`) ?? 0;
    for (let n = 0; n < datagramsSent; n++) {
      datagrams.send(`${greeting(this.#id)}?`, udpPort, address, () => undefined);
      await new Promise((resolve) => setTimeout(resolve, datagramMs));
      if ((this.#echoed.get(`${address}:${udpPort}`) ?? 0) > before) return true;
    }
    return false;
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#datagrams?.close();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setTimeout(probeMsMax, () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      const id = idIn(chunk);
      if (id !== undefined) this.#heardByTcp.add(id);
    });
    socket.write(greeting(this.#id));
  }

  #answer(bytes: Buffer, address: string, port: number): void {
    const id = idIn(bytes);
    if (id === undefined) return;
    this.#heardByUdp.add(id);
    if (bytes.at(-1) === '?'.charCodeAt(0)) {
      this.#datagrams?.send(greeting(this.#id), port, address, () => undefined);
      return;
    }
    const from = `${address}:${port}`;
    if (this.#echoed.size >= sourcesMax && !this.#echoed.has(from)) return;
    this.#echoed.set(from, (this.#echoed.get(from) ?? 0) + 1);
  }
}

async function opened(server: Server | Datagrams, open: () => void): Promise<string | undefined> {
  const listening = once(server, 'listening');
  open();
  try {
    await listening;
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function greeting(id: number): string {
  return `lockstep doctor of replica ${id}\n`;
}

function idIn(bytes: Buffer): number | undefined {
  const text = bytes.subarray(0, greetingBytesMax).toString('latin1');
  const id = /^lockstep doctor of replica ([1-9]\d{0,2})\n\??$/.exec(text)?.[1];
  return id === undefined ? undefined : Number(id);
}
