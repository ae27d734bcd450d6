/** Links that are cut, lose, delay, double or spoil packets; cables and switches that are gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceKinds, services } from '../../gateway/admission/services.ts';
import type { Conditions } from '../hosts/conditions.ts';
import type { Way } from '../hosts/hosts.ts';
import { clientHost, everyHost, gatewayHosts, replicaHosts } from '../lab/host-configuration.ts';
import { type Fault, fails, type StrikeStage, shows } from './fault.ts';

const takesOver = 'A follower takes over; clients send again, and nothing runs twice.';

function waysBetween(froms: readonly number[], tos: readonly number[]): Way[] {
  return froms.flatMap((from) => tos.filter((to) => to !== from).map((to): Way => [from, to]));
}

function bothWays(some: readonly number[], others: readonly number[]): Way[] {
  return [...waysBetween(some, others), ...waysBetween(others, some)];
}

/** A TCP connection from a host to the SDK's port of a replica, or the way to it, fails inside the host. */
function cannotReach({ lab }: StrikeStage, [from, to]: Way): Promise<string> {
  const script = `timeout 1 bash -c '</dev/tcp/${lab.hosts.address(to)}/${lab.tcpPort(to)}'`;
  return fails(`host ${from} does not reach host ${to}`, () => lab.hosts.run(from, 'bash', '-c', script));
}

/** Without a leader, or with one that hears no majority and has not stopped yet. */
const leaderlessCodes = ['noLeader', 'nothingCommitted'];

/** While no replica leads gateways serve what services.ts says, which their answers show. */
function readOnly(fault: Fault): Fault {
  return {
    ...fault,
    async proof(stage) {
      const seen = await fault.proof(stage);
      const served = await shows('refused commands and served reads', async () => {
        const answers = await stage.lab.probe(gatewayHosts.at(-1)!).catch(() => undefined);
        if (answers === undefined) return undefined;
        const words: string[] = [];
        for (const kind of serviceKinds) {
          const { code, stateAgeMs = 0, mode } = answers[kind];
          const isRead = services[kind].withoutLeader === 'read from a replica';
          const isOfReplica = code === '' && (kind === 'stream' ? mode === 'readOnly' : stateAgeMs > 0);
          if (isRead ? !isOfReplica : !leaderlessCodes.includes(code)) return undefined;
          words.push(`${kind}: ${isRead ? (mode ?? `as of ${stateAgeMs} ms before`) : code}`);
        }
        return words.join(', ');
      });
      return `${seen}; a gateway says: ${served}`;
    },
  };
}

type Words = Pick<Fault, 'component' | 'failure' | 'effect' | 'mitigation' | 'severity'> & Partial<Fault>;

function cut(name: string, words: Words, waysOf: (stage: StrikeStage) => Way[], kind?: 'reject'): Fault {
  return {
    name,
    rate: 'network',
    holdMs: 2_000,
    ...words,
    strike: (stage) => stage.lab.hosts.cut(waysOf(stage), kind),
    proof(stage) {
      const ways = waysOf(stage);
      const [from, to] = ways.find(([, target]) => replicaHosts.includes(target)) ?? ways[0]!;
      return cannotReach(stage, replicaHosts.includes(to) ? [from, to] : [to, from]);
    },
    undo: (stage) => stage.lab.hosts.mend(waysOf(stage)),
  };
}

/** Every link of the exchange is like this. */
function bent(
  name: string,
  failure: string,
  conditions: Conditions,
  shown: Shown,
  more: Partial<Fault> = {},
): Fault {
  const ways = waysBetween(everyHost, everyHost);
  let before = 0;
  return {
    name,
    component: 'every link',
    failure,
    effect: 'Answers are later.',
    mitigation: 'What is lost or spoiled is sent again; the detector adapts to the round trips that it sees.',
    severity: 2,
    unalarmed: 'No member is lost: how late answers are is in the metrics.',
    rate: 'network',
    holdMs: 4_000,
    ...more,
    async strike(stage) {
      before = shown.isLevel === true ? 0 : await shown.count(stage);
      await stage.lab.hosts.bend(ways, conditions);
    },
    proof: (stage) =>
      shows(shown.what, async () => {
        const now = await shown.count(stage);
        return now - before >= (shown.atLeast ?? 1) ? `${shown.what}: ${before}, and now ${now}` : undefined;
      }),
    undo: (stage) => stage.lab.hosts.bend(ways, null),
  };
}

/** A number that the kernel of the leader's host counts, and that the fault makes grow, by one at least. */
interface Shown {
  readonly what: string;
  readonly atLeast?: number;
  /** It is no count: whatever it was before, it is this now. */
  readonly isLevel?: boolean;
  count(stage: StrikeStage): Promise<number>;
}

