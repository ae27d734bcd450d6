/**
 * Records the system calls of {@link parseCall} on the whole machine with `perf` of Linux. The kernel leaves out what
 * does not count, above all the many polls that find nothing, and keeps the rest in memory while the measured phase
 * runs.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { programPath } from '../peers/peer-process.ts';
import { parseCall, type TracedCall } from './trace.ts';

/** In memory where the machine has it: on the disk it would be in the way of the flushes that it measures. */
const parentFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const program = programPath('perf');
/** Half of it is filled before `perf` wakes up to write: more than a phase of half a second needs. */
const bufferPerProcessor = '16M';
const options = [
  ...['record', '-q', '-a', '-k', 'CLOCK_MONOTONIC', '-m', bufferPerProcessor],
  ...['-e', 'syscalls:sys_enter_sendto,syscalls:sys_exit_sendto'],
  ...['-e', 'syscalls:sys_exit_recvfrom', '--filter', 'ret > 0'],
  ...['-e', 'syscalls:sys_enter_msync,syscalls:sys_exit_msync'],
];

/** What to do before anything can be recorded here; undefined where all is well. */
export function missingForRecording(): string | undefined {
  if (program === undefined) return '`perf` is not on PATH (apt install linux-perf)';
  if (spawnSync(program, [...options, '-o', '/dev/null', 'true']).status === 0) return undefined;
  return '`perf` may not record system calls here (run as root)';
}

export class PerfRecording {
  readonly #folder = mkdtempSync(join(parentFolder, 'lockstep-path-'));
  readonly #file = join(this.#folder, 'perf.data');
  readonly #perf: ChildProcess;

  private constructor() {
    const control = ['--control', 'fd:3,4', '-o', this.#file];
    this.#perf = spawn(program!, [...options, ...control], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    process.once('exit', this.#abandon);
  }

  /** Resolves once it records. */
  static async start(): Promise<PerfRecording> {
    const recording = new PerfRecording();
    const orders = recording.#perf.stdio[3] as Writable;
    const answers = recording.#perf.stdio[4] as Readable;
    orders.write('ping\n');
    const ended = once(recording.#perf, 'exit').then(() => {
      throw new Error('`perf` has ended by itself.');
    });
    ended.catch(() => undefined);
    await Promise.race([once(answers, 'data'), ended]);
    return recording;
  }

  async stop(): Promise<void> {
    const ended = once(this.#perf, 'exit');
    this.#perf.kill('SIGINT');
    await ended;
  }

  /** What was recorded; once it has stopped. */
  async calls(): Promise<TracedCall[]> {
    const shown = ['--show-lost-events', '--ns', '-F', 'tid,time,event,trace'];
    const script = spawn(program!, ['script', ...shown, '-i', this.#file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const calls: TracedCall[] = [];
    for await (const line of createInterface({ input: script.stdout })) {
      if (line.includes('PERF_RECORD_LOST')) throw new Error('`perf` has lost calls: let phases be shorter.');
      const call = parseCall(line);
      if (call !== undefined) calls.push(call);
    }
    return calls;
  }

  /** Removes its file. */
  remove(): void {
    process.off('exit', this.#abandon);
    this.#abandon();
  }

  readonly #abandon = (): void => {
    this.#perf.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };
}
