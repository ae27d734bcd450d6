/**
 * The process on the clients' host: clients with the SDK, callers over HTTP and a reader of the stream, all at a fixed
 * rate. It takes orders as lines of JSON, and answers each with a line.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Violation } from '../../checkers/violations.ts';
import type { Client, HashesRow } from '../../client/index.ts';
import { membersAlone, reached, statusOfAll } from '../../ops/clients/control-client.ts';
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { clientAddresses } from '../../ops/configuration/addresses.ts';
import { loadConfiguration } from '../../ops/configuration/load.ts';
import type { ReplicaStatus } from '../../ops/health/status.ts';
import { Random } from '../../std/random.ts';
import { AnswerTimes } from '../answer-times.ts';
import { type LogFrame, readLog } from '../journals.ts';
import { Recording } from '../recording.ts';
import { RecordingClient } from '../recording-client.ts';
import { judge } from '../verdict.ts';
import { until } from '../waits.ts';
import type { Account, AgentAnswer, AgentOrder, AgentSettings, Gaps, JournalPlace } from './agent-orders.ts';
import { HttpFlow, market } from './http-flow.ts';
import { StreamFlow } from './stream-flow.ts';
import { VenueFlow } from './venue-flow.ts';

const timeoutMs = 180_000;
/** Fills are missing where no other one has come for so long. */
const fillsMs = 60_000;
/** A journal that cannot be read so often is damaged. */
const readingsMax = 20;
const readAgainMs = 100;
const statusesEveryMs = 200;
const [settingsText = ''] = process.argv.slice(2);
const settings = JSON.parse(settingsText) as AgentSettings;
const loaded = loadConfiguration({ config: settings.config });

const patient = { commandTimeoutMs: timeoutMs, connectTimeoutMs: timeoutMs } as const;
const operator = await connectToExchange(loaded, patient);
const { instrumentId, symbol } = market;
await operator.createInstrument({ instrumentId, symbol, priceDecimals: 2, quantityDecimals: 0 });
for (const accountId of [market.buyerId, market.sellerId, market.floodId])
  await operator.createAccount({ accountId, name: `lab-${accountId}` });

/** What would end or bound the orders over HTTP, too. */
const concernsAll = ['setMode', 'setTier', 'createKey', 'changeKey', 'grantKey', 'rotateKey', 'revokeKey'];

const recording = new Recording();
const random = new Random(11);
const addresses = clientAddresses(loaded.configuration).map(({ port, ...each }) => ({
  ...each,
  tcpPort: port,
}));
const way = { replicas: addresses, identity: settings.identity };
const clients = (['all', 'own'] as const).map(
  (feed, n) =>
    new RecordingClient(way, recording, new Random(random.next()), {
      id: 101 + n,
      feed,
      perSecond: settings.sdkPerSecond / 2,
      without: concernsAll,
    }),
);
const http = new HttpFlow(settings);
const stream = new StreamFlow(settings);
/** When this process had a turn; it should have one each few milliseconds. */
const turns = new AnswerTimes();
const turnMs = 5;
const standMsMin = 50;
setInterval(() => turns.add(), turnMs);
for (const client of clients) client.trade();
void http.trade();
stream.start();
const recorded =
  settings.recorded === undefined
    ? undefined
    : await VenueFlow.start(await connectToExchange(loaded, { ...patient, feed: 'all' }), settings.recorded);

function gaps(fromMs: number): Gaps {
  const each = clients.map((client) => client.times.since(fromMs));
  const [longest] = each.toSorted((a, b) => b.longestGapMs - a.longestGapMs);
  const overHttp = http.times.since(fromMs);
  return {
    sdkMs: longest!.longestGapMs,
    sdkFromMs: longest!.gapFromMs,
    httpMs: overHttp.longestGapMs,
    httpFromMs: overHttp.gapFromMs,
    stoodMs: Math.max(0, turns.since(fromMs).longestGapMs - turnMs),
    sdkNetMs: Math.max(...clients.map(({ times }) => times.longestNetMs(fromMs, turns, standMsMin))),
    sdkAnswers: Math.min(...each.map(({ count }) => count)),
    httpAnswers: overHttp.count,
  };
}

type EndOrder = Extract<AgentOrder, { what: 'end' }>;

