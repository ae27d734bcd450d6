/** `lockstep replay FILE`: real order flow into the exchange, and a summary that says whether all replicas agree. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import type { Client } from '../../client/index.ts';
import { formatDecimal } from '../../gateway/admission/decimals.ts';
import {
  addCommand,
  addJsonOption,
  type CommonOptions,
  loadRunning,
  tell,
  wholeNumber,
} from '../cli/command.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Loaded } from '../configuration/load.ts';
import { connectToExchange } from '../exchange-client.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { readUpFile } from '../supervisor/cluster-folder.ts';
import { readBitstamp } from './bitstamp.ts';
import { type FlowFormat, openFlowFile } from './flow.ts';
import { readItch50 } from './itch50.ts';
import { type Kill, LeaderKiller } from './leader-killer.ts';
import { readLobster } from './lobster.ts';
import { startOwnExchange } from './own-exchange.ts';
import { Replay } from './run.ts';

const formats: Readonly<Record<string, FlowFormat>> = {
  bitstamp: readBitstamp,
  lobster: readLobster,
  itch50: readItch50,
};
/** How long all replicas have to apply the last command. */
const agreementTimeoutMs = 15_000;
const agreementPollMs = 50;
/** A command survives several failovers before its outcome counts as unknown. */
const commandTimeoutMs = 60_000;
const killsMax = 100;
/** Commands between two updates of the progress bar. */
const barEvery = 500;

