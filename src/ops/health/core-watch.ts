/** What the main thread of a replica sees of its core: whether it turns, whether any replica leads, what it uses. */
import { join } from 'node:path';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { counter } from '../../replica/counters.ts';
import { FailoverNotes } from '../availability/failover-notes.ts';
import { LeaderHistory } from '../availability/leader-history.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { Failure } from '../failure.ts';
import type { LastWords } from '../processes/last-words.ts';
import { type Hang, HangWatch, lookMs, MarkPage, threadTimes } from './hang-watch.ts';
import { absenceText, LeaderWatch, ProgressWatch, sampleMs, stallFatalMs } from './health.ts';
import { haveOneHost, Starvation, watchMachine } from './machine-watch.ts';
import { ResourceMeter } from './resources.ts';

const resourceSampleMs = 1_000;
/** An absence of the leader is reported after this, or after so many election timeouts where they are long. */
const leaderlessMsMin = 2_000;
const leaderlessElections = 4;

export interface CoreWatch {
  readonly progress: ProgressWatch;
  readonly resources: ResourceMeter;
  /** When this replica knew a leader, over starts of its process. */
  readonly leaders: LeaderHistory;
  /** What automatic failover would have done, over starts of its process. */
  readonly withheld: FailoverNotes;
  end(): Promise<void>;
}

interface WatchedProcess {
  readonly replicaId: number;
  readonly words: LastWords;
  readonly replicaFolder: string;
}

export function watchCore(
  machine: ReplicaThreads,
  { failover, timing, replicas }: ConfigurationFile,
  { replicaId, words, replicaFolder }: WatchedProcess,
  fail: (error: Error) => void,
): CoreWatch {
  const { log } = words;
  const progress = new ProgressWatch();
  const leaderlessMs = Math.max(leaderlessMsMin, leaderlessElections * timing.electionTimeoutMs);
  const leader = new LeaderWatch(leaderlessMs);
  const resources = new ResourceMeter();
  const endMachineWatch = watchMachine(machine, replicaFolder, new Starvation(haveOneHost(replicas)));
  const endHangWatch = watchForHangs(machine, timing.electionTimeoutMs, { words, replicaFolder });
  const progressTimer = setInterval(() => {
    const nowMs = performance.now();
    progress.sample(machine.counters[counter.cycles]!, nowMs);
    const isReading = machine.counters[counter.cycles] === 0;
    if (!isReading && leader.sample(machine.counters[counter.leaderId]!, nowMs)) {
      const { isBad, text } = absenceText(
        replicaId,
        leaderlessMs,
        failover,
        (slot) => machine.counters[slot]!,
      );
      log[isBad ? 'warn' : 'info']({ lastIndex: machine.counters[counter.lastIndex] }, text);
    }
    if (progress.stalledMs > stallFatalMs) {
      fail(
        new Failure(`the duty cycle has stood still for ${stallFatalMs / 1_000} s; this process ends itself`),
      );
    }
  }, sampleMs);
  const resourceTimer = setInterval(() => resources.sample(), resourceSampleMs);
  const leaders = new LeaderHistory({
    file: join(replicaFolder, 'leaders.json'),
    elections: () => machine.elections,
    leaderId: () => machine.counters[counter.leaderId]!,
    wallMs: () => Date.now(),
    warn: (text) => log.warn(text),
  });
  leaders.start();
  const withheld = new FailoverNotes({
    file: join(replicaFolder, 'failovers-withheld.json'),
    noted: () => machine.wouldBe,
    warn: (text) => log.warn(text),
  });
  withheld.start();
  const end = async (): Promise<void> => {
    endHangWatch();
    endMachineWatch();
    clearInterval(progressTimer);
    clearInterval(resourceTimer);
    await Promise.all([leaders.end(), withheld.end()]);
  };
  return { progress, resources, leaders, withheld, end };
}

/** Ends the process where its core hangs: its sockets break, the others elect, a supervisor starts another. */
function watchForHangs(
  machine: ReplicaThreads,
  electionTimeoutMs: number,
  { words, replicaFolder }: Pick<WatchedProcess, 'words' | 'replicaFolder'>,
): () => void {
  const hangs = new HangWatch(electionTimeoutMs);
  const page = new MarkPage(replicaFolder);
  const { counters } = machine;
  const timer = setInterval(() => {
    const hang = hangs.sample({
      atMs: performance.now(),
      cycles: counters[counter.cycles]!,
      seq: page.applying(),
      longWork: machine.longWork,
      thread: threadTimes(counters[counter.coreThread]!),
    });
    if (hang === undefined) return;
    // One that waits may wait for the disk, and this thread would wait for it too.
    if (hang.seq !== 0 && hang.kind === 'spins') page.noteHang();
    clearInterval(timer);
    words.endSaying(textOf(hang));
  }, lookMs);
  return () => {
    clearInterval(timer);
    page.close();
  };
}

function textOf({ kind, ms, seq }: Hang): string {
  const how =
    kind === 'spins'
      ? `has spent ${Math.round(ms)} ms of processor time and does not end`
      : `has waited ${Math.round(ms)} ms in one call of the system and does not come back`;
  const what = seq === 0 ? 'a duty cycle' : `command ${seq}`;
  return `${what} ${how}; this process ends itself`;
}
