/** Two replicas and a witness: any one of the three is lost, or the replicas one behind the other. */
import { witnessHost } from '../lab/host-configuration.ts';
import type { Fault, StrikeStage } from './fault.ts';

const withWitness = { lab: { hasWitness: true }, rate: 'process', isAlone: true } as const;
/** A member is missed after 5 s. */
const noticedMs = 9_000;
/** What the witness holds for a replica that is away. */
const answersAlone = 500;

const otherReplica = ({ followers }: StrikeStage): number => followers.find((host) => host !== witnessHost)!;

async function endsOf({ lab }: StrikeStage, ...hosts: readonly number[]): Promise<string> {
  const running = hosts.find((host) => lab.isRunning(host));
  if (running !== undefined)
    throw new Error(`The fault did not take effect: the process of host ${running} runs.`);
  return `no process runs on hosts ${hosts.join(', ')}`;
}

export const witnessFaults: readonly Fault[] = [
  {
    ...withWitness,
    name: 'witness-killed',
    component: 'witness',
    failure: 'its process is killed',
    effect: 'None.',
    mitigation: 'The two replicas are a quorum.',
    severity: 1,
    alarm: 'memberLost',
    holdMs: noticedMs,
    strike: ({ lab }) => lab.kill(witnessHost),
    proof: (stage) => endsOf(stage, witnessHost),
    undo: async ({ lab }) => lab.start(witnessHost),
  },
  {
    ...withWitness,
    name: 'leader-killed-with-witness',
    component: 'leader, beside one replica and a witness',
    failure: 'its process is killed',
    effect: 'Orders wait until the other replica leads.',
    mitigation: 'The other replica and the witness are a quorum.',
    severity: 3,
    alarm: 'leaderChanged',
    holdMs: noticedMs,
    strike: ({ lab, leader }) => lab.kill(leader),
    proof: (stage) => endsOf(stage, stage.leader),
    undo: async ({ lab, leader }) => lab.start(leader),
  },
  {
    ...withWitness,
    name: 'follower-killed-with-witness',
    component: 'follower, beside the leader and a witness',
    failure: 'its process is killed',
    effect: 'None.',
    mitigation: 'The leader and the witness are a quorum, and the witness keeps what the follower lacks.',
    severity: 1,
    alarm: 'memberLost',
    holdMs: noticedMs,
    strike: (stage) => stage.lab.kill(otherReplica(stage)),
    proof: (stage) => endsOf(stage, otherReplica(stage)),
    undo: async (stage) => stage.lab.start(otherReplica(stage)),
  },
  {
    ...withWitness,
    name: 'replicas-lost-one-behind-the-other',
    component: 'both replicas beside a witness',
    failure: 'the follower is away; the leader is killed at the moment at which the follower comes back',
    effect: 'Orders wait until the other replica has started and has what it missed.',
    mitigation: 'The witness keeps what only the leader and itself have flushed, and sends it.',
    severity: 4,
    alarm: 'leaderChanged',
    holdMs: 500,
    async strike(stage) {
      const { lab, leader } = stage;
      await lab.kill(otherReplica(stage));
      await lab.answered(answersAlone);
      await lab.kill(leader);
      lab.start(otherReplica(stage));
    },
    async proof(stage) {
      const seen = await endsOf(stage, stage.leader);
      const { lab, leader } = stage;
      await lab.until('the other replica leads', async () => (await lab.leader()) !== leader);
      return `${seen}; replica ${await lab.leader()} leads`;
    },
    undo: async ({ lab, leader }) => lab.start(leader),
  },
];
