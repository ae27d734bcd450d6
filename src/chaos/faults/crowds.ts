/** Clients that take more than their share. */
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientHost, gatewayHosts } from '../lab/host-configuration.ts';
import { killed } from '../lab/second-site.ts';
import { type Fault, type StrikeStage, shows } from './fault.ts';

const crowdFile = fileURLToPath(new URL(`../lab/crowd.worker${extname(import.meta.url)}`, import.meta.url));

/** What the crowd said last. */
interface Served {
  readonly calls: number;
  /** Of these, where the crowd counts them. */
  readonly refused: number;
}

interface Crowd {
  /** What Node runs on the clients' host. */
  readonly line: (stage: StrikeStage) => readonly string[];
  /** What shows that it took effect, once it does. */
  readonly seen: (stage: StrikeStage, served: Served) => Promise<string | undefined>;
}

type Words = Pick<Fault, 'name' | 'component' | 'failure'> & Partial<Fault>;

function crowd({ line, seen }: Crowd, words: Words): Fault {
  let child: ChildProcess | undefined;
  let served: Served = { calls: 0, refused: 0 };
  return {
    effect: 'What comes beyond a share is refused; others may wait a little.',
    mitigation: 'Each source and each key has a share; connections have bounds.',
    severity: 2,
    unalarmed: 'What is refused, and how many are connected, is in the metrics.',
    rate: 'client',
    holdMs: 4_000,
    ...words,
    async strike(stage) {
      served = { calls: 0, refused: 0 };
      const { lab } = stage;
      const options = {
        stdio: ['ignore', 'pipe', 'inherit'] as ('ignore' | 'pipe' | 'inherit')[],
        detached: true,
      };
      const node = [process.execPath, ...line(stage)] as const;
      child = lab.hosts.spawn(clientHost, node, options, lab.groups(clientHost).memberFiles);
      createInterface(child.stdout!).on('line', (said) => {
        const [calls = 0, refused = 0] = said.split(' ').map(Number);
        served = { calls, refused };
      });
    },
    proof: (stage) => shows('the crowd', () => seen(stage, served)),
    async undo() {
      if (child !== undefined) await killed(child);
    },
  };
}

/** Callers of a kind, so many, of one host. */
function callers(kind: string, count: number, target: (stage: StrikeStage) => number): Crowd {
  return {
    line(stage) {
      const host = target(stage);
      const { lab } = stage;
      const key = JSON.stringify(lab.floodKey);
      return [crowdFile, kind, lab.hosts.address(host), `${lab.tcpPort(host)}`, `${count}`, key];
    },
    async seen(stage, { calls, refused }) {
      const host = target(stage);
      const text = await stage.lab.hosts.run(host, 'ss', '--tcp', '--numeric', '--no-header');
      const open = text.split('\n').filter((each) => each.includes(`:${stage.lab.tcpPort(host)} `)).length;
      if (calls < count / 2 || (kind === 'orders' && refused === 0)) return undefined;
      return `${calls} calls were taken, ${refused} orders refused; host ${host} has ${open} connections`;
    },
  };
}

const firstGateway = (): number => gatewayHosts[0]!;

export const crowds: readonly Fault[] = [
  crowd(callers('idle', 2_000, firstGateway), {
    name: 'idle-connections',
    component: 'gateway',
    failure: '2,000 connections say nothing',
  }),
  crowd(callers('slow', 200, firstGateway), {
    name: 'slow-readers',
    component: 'gateway',
    failure: '200 streams are not read',
  }),
  crowd(callers('flood', 32, firstGateway), {
    name: 'flood',
    component: 'gateway',
    failure: '32 connections of one address ask as fast as they can',
  }),
  crowd(callers('orders', 32, firstGateway), {
    name: 'member-floods',
    component: 'gateway',
    failure: '32 connections of one member send orders as fast as they can',
  }),
  crowd(callers('storm', 300, firstGateway), {
    name: 'gateway-storm',
    component: 'gateway',
    failure: '300 clients come again and again, with garbage',
  }),
  crowd(
    callers('storm', 768, ({ leader }) => leader),
    {
      name: 'leader-storm',
      component: 'leader',
      failure: '768 clients, three times what there is room for, come again and again with garbage',
    },
  ),
];