/** A counter of the host, of `/proc/net/snmp` or `/proc/net/netstat`: a line of names, and one of values. */
function counted(what: string, group: string, names: readonly string[]): Shown {
  return {
    what,
    async count({ lab, leader }) {
      const text = await lab.hosts.run(leader, 'cat', '/proc/self/net/snmp', '/proc/self/net/netstat');
      const [header = '', values = ''] = text.split('\n').filter((line) => line.startsWith(`${group}:`));
      const columns = header.split(' ');
      const numbers = values.split(' ');
      return names.reduce((sum, name) => sum + Number(numbers[columns.indexOf(name)] ?? 0), 0);
    },
  };
}

const sentAgain = counted('segments of TCP sent again', 'Tcp', ['RetransSegs']);
const cameTwice = counted('segments that came twice', 'TcpExt', [
  'TCPDSACKRecv',
  'TCPDSACKOfoRecv',
  'TCPDSACKOldSent',
]);
const outOfOrder = counted('segments out of order', 'TcpExt', ['TCPOFOQueue']);
const spoiled = {
  what: 'packets with a wrong checksum',
  count: async (stage: StrikeStage) =>
    (await counted('', 'Tcp', ['InCsumErrors']).count(stage)) +
    (await counted('', 'Udp', ['InCsumErrors']).count(stage)),
};

/** What the kernel measures of the handshake of a new connection: of older ones it says what load makes of it. */
function roundTrip(atLeastMs: number): Shown {
  return {
    what: 'round trip in ms',
    atLeast: atLeastMs,
    isLevel: true,
    async count({ lab, leader }) {
      const target = gatewayHosts.at(-1)!;
      const script = `exec 3<>/dev/tcp/${lab.hosts.address(target)}/${lab.tcpPort(target)} && ss --tcp --info --processes`;
      const text = await lab.hosts.run(leader, 'bash', '-c', script).catch(() => '');
      return Number(/"ss".*\n.* rtt:([\d.]+)/.exec(text)?.[1] ?? 0);
    },
  };
}

const handshakes = 8;

/** By how much the round trips of some handshakes differ: half of what one way varies by, at least. */
function spread(jitterMs: number): Shown {
  const one = roundTrip(0);
  return {
    what: 'spread of round trips in ms',
    atLeast: jitterMs / 2,
    isLevel: true,
    async count(stage) {
      const trips: number[] = [];
      for (let n = 0; n < handshakes; n++) trips.push(await one.count(stage));
      return Math.round((Math.max(...trips) - Math.min(...trips)) * 1_000) / 1_000;
    },
  };
}

const delaysMs = [1, 16, 40, 100] as const;
const lossesPercent = [1, 5, 30] as const;
const flapMs = 200;
const flapsShown = 4;
/** Within this a packet that arrives is answered: a host answers one each second, of several in a row some. */
const answerMs = 1_200;

function unplugged(
  name: string,
  words: Words,
  switchOf: (stage: StrikeStage, isOn: boolean) => Promise<void>,
  proof: Fault['proof'],
): Fault {
  return {
    name,
    rate: 'network',
    holdMs: 2_000,
    ...words,
    strike: (stage) => switchOf(stage, false),
    proof,
    undo: (stage) => switchOf(stage, true),
  };
}

/** From its strike until it is undone. */
function flapping(): Fault {
  let isFlapping = false;
  let flaps: Promise<void> = Promise.resolve();
  let before = 0;
  const changesOf = async ({ lab, leader }: StrikeStage): Promise<number> =>
    Number(await lab.hosts.run(leader, 'cat', `${carrierFile}_changes`));
  return {
    name: 'leader-flaps',
    component: 'cable of the leader',
    failure: `it comes and goes every ${flapMs} ms`,
    effect: 'Orders wait until a follower leads.',
    mitigation: 'A replica that comes and goes does not make the others elect again and again.',
    severity: 3,
    unalarmed: 'Whether another replica leads is a matter of when the cable is back.',
    rate: 'network',
    holdMs: 5_000,
    measuredHoldMs: 10_000,
    async strike(stage) {
      before = await changesOf(stage);
      isFlapping = true;
      flaps = (async () => {
        for (let isPlugged = false; isFlapping; isPlugged = !isPlugged) {
          await stage.lab.hosts.plug(stage.leader, isPlugged);
          await sleep(flapMs);
        }
      })();
      // What goes wrong is thrown when it is undone.
      flaps.catch(() => undefined);
    },
    proof: (stage) =>
      shows('changes of the carrier', async () => {
        const changes = (await changesOf(stage)) - before;
        return changes >= flapsShown ? `the carrier of eth0 has changed ${changes} times` : undefined;
      }),
    async undo({ lab, leader }) {
      isFlapping = false;
      await flaps.finally(() => lab.hosts.plug(leader, true));
    },
  };
}

