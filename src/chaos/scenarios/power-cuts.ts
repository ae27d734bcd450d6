/** Power cuts in a row on one exchange: of one, two or three replicas at once, at moments that a seed draws. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../std/random.ts';
import { powerCut } from '../faults/disks.ts';
import type { FileSystem } from '../hosts/disk.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import { Lab, type LabOptions } from '../lab/lab.ts';
import { judged, type Scenario, type ScenarioPiece, strikeOnce } from './piece.ts';

/** The moment of a cut, after the exchange is whole: what waits for a flush differs each time. */
const waitMsMax = 1_000;

export interface PowerCutsOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly fileSystem: FileSystem;
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

export async function powerCuts(options: PowerCutsOptions): Promise<ScenarioPiece> {
  const { cuts, seed, fileSystem, progress = () => undefined } = options;
  const random = new Random(seed);
  const scenarios: Scenario[] = [];
  const lab = await Lab.start({ ...options.lab, fileSystem });
  return judged(lab, scenarios, progress, async () => {
    for (let cut = 1; cut <= cuts; cut++) {
      const hosts = chosen(random);
      const name = `power cut on ${fileSystem}`;
      progress(`${name}, ${cut} of ${cuts}: hosts ${hosts.join(', ')}`);
      const words = { component: 'machines of replicas', effect: 'Orders wait.', severity: 4 } as const;
      await sleep(random.below(waitMsMax));
      const strike = await strikeOnce(
        lab,
        powerCut(name, words, () => hosts),
      );
      scenarios.push({ name, strikes: [strike], problems: [] });
    }
    return true;
  });
}

function chosen(random: Random): number[] {
  const left = [...replicaHosts];
  const hosts = Array.from({ length: random.between(1, left.length) }, () => {
    const [host] = left.splice(random.below(left.length), 1);
    return host!;
  });
  return hosts.toSorted((a, b) => a - b);
}