interface ReplayOptions extends CommonOptions {
  readonly format: string;
  readonly killLeader: number;
  readonly own?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
interface Summary {
  readonly commands: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: Readonly<Record<string, number>>;
  readonly trades: number;
  /** Traded quantity, each trade once. */
  readonly volume: string;
  readonly seconds: number;
  readonly economicHash: string;
  readonly replicas: readonly { readonly id: number; readonly stateHash: string; readonly applied: number }[];
  /** All replicas have the same state after the same command. */
  readonly agreed: boolean;
  readonly lost: number;
  readonly doubled: number;
  readonly unknown: number;
  readonly kills: readonly Kill[];
  readonly failovers: readonly { readonly term: number; readonly leaderId: number; readonly gapMs: number }[];
}

export function registerReplay(program: Command, terminal: Terminal): void {
  const format = new Option('--format <format>', 'format of the file')
    .choices(Object.keys(formats))
    .makeOptionMandatory();
  addJsonOption(addCommand(program, 'replay <file>', 'send real order flow through the exchange'))
    .addOption(format)
    .option(
      '--kill-leader <times>',
      'kill -9 the leader so many times on the way',
      wholeNumber(0, killsMax),
      0,
    )
    .option('--own', 'start an exchange of its own in a new folder, and remove it afterwards')
    .action((file: string, options: ReplayOptions) => replay(file, options, terminal));
}

async function replay(file: string, options: ReplayOptions, terminal: Terminal): Promise<void> {
  const size = sizeOf(file);
  const isRunning = readUpFile(loadRunning(options).dataFolder) !== undefined;
  if (!isRunning && !options.own) {
    terminal.printError(
      'No exchange runs in the data folder: this replay starts one of its own and removes it afterwards.',
    );
  }
  const own = options.own || !isRunning ? await startOwnExchange() : undefined;
  try {
    const loaded = own?.loaded ?? loadRunning(options);
    const client = await connectToExchange(loaded, { feed: 'all', commandTimeoutMs });
    try {
      const summary = await run(client, loaded, file, size, options, terminal);
      tell(terminal, options.json, summary, options.json ? '' : describe(summary));
      if (summary.lost > 0 || summary.doubled > 0 || !summary.agreed) {
        throw new Failure(
          'The replay shows a fault: orders are lost or doubled, or the replicas do not agree.',
        );
      }
    } finally {
      await client.close();
    }
  } finally {
    await own?.stop();
  }
}

async function run(
  client: Client,
  loaded: Loaded,
  file: string,
  size: number,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<Summary> {
  const bar = terminal.isScreen
    ? new SingleBar({ format: '{bar} {percentage}% | {commands} commands | {trades} trades' })
    : undefined;
  const flow = new Replay(client);
  await flow.prepare();
  const killer = new LeaderKiller(loaded.configuration, options.killLeader);
  let readBytes = 0;
  const startedMs = performance.now();
  bar?.start(size, 0, { commands: 0, trades: 0 });
  const read = formats[options.format]!;
  const bytes = openFlowFile(file, (count) => {
    readBytes += count;
  });
  for await (const action of read(bytes, file)) {
    await flow.send(action);
    const { commands, trades } = flow.counts;
    if (commands % barEvery === 0) bar?.update(readBytes, { commands, trades });
    await killer.passed(commands, readBytes / size);
  }
  await flow.drain();
  bar?.update(size, { commands: flow.counts.commands, trades: flow.counts.trades });
  bar?.stop();
  const seconds = (performance.now() - startedMs) / 1_000;
  await flow.verify();
  const { replicas, economicHash, agreed } = await hashesOfAll(client, loaded);
  const { failovers } = client.status;
  const { volumeLots, ...counts } = flow.counts;
  return {
    ...counts,
    volume: volumeOf(flow, volumeLots),
    seconds: Math.round(seconds * 1_000) / 1_000,
    economicHash,
    replicas,
    agreed,
    kills: killer.kills,
    failovers: failovers.map(({ term, leaderId, gapMs }) => ({ term, leaderId, gapMs })),
  };
}

function sizeOf(file: string): number {
  try {
    const { size } = statSync(file);
    return size;
  } catch (error) {
    throw usageFailure(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** The hashes of all replicas, once they have applied the same command; as they are when that takes too long. */
async function hashesOfAll(
  client: Client,
  { configuration }: Loaded,
): Promise<{ replicas: Summary['replicas']; economicHash: string; agreed: boolean }> {
  const deadlineMs = Date.now() + agreementTimeoutMs;
  for (;;) {
    const asked = configuration.replicas.map(async ({ id }) => {
      try {
        return { id, ...(await client.hashes({ from: id })) };
      } catch {
        return { id, appliedSeq: -1, stateHash: '', economicHash: '' };
      }
    });
    const rows = await Promise.all(asked);
    const first = rows[0]!;
    const isSame = rows.every((row) => row.appliedSeq === first.appliedSeq && row.appliedSeq >= 0);
    if (isSame || Date.now() > deadlineMs) {
      const replicas = rows.map(({ id, stateHash, appliedSeq }) => ({ id, stateHash, applied: appliedSeq }));
      const agreed = isSame && rows.every((row) => row.stateHash === first.stateHash);
      return { replicas, economicHash: first.economicHash, agreed };
    }
    await sleep(agreementPollMs);
  }
}

/** The traded quantity in units; where a file trades instruments of different units, in lots. */
function volumeOf({ instruments }: Replay, lots: number): string {
  const decimals = instruments[0]?.quantityDecimals ?? 0;
  const isUniform = instruments.every(({ quantityDecimals }) => quantityDecimals === decimals);
  return formatDecimal(lots, isUniform ? decimals : 0);
}

function describe(summary: Summary): string {
  const { commands, accepted, rejected, trades, volume, seconds, economicHash, replicas, failovers } =
    summary;
  const rate = Math.round(commands / seconds);
  const counts = Object.entries(summary.rejections).map(([code, count]) => `${code} ${count}`);
  const reasons = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  const lines = [
    `${commands} commands in ${seconds.toFixed(2)} s (${rate} a second): ${accepted} accepted, ${rejected} rejected${reasons}`,
    `${trades} trades, volume ${volume}`,
    `economic hash ${economicHash}`,
    ...replicas.map(
      ({ id, stateHash, applied }) => `replica ${id}: state hash ${stateHash} after seq ${applied}`,
    ),
    summary.agreed ? 'All replicas have the same state.' : 'The replicas do not have the same state.',
    `Acknowledged orders lost: ${summary.lost}; reported twice: ${summary.doubled}; outcome unknown: ${summary.unknown}`,
    ...failovers.map(
      ({ term, leaderId, gapMs }) =>
        `Failover to replica ${leaderId} in term ${term}: ${gapMs.toFixed(1)} ms`,
    ),
  ];
  return lines.join('\n');
}
