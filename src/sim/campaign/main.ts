/**
 * `npm run sim:campaign -- [--seeds N] [--minutes M] [--from S] [--profile NAME]`: runs seeds on all processors until
 * either budget is used up, shows its progress every few seconds, and ends with the summary of `npm run sim`.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ProfileName, profileNames } from '../faults/profiles.ts';
import { programOptions, refuseCommandLine } from '../program-options.ts';
import type { RunOptions, RunResult } from '../runs/run.ts';
import { commandOf } from '../runs/shrink.ts';
import { addRun, emptySummary, roundTenths } from '../runs/summary.ts';

const progressMs = 5_000;
const minutesDefault = 10;
const usage = `usage: npm run sim:campaign -- [--seeds N] [--minutes M] [--from S] [--profile NAME]
Without a number of seeds it runs for the minutes (${minutesDefault}, if not given). profiles: ${profileNames.join(', ')}`;

interface Budget {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly profile: ProfileName | undefined;
}

function parse(): Budget {
  const { values } = programOptions(usage, {
    seeds: { type: 'string' },
    from: { type: 'string' },
    minutes: { type: 'string' },
    profile: { type: 'string' },
  });
  const seeds = Number(values.seeds ?? Number.MAX_SAFE_INTEGER);
  const from = Number(values.from ?? 1);
  const withoutMinutes = values.seeds === undefined ? minutesDefault : Number.POSITIVE_INFINITY;
  const minutes = Number(values.minutes ?? withoutMinutes);
  const profile = profileNames.find((name) => name === values.profile);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    return refuseCommandLine('--seeds takes an integer of 1 or more.', usage);
  if (!Number.isSafeInteger(from) || from < 0)
    return refuseCommandLine('--from takes an integer of 0 or more.', usage);
  if (!(minutes > 0)) return refuseCommandLine('--minutes takes a number above 0.', usage);
  if (values.profile !== undefined && profile === undefined)
    return refuseCommandLine('There is no such profile.', usage);
  return { from, seeds, minutes, profile };
}

async function run(budget: Budget): Promise<number> {
  const summary = emptySummary();
  const startedMs = performance.now();
  const deadlineMs = startedMs + budget.minutes * 60_000;
  const endSeed = budget.from + budget.seeds;
  let nextSeed = budget.from;

  const next = (): RunOptions | undefined => {
    if (nextSeed >= endSeed || performance.now() >= deadlineMs) return undefined;
    const seed = nextSeed++;
    return budget.profile === undefined ? { seed } : { seed, profile: budget.profile };
  };
  const progress = setInterval(() => {
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const { seeds, virtualSeconds, acknowledged, violations } = summary;
    console.error(
      `${seconds} s: ${seeds} seeds, ${virtualSeconds} virtual seconds, ${acknowledged} acknowledged, ${violations.length} violations`,
    );
  }, progressMs);

  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./seeds.worker.ts', import.meta.url));
      let options: RunOptions | undefined;
      const give = (): void => {
        options = next();
        if (options !== undefined) worker.postMessage(options);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('message', (result: RunResult) => {
        addRun(summary, result);
        if (result.violations.length > 0 && options !== undefined) {
          console.error(`seed ${result.seed} fails: ${commandOf(options)}`);
          for (const { checker, what } of result.violations) console.error(`  ${checker}: ${what}`);
        }
        give();
      });
      give();
    });
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    clearInterval(progress);
  }
  summary.seconds = roundTenths((performance.now() - startedMs) / 1_000);
  console.log(JSON.stringify(summary));
  return summary.violations.length === 0 ? 0 : 1;
}

process.exitCode = await run(parse());
