/** What the lab measured of waits of traders, as the product's own table (src/ops/availability/measured.ts). */
import { type MeasuredWait, type WaitName, waitNames } from '../../ops/availability/expected.ts';
import type { Results } from './results.ts';
import { percentile } from './words.ts';

/**
 * The scenarios that show how long traders wait when something fails, in each way in which it does: a process may hang,
 * a machine takes its gateway away with it.
 */
export const scenariosOf: Readonly<Record<WaitName, readonly string[]>> = {
  process: ['leader-killed', 'leader-stopped-2000ms', 'leader-core-hangs', 'leader-crash-loop'],
  machine: ['leader-frozen', 'leader-out-of-memory', 'power-cut-leader'],
  network: [
    'leader-unplugged',
    'leader-cut-off',
    'leader-deaf',
    'leader-mute',
    'leader-rejected',
    'leader-cut-from-clients',
    'leader-unheard-by-clients',
    'leader-connections-reset',
    'leader-flaps',
    'mtu-hole',
  ],
  disk: ['leader-disk-full', 'leader-disk-full-once', 'leader-disk-read-only', 'leader-disk-stands-still'],
  operator: ['hand-over', 'rolling-restart', 'configuration-changed'],
  gateway: ['gateway-killed', 'switch-off'],
  everything: ['everything-killed', 'power-cut-all', 'power-cut-all-ext4'],
};

/** The longer one of SDK and HTTP each time. */
function waitOf(name: WaitName, results: Results): MeasuredWait {
  const waits = scenariosOf[name]
    .flatMap((scenario) => results.strikesOf(scenario))
    .map(({ sdkGapMs, httpGapMs }) => Math.max(sdkGapMs, httpGapMs));
  return { n: waits.length, p50Ms: percentile(waits, 50) ?? 0, maxMs: percentile(waits, 100) ?? 0 };
}

export function measuredWaitsText(results: Results): string {
  const rows = waitNames.map((name) => {
    const { n, p50Ms, maxMs } = waitOf(name, results);
    return `  ${name}: { n: ${n}, p50Ms: ${p50Ms}, maxMs: ${maxMs} },`;
  });
  return `/**
 * How long traders waited when something failed. Written by \`npm run chaos -- --write-docs\` from the runs of the lab;
 * no number is typed.
 */
import type { MeasuredWaits } from './expected.ts';

export const measuredWaits: MeasuredWaits = {
${rows.join('\n')}
};
`;
}
