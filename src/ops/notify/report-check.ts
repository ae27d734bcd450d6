/**
 * Whether what other processes of the cluster sent, or what a file of this one holds, is what report-schemas.ts
 * declares, by the check that Ajv made of that beforehand; and what must hold between the keys.
 */
import type { CanaryReport } from '../../gateway/canary/report.ts';
import type { ReplicaFacts } from './facts.ts';
import { validate } from './generated/report-check.ts';
import type { NoticeEntry } from './notice.ts';
import type { ReportName, ReportOf } from './report-schemas.ts';
import type { SideReport } from './side-report.ts';

export function isReport<N extends ReportName>(name: N, json: unknown): json is ReportOf<N> {
  return json !== undefined && validate({ [name]: json });
}

/** An entry is settled at none but its hooks. */
export function isEntry(json: unknown): json is NoticeEntry {
  if (!isReport('entry', json)) return false;
  return Object.keys(json.settled).every((hook) => json.hooks.includes(hook));
}

/** A process beside the replicas holds each condition once. */
export function areFacts(json: unknown): json is ReplicaFacts {
  return isReport('facts', json) && (json.sides ?? []).every(({ conditions }) => areOnce(conditions));
}

export function isSideReport(json: unknown): json is SideReport {
  return isReport('side', json) && areOnce(json.conditions);
}

export function isCanaryReport(json: unknown): json is CanaryReport {
  return isReport('canary', json);
}

function areOnce(conditions: SideReport['conditions']): boolean {
  return new Set(conditions.map(({ kind }) => kind)).size === conditions.length;
}
