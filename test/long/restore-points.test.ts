// Any command, and any time, of what a real cluster did is brought back from its backup, to the very state.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readChains } from '../../src/backup/chains.ts';
import { LogReplay } from '../../src/backup/replay.ts';
import { restore } from '../../src/backup/restore.ts';
import { FolderTarget } from '../../src/backup/targets/folder.ts';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { piecesOf } from '../../src/ops/backup-process/folder-replay.ts';
import { bitstampSample } from '../../src/ops/replay/sample/files.ts';
import { replicaFolder } from '../../src/ops/supervisor/cluster-folder.ts';
import { readFrameHeader } from '../../src/protocol/frames.ts';
import { Random } from '../../src/std/random.ts';

/** Recorded flow that lies beside the project where it is developed; elsewhere it is made up. */
const recorded = new URL('../../../shared/data/bitstamp-btcusd-orders.csv.gz', import.meta.url).pathname;
const rowsMax = 20_000;
const points = 20;
const seed = 20_261;
const everySeq = Number.MAX_SAFE_INTEGER;
const everyTimeUs = Number.POSITIVE_INFINITY;

interface LoggedFrame {
  readonly firstSeq: number;
  readonly count: number;
  readonly timeUs: number;
}

/** A replica's journal, once its process has ended. */
class Journalled {
  readonly #folder: string;
  readonly frames: readonly LoggedFrame[];

  constructor(folder: string) {
    this.#folder = folder;
    this.frames = [...piecesOf(folder, everySeq)].flatMap(({ frames }) => framesIn(frames));
  }

  get lastSeq(): number {
    const { firstSeq, count } = this.frames.at(-1)!;
    return firstSeq + count - 1;
  }

  stateHashAt(seq: number): string {
    const replay = LogReplay.fromNothing();
    for (const { frames } of piecesOf(this.#folder, everySeq))
      if (replay.apply(frames, { seq, timeUs: everyTimeUs })) break;
    assert.equal(replay.position.seq, seq);
    return replay.exchange.stateHash();
  }

  /** The last command that was stamped at that time, or before it. */
  lastSeqAt(timeUs: number): number {
    const { firstSeq, count } = this.frames.findLast((frame) => frame.timeUs <= timeUs)!;
    return firstSeq + count - 1;
  }
}

/** Those that hold commands. */
function framesIn(bytes: Uint8Array): LoggedFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: LoggedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { firstSeq, count, timeUs, length } = readFrameHeader(view, at);
    if (count > 0) found.push({ firstSeq, count, timeUs });
    at += length;
  }
  return found;
}

/** Real flow, or a sample of the same layout. */
function flowFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-flow-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'flow.csv');
  const made = { orders: rowsMax / 2, seed, levels: 1, before: 0 };
  const text = existsSync(recorded)
    ? gunzipSync(readFileSync(recorded)).toString().split('\n').slice(0, rowsMax).join('\n')
    : [...bitstampSample(made)].join('');
  writeFileSync(file, `${text.trimEnd()}\n`);
  return file;
}

test('a backup of real order flow gives the state at twenty commands and times by chance, hash by hash', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'lockstep-backup-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  const backup = { everySeconds: 1, folders: [{ name: 'local', folder: place }] };
  const exchange = await TestExchange.start({ configuration: { backup } });
  t.after(() => exchange.end());
  const file = flowFile(t);
  const replayed = await exchange.run('replay', file, '--format', 'bitstamp', '--into-running', '--json');
  assert.equal(replayed.code, 0, replayed.err);
  const client = await exchange.client();
  const live = await exchange.stateHash(client);
  await client.close();
  await exchange.until('the target has all of it', async () => {
    const { code, out } = await exchange.run('backup', 'status', '--json');
    if (code !== 0) return false;
    const { targets } = JSON.parse(out.trim().split('\n').at(-1)!) as { targets: { readonly seq: number }[] };
    return targets[0]!.seq >= live.appliedSeq;
  });
  const { dataFolder, configuration } = exchange.loaded;
  await exchange.down();
  const journal = new Journalled(replicaFolder(dataFolder, 1));
  assert.equal(
    journal.stateHashAt(live.appliedSeq),
    live.stateHash,
    'the journal leads to the state that was seen',
  );

  const target = new FolderTarget(place);
  const { clusterId } = configuration;
  const chains = await readChains(target, clusterId, undefined);
  const random = new Random(seed);
  const last = Math.min(journal.lastSeq, chains.at(-1)!.seq);
  for (let n = 0; n < points; n++) {
    const seq = random.between(1, last);
    const { replay } = await restore({ target, clusterId, key: undefined }, chains, {
      seq,
      timeUs: everyTimeUs,
    });
    assert.deepEqual([replay.position.seq, replay.exchange.stateHash()], [seq, journal.stateHashAt(seq)]);
  }
  const { timeUs: firstUs } = journal.frames[0]!;
  const { timeUs: lastUs } = journal.frames.findLast(({ firstSeq }) => firstSeq <= last)!;
  for (let n = 0; n < points; n++) {
    const timeUs = random.between(firstUs, lastUs - 1);
    const { replay } = await restore({ target, clusterId, key: undefined }, chains, {
      seq: Number.POSITIVE_INFINITY,
      timeUs,
    });
    assert.equal(replay.position.seq, journal.lastSeqAt(timeUs));
  }

  const seq = random.between(1, last);
  const given = await restored(exchange, '--to-seq', String(seq));
  assert.deepEqual([given.seq, given.stateHash], [seq, journal.stateHashAt(seq)]);
  const { timeUs } = random.pick(journal.frames.filter(({ timeUs: at }) => at < lastUs));
  const time = new Date(Math.floor(timeUs / 1_000))
    .toISOString()
    .replace('Z', `${String(timeUs % 1_000).padStart(3, '0')}Z`);
  const at = await restored(exchange, '--to-time', time);
  assert.equal(at.seq, journal.lastSeqAt(timeUs));
});

/** By the command itself. */
async function restored(
  exchange: TestExchange,
  ...goal: readonly string[]
): Promise<{ readonly seq: number; readonly stateHash: string }> {
  const into = join(exchange.folder, `restored${goal[0]}`);
  const { code, out, err } = await exchange.run('backup', 'restore', ...goal, '--into', into, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out.trim().split('\n').at(-1)!) as { readonly seq: number; readonly stateHash: string };
}
