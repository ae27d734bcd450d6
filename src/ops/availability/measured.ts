/**
 * How long members waited when something failed. Written by `npm run chaos -- --write-docs` from the runs of the lab;
 * no number is typed.
 */
import type { MeasuredWaits } from './expected.ts';

export const measuredWaits: MeasuredWaits = {
  process: { n: 1, p50Ms: 98, maxMs: 98 },
  machine: { n: 2, p50Ms: 302, maxMs: 477 },
  network: { n: 2, p50Ms: 304, maxMs: 521 },
  disk: { n: 3, p50Ms: 418, maxMs: 502 },
  operator: { n: 2, p50Ms: 96, maxMs: 373 },
  gateway: { n: 1, p50Ms: 132, maxMs: 132 },
  everything: { n: 3, p50Ms: 7502, maxMs: 9152 },
};
