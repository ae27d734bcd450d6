/**
 * A replica whose state has a command that the log voids: it had applied the command before it knew of the void, as at
 * a standby site whose engine survives what ended those of the writing site. It goes back to its newest snapshot from
 * before that command, or to the beginning of its log, and applies the log again without it; where it has neither, it
 * takes the state of a replica that has passed the void. What must stay true: it applies nothing from the void on, and
 * shows and gives nothing of its state, before that is so.
 */
import { parseSnapshot, snapshotIndices, snapshotName } from '../../journal/snapshot-file.ts';
import type { RebuiltReplica } from '../divergence/rebuild.ts';
import { type ApplyMark, poisonedSnapshot } from '../mark/apply-mark.ts';
import { adoptState } from '../snapshots/adoption.ts';
import type { FetchedSnapshot } from '../snapshots/snapshot-transfer.ts';

/** Lines of what its state made of the command, and of those behind it. */
const linesMax = 1_000;
/** How often a leader without a way back asks another to take over. */
const handOverUs = 100_000;

export class LateVoid {
  readonly #replica: RebuiltReplica;
  readonly #mark: ApplyMark;
  /** A member that has applied the log up to that frame, as it said lately; 0 is none. */
  readonly #holderOf: (index: number) => number;
  /** The command, and the frame that voids it; 0 is none. */
  #seq = 0;
  #voidIndex = 0;
  /** Whether its own disk can still have a state from before. */
  #mayGoBack = false;
  #soundId = 0;
  #saidUs = Number.NEGATIVE_INFINITY;
  #handedOverUs = Number.NEGATIVE_INFINITY;

  constructor(replica: RebuiltReplica, mark: ApplyMark, holderOf: (index: number) => number) {
    this.#replica = replica;
    this.#mark = mark;
    this.#holderOf = holderOf;
  }

  /** Its state is wrong, and the log is not applied any further. */
  get isWrong(): boolean {
    return this.#replica.applier.wrongSeq !== 0;
  }

  /** Its state is wrong, or the log is applied again, and not yet up to the void. */
  get isUnderWay(): boolean {
    return this.#seq !== 0;
  }

  leadershipChanged(): void {
    this.#soundId = 0;
  }

  /** The leader knows a replica whose state is that of the log. */
  soundAt(seq: number, soundId: number): void {
    if (seq === this.#seq) this.#soundId = soundId;
  }

  doWork(nowUs: number): void {
    const { applier, log, snapshots, ports } = this.#replica;
    if (this.isWrong && applier.wrongSeq !== this.#seq) this.#begin(applier.wrongSeq);
    if (this.#seq === 0) return;
    if (!this.isWrong) {
      if (applier.appliedIndex < this.#voidIndex) return;
      ports.log.info(`this replica goes on from a state without command ${this.#seq}`, {
        index: applier.appliedIndex,
      });
      this.#seq = 0;
      log.reports.park('void', false);
      snapshots.suspend('void', false);
      return;
    }
    if (this.#mayGoBack && !snapshots.isBusy) this.#goBack();
    if (!this.isWrong || this.#mayGoBack) return;
    if (log.isLeader) this.#lead(nowUs);
    else this.#follow(nowUs);
  }

  /** A state has come that another replica saved; true: it was taken. */
  fetched(snapshot: FetchedSnapshot): boolean {
    if (!this.isWrong || snapshot.file.index < this.#voidIndex) return false;
    return adoptState(this.#replica, snapshot) === 'done';
  }

  #begin(seq: number): void {
    const { applier, log, options, ports, snapshots, state } = this.#replica;
    this.#seq = seq;
    this.#voidIndex = applier.appliedIndex + 1;
    this.#mayGoBack = true;
    this.#soundId = 0;
    log.reports.applied(0, 0, 0);
    log.reports.park('void', true);
    snapshots.suspend('void', true);
    const lines = [
      `Replica ${options.replicaId} had applied command ${seq} when it learned that the command is voided, by frame ${this.#voidIndex}.`,
      'The command:',
      log.facts.describe(seq) ?? 'it is not held any more',
      'What this replica had made of it, and of the commands behind it, as far as it remembers:',
      ...state.answersBetween(seq - 1, state.lastSeq, linesMax),
    ];
    const text = new TextEncoder().encode(`${lines.join('\n')}\n`);
    ports.storage.setAside(folderOf(seq), 'finding.txt', text);
    ports.log.warn(
      `the state of this replica has command ${seq}, which is voided: it applies nothing more until its state is made again`,
      { seq, evidence: folderOf(seq) },
    );
  }

  /** The newest state from before the command takes the place of this one; the log behind it is applied again. */
  #goBack(): void {
    const { log, ports, snapshots, state } = this.#replica;
    const { storage } = ports;
    this.#mayGoBack = false;
    for (const index of snapshotIndices(storage)) {
      const bytes = index === poisonedSnapshot(storage) ? undefined : storage.read(snapshotName(index));
      const file = bytes === undefined ? undefined : parseSnapshot(bytes);
      if (file === undefined || file.seq >= this.#seq || log.facts.copyOf(index + 1) === undefined) continue;
      this.#mark.loading(index);
      const adopt = state.restore(file.state, file.stateHash);
      this.#mark.loaded();
      if (adopt === undefined) continue;
      snapshots.goBack(index, folderOf(this.#seq));
      adopt();
      return this.#again(index, file.logDigest);
    }
    if (log.facts.copyOf(1) !== undefined) {
      snapshots.goBack(0, folderOf(this.#seq));
      state.clear();
      return this.#again(0, 0);
    }
    ports.log.warn(
      `this replica has no snapshot from before command ${this.#seq}: it takes the state of another one that has passed over it. ` +
        'Where a whole site has none, begin that site again: "lockstep site seed".',
    );
  }

  #again(index: number, logDigest: number): void {
    const { applier, ports } = this.#replica;
    applier.restart(index, logDigest);
    ports.log.info(
      `this replica applies its log again from behind frame ${index}, without command ${this.#seq}`,
      {
        index,
      },
    );
  }

  #follow(nowUs: number): void {
    const { log, options, transfer } = this.#replica;
    if (nowUs - this.#saidUs >= options.heartbeatUs) {
      this.#saidUs = nowUs;
      log.reports.died(this.#seq, this.#seq);
    }
    if (this.#soundId !== 0) transfer.fetch(this.#soundId, this.#voidIndex - 1, 'rebuild');
  }

  #lead(nowUs: number): void {
    const { log, transfer } = this.#replica;
    const holder = this.#holderOf(this.#voidIndex);
    if (holder === 0 || nowUs - this.#handedOverUs < handOverUs) return;
    this.#handedOverUs = nowUs;
    if (log.voters.includes(holder)) log.handOver(holder);
    else transfer.fetch(holder, this.#voidIndex - 1, 'rebuild');
  }
}

function folderOf(seq: number): string {
  return `voided-after-command-${seq}`;
}
