/** Status, health and metrics of the backup, for this machine alone: `/status`, `/health/ready`, `/metrics`. */
import type { Server } from 'node:http';
import { Registry } from '@prometheus-io/client';
import { breakerNumbers } from '../breaker-states.ts';
import type { Loaded } from '../configuration/load.ts';
import { figuresOf } from '../processes/figures.ts';
import { sideServer, statusPages } from '../processes/side-server.ts';
import {
  alarmsOf,
  type BackupStanding,
  rpoSeconds,
  type TargetStanding,
} from '../standing/backup-standing.ts';
import { overdueDrills } from '../standing/drill-report.ts';

/** Listens; throws a Failure where the port cannot be had. */
export async function backupServer(
  { configuration, dataFolder }: Pick<Loaded, 'configuration' | 'dataFolder'>,
  standing: () => BackupStanding,
): Promise<Server> {
  const { backup, clusterId, objectives } = configuration;
  const { port } = backup;
  const overdue = (): readonly string[] => overdueDrills(dataFolder, objectives, Date.now());
  const alarms = (): string[] => alarmsOf(standing(), backup, Date.now()).map(({ text }) => text);
  return sideServer({
    ...{ what: 'The backup', keys: 'the key backup.port', port },
    registry: backupMetrics(clusterId, standing, (now) => alarmsOf(now, backup, Date.now()), overdue),
    pages: statusPages(standing, alarms),
  });
}

type Alarms = ReturnType<typeof alarmsOf>;

export function backupMetrics(
  clusterId: number,
  standing: () => BackupStanding,
  alarms: (now: BackupStanding) => Alarms,
  overdue: () => readonly string[],
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const { gauge } = figuresOf<{ readonly target: TargetStanding; readonly all: Alarms }>(registry, {
    prefix: 'lockstep_backup',
    labelNames: ['target'],
    subjects() {
      const now = standing();
      const all = alarms(now);
      return now.targets.map((target) => [{ target: target.name }, { target, all }]);
    },
  });
  gauge('rpo_seconds', 'Seconds of commands that a loss of the cluster would take.', ({ target }) =>
    rpoSeconds(target, Date.now()),
  );
  gauge(
    'behind_frames',
    'Frames that are committed and not at the target.',
    ({ target }) => target.behindFrames,
  );
  gauge('behind_seqs', 'Commands that are applied and not at the target.', ({ target }) => target.behindSeqs);
  gauge('seq', 'The last command that the target has.', ({ target }) => target.seq);
  gauge(
    'level_seconds',
    'When the target last had everything, since 1970.',
    ({ target }) => target.levelMs / 1_000,
  );
  gauge('failing', '1 while attempts to ship fail.', ({ target }) => (target.error === '' ? 0 : 1));
  gauge(
    'breaker_state',
    'Breaker of the target: 0 closed, 1 on trial, 2 open.',
    ({ target }) => breakerNumbers[target.breaker ?? 'closed'],
  );
  gauge(
    'proved_seconds',
    'When a backup was last proved by restoring it, since 1970; 0: never.',
    ({ target }) => Math.round((target.proof?.provedUs ?? 0) / 1e6),
  );
  gauge('proved_seq', 'The last command that was proved.', ({ target }) => target.proof?.seq ?? 0);
  gauge(
    'restore_seconds',
    'How long the last proof took to restore the newest state.',
    ({ target }) => (target.proof?.restoreMs ?? 0) / 1_000,
  );
  gauge('proof_failed', '1 where the last proof failed.', ({ target }) => (target.proofError === '' ? 0 : 1));
  gauge(
    'alarms',
    'Alarms of the target.',
    ({ target: { name }, all }) => all.filter(({ target }) => target === name).length,
  );
  figuresOf<number>(registry, {
    prefix: 'lockstep_drills',
    labelNames: [],
    subjects: () => [[{}, overdue().length]],
  }).gauge(
    'overdue',
    'Drills that the configuration asks for and that have not succeeded here for too long.',
    (count) => count,
  );
  return registry;
}
