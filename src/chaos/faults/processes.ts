/** Processes that die, stand still, or have less of their machine than they need. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { everyHost, gatewayHosts, replicaHosts } from '../lab/host-configuration.ts';
import { goOn, standStill } from '../stopped-processes.ts';
import { type Fault, inMemory, overAtOnce, type StrikeStage, shows } from './fault.ts';

const takesOver = 'A follower takes over; clients send again, and nothing runs twice.';
const goesOn = 'The others are a quorum and go on.';

function killed(
  name: string,
  words: Pick<Fault, 'component' | 'effect' | 'mitigation' | 'severity'> & Partial<Fault>,
  which: (stage: StrikeStage) => readonly number[],
): Fault {
  return {
    name,
    failure: 'its process is killed',
    rate: 'process',
    holdMs: 500,
    ...words,
    strike: (stage) => stage.lab.kill(...which(stage)),
    proof: async (stage) =>
      shows('no process of the program', async () => {
        const left = which(stage).flatMap((host) => stage.lab.groups(host).pids());
        return left.length === 0 ? `no process runs on hosts ${which(stage).join(', ')}` : undefined;
      }),
    async undo(stage) {
      for (const host of which(stage)) stage.lab.start(host);
    },
  };
}

/** What stands still for longer has lost its lead. */
const takenOverMs = 1_000;
const stopTimesMs = [300, 2_000, 10_000] as const;

function stopped(holdMs: number): Fault {
  return {
    name: `leader-stopped-${holdMs}ms`,
    component: 'leader',
    failure: `its process stands still for ${holdMs} ms (SIGSTOP)`,
    ...(holdMs < takenOverMs
      ? {
          effect: 'Answers are late until it goes on.',
          mitigation: 'It goes on before others miss it.',
          unalarmed: overAtOnce,
        }
      : { effect: 'Orders wait until a follower leads.', mitigation: takesOver, alarm: 'leaderChanged' }),
    severity: holdMs < takenOverMs ? 2 : 3,
    rate: 'process',
    holdMs,
    strike: ({ lab, leader }) => standStill([lab.pidOf(leader)]),
    proof: ({ lab, leader }) => stateOf(lab.pidOf(leader), 'T'),
    async undo({ lab, leader }) {
      goOn([lab.pidOf(leader)]);
    },
  };
}

