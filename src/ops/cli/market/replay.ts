/** `lockstep replay FILE`: real order flow into the exchange, and a summary that says whether all replicas agree. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import type { Client } from '../../../client/index.ts';
import { membersWithState } from '../../clients/control-client.ts';
import { connectToExchange } from '../../clients/exchange-client.ts';
import { type Loaded, loadConfiguration } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { onEndSignals } from '../../processes/end-signals.ts';
import { FlowFailure } from '../../replay/flow.ts';
import { formats, ReplayInput } from '../../replay/input.ts';
import { LeaderKiller } from '../../replay/leader-killer.ts';
import { ReplayNames } from '../../replay/names.ts';
import { startOwnExchange } from '../../replay/own-exchange.ts';
import { Replay } from '../../replay/run.ts';
import { describe, faultOf, type ReplaySummary, volumeOf } from '../../replay/summary.ts';
import { readUpFile } from '../../supervisor/cluster-folder.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

/** How long the replicas may apply nothing before they have applied the same command. */
const agreementTimeoutMs = 15_000;
const agreementPollMs = 50;
/** A command survives several failovers before its outcome counts as unknown. */
const commandTimeoutMs = 60_000;
const killsMax = 100;
/** Commands between two updates of the progress bar. */
const barEvery = 500;

interface ReplayOptions extends CommonOptions {
  readonly format: string;
  readonly book?: string;
  readonly killLeader: number;
  readonly intoRunning?: boolean;
  readonly json?: boolean;
}

export function registerReplay(program: Command, terminal: Terminal): void {
  const format = new Option('--format <format>', 'format of the file')
    .choices(Object.keys(formats))
    .makeOptionMandatory();
  addJsonOption(
    addCommand(
      program,
      'replay <file>',
      'send real order flow through an exchange that is started for it in a temporary folder',
    ),
  )
    .addOption(format)
    .option(
      '--book <file>',
      'lobster: the file of book states (default: the "orderbook" file beside the "message" file)',
    )
    .option(
      '--kill-leader <times>',
      'kill -9 the leader so many times on the way',
      wholeNumber(0, killsMax),
      0,
    )
    .addOption(
      new Option('--own', 'start an exchange for it: the default, said aloud').conflicts('intoRunning'),
    )
    .option(
      '--into-running',
      'use the exchange that runs in the data folder instead, with instruments and accounts of its own',
    )
    .action((file: string, options: ReplayOptions) => replay(file, options, terminal));
}

async function replay(path: string, options: ReplayOptions, terminal: Terminal): Promise<void> {
  const input = new ReplayInput(path, options.format, options.book);
  await input.check();
  const { book } = input;
  if (book !== undefined) terminal.printError(`The states of the book are read from ${book.path}.`);
  const running = options.intoRunning ? runningExchange(options) : undefined;
  if (running !== undefined)
    return replayInto(running, input, options, terminal, new AbortController().signal);
  const end = new AbortController();
  const stopListening = onEndSignals({
    end: (reason) =>
      end.abort(
        new Failure(`The replay was ended (${reason}). Its exchange is stopped and its folder removed.`),
      ),
    endAtOnce: (signal) => {
      stopListening();
      process.kill(process.pid, signal);
    },
  });
  try {
    const own = await startOwnExchange(settingsOf(options), end.signal);
    try {
      await replayInto(own.loaded, input, options, terminal, end.signal);
    } finally {
      await own.stop();
    }
  } finally {
    stopListening();
  }
}

async function replayInto(
  loaded: Loaded,
  input: ReplayInput,
  options: ReplayOptions,
  terminal: Terminal,
  end: AbortSignal,
): Promise<void> {
  const client = await connectToExchange(loaded, { feed: 'all', commandTimeoutMs });
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      end.addEventListener('abort', () => reject(end.reason as Error));
    });
    end.throwIfAborted();
    const summary = await Promise.race([run(client, loaded, input, options.killLeader, terminal), ended]);
    tell(terminal, options.json, summary, options.json ? '' : describe(summary));
    const fault = faultOf(summary);
    if (fault !== undefined) throw new Failure(fault);
  } finally {
    // An exchange that ends with the replay answers no more.
    await client.close({ keepSession: end.aborted });
  }
}

/** Keys of the configuration that an exchange of its own takes over: all but addresses, folders and secrets. */
function settingsOf(options: ReplayOptions): Readonly<Record<string, unknown>> {
  const { durability, failover, idle, timing, journal, snapshot, limits } =
    loadConfiguration(options).configuration;
  return { durability, failover, idle, timing, journal, snapshot, limits };
}

/** The exchange that runs in the data folder. */
function runningExchange(options: ReplayOptions): Loaded {
  const loaded = loadRunning(options);
  if (readUpFile(loaded.dataFolder) !== undefined) return loaded;
  throw usageFailure(
    `No exchange runs in ${loaded.dataFolder}. Leave out --into-running: then the replay starts one of its own.`,
  );
}

async function run(
  client: Client,
  loaded: Loaded,
  input: ReplayInput,
  kills: number,
  terminal: Terminal,
): Promise<ReplaySummary> {
  const bar = terminal.isScreen
    ? new SingleBar({ format: '{bar} {percentage}% | {commands} commands | {trades} trades' })
    : undefined;
  const flow = new Replay(client, await ReplayNames.findFree(client));
  await flow.prepare();
  const killer = new LeaderKiller(loaded.configuration, kills);
  const { size } = input.file;
  let readBytes = 0;
  const startedMs = performance.now();
  bar?.start(size, 0, { commands: 0, trades: 0 });
  const actions = input.actions((count) => {
    readBytes += count;
  });
  let damage: string | undefined;
  try {
    for await (const action of actions) {
      await flow.send(action);
      const { commands, trades } = flow.counts;
      if (commands % barEvery === 0) bar?.update(readBytes, { commands, trades });
      await killer.passed(commands, readBytes / size);
    }
  } catch (error) {
    bar?.stop();
    if (!(error instanceof FlowFailure)) throw error;
    // What was sent before is settled, and reported.
    damage = error.message;
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
    ...(damage !== undefined && { damage }),
    doubled: flow.doubled,
    volume: volumeOf(flow, volumeLots),
    seconds: Math.round(seconds * 1_000) / 1_000,
    economicHash,
    replicas,
    agreed,
    kills: killer.kills,
    failovers: failovers.map(({ term, leaderId, gapMs }) => ({ term, leaderId, gapMs })),
  };
}

/** The hashes of all replicas, once they have applied the same command; as they are when they do not come to it. */
async function hashesOfAll(
  client: Client,
  { configuration }: Loaded,
): Promise<{ replicas: ReplaySummary['replicas']; economicHash: string; agreed: boolean }> {
  const ids = await membersWithState(configuration);
  let deadlineMs = Date.now() + agreementTimeoutMs;
  let targetSeq = 0;
  let leastSeq = -1;
  for (;;) {
    const asked = ids.map(async (id) => {
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
    const seqs = rows.map(({ appliedSeq }) => appliedSeq);
    if (targetSeq === 0) targetSeq = Math.max(...seqs);
    // A replica that catches up takes the time that it takes; where others trade meanwhile, the end does not move.
    const isCatchingUp = Math.min(...seqs) > leastSeq && leastSeq < targetSeq;
    if (isCatchingUp) deadlineMs = Date.now() + agreementTimeoutMs;
    leastSeq = Math.max(leastSeq, Math.min(...seqs));
    await sleep(agreementPollMs);
  }
}
