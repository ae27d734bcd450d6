/**
 * Power cuts in a row on one exchange: of one, two or three replicas at once, at moments that a seed draws. Some come
 * while the exchange is whole, the others while it still recovers from the one before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../std/random.ts';
import { cutPower, restorePower } from '../faults/disks.ts';
import type { FileSystem } from '../hosts/disk.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/lab-options.ts';
import { monotonicMs } from '../monotonic.ts';
import { attempt, judged, type Scenario, type ScenarioPiece, type StrikeFigures } from './piece.ts';

/** The moment of a cut, after the one before or after orders have been answered: what waits for a flush differs. */
const waitMsMax = 1_000;
const offMsMax = 1_000;
/** What is lost must have been acknowledged. */
const answersBefore = 25;
const recoveryChance = 0.4;

export interface PowerCutsOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly fileSystem: FileSystem;
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

/** A cut that is drawn. */
export interface PlannedCut {
  readonly hosts: readonly number[];
  readonly waitMs: number;
  readonly offMs: number;
  /** The next one comes while the exchange recovers from this one. */
  readonly isFollowedAtOnce: boolean;
}

/** The cuts of one seed, without an end. */
export function* plannedCuts(seed: number): Generator<PlannedCut> {
  const random = new Random(seed);
  for (;;)
    yield {
      hosts: chosen(random),
      waitMs: random.below(waitMsMax),
      offMs: random.below(offMsMax),
      isFollowedAtOnce: random.chance(recoveryChance),
    };
}

export async function powerCuts(options: PowerCutsOptions): Promise<ScenarioPiece> {
  const { cuts, seed, fileSystem, progress = () => undefined } = options;
  const name = `power cut on ${fileSystem}`;
  const scenario: Scenario = { name, strikes: [], problems: [] };
  const lab = await Lab.start({ ...options.lab, fileSystem });
  return judged(lab, [scenario], progress, () =>
    attempt(lab, scenario, progress, async () => {
      for (const planned of plannedCuts(seed).take(cuts)) {
        progress(`${name}, ${scenario.strikes.length + 1} of ${cuts}: hosts ${planned.hosts.join(', ')}`);
        scenario.strikes.push(await cutOnce(lab, planned));
      }
      await lab.whole();
    }),
  );
}

async function cutOnce(lab: Lab, planned: PlannedCut): Promise<StrikeFigures> {
  const { hosts, waitMs, offMs, isFollowedAtOnce } = planned;
  await sleep(waitMs);
  const fromMs = monotonicMs();
  lab.log.mark(`the power of hosts ${hosts.join(', ')} is cut`);
  const proof = await cutPower(lab, hosts);
  await sleep(offMs);
  await restorePower(lab, hosts);
  const backMs = monotonicMs();
  lab.log.mark('the power is back');
  let wholeMs: number | null = null;
  if (!isFollowedAtOnce) {
    await lab.answered(answersBefore);
    await lab.whole();
    wholeMs = Math.round(monotonicMs() - backMs);
  }
  const { sdkMs, httpMs } = await lab.gaps(fromMs);
  const noticed = lab.log.noticedSince(fromMs);
  return {
    sdkGapMs: Math.round(sdkMs),
    httpGapMs: Math.round(httpMs),
    detectedMs: noticed === undefined ? null : Math.round(noticed.atMs - fromMs),
    alarmMs: null,
    wholeMs,
    proof,
  };
}

function chosen(random: Random): number[] {
  const left = [...replicaHosts];
  const hosts = Array.from({ length: random.between(1, left.length) }, () => {
    const [host] = left.splice(random.below(left.length), 1);
    return host!;
  });
  return hosts.toSorted((a, b) => a - b);
}
