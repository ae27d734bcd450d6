/**
 * Orders at control ports, in the audit trail: a replica reports each to the leader until it sees it there, so leaders
 * hear of most more than once. Each is there once.
 */
import type { Report } from '../../checkers/violations.ts';
import { AuditKind, auditRow, ControlOutcome } from '../../protocol/audit.ts';
import type { OperatorOrderNote } from '../../replica/ports.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { World } from '../world/world.ts';

/** Within this a cluster without faults has noted what it was sent. */
const noteUs = 50_000;
const rowsMax = 64;

/** Reports two orders of one replica, the first of them again and again. */
export function reportOrdersAgain(
  { scheduler, trace }: World,
  cluster: SimulatedCluster,
  report: Report,
): void {
  const replicaId = cluster.leader?.id;
  if (replicaId === undefined) return;
  trace.note('epilogue', `orders at the control port of replica ${replicaId} are reported`);
  const firstUs = scheduler.nowUs;
  for (const givenUs of [firstUs, firstUs, firstUs + 1, firstUs]) {
    cluster.leader?.control.give('noteOrder', 0, false, { note: noteOf(replicaId, givenUs) });
    scheduler.runUntil(scheduler.nowUs + noteUs);
  }
  const engine = cluster.leader?.replica?.state.engine;
  if (engine === undefined) return;
  const view = new DataView(new ArrayBuffer(rowsMax * auditRow.size));
  const after = Math.max(0, engine.auditCount - rowsMax);
  const rows = engine.queries.writeAuditRows(view, 0, after, rowsMax);
  const given: number[] = [];
  for (let n = 0; n < rows; n++) {
    const row = auditRow.read(view, n * auditRow.size);
    if (row.replicaId === replicaId && row.givenUs >= firstUs) given.push(row.givenUs - firstUs);
  }
  if (given.join() === '0,1') return;
  const shown = given.join() || 'none';
  report('exactly-once', `orders 0 and 1 of replica ${replicaId} stand in the audit trail as ${shown}`);
}

function noteOf(replicaId: number, givenUs: number): OperatorOrderNote {
  return {
    operatorId: 1,
    replicaId,
    givenUs,
    entryKind: AuditKind.control,
    outcome: ControlOutcome.accepted,
    subject: 0,
    count: 0,
    source: '192.0.2.7',
    action: 'takeSnapshot',
  };
}