async function end(order: EndOrder): Promise<Account> {
  for (const client of clients) client.rest();
  await http.rest();
  const waiting = (): number => clients.reduce((sum, { pending }) => sum + pending, 0);
  const isAnswered = (): boolean => {
    const failed = clients.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) throw new Error(`A client with the SDK cannot go on: ${failed.failure}`);
    return waiting() === 0;
  };
  await until('every call of the SDK has its outcome', isAnswered, { progress: () => -waiting() });
  const { filled, ...account } = await http.account(operator, new Set(order.listed));
  const more = (await recorded?.end()) ?? { acknowledged: 0, lost: 0, doubled: 0 };
  const lacking = (): number => stream.missed(filled).length;
  await until('the reader of the stream has every fill', () => lacking() === 0, {
    progress: () => -lacking(),
    standstillMs: fillsMs,
  }).catch(() => undefined);
  const wrongBook = await bookDifference();
  stream.end();
  const missed = order.isStreamWhole || stream.gaps === 0 ? stream.missed(filled) : [];
  const [firstMissed] = missed;
  const bySdk = clients.reduce((sum, client) => sum + client.acknowledged, 0);
  const hashes = await equalHashes(
    operator,
    order.folders.map(({ id }) => id),
  );
  const violations = order.isLogWhole ? await judged(order, hashes) : [];
  return {
    ...account,
    acknowledged: account.acknowledged + bySdk + more.acknowledged,
    lost: account.lost + more.lost,
    doubled: account.doubled + more.doubled,
    streamMissed: missed.length,
    ...(firstMissed !== undefined && { streamMissedFirst: await storyOf(firstMissed) }),
    streamGaps: stream.gaps,
    streamDoubled: stream.doubled,
    ...(wrongBook !== undefined && { streamBook: wrongBook }),
    violations,
    isJudged: order.isLogWhole,
  };
}

/** Nothing trades any more: what the reader of the stream has of the book, where gateways show another one. */
async function bookDifference(): Promise<string | undefined> {
  let shown: string | undefined;
  const isSame = async (): Promise<boolean> => {
    shown = await http.book(0);
    return shown !== undefined && stream.book.text === shown;
  };
  return until('the reader of the stream has the book', isSame, { standstillMs: fillsMs }).then(
    () => undefined,
    () => `the reader of the stream has the book "${stream.book.text}", and a gateway shows "${shown}"`,
  );
}

/** An order whose fills the reader of the stream missed: where they are, and what the stream said around there. */
async function storyOf(clientOrderId: string): Promise<string> {
  const accountId = market.buyerId;
  const { orderId } = (await operator.order({ accountId, clientOrderId }))!;
  const { fills, rememberedFromSeq } = await operator.fills({ accountId, orderId, fromSeq: 0 });
  const [first] = fills;
  if (first === undefined) return `${clientOrderId}, before seq ${rememberedFromSeq}`;
  const { seq, n } = first;
  return `${clientOrderId} at ${seq}/${n}, and was told: ${stream.wordsAround(seq)}`;
}

type AppliedHash = Pick<HashesRow, 'appliedSeq' | 'stateHash'>;

/** What the checkers say of the journals and of all that the clients recorded. */
async function judged(
  { folders, leaders, areClocksTrue }: EndOrder,
  hashes: AppliedHash,
): Promise<readonly Violation[]> {
  const replicas = folders.map(async (place) => ({
    id: place.id,
    frames: await logOf(place),
    ...hashes,
  }));
  return judge({
    calls: recording.history.calls,
    notes: recording.notes,
    clientOf: recording.clientOf,
    isSteady: recording.isSteady && areClocksTrue,
    replicas: await Promise.all(replicas),
    leaders,
  });
}

/** An election, which needs no order, may write a frame at the very moment: it is read again. */
async function logOf({ folder, keptFolder }: JournalPlace): Promise<readonly LogFrame[]> {
  for (let reading = 1; ; reading++) {
    try {
      return readLog(folder, keptFolder);
    } catch (error) {
      if (reading === readingsMax) throw error;
      await sleep(readAgainMs);
    }
  }
}

/** The state of all replicas, once they have applied the same command; they must have the same. */
async function equalHashes(client: Client, ids: readonly number[]): Promise<AppliedHash> {
  let equal: HashesRow | undefined;
  await until('all replicas have applied the same command', async () => {
    const asked = ids.map((id) => client.hashes({ from: id }).catch(() => undefined));
    const [first, ...others] = await Promise.all(asked);
    if (first === undefined || others.some((row) => row?.appliedSeq !== first.appliedSeq)) return false;
    if (others.some((row) => row?.stateHash !== first.stateHash))
      throw new Error(`The states of the replicas differ after seq ${first.appliedSeq}.`);
    equal = first;
    return true;
  });
  return equal!;
}

let statusesFromMs = 0;

/** Each look is many requests, of the process that measures and on the processors of the exchange: they are few. */
async function statuses(): Promise<readonly ReplicaStatus[]> {
  await sleep(Math.max(0, statusesFromMs - performance.now()));
  statusesFromMs = performance.now() + statusesEveryMs;
  return reached(await statusOfAll(await membersAlone(loaded.configuration)));
}

async function carryOut(order: AgentOrder): Promise<Extract<AgentAnswer, { ok: true }>['value']> {
  switch (order.what) {
    case 'gaps':
      return gaps(order.fromMs);
    case 'statuses':
      return statuses();
    case 'endDay':
      await operator.endDay();
      return null;
    case 'probe':
      return http.probe(order.gateway);
    case 'end':
      return end(order);
  }
}

for await (const line of createInterface(process.stdin)) {
  let answer: AgentAnswer;
  try {
    answer = { ok: true, value: await carryOut(JSON.parse(line) as AgentOrder) };
  } catch (error) {
    answer = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  console.log(JSON.stringify(answer));
}
process.exit(0);
