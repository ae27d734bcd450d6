/**
 * What nothing outside a process can make it do: its core thread hangs. The leader runs a build that does so while a
 * file is there.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Edit } from '../../sim/mutants/mutant.ts';
import type { Lab } from '../lab/lab.ts';
import { monotonicMs } from '../monotonic.ts';
import { type PlantedBuild, plantedBuild } from '../planted-build.ts';
import { type Fault, type StrikeStage, shows } from './fault.ts';

const takesOver = 'A follower takes over; clients send again, and nothing runs twice.';
const file = 'ops/replica-process/replica-core.ts';
const fileModule = "import { readlinkSync } from 'node:fs';";
const dutyCycle = `    const work = this.#replica.doWork(nowUs);
    this.#counters.set(counter.cycles, ++this.#cycles);`;
/** So many duty cycles pass between two looks at the file. */
const cyclesPerLook = 256;

/** Lines before a duty cycle of a leader, each so many cycles while the file is there. */
function whileThere(trigger: string, lines: string): Edit[] {
  const isThere = `existsSync(${JSON.stringify(trigger)})`;
  return [
    { file, find: fileModule, replace: "import { existsSync, readlinkSync } from 'node:fs';" },
    {
      file,
      find: dutyCycle,
      replace: `    if (this.#cycles % ${cyclesPerLook} === 0) {
      if (${isThere} && this.#replica.log.isLeader) ${lines}
    }
${dutyCycle}`,
    },
  ];
}

/** Edits that the lab makes of the product; `trigger` is the file. */
export function hangEdits(trigger: string): Edit[] {
  return whileThere(trigger, 'for (;;);');
}

interface OfBuild {
  readonly edits: (trigger: string) => Edit[];
  /** A line of the host that shows it. */
  readonly said: RegExp;
  /** The process ends of it, which may come before its words do. */
  readonly endsProcess?: boolean;
}

type Words = Pick<Fault, 'name' | 'component' | 'failure' | 'effect' | 'mitigation' | 'severity' | 'rate'> &
  Partial<Fault>;

function triggerOf(lab: Lab): string {
  return join(lab.folder, 'trigger');
}

/** The follower that gets the build leads before it strikes. */
const builtHost = ({ followers }: StrikeStage): number => followers[0]!;

function ofBuild({ edits, said, endsProcess = false }: OfBuild, words: Words): Fault {
  let build: PlantedBuild | undefined;
  let fromMs = 0;
  return {
    holdMs: 0,
    isAlone: true,
    ...words,
    async strike(stage) {
      const { lab } = stage;
      const host = builtHost(stage);
      build = plantedBuild(edits(triggerOf(lab)), lab.folder);
      await lab.stop(host);
      lab.runsOn(host, build.program);
      lab.start(host);
      await lab.whole();
      await lab.handOver(host);
      fromMs = monotonicMs();
      writeFileSync(triggerOf(lab), '');
    },
    proof: (stage) =>
      shows('what the host shows', async () => {
        const host = builtHost(stage);
        const line = stage.lab.log.firstSince(fromMs, (each) => each.host === host && said.test(each.text));
        if (line !== undefined)
          return `host ${host} said after ${Math.round(line.atMs - fromMs)} ms: ${line.text}`;
        if (!endsProcess || stage.lab.isRunning(host)) return undefined;
        return `the process of host ${host} has ended itself`;
      }),
    async undo(stage) {
      const { lab } = stage;
      const host = builtHost(stage);
      if (existsSync(triggerOf(lab))) rmSync(triggerOf(lab));
      await lab.kill(host);
      lab.runsOn(host, undefined);
      lab.start(host);
      build?.remove();
    },
  };
}

export const buildFaults: readonly Fault[] = [
  ofBuild(
    {
      edits: hangEdits,
      said: /^a duty cycle has spent \d+ ms of processor time and does not end/,
      endsProcess: true,
    },
    {
      name: 'leader-core-hangs',
      component: 'leader',
      failure: 'its core thread computes without an end, while its other threads go on',
      effect: 'Orders wait until a follower leads.',
      mitigation: `The main thread ends the process. ${takesOver}`,
      severity: 3,
      rate: 'process',
      alarm: 'leaderChanged',
    },
  ),
];
