/** Faults that operators make while traders trade. */

import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import type { Fault } from './fault.ts';

const orderedBy = {
  rate: 'operator',
  holdMs: 0,
  isAlone: true,
  undo: async () => undefined,
} as const;
const pollMs = 50;

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
    await lab.command('failover', '--to', `${followers[0]}`);
  },
  proof: async ({ lab, leader }) => {
    const now = await lab.leader();
    if (now === leader) throw new Error(`The fault did not take effect: replica ${leader} still leads.`);
    return `replica ${now} leads, and replica ${leader} led`;
  },
};

const rollingRestart: Fault = {
  ...orderedBy,
  name: 'rolling-restart',
  component: 'all replicas',
  failure: 'an operator restarts them one after the other',
  effect: 'Orders wait once, until the next leader leads.',
  mitigation: 'Followers first; the leader hands over before its turn.',
  severity: 3,
  alarm: 'leaderChanged',
  async strike({ lab }) {
    let isDone = false;
    const ordered = lab.command('restart', '--rolling').finally(() => {
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
  async strike({ lab }) {
    await lab.endDay();
  },
  proof: async () => 'the order was answered',
};

export const operations: readonly Fault[] = [handOver, rollingRestart, emptyDisk, endOfDay];
