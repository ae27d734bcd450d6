/**
 * Beside which replica the backup reads: the one that the configuration names, or a follower on this machine, and
 * another one where that does not answer or leads. The log is the same at all of them, so a backup goes on from any.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceError } from '../../backup/shipper.ts';
import { JournalSource, type LogSource, type ReadOutcome, type SourcePosition } from '../../backup/source.ts';
import { hasState, type StatusAnswer, statusOfReplica } from '../clients/control-client.ts';
import { replicaOf } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { replicaFolder } from '../supervisor/cluster-folder.ts';
import { replicaFiles } from './replica-files.ts';

/** A follower hears of an epoch a moment after its leader: it is asked so often whether it has, and after so long. */
const epochAsksMax = 10;
const epochAskMs = 2;

export class ReplicaChoice implements LogSource {
  readonly #loaded: Loaded;
  readonly #ids: readonly number[];
  #source: JournalSource | undefined;
  #replicaId = 0;

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    const { replicas, backup } = loaded.configuration;
    if (backup.replica !== undefined) replicaOf(loaded.configuration, backup.replica);
    this.#ids = backup.replica === undefined ? replicas.map(({ id }) => id) : [backup.replica];
  }

  /** The replica that is read; 0 before one was found. */
  get replicaId(): number {
    return this.#replicaId;
  }

  /**
   * The status of the chosen replica, once it has come to this epoch or does not do so in a moment. Rejects with a
   * SourceError where none is there to be read.
   */
  async status(epoch: number): Promise<ReplicaStatus> {
    const known = await this.look();
    const isOne = this.#ids.length === 1;
    let chosen = known !== undefined && (isOne || isReadable(known)) ? known : await this.#choose();
    for (let n = 0; n < epochAsksMax && chosen.epoch < epoch; n++) {
      await sleep(epochAskMs);
      chosen = (await this.look()) ?? chosen;
    }
    return chosen;
  }

  /** Asks all: the one that was chosen before does not answer, leads, or has lost its memory. */
  async #choose(): Promise<ReplicaStatus> {
    const here = this.#ids.filter((id) => existsSync(replicaFolder(this.#loaded.dataFolder, id)));
    if (here.length === 0) {
      throw new SourceError(
        `${this.#loaded.dataFolder} has no folder of replica ${this.#ids.join(', ')}. The backup reads a replica’s ` +
          'files: run it on the machine of a replica, with its data folder',
      );
    }
    const { configuration } = this.#loaded;
    const answers = await Promise.all(
      here.map((id) => statusOfReplica(replicaOf(configuration, id), configuration)),
    );
    const statuses = answers
      .flatMap((answer) => ('status' in answer ? [answer.status] : []))
      // A witness writes no snapshots, and drops frames that the others have.
      .filter(hasState);
    // One that is recovering, or has not heard of a commit yet, says less than what was shipped; it is no harm.
    const chosen = statuses.find(isReadable) ?? statuses[0];
    if (chosen === undefined)
      throw new SourceError(
        `No replica here can be read, and a witness cannot: ${answers.map(wordsOf).join('; ')}`,
      );
    if (chosen.replicaId !== this.#replicaId || this.#source === undefined) {
      this.#source = new JournalSource(
        replicaFiles(replicaFolder(this.#loaded.dataFolder, chosen.replicaId)),
      );
      this.#replicaId = chosen.replicaId;
    }
    return chosen;
  }

  async look(): Promise<ReplicaStatus | undefined> {
    if (this.#replicaId === 0) return undefined;
    const { configuration } = this.#loaded;
    const answer = await statusOfReplica(replicaOf(configuration, this.#replicaId), configuration);
    return 'status' in answer ? answer.status : undefined;
  }

  read(after: SourcePosition, commitIndex: number): ReadOutcome {
    return this.#source?.read(after, commitIndex) ?? 'nothing';
  }

  snapshot(index: number): ReturnType<JournalSource['snapshot']> {
    return this.#source?.snapshot(index);
  }

  get snapshotIndex(): number {
    return this.#source?.snapshotIndex ?? 0;
  }
}

/** A leader is left alone, where another one can be read. */
function isReadable({ role, recovering }: ReplicaStatus): boolean {
  return role === 'follower' && !recovering;
}

function wordsOf(answer: StatusAnswer): string {
  return `replica ${answer.replica.id}: ${'error' in answer ? answer.error : 'answers'}`;
}
