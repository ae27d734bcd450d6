/** Clients that take more than their share. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientHost, gatewayHosts } from '../lab/host-configuration.ts';
import { type Fault, type StrikeStage, shows } from './fault.ts';

const crowdFile = fileURLToPath(new URL(`../lab/crowd.worker${extname(import.meta.url)}`, import.meta.url));

interface Crowd {
  readonly kind: 'idle' | 'slow' | 'flood' | 'storm';
  readonly count: number;
  /** Whom they call. */
  readonly target: (stage: StrikeStage) => number;
}

function crowd(name: string, component: string, failure: string, { kind, count, target }: Crowd): Fault {
  let child: ChildProcess | undefined;
  let served = 0;
  return {
    name,
    component,
    failure,
    effect: 'What comes beyond a share is refused; others may wait a little.',
    mitigation: 'Each source and each key has a share; connections have bounds.',
    severity: 2,
    rate: 'client',
    holdMs: 4_000,
    async strike(stage) {
      served = 0;
      const host = target(stage);
      const { lab } = stage;
      const line = [
        process.execPath,
        crowdFile,
        kind,
        lab.hosts.address(host),
        `${lab.tcpPort(host)}`,
        `${count}`,
      ] as const;
      const options = {
        stdio: ['ignore', 'pipe', 'inherit'] as ('ignore' | 'pipe' | 'inherit')[],
        detached: true,
      };
      child = lab.hosts.spawn(clientHost, line, options, lab.groups(clientHost).memberFiles);
      createInterface(child.stdout!).on('line', (said) => {
        served = Number(said);
      });
    },
    proof: (stage) =>
      shows('the crowd', async () => {
        const host = target(stage);
        const text = await stage.lab.hosts.run(host, 'ss', '--tcp', '--numeric', '--no-header');
        const open = text.split('\n').filter((each) => each.includes(`:${stage.lab.tcpPort(host)} `)).length;
        return served >= count / 2
          ? `${served} calls were taken; host ${host} has ${open} connections`
          : undefined;
      }),
    async undo() {
      child!.kill('SIGKILL');
      await once(child!, 'exit');
    },
  };
}

const firstGateway = (): number => gatewayHosts[0]!;

export const crowds: readonly Fault[] = [
  crowd('idle-connections', 'gateway', '2,000 connections say nothing', {
    kind: 'idle',
    count: 2_000,
    target: firstGateway,
  }),
  crowd('slow-readers', 'gateway', '200 streams are not read', {
    kind: 'slow',
    count: 200,
    target: firstGateway,
  }),
  crowd('flood', 'gateway', '32 connections of one address ask as fast as they can', {
    kind: 'flood',
    count: 32,
    target: firstGateway,
  }),
  crowd('gateway-storm', 'gateway', '300 clients come again and again, with garbage', {
    kind: 'storm',
    count: 300,
    target: firstGateway,
  }),
  crowd(
    'leader-storm',
    'leader',
    '768 clients, three times what there is room for, come again and again with garbage',
    { kind: 'storm', count: 768, target: ({ leader }) => leader },
  ),
];
