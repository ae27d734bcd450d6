/**
 * What is measured of any replicated log, ours or another's: three processes on this machine, and a client of this
 * process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies, spread } from '../load/latencies.ts';

const warmUpSeconds = 1;
const settleMs = 500;
const retryMs = 2;
const takeoverTimeoutMs = 30_000;

export interface ComparedLog {
  /** Resolves when a majority has the entry; rejects when it is not known to have it. */
  write(): Promise<void>;
  /** SIGKILL to the process that leads. */
  killLeader(): Promise<void>;
  /** Starts it again, and resolves when all are together. */
  restart(): Promise<void>;
  /** Entries that it holds. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

export interface LogFigures {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
  /** Median of the kills: from SIGKILL to the next accepted write. */
  readonly failoverMs: number;
  readonly failoverMsMax: number;
}

export interface LogLoad {
  readonly seconds: number;
  readonly inFlight: number;
  readonly kills: number;
}

/** Measures a log, checks that it holds all that was acknowledged, and stops it. */
export async function measureLog(log: ComparedLog, load: LogLoad): Promise<LogFigures> {
  try {
    const before = await log.count();
    const latencies = new Latencies();
    let written = 0;
    const oneAtATime = async (seconds: number): Promise<void> => {
      const endMs = performance.now() + seconds * 1_000;
      for (let nowMs = performance.now(); nowMs < endMs; ) {
        const startedMs = nowMs;
        await log.write();
        written++;
        nowMs = performance.now();
        latencies.record((nowMs - startedMs) * 1_000);
      }
    };
    await oneAtATime(warmUpSeconds);
    latencies.reset();
    await oneAtATime(load.seconds);
    const startMs = performance.now();
    const endMs = startMs + load.seconds * 1_000;
    const writer = async (): Promise<number> => {
      let count = 0;
      for (; performance.now() < endMs; count++) await log.write();
      return count;
    };
    const counts = await Promise.all(Array.from({ length: load.inFlight }, writer));
    const many = counts.reduce((sum, count) => sum + count, 0);
    written += many;
    const perSecond = Math.round((many * 1_000) / (performance.now() - startMs));
    const gaps: number[] = [];
    for (let n = 0; n < load.kills; n++) {
      await sleep(settleMs);
      gaps.push(await takeoverMs(log));
      written++;
      if (n + 1 < load.kills) await log.restart();
    }
    const held = (await log.count()) - before;
    if (held < written) throw new Error(`${written} writes were acknowledged, and the log holds ${held}.`);
    const { p50Us, p99Us } = latencies.percentiles;
    const { p50, max } = spread(gaps);
    return { p50Us, p99Us, perSecond, failoverMs: p50, failoverMsMax: max };
  } finally {
    await log.stop();
  }
}

/** From the kill of the leader to the next accepted write; writes are tried again and again. */
async function takeoverMs(log: ComparedLog): Promise<number> {
  const startMs = performance.now();
  await log.killLeader();
  while (performance.now() - startMs < takeoverTimeoutMs) {
    try {
      await log.write();
      return performance.now() - startMs;
    } catch {
      await sleep(retryMs);
    }
  }
  throw new Error(`No write was accepted in ${takeoverTimeoutMs / 1_000} s after the kill.`);
}
