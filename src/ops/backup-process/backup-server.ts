/** Status, health and metrics of the backup, for this machine alone: `/status`, `/health/ready`, `/metrics`. */
import type { Server } from 'node:http';
import { Gauge, Registry } from '@prometheus-io/client';
import { breakerNumbers } from '../breakers.ts';
import type { Loaded } from '../configuration/load.ts';
import { figuresServer } from '../processes/figures-server.ts';
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
  return figuresServer({
    ...{ what: 'backup', key: 'backup.port', port },
    registry: metrics(clusterId, standing, (now) => alarmsOf(now, backup, Date.now()), overdue),
    status: standing,
    alarms: () => alarmsOf(standing(), backup, Date.now()).map(({ text }) => text),
  });
}

type Alarms = ReturnType<typeof alarmsOf>;

function metrics(
  clusterId: number,
  standing: () => BackupStanding,
  alarms: (now: BackupStanding) => Alarms,
  overdue: () => readonly string[],
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const gauge = (
    name: string,
    help: string,
    value: (target: TargetStanding, alarms: Alarms) => number,
  ): void => {
    new Gauge({
      name: `lockstep_backup_${name}`,
      help,
      labelNames: ['target'],
      registers: [registry],
      collect() {
        const now = standing();
        const all = alarms(now);
        for (const target of now.targets) this.set({ target: target.name }, value(target, all));
      },
    });
  };
  gauge('rpo_seconds', 'Seconds of commands that a loss of the cluster would take.', (target) =>
    rpoSeconds(target, Date.now()),
  );
  gauge('behind_frames', 'Frames that are committed and not at the target.', (target) => target.behindFrames);
  gauge('behind_seqs', 'Commands that are applied and not at the target.', ({ behindSeqs }) => behindSeqs);
  gauge('seq', 'The last command that the target has.', ({ seq }) => seq);
  gauge(
    'level_seconds',
    'When the target last had everything, since 1970.',
    ({ levelMs }) => levelMs / 1_000,
  );
  gauge('failing', '1 while attempts to ship fail.', ({ error }) => (error === '' ? 0 : 1));
  gauge(
    'breaker_state',
    'Breaker of the target: 0 closed, 1 on trial, 2 open.',
    ({ breaker = 'closed' }) => breakerNumbers[breaker],
  );
  gauge(
    'proved_seconds',
    'When a backup was last proved by restoring it, since 1970; 0: never.',
    ({ proof }) => Math.round((proof?.provedUs ?? 0) / 1e6),
  );
  gauge('proved_seq', 'The last command that was proved.', ({ proof }) => proof?.seq ?? 0);
  gauge(
    'restore_seconds',
    'How long the last proof took to restore the newest state.',
    ({ proof }) => (proof?.restoreMs ?? 0) / 1_000,
  );
  gauge('proof_failed', '1 where the last proof failed.', ({ proofError }) => (proofError === '' ? 0 : 1));
  gauge(
    'alarms',
    'Alarms of the target.',
    ({ name }, all) => all.filter(({ target }) => target === name).length,
  );
  new Gauge({
    name: 'lockstep_drills_overdue',
    help: 'Drills that the configuration asks for and that have not succeeded here for too long.',
    registers: [registry],
    collect() {
      this.set(overdue().length);
    },
  });
  return registry;
}
