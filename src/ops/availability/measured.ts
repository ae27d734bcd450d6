/**
 * How long members waited when something failed. Written by `npm run chaos -- --write-docs` from the runs of the lab;
 * no number is typed.
 */
import type { MeasuredWaits } from './expected.ts';

export const measuredWaits: MeasuredWaits = {
  process: { n: 1, p50Ms: 823, maxMs: 823 },
  machine: { n: 1, p50Ms: 829, maxMs: 829 },
  network: { n: 2, p50Ms: 973, maxMs: 1219 },
  disk: { n: 2, p50Ms: 773, maxMs: 907 },
  operator: { n: 2, p50Ms: 2239, maxMs: 2922 },
  gateway: { n: 1, p50Ms: 736, maxMs: 736 },
  everything: { n: 1, p50Ms: 30937, maxMs: 30937 },
};
