/**
 * One process under supervision: started, watched, logged, started again by policy, and stopped within a bound. It has
 * its own process group, so that a terminal's Ctrl-C reaches the supervisor alone, and a channel whose end tells it
 * that the supervisor is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ExitCode } from '../failure.ts';
import { LogFile } from './log-file.ts';
import { LogLevel, readableLine } from './log-lines.ts';
import { defaultRestartLimits, RestartPolicy } from './restart-policy.ts';

export type ChildState = 'running' | 'waiting' | 'crash loop' | 'stopped';

export interface ChildSettings {
  /** `replica 1`, `gateway`, `demo` */
  readonly name: string;
  /** Arguments of node. */
  readonly arguments: readonly string[];
  readonly logFile: string;
  readonly logBytesMax: number;
  /** Whether an exit with 0 is the end and no death. */
  readonly mayEnd: boolean;
}

/** Receives what happens to the process. */
export interface ChildListener {
  /** A line for the person at the terminal. */
  say(line: string): void;
  /** State, pid or count of restarts has changed. */
  changed(): void;
}

export class Child {
  readonly name: string;
  readonly #settings: ChildSettings;
  readonly #listener: ChildListener;
  readonly #policy = new RestartPolicy();
  readonly #log: LogFile;
  #process: ChildProcess | undefined;
  /** Of the next start, or of the end of a crash loop. */
  #timer: NodeJS.Timeout | undefined;
  #state: ChildState = 'waiting';
  #restarts = 0;
  #isStopping = false;
  #ended: (() => void) | undefined;

  constructor(settings: ChildSettings, listener: ChildListener) {
    this.name = settings.name;
    this.#settings = settings;
    this.#listener = listener;
    this.#log = new LogFile(settings.logFile, settings.logBytesMax);
  }

  get state(): ChildState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    const child = spawn(process.execPath, this.#settings.arguments, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#process = child;
    if (this.#state === 'crash loop')
      this.#timer = setTimeout(() => this.#leaveLoop(), defaultRestartLimits.stableMs);
    else this.#state = 'running';
    this.#policy.started(performance.now());
    this.#follow(child.stdout, LogLevel.info);
    this.#follow(child.stderr, LogLevel.error);
    child.on('error', (error) => {
      this.#listener.say(`${this.name}: could not be started: ${error.message}`);
      if (child.pid === undefined) this.#died(null, null);
    });
    child.on('exit', (code, signal) => this.#died(code, signal));
    this.#listener.changed();
  }

  /** The cluster ends: from now on a death is no reason to start it again. */
  retire(): void {
    this.#isStopping = true;
    clearTimeout(this.#timer);
  }

  /** SIGTERM, and SIGKILL when it takes longer than `withinMs`. Resolves when the process is gone. */
  stop(withinMs: number): Promise<void> {
    this.retire();
    const child = this.#process;
    if (child === undefined) {
      this.#end();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#listener.say(`${this.name}: did not stop within ${withinMs / 1_000} s and was killed`);
        child.kill('SIGKILL');
      }, withinMs);
      this.#ended = () => {
        clearTimeout(timer);
        resolve();
      };
      child.kill('SIGTERM');
    });
  }

  kill(): void {
    this.retire();
    this.#process?.kill('SIGKILL');
  }

  /** It lives long enough to be trusted again. */
  #leaveLoop(): void {
    this.#state = 'running';
    this.#listener.say(`${this.name}: runs again; it has left its crash loop`);
    this.#listener.changed();
  }

  #died(code: number | null, signal: NodeJS.Signals | null): void {
    this.#process = undefined;
    clearTimeout(this.#timer);
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    this.#log.write(`--- ${new Date().toISOString()} ${this.name} ended with ${how}`);
    if (this.#isStopping || (this.#settings.mayEnd && code === ExitCode.ok)) {
      this.#end();
      return;
    }
    const { delayMs, crashLoop, enteredLoop } = this.#policy.died(performance.now(), code === ExitCode.usage);
    this.#state = crashLoop ? 'crash loop' : 'waiting';
    this.#listener.say(`${this.name}: died with ${how}; it is started again in ${delayMs / 1_000} s`);
    if (enteredLoop) {
      this.#listener.say(
        `${this.name}: CRASH LOOP. It dies again and again and is now tried every ${delayMs / 1_000} s. ` +
          `Its last words are in ${this.#settings.logFile}. The others go on as long as a majority of replicas lives.`,
      );
    }
    this.#timer = setTimeout(() => {
      this.#restarts++;
      this.start();
    }, delayMs);
    this.#listener.changed();
  }

  #end(): void {
    this.#state = 'stopped';
    this.#log.close();
    this.#listener.changed();
    this.#ended?.();
  }

  #follow(stream: Readable | null, levelOfText: number): void {
    if (stream === null) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      this.#log.write(line);
      const { level, text, isNews } = readableLine(this.name, line, levelOfText);
      if (isNews || level >= LogLevel.warn) this.#listener.say(text);
    });
  }
}