const resetEveryMs = 40;
/** Orders are under way in the leader for so long, each way to the others. */
const underWayMs = 40;

/** From its strike until it is undone. */
function resetting(): Fault {
  const resets = counted('connections that were reset', 'Tcp', ['EstabResets']);
  let isResetting = false;
  let rounds: Promise<void> = Promise.resolve();
  let before = 0;
  return {
    name: 'leader-connections-reset',
    component: 'connections of clients to the leader',
    failure: `they are reset every ${resetEveryMs} ms, and packets between replicas take ${underWayMs} ms`,
    effect: 'Orders wait until their clients are connected again.',
    mitigation: 'Clients send again what the leader has not carried out; what it has under way runs once.',
    severity: 3,
    unalarmed: 'The same replica leads on.',
    rate: 'network',
    holdMs: 2_000,
    async strike(stage) {
      const { lab, leader, followers } = stage;
      before = await resets.count(stage);
      await lab.hosts.bend(bothWays([leader], followers), { delayMs: underWayMs });
      const callers = [clientHost, ...gatewayHosts].map((host) => `dst ${lab.hosts.address(host)}`);
      const which = `sport = :${lab.tcpPort(leader)} and ( ${callers.join(' or ')} )`;
      isResetting = true;
      rounds = (async () => {
        for (; isResetting; await sleep(resetEveryMs))
          await lab.hosts.run(leader, 'ss', '--kill', '--tcp', 'state', 'established', ...which.split(' '));
      })();
      // What goes wrong is thrown when it is undone.
      rounds.catch(() => undefined);
    },
    proof: (stage) =>
      shows(resets.what, async () => {
        const count = (await resets.count(stage)) - before;
        return count > 0 ? `${resets.what} on host ${stage.leader}: ${count}` : undefined;
      }),
    async undo({ lab, leader, followers }) {
      isResetting = false;
      await rounds.finally(() => lab.hosts.bend(bothWays([leader], followers), null));
    },
  };
}

const carrierFile = '/sys/class/net/eth0/carrier';

