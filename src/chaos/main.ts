/**
 * `npm run chaos:silence`: how long a client waits when the leader falls silent, in each of the ways that a network of
 * several hosts knows. `--faults NAME,NAME`, `--repeats N`, `--json`. It needs root and `ip` (src/chaos/hosts).
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clientHost, HostedExchange, monotonicMs, replicaHosts } from './hosted-exchange.ts';

/** The replicas know their leader, and what they saw of the fault before is forgotten. */
const calmMs = 3_000;
const healedMs = 1_500;
const faultMs = 2_000;
const flapMs = 200;
const flaps = 25;
const lossPercent = 5;
const repeatsDefault = 5;

interface Fault {
  readonly name: string;
  /** Makes the fault, and lasts as long as it does; what it cut is mended by `mend`. */
  strike(exchange: HostedExchange, leader: number): Promise<void>;
  mend(exchange: HostedExchange, leader: number): Promise<void>;
}

const others = (leader: number): number[] => replicaHosts.filter((id) => id !== leader);

async function each(
  froms: readonly number[],
  tos: readonly number[],
  act: (from: number, to: number) => Promise<void>,
): Promise<void> {
  for (const from of froms) for (const to of tos) if (from !== to) await act(from, to);
}

/** Packets that the ways lose, from `froms` to `tos`. */
function cutting(name: string, ways: (leader: number) => readonly (readonly [number[], number[]])[]): Fault {
  return {
    name,
    async strike({ hosts }, leader) {
      for (const [froms, tos] of ways(leader)) await each(froms, tos, (from, to) => hosts.cut(from, to));
      await sleep(faultMs);
    },
    async mend({ hosts }, leader) {
      for (const [froms, tos] of ways(leader)) await each(froms, tos, (from, to) => hosts.mend(from, to));
    },
  };
}

const everyHost = [...replicaHosts, clientHost];

const faults: readonly Fault[] = [
  {
    name: 'vanishes',
    async strike({ hosts }, leader) {
      await hosts.plug(leader, false);
      await sleep(faultMs);
    },
    mend: ({ hosts }, leader) => hosts.plug(leader, true),
  },
  {
    name: 'stands-still',
    async strike(exchange, leader) {
      process.kill(exchange.pidOf(leader), 'SIGSTOP');
      await sleep(faultMs);
    },
    async mend(exchange, leader) {
      process.kill(exchange.pidOf(leader), 'SIGCONT');
    },
  },
  cutting('deaf', (leader) => [[others(leader), [leader]]]),
  cutting('mute', (leader) => [[[leader], others(leader)]]),
  cutting('half-cut', (leader) => [
    [[leader], others(leader).slice(0, 1)],
    [others(leader).slice(0, 1), [leader]],
  ]),
  cutting('cut-from-clients', (leader) => [
    [[leader], [clientHost]],
    [[clientHost], [leader]],
  ]),
  {
    name: 'loss',
    async strike({ hosts }) {
      await each(everyHost, everyHost, (from, to) => hosts.bend(from, to, { lossPercent }));
      await sleep(faultMs);
    },
    mend: ({ hosts }) => each(everyHost, everyHost, (from, to) => hosts.bend(from, to, null)),
  },
  {
    name: 'flaps',
    async strike({ hosts }, leader) {
      for (let n = 0; n < flaps; n++) {
        await hosts.plug(leader, false);
        await sleep(flapMs);
        await hosts.plug(leader, true);
        await sleep(flapMs);
      }
    },
    mend: async () => undefined,
  },
  {
    name: 'kill-all',
    async strike(exchange) {
      await exchange.killAll();
      for (const id of replicaHosts) exchange.startReplica(id);
    },
    mend: async () => undefined,
  },
];

interface Row {
  readonly fault: string;
  readonly gapsMs: readonly number[];
  readonly lost: number;
  readonly doubled: number;
}

async function measure(fault: Fault, repeats: number): Promise<Row> {
  const exchange = await HostedExchange.start();
  try {
    const gapsMs: number[] = [];
    for (let n = 0; n < repeats; n++) {
      await exchange.acknowledged(1);
      await sleep(calmMs);
      const fromMs = monotonicMs();
      const leader = exchange.leaderId;
      await fault.strike(exchange, leader);
      await fault.mend(exchange, leader);
      await exchange.acknowledged(10);
      await sleep(healedMs);
      gapsMs.push(Math.round(exchange.longestGapMs(fromMs)));
    }
    const { lost, doubled } = await exchange.account();
    return { fault: fault.name, gapsMs: gapsMs.sort((a, b) => a - b), lost, doubled };
  } finally {
    await exchange.end();
  }
}

function rowText({ fault, gapsMs, lost, doubled }: Row): string {
  const p50 = gapsMs[Math.floor(gapsMs.length / 2)];
  return `${fault.padEnd(18)} p50 ${p50} ms, max ${gapsMs.at(-1)} ms of ${gapsMs.length}; lost ${lost}, doubled ${doubled}`;
}

const names = faults.map(({ name }) => name);
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: names.join(',') },
    repeats: { type: 'string', default: `${repeatsDefault}` },
    json: { type: 'boolean', default: false },
  },
});
const chosen = values.faults.split(',').map((name) => {
  const fault = faults.find((known) => known.name === name);
  if (fault === undefined) throw new Error(`There is no fault "${name}"; allowed: ${names.join(', ')}.`);
  return fault;
});
const repeats = Number(values.repeats);
if (!Number.isSafeInteger(repeats) || repeats < 1)
  throw new Error('--repeats takes an integer of 1 or more.');
let isWrong = false;
for (const fault of chosen) {
  const row = await measure(fault, repeats);
  isWrong ||= row.lost > 0 || row.doubled > 0;
  console.log(values.json ? JSON.stringify(row) : rowText(row));
}
process.exitCode = isWrong ? 1 : 0;
