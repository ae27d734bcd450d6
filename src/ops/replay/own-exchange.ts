/** An exchange for one replay or measurement: in a new folder, on free ports, and gone afterwards. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Loaded, loadConfiguration } from '../configuration/load.ts';
import { Failure } from '../failure.ts';
import { programFile } from '../version.ts';

const replicas = 3;
/** An exchange that hangs; a slow machine may take its time. */
const startTimeoutMs = 180_000;
const pollMs = 100;

export interface OwnExchange {
  readonly loaded: Loaded;
  stop(): Promise<void>;
}

/**
 * Starts it and waits until it takes orders. `overrides` are keys of its configuration file. Where `end` is aborted
 * meanwhile, it is stopped, and the reason is thrown.
 */
export async function startOwnExchange(
  overrides: Readonly<Record<string, unknown>>,
  end: AbortSignal,
): Promise<OwnExchange> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-replay-'));
  const config = join(folder, 'lockstep.json');
  const ports = await freePorts(replicas * 3 + 2);
  const gatewayPort = ports[replicas * 3]!;
  const addresses = Array.from({ length: replicas }, (_, n) => ({
    id: n + 1,
    udpPort: ports[n * 3],
    tcpPort: ports[n * 3 + 1],
    controlPort: ports[n * 3 + 2],
  }));
  const dataFolder = join(folder, 'data');
  const gateway = { port: gatewayPort, operatorPort: ports[replicas * 3 + 1] };
  const file = { ...overrides, dataFolder, replicas: addresses, gateway };
  writeFileSync(config, JSON.stringify(file), { mode: 0o600 });
  const child = spawn(process.execPath, [programFile, 'up', '--config', config], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const deadlineMs = Date.now() + startTimeoutMs;
  while (!(await isReady(gatewayPort))) {
    if (child.exitCode === null && Date.now() < deadlineMs && !end.aborted) {
      await sleep(pollMs);
      continue;
    }
    await stop();
    end.throwIfAborted();
    throw new Failure('The exchange of this replay did not start. Try "lockstep up" to see why.');
  }
  return { loaded: loadConfiguration({ config }), stop };
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
      signal: AbortSignal.timeout(1_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** Ports that no process uses at this moment, neither for TCP nor for UDP. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  const areFree = await Promise.all(ports.map(isFreeForDatagrams));
  const free = ports.filter((_, n) => areFree[n]);
  // Others are found while these are taken.
  const more = free.length < count ? await freePorts(count - free.length) : [];
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [...free, ...more];
}

async function isFreeForDatagrams(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    await once(socket.bind(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