export const networkFaults: readonly Fault[] = [
  unplugged(
    'leader-unplugged',
    {
      component: 'cable of the leader',
      failure: 'it is pulled',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ lab, leader }, isOn) => lab.hosts.plug(leader, isOn),
    ({ lab, leader }) =>
      shows('no carrier', async () => {
        const carrier = (await lab.hosts.run(leader, 'cat', carrierFile)).trim();
        return carrier === '0' ? `eth0 of host ${leader} has carrier ${carrier}` : undefined;
      }),
  ),
  unplugged(
    'switch-off',
    {
      component: 'switch of a rack',
      failure: 'it is off: the leader is gone, and at once the gateway that its rack may have',
      effect: 'Orders wait until a follower leads; the other gateway takes them.',
      mitigation: 'Racks hold one replica each, and one gateway at the most.',
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ lab, leader }, isOn) => lab.hosts.power(leader, isOn),
    (stage) => cannotReach(stage, [clientHost, stage.leader]),
  ),
  cut(
    'leader-cut-off',
    {
      component: 'network of the leader',
      failure: 'packets from and to all others are dropped',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader }) =>
      bothWays(
        [leader],
        everyHost.filter((host) => host !== leader),
      ),
  ),
  cut(
    'leader-rejected',
    {
      component: 'network of the leader',
      failure: 'packets from and to other replicas are rejected',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader, followers }) => bothWays([leader], followers),
    'reject',
  ),
  cut(
    'leader-deaf',
    {
      component: 'network of the leader',
      failure: 'it reaches the other replicas, and hears none of them',
      effect: 'Orders wait until a follower leads.',
      mitigation: 'A leader that hears no majority stops.',
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader, followers }) => waysBetween(followers, [leader]),
  ),
  cut(
    'leader-mute',
    {
      component: 'network of the leader',
      failure: 'it hears the other replicas, and none of them hears it',
      effect: 'Orders wait until a follower leads.',
      mitigation: takesOver,
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader, followers }) => waysBetween([leader], followers),
  ),
  cut(
    'leader-half-cut',
    {
      component: 'link of the leader to one follower',
      failure: 'its packets are dropped',
      effect: 'Orders wait a little, or not at all.',
      mitigation: 'A follower that hears the leader through others does not replace it.',
      severity: 2,
      alarm: 'memberLost',
      // A member is missed after 5 s.
      measuredHoldMs: 9_000,
    },
    ({ leader, followers }) => bothWays([leader], followers.slice(0, 1)),
  ),
  cut(
    'leader-cut-from-clients',
    {
      component: 'network between clients and the leader',
      failure: 'its packets are dropped',
      effect: 'Orders wait until another replica leads.',
      mitigation: 'Gateways say what they reach; a leader that none reaches hands over.',
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader }) => bothWays([leader], [clientHost, ...gatewayHosts]),
  ),
  cut(
    'leader-unheard-by-clients',
    {
      component: 'network between clients and the leader',
      failure: 'orders reach it, and its answers are dropped',
      effect: 'Orders wait until another replica leads.',
      mitigation: 'Clients send again what was not answered, to the next leader, and nothing runs twice.',
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader }) => waysBetween([leader], [clientHost, ...gatewayHosts]),
  ),
  cut(
    'followers-cut',
    {
      component: 'link between the followers',
      failure: 'its packets are dropped',
      effect: 'None.',
      mitigation: 'Both hear the leader.',
      severity: 1,
      unalarmed: 'The leader hears both, and notices are its own.',
    },
    ({ followers }) => bothWays(followers.slice(0, 1), followers.slice(1)),
  ),
  readOnly(
    cut(
      'everything-cut',
      {
        component: 'network between the replicas',
        failure: 'no replica hears another',
        effect: 'Orders wait until it is back.',
        mitigation: 'No minority acknowledges; the exchange goes on by itself.',
        severity: 4,
        alarm: 'quorumLost',
        // A replica alone reports it, and waits for others first.
        measuredHoldMs: 15_000,
      },
      () => waysBetween(replicaHosts, replicaHosts),
    ),
  ),
  ...lossesPercent.map((percent) =>
    bent(`loss-${percent}`, `${percent} % of all packets are lost`, { lossPercent: percent }, sentAgain),
  ),
  bent('duplicates', '20 % of all packets come twice', { duplicatePercent: 20 }, cameTwice),
  bent('reordering', 'packets overtake each other', { delayMs: 2, jitterMs: 10 }, outOfOrder),
  bent('corruption', '2 % of all packets have a flipped bit', { corruptPercent: 2 }, spoiled),
  ...delaysMs.map((delayMs) =>
    bent(`delay-${delayMs}ms`, `each packet takes ${delayMs} ms`, { delayMs }, roundTrip(2 * delayMs)),
  ),
  bent('jitter', 'each packet takes 5 to 40 ms', { delayMs: 5, jitterMs: 35 }, roundTrip(10)),
  ...delaysMs.map((jitterMs) =>
    bent(`jitter-${jitterMs}ms`, `each packet takes up to ${jitterMs} ms`, { jitterMs }, spread(jitterMs)),
  ),
  {
    name: 'mtu-hole',
    component: 'network of the leader',
    failure: 'packets of more than 1,000 bytes are lost without a word',
    effect: 'Orders wait until another replica leads, or larger ones until it is mended.',
    mitigation: 'Frames that do not arrive are sent again; a leader that commits nothing is replaced.',
    severity: 3,
    unalarmed: 'Orders are smaller than what is lost: the same replica leads on.',
    rate: 'network',
    holdMs: 4_000,
    strike: ({ lab, leader, followers }) =>
      lab.hosts.bend(bothWays([leader], followers), { packetBytesMax: 1_000 }),
    async proof({ lab, leader, followers }) {
      const send = `head -c 1300 /dev/zero > /dev/udp/${lab.hosts.address(followers[0]!)}/9`;
      const messages = async (): Promise<string> =>
        /^Icmp: \d.*$/m.exec(await lab.hosts.run(leader, 'cat', '/proc/self/net/snmp'))![0];
      return shows('no word of ICMP', async () => {
        const before = await messages();
        await lab.hosts.run(leader, 'bash', '-c', send);
        await sleep(answerMs);
        // A port without a reader is answered with a message of ICMP where the packet arrives.
        const isSilent = (await messages()) === before;
        return isSilent ? '1,300 bytes to a closed port: no message of ICMP came back' : undefined;
      });
    },
    undo: ({ lab, leader, followers }) => lab.hosts.bend(bothWays([leader], followers), null),
  },
  {
    name: 'narrow-link',
    component: 'cable of the leader',
    failure: 'it carries 10 Mbit/s',
    effect: 'None at this load.',
    mitigation: 'Windows bound what is on its way.',
    severity: 1,
    unalarmed: 'Nothing is late at this load.',
    rate: 'network',
    holdMs: 4_000,
    strike: ({ lab, leader }) => lab.hosts.narrow(leader, 10),
    proof: ({ lab, leader }) =>
      shows('the rate of the queue', async () => {
        const text = await lab.hosts.run(leader, 'tc', '-s', 'qdisc', 'show', 'dev', 'eth0');
        return /tbf .*rate 10Mbit[\s\S]*Sent [1-9]/.test(text) ? text.split('\n')[0]! : undefined;
      }),
    undo: ({ lab, leader }) => lab.hosts.narrow(leader, null),
  },
  flapping(),
  resetting(),
];
