/**
 * How long traders waited when something failed. Written by `npm run chaos -- --write-docs` from the runs of the lab;
 * no number is typed.
 */
import type { MeasuredWaits } from './expected.ts';

export const measuredWaits: MeasuredWaits = {
  process: { n: 3, p50Ms: 494, maxMs: 530 },
  machine: { n: 2, p50Ms: 144, maxMs: 146 },
  network: { n: 5, p50Ms: 141, maxMs: 819 },
  disk: { n: 3, p50Ms: 132, maxMs: 183 },
  operator: { n: 2, p50Ms: 61, maxMs: 84 },
  gateway: { n: 2, p50Ms: 61, maxMs: 2252 },
  everything: { n: 3, p50Ms: 1952, maxMs: 2144 },
};
