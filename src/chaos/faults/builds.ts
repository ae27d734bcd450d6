/**
 * What nothing outside a process can make it do: its core thread hangs, its heap grows. The leader runs a build that
 * does so while a file is there.
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

/** Lines before a duty cycle, each so many cycles while the file is there. */
function whileThere(trigger: string, lines: string, otherwise = ''): Edit[] {
  const isThere = `existsSync(${JSON.stringify(trigger)})`;
  return [
    { file, find: fileModule, replace: "import { existsSync, readlinkSync } from 'node:fs';" },
    {
      file,
      find: dutyCycle,
      replace: `    if (this.#cycles % ${cyclesPerLook} === 0) {
      if (${isThere}) ${lines}
      ${otherwise}
    }
${dutyCycle}`,
    },
  ];
}

/** Edits that the lab makes of the product; `trigger` is the file. */
export function hangEdits(trigger: string): Edit[] {
  return whileThere(trigger, '{ if (this.#replica.log.isLeader) for (;;); }');
}

/** To so much of its bound: more than a leader may use beside others, and less than keeps V8 looking for garbage. */
const heldPermille = 880;
/** Of 8 bytes, at a time: no step is a pause that followers notice. */
const numbersPerStep = 400_000;

export function heapEdits(trigger: string): Edit[] {
  const held = '(globalThis as { held?: number[][] }).held';
  const lines = `{
        const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
        if (used < (limit * ${heldPermille}) / 1_000) (${held} ??= []).push(new Array<number>(${numbersPerStep}).fill(0.5));
      }`;
  const otherwise = `if (!existsSync(${JSON.stringify(trigger)})) ${held} = [];`;
  const [imports, cycle] = whileThere(trigger, lines, otherwise);
  const withStatistics = `${imports!.replace}\nimport { getHeapStatistics } from 'node:v8';`;
  return [{ ...imports!, replace: withStatistics }, cycle!];
}

interface OfBuild {
  readonly edits: (trigger: string) => Edit[];
  /** What shows it, once it does. */
  readonly seen: (lab: Lab, host: number, fromMs: number) => Promise<string | undefined>;
}

type Words = Pick<Fault, 'name' | 'component' | 'failure' | 'effect' | 'mitigation' | 'severity' | 'rate'> &
  Partial<Fault>;

function triggerOf(lab: Lab): string {
  return join(lab.folder, 'trigger');
}

/** The follower that gets the build leads before it strikes. */
const builtHost = ({ followers }: StrikeStage): number => followers[0]!;

function ofBuild({ edits, seen }: OfBuild, words: Words): Fault {
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
    proof: (stage) => shows('what the build does', () => seen(stage.lab, builtHost(stage), fromMs)),
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

/** So that the bound of a heap is soon reached, and leaves room for what the engine needs. */
const smallHeap = { environment: () => ({ NODE_OPTIONS: '--max-old-space-size=768' }) } as const;

/** The process ends of it, which may come before its words do. */
async function hangSeen(lab: Lab, host: number, fromMs: number): Promise<string | undefined> {
  const said = /^a duty cycle has spent \d+ ms of processor time and does not end/;
  const line = lab.log.firstSince(fromMs, (each) => each.host === host && said.test(each.text));
  if (line !== undefined) return `host ${host} said after ${Math.round(line.atMs - fromMs)} ms: ${line.text}`;
  return lab.isRunning(host) ? undefined : `the process of host ${host} has ended itself`;
}

/** Whichever replica leads by then says by what it is worse than another one. */
async function heapSeen(lab: Lab, host: number): Promise<string | undefined> {
  const leader = (await lab.statuses()).find(({ serving }) => serving);
  const own = leader?.conditions.find(({ memberId }) => memberId === host);
  const words = own?.gray.find((text) => text.includes('its heap'));
  return words === undefined ? undefined : `replica ${leader!.replicaId} says of replica ${host}: ${words}`;
}

export const buildFaults: readonly Fault[] = [
  ofBuild(
    {
      edits: hangEdits,
      seen: hangSeen,
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
  ofBuild(
    { edits: heapEdits, seen: heapSeen },
    {
      name: 'leader-heap-grows',
      component: 'leader',
      failure: 'its heap grows towards its bound',
      effect: 'Orders wait until the next leader leads.',
      mitigation: 'A leader that is worse than its followers hands over, once, and says why.',
      severity: 3,
      rate: 'process',
      alarm: 'memberGray',
      lab: smallHeap,
    },
  ),
];