async function stateOf(pid: number, wanted: string): Promise<string> {
  return shows(`state ${wanted} of process ${pid}`, async () => {
    const state = /^State:\s+(\S.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
    return state.startsWith(wanted) ? `process ${pid} is in state ${state}` : undefined;
  });
}

const frozenHost: Fault = {
  name: 'leader-frozen',
  component: 'machine of the leader',
  failure: 'the whole host stands still (freezer)',
  effect: 'Orders wait until a follower leads.',
  mitigation: takesOver,
  severity: 3,
  rate: 'machine',
  alarm: 'leaderChanged',
  holdMs: 2_000,
  strike: ({ lab, leader }) => lab.groups(leader).freeze(true),
  proof: async ({ lab, leader }) =>
    shows('FROZEN', async () => {
      const state = lab.groups(leader).get('freezer', 'freezer.state').trim();
      return state === 'FROZEN' ? `the processes of host ${leader} are ${state}` : undefined;
    }),
  undo: ({ lab, leader }) => lab.groups(leader).freeze(false),
};

const crashes = 6;
const crashPauseMs = 400;

let leadersBefore = 0;

const crashLoop: Fault = {
  name: 'leader-crash-loop',
  component: 'leader',
  failure: `whichever replica leads is killed ${crashes} times and started again`,
  effect: 'Orders wait for each take-over.',
  mitigation: takesOver,
  severity: 3,
  rate: 'process',
  alarm: 'leaderChanged',
  holdMs: 0,
  isAlone: true,
  async strike({ lab }) {
    leadersBefore = lab.log.leaders().length;
    for (let crash = 0; crash < crashes; crash++) {
      const leader = await lab.leader();
      await lab.kill(leader);
      await sleep(crashPauseMs);
      lab.start(leader);
    }
  },
  proof: ({ lab }) =>
    shows('a new leader after each kill', async () => {
      const times = lab.log.leaders().length - leadersBefore;
      return times >= crashes ? `replicas have begun to lead ${times} times` : undefined;
    }),
  undo: async () => undefined,
};

const periodUs = 100_000;

function starved(name: string, quotaPercent: number): Fault {
  let before = 0;
  const throttledTimes = ({ lab, leader }: StrikeStage): number =>
    Number(/nr_throttled (\d+)/.exec(lab.groups(leader).get('cpu', 'cpu.stat'))![1]);
  return {
    name,
    component: 'processor of the leader',
    failure: `its processes get ${quotaPercent} % of one processor`,
    effect: 'Answers are late, or another replica leads.',
    mitigation: 'Followers replace a leader that they do not hear in time.',
    severity: 2,
    unalarmed: 'Whether it is worse than the others is a matter of what else the machine does.',
    rate: 'machine',
    holdMs: 4_000,
    async strike(stage) {
      const { lab, leader } = stage;
      before = throttledTimes(stage);
      lab.groups(leader).set('cpu', 'cpu.cfs_period_us', periodUs);
      lab.groups(leader).set('cpu', 'cpu.cfs_quota_us', (periodUs * quotaPercent) / 100);
    },
    proof: (stage) =>
      shows('throttling', async () => {
        const times = throttledTimes(stage) - before;
        return times > 0 ? `host ${stage.leader} was throttled ${times} times` : undefined;
      }),
    async undo({ lab, leader }) {
      lab.groups(leader).set('cpu', 'cpu.cfs_quota_us', -1);
    },
  };
}

const burners = 8;

const busy: Fault = {
  name: 'hosts-busy',
  component: 'processors of all replicas',
  failure: `${burners} other programs compute on each host`,
  effect: 'Answers are late.',
  mitigation: 'A process that was not scheduled restarts its timers before it suspects others.',
  severity: 2,
  unalarmed: 'All replicas are as badly off, so that none is worse than another one.',
  rate: 'machine',
  holdMs: 4_000,
  async strike({ lab }) {
    for (const host of replicaHosts) {
      const script = `for n in {1..${burners}}; do (exec -a burner bash -c 'while :; do :; done') & done; wait`;
      const line = ['bash', '-c', script] as const;
      lab.hosts.spawn(host, line, { stdio: 'ignore', detached: true }, lab.groups(host).memberFiles);
    }
  },
  proof: ({ lab }) =>
    shows('the programs', async () => {
      const counts = await Promise.all(replicaHosts.map(async (host) => (await burnersOn(lab, host)).length));
      return counts.every((count) => count >= burners) ? `programs that compute: ${counts}` : undefined;
    }),
  async undo({ lab }) {
    for (const host of replicaHosts)
      for (const pid of await burnersOn(lab, host)) process.kill(pid, 'SIGKILL');
  },
};

async function burnersOn(lab: StrikeStage['lab'], host: number): Promise<number[]> {
  return lab
    .groups(host)
    .pids()
    .filter((pid) => programOf(pid).startsWith('burner'));
}

/** Empty of a process that is gone, as those of hooks soon are. */
function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const spareBytes = 16_777_216;
/** Holds 64 MB, and is not what the kernel ends when memory is short. */
const hog = 'echo -1000 > /proc/self/oom_score_adj; head -c 64M /dev/zero | tail -c 64M > /dev/null';

const outOfMemory: Fault = {
  name: 'leader-out-of-memory',
  component: 'memory of the leader',
  failure: 'its machine has no more: the kernel ends the process',
  effect: 'Orders wait until a follower leads.',
  mitigation: takesOver,
  severity: 3,
  rate: 'machine',
  alarm: 'leaderChanged',
  holdMs: 500,
  isAlone: true,
  async strike({ lab, leader }) {
    const groups = lab.groups(leader);
    // Not what it uses in all: pages of files are given back before a process is ended.
    const [, ownBytes] = /^total_rss (\d+)$/m.exec(groups.get('memory', 'memory.stat'))!;
    groups.set('memory', 'memory.limit_in_bytes', Number(ownBytes) + spareBytes);
    const options = { stdio: 'ignore', detached: true } as const;
    lab.hosts.spawn(leader, ['bash', '-c', hog], options, groups.memberFiles);
  },
  proof: ({ lab, leader }) =>
    shows('the end of the process by the kernel', async () => {
      const { oom_kill: kills = '0' } = Object.fromEntries(
        lab
          .groups(leader)
          .get('memory', 'memory.oom_control')
          .split('\n')
          .map((line) => line.split(' ')),
      ) as Record<string, string>;
      return Number(kills) > 0 && !lab.isRunning(leader) ? `the kernel ended ${kills} processes` : undefined;
    }),
  async undo({ lab, leader }) {
    lab.groups(leader).set('memory', 'memory.limit_in_bytes', -1);
    lab.start(leader);
  },
};

export const processFaults: readonly Fault[] = [
  killed(
    'leader-killed',
    {
      component: 'leader',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader }) => [leader],
  ),
  killed(
    'leader-killed-in-memory',
    {
      component: 'leader, with orders acknowledged from memory',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
      lab: inMemory,
    },
    ({ leader }) => [leader],
  ),
  killed(
    'follower-killed',
    {
      component: 'follower',
      effect: 'None.',
      mitigation: goesOn,
      severity: 1,
      alarm: 'memberLost',
      // A member is missed after 5 s.
      measuredHoldMs: 9_000,
    },
    ({ followers }) => followers.slice(0, 1),
  ),
  killed(
    'gateway-killed',
    {
      component: 'gateway',
      effect: 'What waited there has no answer; clients ask another gateway what became of it.',
      mitigation: 'Gateways keep nothing; a load balancer or the client goes to the next.',
      severity: 2,
      unalarmed: 'A gateway is no member: its service manager starts it again.',
    },
    () => gatewayHosts.slice(0, 1),
  ),
  killed(
    'everything-killed',
    {
      component: 'all replicas and gateways',
      failure: 'their processes are killed',
      effect: 'Orders wait until a quorum runs again.',
      mitigation: 'Each replica goes on from its journal.',
      severity: 4,
      alarm: 'leaderChanged',
      isNoticedAfterwards: true,
    },
    () => everyHost.filter((host) => replicaHosts.includes(host) || gatewayHosts.includes(host)),
  ),
  ...stopTimesMs.map(stopped),
  frozenHost,
  crashLoop,
  starved('leader-starved', 5),
  starved('leader-starved-20', 20),
  busy,
  outOfMemory,
];
