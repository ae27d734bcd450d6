/** What operators do to the members of an exchange while it trades, on machines that are added and taken away. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Fault, StrikeStage } from './fault.ts';

const [newHost, otherNewHost] = [8, 9] as const;
/** As the lab's exchange is numbered: what a person types where something may be lost. */
const clusterNumber = '1';
const pollMs = 50;

const onMembers = {
  component: 'members',
  rate: 'machine',
  holdMs: 0,
  isAlone: true,
  severity: 1,
  lab: { hasSpareHosts: true, hasSnapshots: true },
} as const;

async function votersAre(lab: Lab, voters: readonly number[]): Promise<void> {
  const wanted = voters.toSorted((a, b) => a - b).join();
  await lab.until(`the voters are ${wanted}`, async () => {
    const leader = (await lab.statuses()).find(({ serving }) => serving);
    return leader !== undefined && leader.voters.join() === wanted;
  });
  lab.members = voters;
}

/** Gives an order about a machine, until it and the leader have found each other. */
async function ordered(lab: Lab, ...words: readonly string[]): Promise<void> {
  await lab.until(`"${words.join(' ')}" is accepted`, async () => {
    try {
      await lab.command('members', ...words);
      return true;
    } catch (error) {
      if (error instanceof Error && /has not called|is not heard|do(es)? not reach/.test(error.message))
        return false;
      throw error;
    }
  });
}

async function token(lab: Lab, host: number, ...words: readonly string[]): Promise<void> {
  lab.join(host, await lab.command('members', 'token', '--id', `${host}`, ...words));
}

async function votersText({ lab }: StrikeStage): Promise<string> {
  const [status] = await lab.statuses();
  return `members: ${status?.members.map(({ id, role, votes }) => `${id} ${role}${votes ? '' : ' without a vote'}`).join(', ')}`;
}

/** The machine from before comes back blank with its certificate, and takes the place of the new one. */
async function backInPlaceOf(lab: Lab, host: number, gone: number): Promise<void> {
  await lab.forget(host);
  lab.start(host);
  await ordered(lab, 'replace', `${gone}`, `${host}`);
  await votersAre(
    lab,
    lab.members.map((id) => (id === gone ? host : id)),
  );
  await lab.forget(gone);
}

const replace: Fault = {
  ...onMembers,
  name: 'members-replace',
  failure: 'the machine of a follower dies for good',
  effect: 'None.',
  mitigation: 'Two commands bring a new machine, which takes its place in one joint change.',
  alarm: 'memberLost',
  async strike({ lab, followers }) {
    const dead = followers[0]!;
    const fromMs = monotonicMs();
    await lab.kill(dead);
    // An operator comes when the alarm does.
    await lab.until(
      'a hook has told that a member is lost',
      () => lab.log.noticeSince(fromMs, 'memberLost') !== undefined,
    );
    await token(lab, newHost, '--replaces', `${dead}`);
    await votersAre(
      lab,
      lab.members.map((id) => (id === dead ? newHost : id)),
    );
  },
  proof: votersText,
  undo: ({ lab, followers }) => backInPlaceOf(lab, followers[0]!, newHost),
};

const growAndShrink: Fault = {
  ...onMembers,
  name: 'members-grow-and-shrink',
  rate: 'operator',
  failure: 'an operator grows the exchange from three to five, shrinks it to one, and grows it to three',
  effect: 'None.',
  mitigation: 'One machine at a time; a new one has no vote before it has caught up.',
  alarm: 'membersChanged',
  async strike({ lab, leader, followers }) {
    const all = lab.members;
    for (const host of [newHost, otherNewHost]) {
      await token(lab, host);
      await votersAre(lab, [...lab.members, host]);
    }
    for (const id of [newHost, otherNewHost, ...followers]) {
      await lab.command('members', 'remove', `${id}`, '--confirm', clusterNumber);
      await votersAre(
        lab,
        lab.members.filter((each) => each !== id),
      );
      await lab.forget(id);
    }
    for (const id of all.filter((each) => each !== leader)) {
      lab.start(id);
      await ordered(lab, 'add', `${id}`);
      await votersAre(lab, [...lab.members, id]);
    }
    lab.members = all;
  },
  proof: votersText,
  undo: async () => undefined,
};

