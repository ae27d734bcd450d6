/**
 * A process that does to a gateway what one caller should not be able to do to the others. It says at the end what it
 * sent, how it was answered, and how much of a processor it took, so that a control can burn as much and do nothing.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedHeaders } from '../../gateway/http/signing.ts';

/** What an attacker does. `perSecond` is of requests, or of the hundredths of a processor that `spin` burns. */
export interface Attack {
  readonly kind: 'spin' | 'orders' | 'signatures' | 'trades' | 'metrics' | 'unread' | 'streams' | 'idle';
  readonly port: number;
  readonly operatorPort: number;
  readonly perSecond: number;
  readonly connections: number;
  /** Each connection comes from an address of its own, in the network of the loopback. */
  readonly isScattered?: boolean;
  readonly seconds: number;
  readonly symbol: string;
  readonly accountId: number;
  readonly key: { readonly keyId: string; readonly secret: string };
}

export interface AttackTally {
  readonly sent: number;
  /** Answers by status; 0 are connections that were closed. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Of a processor, on average. */
  readonly share: number;
}

const unansweredMax = 8;
const addressesPerNetwork = 250;
const statusLine = /HTTP\/1\.1 (\d{3})/g;

class AttackingCaller {
  readonly socket: Socket;
  unanswered = 0;

  constructor(port: number, localAddress: string, count: (status: number) => void) {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.setNoDelay();
    this.socket.on('data', (data: Buffer) => {
      for (const [, status] of data.toString('latin1').matchAll(statusLine)) {
        this.unanswered--;
        count(Number(status));
      }
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => count(0));
  }
}

async function run(attack: Attack): Promise<AttackTally> {
  const { kind, connections, seconds } = attack;
  const statuses: Record<number, number> = {};
  const count = (status: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  let sent = 0;
  if (kind === 'spin') await spin(attack);
  else {
    const port = kind === 'metrics' ? attack.operatorPort : attack.port;
    const addressOf = (n: number): string =>
      attack.isScattered === true
        ? `127.9.${Math.floor(n / addressesPerNetwork)}.${(n % addressesPerNetwork) + 1}`
        : '127.0.0.1';
    const callers = Array.from(
      { length: connections },
      (_, n) => new AttackingCaller(port, addressOf(n), count),
    );
    if (kind === 'unread') sent = await neverRead(callers, attack);
    else if (kind === 'idle') await sleep(seconds * 1_000);
    else if (kind === 'streams') sent = await openStreams(callers, attack);
    else sent = await ask(callers, attack);
    for (const { socket } of callers) socket.removeAllListeners('close').destroy();
  }
  const { user, system } = process.cpuUsage(cpu);
  return { sent, statuses, share: (user + system) / 1_000 / (performance.now() - startMs) };
}

async function spin({ perSecond, seconds }: Attack): Promise<void> {
  const endMs = performance.now() + seconds * 1_000;
  while (performance.now() < endMs) {
    const until = performance.now() + perSecond / 10;
    while (performance.now() < until);
    await sleep(Math.max(0, 10 - perSecond / 10));
  }
}

/** Sends at a rate over all connections; one that is not answered for a while gets no more. */
async function ask(callers: readonly AttackingCaller[], attack: Attack): Promise<number> {
  const startMs = performance.now();
  let sent = 0;
  for (let turn = 0; performance.now() - startMs < attack.seconds * 1_000; ) {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * attack.perSecond);
    for (let tries = 0; sent < due && tries < callers.length; turn++, tries++) {
      const caller = callers[turn % callers.length]!;
      if (caller.unanswered >= unansweredMax || !caller.socket.writable) continue;
      caller.unanswered++;
      caller.socket.write(requestOf(attack, sent++));
      tries = 0;
    }
    await sleep(1);
  }
  return sent;
}

async function neverRead(callers: readonly AttackingCaller[], attack: Attack): Promise<number> {
  const path = `/v1/instruments/${attack.symbol}/trades?limit=500`;
  const many = `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(30);
  for (const { socket } of callers) socket.pause();
  const endMs = performance.now() + attack.seconds * 1_000;
  let sent = 0;
  for (; performance.now() < endMs; await sleep(50))
    for (const { socket } of callers) {
      if (!socket.writable || socket.writableLength > many.length) continue;
      socket.write(many);
      sent += 30;
    }
  return sent;
}

async function openStreams(callers: readonly AttackingCaller[], { seconds }: Attack): Promise<number> {
  const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
  const key = `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n`;
  for (const { socket } of callers)
    socket.write(`GET /v1/stream HTTP/1.1\r\nhost: x\r\n${upgrade}${key}\r\n`);
  await sleep(seconds * 1_000);
  return callers.length;
}

const wrongBody = JSON.stringify({ symbol: 'x'.repeat(16_000) });

function requestOf({ kind, symbol, accountId, key }: Attack, n: number): string {
  if (kind === 'metrics') return 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n';
  if (kind === 'trades') return `GET /v1/instruments/${symbol}/trades?limit=500 HTTP/1.1\r\nhost: x\r\n\r\n`;
  const isWrong = kind === 'signatures';
  const order = { symbol, side: 'buy', priceTicks: 1, quantityLots: 1, clientOrderId: `a${n}` };
  const body = isWrong ? wrongBody : JSON.stringify(order);
  const pathWithQuery = `/v1/orders?accountId=${accountId}`;
  const timestamp = String(Date.now());
  const headers: Record<string, string | number> = {
    host: 'x',
    ...(isWrong
      ? wrongHeaders(key.keyId, timestamp)
      : signedHeaders(key.keyId, key.secret, { timestamp, method: 'POST', pathWithQuery, body })),
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${pathWithQuery} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function wrongHeaders(keyId: string, timestamp: string): Record<string, string> {
  return {
    'x-lockstep-key': keyId,
    'x-lockstep-timestamp': timestamp,
    'x-lockstep-signature': '0'.repeat(64),
  };
}

process.on('message', (attack: Attack) => {
  void run(attack).then((tally) => {
    process.send?.(tally, () => process.exit());
  });
});
