/** Before anything is started: is every port free? Else each error names the port, its key and how to change it. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { type ConfigurationFile, type PortUse, tcpUses, udpUses } from '../configuration/configuration.ts';
import { Failure } from '../failure.ts';

export async function checkPortsFree(configuration: ConfigurationFile): Promise<void> {
  const udp = udpUses(configuration).filter(({ key }) => key !== 'replication.port');
  const problems = await Promise.all([
    ...tcpUses(configuration).map(async (use) => problemOf('TCP', use, await tryTcp(use))),
    ...udp.map(async (use) => problemOf('UDP', use, await tryUdp(use))),
  ]);
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) {
    throw new Failure(`Nothing was started.\n${found.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Options of the command line that change a port. */
const options: Readonly<Record<string, string>> = {
  'gateway.port': '--gateway-port',
  'gateway.operatorPort': '--operator-port',
};

function problemOf(protocol: 'TCP' | 'UDP', use: PortUse, code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  const name = options[use.key];
  const option = name === undefined ? '' : ` (option ${name})`;
  if (code === 'EADDRINUSE') {
    return (
      `${protocol} port ${use.port} on ${use.host} is taken by another program, perhaps by another cluster. ` +
      `Change the key ${use.key}${option}, or end that program.`
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    const host = use.key.endsWith('operatorPort') ? 'gateway.operatorHost' : use.key.replace(/\w+$/, 'host');
    return (
      `${host}: ${use.host} is no address of this machine. "lockstep up" runs every replica here; for several machines ` +
      'run "lockstep replica --id N" on each.'
    );
  }
  return `${protocol} port ${use.port} on ${use.host} (key ${use.key}${option}) cannot be used: ${code}.`;
}

function tryTcp({ host, port }: PortUse): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp({ host, port }: PortUse): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