const spare: Fault = {
  ...onMembers,
  name: 'members-spare',
  failure: 'the machine of a follower dies, and a spare waits',
  effect: 'None.',
  mitigation: 'The spare takes its place by itself.',
  alarm: 'spareGivenVote',
  async strike({ lab, followers }) {
    const dead = followers[0]!;
    await token(lab, newHost, '--role', 'spare');
    await lab.until('the spare has caught up', async () => {
      const statuses = await lab.statuses();
      const leader = statuses.find(({ serving }) => serving);
      return (
        leader?.progress.some(({ memberId, state }) => memberId === newHost && state === 'following') === true
      );
    });
    await lab.kill(dead);
    await votersAre(
      lab,
      lab.members.map((id) => (id === dead ? newHost : id)),
    );
  },
  proof: votersText,
  async undo({ lab, followers }) {
    const [host] = followers;
    lab.start(host!);
    await ordered(lab, 'replace', `${newHost}`, `${host}`);
    await votersAre(
      lab,
      lab.members.map((id) => (id === newHost ? host! : id)),
    );
    await lab.forget(newHost);
  },
};

/** Starts these again when they end, as a service manager does, until the command is done. */
async function supervised(lab: Lab, ids: readonly number[], ...words: readonly string[]): Promise<void> {
  let isDone = false;
  const command = lab.command(...words).finally(() => {
    isDone = true;
  });
  command.catch(() => undefined);
  const start = (): void => {
    for (const id of ids) lab.start(id);
  };
  while (!isDone) {
    start();
    await sleep(pollMs);
  }
  start();
  await command;
}

/** A member of the generation before gives its folder up, once it has started. */
async function returned(lab: Lab, id: number): Promise<void> {
  await lab.until(`replica ${id} gives its folder up`, async () => {
    try {
      await supervised(lab, [id], 'members', 'return', `${id}`);
      return true;
    } catch (error) {
      if (error instanceof Error && /not running|heard of no later generation/.test(error.message))
        return false;
      throw error;
    }
  });
}

const rebuild: Fault = {
  ...onMembers,
  name: 'members-rebuild',
  failure: 'the machines of both followers die, and are gone for good',
  effect: 'No order is answered until an operator has rebuilt the exchange and opened it.',
  mitigation: 'The survivor goes on as the next generation; the others come back blank.',
  severity: 5,
  cutsLog: true,
  alarm: 'quorumLost',
  lab: { hasSpareHosts: true },
  async strike({ lab, leader, followers }) {
    // What is before the cut is in a snapshot, and no gateway can show it to a reader that had not read it.
    lab.isLogWhole = false;
    lab.isStreamWhole = false;
    const fromMs = monotonicMs();
    await lab.kill(...followers);
    await lab.until(
      'a hook has told that the quorum is lost',
      () => lab.log.noticeSince(fromMs, 'quorumLost') !== undefined,
    );
    const gone = ['--switched-off', followers.join()];
    await supervised(lab, [leader], 'members', 'rebuild', '--confirm', clusterNumber, ...gone);
    lab.members = [leader];
    await lab.leader();
    await lab.command('mode', 'open');
    for (const id of followers) {
      lab.start(id);
      await returned(lab, id);
      await lab.until(`replica ${id} is blank`, async () => {
        lab.start(id);
        return (await lab.command('members', 'add', `${id}`).catch(() => undefined)) !== undefined;
      });
      await votersAre(lab, [...lab.members, id]);
    }
  },
  proof: votersText,
  undo: async () => undefined,
};

export const memberFaults: readonly Fault[] = [replace, growAndShrink, spare, rebuild];
