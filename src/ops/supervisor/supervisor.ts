/**
 * A cluster on one machine: starts the replicas, the gateway and the demonstration as processes, keeps them alive, and
 * stops them in good order: first those that send orders, last those that hold them.
 */
import { fileURLToPath } from 'node:url';
import { bytesPerMegabyte } from '../../std/units.ts';
import { targetsOf } from '../configuration/backup-keys.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { ownSite } from '../configuration/site-keys.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { Child, type ChildSettings } from './child.ts';
import { logFile, runningFile, writeUpFile } from './cluster-folder.ts';

/** A replica flushes and marks itself clean; the gateway ends its requests. */
const stopWithinMs = 10_000;
const program = fileURLToPath(new URL('../../../bin/lockstep.js', import.meta.url));

export interface ClusterSettings {
  readonly configuration: ConfigurationFile;
  readonly dataFolder: string;
  readonly gatewayUrl: string;
  readonly demo: boolean;
  say(line: string): void;
}

export class Supervisor {
  readonly #settings: ClusterSettings;
  readonly #replicas: readonly Child[];
  /** In the order in which they are stopped. */
  readonly #edge: readonly Child[];
  readonly #startedAt = new Date().toISOString();

  constructor(settings: ClusterSettings) {
    this.#settings = settings;
    this.#replicas = settings.configuration.replicas.map(({ id }) =>
      this.#child(`replica ${id}`, ['replica', '--id', String(id)]),
    );
    this.#edge = [
      ...(settings.demo ? [this.#child('demo', ['demo'], { mayEnd: true })] : []),
      this.#child('gateway', ['gateway']),
      ...(targetsOf(settings.configuration.backup).length > 0
        ? [this.#child('backup', ['backup', 'run'])]
        : []),
      ...(ownSite(settings.configuration) > 0 ? [this.#child('site', ['site', 'follow'])] : []),
    ];
  }

  start(): void {
    for (const child of [...this.#replicas, ...this.#edge.toReversed()]) child.start();
  }

  async stop(): Promise<void> {
    for (const child of [...this.#edge, ...this.#replicas]) child.retire();
    for (const child of this.#edge) await child.stop(stopWithinMs);
    await Promise.all(this.#replicas.map((child) => child.stop(stopWithinMs)));
  }

  /** Everything at once, without good order. */
  kill(): void {
    for (const child of [...this.#edge, ...this.#replicas]) child.kill();
  }

  #child(name: string, words: readonly string[], { mayEnd = false } = {}): Child {
    const { configuration, dataFolder, say } = this.#settings;
    const settings: ChildSettings = {
      name,
      arguments: [program, ...words, '--config', runningFile(dataFolder)],
      logFile: logFile(dataFolder, name),
      logBytesMax: configuration.limits.logMegabytes * bytesPerMegabyte,
      mayEnd,
    };
    return new Child(settings, { say, changed: () => this.#writeState() });
  }

  /** The processes that run, for `lockstep status` and other commands. */
  #writeState(): void {
    const { dataFolder, gatewayUrl, say } = this.#settings;
    try {
      writeUpFile(dataFolder, {
        ...ownIdentity(),
        startedAt: this.#startedAt,
        gatewayUrl,
        children: [...this.#replicas, ...this.#edge].map(({ name, pid, state, restarts }) => ({
          name,
          pid,
          state,
          restarts,
        })),
      });
    } catch (error) {
      say(`The state of the cluster cannot be written to ${dataFolder}: ${String(error)}`);
    }
  }
}
