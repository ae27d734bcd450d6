/** Faults that operators make while traders trade. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import type { Lab } from '../lab/lab.ts';
import { type Fault, orderedBySomeone, type StrikeStage, soonMended } from './fault.ts';

const orderedBy = {
  rate: 'operator',
  holdMs: 0,
  isAlone: true,
  undo: async () => undefined,
} as const;
const pollMs = 50;
/** The command gives up too, where a busy machine takes longer. */
const patient = ['--settle-seconds', '600', '--back-seconds', '600'];

const handOver: Fault = {
  ...orderedBy,
  name: 'hand-over',
  component: 'leader',
  failure: 'an operator hands leadership over',
  effect: 'Orders wait until the next leader leads.',
  mitigation: 'The next leader has everything before it begins.',
  severity: 3,
  alarm: 'leaderChanged',
  async strike({ lab, followers }) {
    await lab.handOver(followers[0]!);
  },
  proof: async ({ lab, leader }) => {
    const now = await lab.leader();
    if (now === leader) throw new Error(`The fault did not take effect: replica ${leader} still leads.`);
    return `replica ${now} leads, and replica ${leader} led`;
  },
};

let processesBefore = new Map<number, number>();

const rollingRestart: Fault = {
  ...orderedBy,
  name: 'rolling-restart',
  component: 'all replicas',
  failure: 'an operator restarts them one after the other',
  effect: 'Orders wait once, until the next leader leads.',
  mitigation: 'Followers first; the leader hands over before its turn.',
  severity: 3,
  alarm: 'leaderChanged',
  lab: { hasSnapshots: true },
  async strike({ lab }) {
    processesBefore = new Map(replicaHosts.map((host) => [host, lab.pidOf(host)]));
    let isDone = false;
    const ordered = lab.command('restart', '--rolling', ...patient).finally(() => {
      isDone = true;
    });
    ordered.catch(() => undefined);
    // The part of the service manager.
    while (!isDone) {
      for (const host of replicaHosts) lab.start(host);
      await sleep(pollMs);
    }
    for (const host of replicaHosts) lab.start(host);
    await ordered;
  },
  proof: async ({ lab }) => {
    const same = replicaHosts.filter((host) => lab.pidOf(host) === processesBefore.get(host));
    if (same.length > 0)
      throw new Error(`The fault did not take effect: replicas ${same} were not restarted.`);
    const statuses = await lab.statuses();
    return `seconds since the starts: ${statuses.map(({ uptimeSeconds }) => uptimeSeconds)}`;
  },
};

/** The machine of a follower comes back with an empty disk, and takes its old place. */
const emptyDisk: Fault = {
  ...orderedBy,
  name: 'follower-comes-back-empty',
  component: 'machine of a follower',
  failure: 'its disk was replaced by an empty one',
  effect: 'None.',
  mitigation: 'It counts only after it has fetched everything from the others.',
  severity: 1,
  unalarmed: soonMended,
  rate: 'disk',
  async strike({ lab, followers }) {
    const host = followers[0]!;
    await lab.kill(host);
    rmSync(replicaFolder(lab.disk(host).outside(), host), { recursive: true });
    lab.start(host);
  },
  proof: async ({ lab, followers }) => {
    const host = followers[0]!;
    return lab.hosts.run(host, 'du', '-sh', lab.disk(host).path);
  },
};

const endOfDay: Fault = {
  ...orderedBy,
  name: 'end-of-day',
  component: 'exchange',
  failure: 'an operator ends the day',
  effect: 'Day orders are cancelled.',
  mitigation: 'One sequenced step, in portions.',
  severity: 1,
  unalarmed: orderedBySomeone,
  async strike({ lab }) {
    await lab.endDay();
  },
  proof: async () => 'the order was answered',
};

/** What takes no snapshot needs no such lab. */
export const withSnapshots = { hasOrderedSnapshots: true } as const;

/** An operator has a replica write a snapshot. */
export function takeSnapshot(lab: Lab, host: number): Promise<string> {
  return lab.command('snapshot', '--replica', `${host}`);
}

function snapshotTaken(): Fault {
  let said = '';
  return {
    ...orderedBy,
    name: 'snapshot',
    component: 'followers',
    failure: 'an operator has each follower write a snapshot',
    effect: 'None.',
    mitigation: 'A state is copied in small steps, beside what a follower does for the quorum.',
    severity: 1,
    unalarmed: orderedBySomeone,
    lab: withSnapshots,
    async strike({ lab, followers }) {
      said = '';
      for (const host of followers) said += await takeSnapshot(lab, host);
    },
    proof: async () => said.trim().replaceAll('\n', ' '),
  };
}

/** Of all machines, one after the other, the leader last; each is started again. */
async function configureAll(
  { lab, leader, followers }: StrikeStage,
  change: (configuration: { timing?: object }) => void,
): Promise<void> {
  for (const host of [...followers, leader]) {
    const configuration = JSON.parse(readFileSync(lab.configFile(host), 'utf8')) as { timing?: object };
    change(configuration);
    writeFileSync(lab.configFile(host), JSON.stringify(configuration));
    await lab.stop(host);
    lab.start(host);
    await lab.whole();
  }
}

const otherTiming = { electionTimeoutMs: 600, heartbeatMs: 25 } as const;

const configurationChanged: Fault = {
  ...orderedBy,
  name: 'configuration-changed',
  component: 'all replicas',
  failure: 'an operator gives them another timing, one after the other',
  effect: 'Orders wait once, until the next leader leads.',
  mitigation: 'Replicas with another timing work together; a leader that ends in good order hands over.',
  severity: 3,
  alarm: 'leaderChanged',
  strike: (stage) =>
    configureAll(stage, (configuration) => {
      configuration.timing = otherTiming;
    }),
  proof: async ({ lab, leader }) => {
    const { timing } = JSON.parse(await lab.commandOn(leader, 'config')) as { timing: typeof otherTiming };
    const hashes = new Set((await lab.statuses()).map(({ configHash }) => configHash));
    if (hashes.size !== 1) throw new Error(`The replicas run with ${hashes.size} configurations.`);
    return `election time-out ${timing.electionTimeoutMs} ms; all replicas run with ${[...hashes]}`;
  },
  undo: (stage) =>
    configureAll(stage, (configuration) => {
      delete configuration.timing;
    }),
};

export const operations: readonly Fault[] = [
  handOver,
  rollingRestart,
  emptyDisk,
  endOfDay,
  snapshotTaken(),
  configurationChanged,
];
