/** What the main thread of a replica sees of its core: whether it turns, whether any replica leads, what it uses. */
import type { Logger } from 'pino';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { counter } from '../../replica/counters.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { Failure } from '../failure.ts';
import { commandMsMax, HangWatch, MarkPage, threadMs } from './hang-watch.ts';
import { LeaderWatch, ProgressWatch, sampleMs, stallFatalMs } from './health.ts';
import { ResourceMeter } from './resources.ts';

const resourceSampleMs = 1_000;
/** An absence of the leader is reported after this, or after so many election timeouts where they are long. */
const leaderlessMsMin = 2_000;
const leaderlessElections = 4;

export interface CoreWatch {
  readonly progress: ProgressWatch;
  readonly resources: ResourceMeter;
  end(): void;
}

export function watchCore(
  machine: ReplicaThreads,
  { failover, timing }: ConfigurationFile,
  { log, replicaFolder }: { readonly log: Logger; readonly replicaFolder: string },
  fail: (error: Error) => void,
): CoreWatch {
  const progress = new ProgressWatch();
  const leaderlessMs = Math.max(leaderlessMsMin, leaderlessElections * timing.electionTimeoutMs);
  const leader = new LeaderWatch(leaderlessMs);
  const resources = new ResourceMeter();
  const hangs = new HangWatch();
  const page = new MarkPage(replicaFolder);
  const progressTimer = setInterval(() => {
    const nowMs = performance.now();
    progress.sample(machine.counters[counter.cycles]!, nowMs);
    const seq = hangs.sample({
      cycles: machine.counters[counter.cycles]!,
      seq: page.applying(),
      spentMs: threadMs(machine.counters[counter.coreThread]!),
    });
    if (seq !== 0) {
      page.noteHang();
      fail(
        new Failure(
          `command ${seq} has taken ${commandMsMax / 1_000} s of processor time and does not end; this process ends itself`,
        ),
      );
    }
    const isReading = machine.counters[counter.cycles] === 0;
    if (!isReading && leader.sample(machine.counters[counter.leaderId]!, nowMs)) {
      const lastIndex = machine.counters[counter.lastIndex];
      const absence = `no replica has led for ${leaderlessMs / 1_000} s`;
      if (failover === 'manual')
        log.warn(
          { lastIndex },
          `${absence}; automatic failover would hold an election now, but failover is manual: "lockstep failover" decides`,
        );
      else if (machine.counters[counter.founding] !== 0)
        log.warn(
          `${absence}; a new cluster begins once all its founders run with the same members; one that is recovering ` +
            'takes part once its loss is accepted ("lockstep recover")',
        );
      else log.warn({ lastIndex }, `${absence}; a majority of the replicas must run and reach each other`);
    }
    if (progress.stalledMs > stallFatalMs) {
      fail(
        new Failure(`the duty cycle has stood still for ${stallFatalMs / 1_000} s; this process ends itself`),
      );
    }
  }, sampleMs);
  const resourceTimer = setInterval(() => resources.sample(), resourceSampleMs);
  const end = (): void => {
    clearInterval(progressTimer);
    clearInterval(resourceTimer);
  };
  return { progress, resources, end };
}
