/** The loop of a core thread: one cycle of work after the other, and idling where there is none. */
import type { Clock } from '../../replica/ports.ts';

/** What a core thread runs. */
export interface Agent {
  /** One duty cycle at a time in microseconds; returns how much there was to do. */
  doWork(nowUs: number): number;
  /** When it has something to do although nothing comes. */
  readonly deadlineUs: number;
}

/** Runs the agent until `shouldStop`, asked after each cycle, says so. Time is read once per cycle. @hot */
export function runDutyCycle(
  agent: Agent,
  idle: { idle(workCount: number, waitUs: number): void },
  clock: Clock,
  shouldStop: () => boolean,
): void {
  while (!shouldStop()) {
    const nowUs = clock.nowUs();
    const workCount = agent.doWork(nowUs);
    idle.idle(workCount, workCount > 0 ? 0 : agent.deadlineUs - nowUs);
  }
}
