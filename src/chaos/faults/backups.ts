/** Backups that stop, that cannot be written, and that are restored while traders trade. */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { backupHost } from '../lab/host-configuration.ts';
import { type Fault, fails, orderedBySomeone } from './fault.ts';

const ofBackup = {
  component: 'backup',
  effect: 'None.',
  severity: 1,
  isAlone: true,
  lab: { hasBackup: true },
} as const;
/** It alarms when nothing was shipped for 5 s, and the alarm has held for 10 s. */
const noticedMs = 20_000;

const goneFolder = (folder: string): string => `${folder}.gone`;

export const backupFaults: readonly Fault[] = [
  {
    ...ofBackup,
    name: 'backup-killed',
    failure: 'its process is killed',
    mitigation: 'It goes on from what the target holds; what was not shipped is still in the journals.',
    rate: 'process',
    alarm: 'backupBehind',
    holdMs: noticedMs,
    strike: ({ lab }) => lab.killBackup(),
    proof: ({ lab }) => lab.command('backup', 'list'),
    undo: async ({ lab }) => lab.startBackup(),
  },
  {
    ...ofBackup,
    name: 'backup-target-gone',
    failure: 'its target cannot be written',
    mitigation: 'It tries again, and ships what waits once the target is back.',
    rate: 'disk',
    alarm: 'backupBehind',
    holdMs: noticedMs,
    async strike({ lab }) {
      renameSync(lab.backupFolder, goneFolder(lab.backupFolder));
      writeFileSync(lab.backupFolder, '');
    },
    proof: ({ lab }) =>
      fails('nothing can be written there', () =>
        lab.hosts.run(backupHost, 'touch', join(lab.backupFolder, 'late')),
      ),
    async undo({ lab }) {
      rmSync(lab.backupFolder);
      renameSync(goneFolder(lab.backupFolder), lab.backupFolder);
    },
  },
  {
    ...ofBackup,
    name: 'restore',
    failure: 'an operator proves the backup and restores the newest state beside the exchange',
    mitigation: 'The restore reads the target alone; every hash is compared.',
    unalarmed: orderedBySomeone,
    rate: 'operator',
    holdMs: 0,
    async strike({ lab }) {
      await lab.command('backup', 'verify', '--all');
      await lab.command('backup', 'restore', '--latest', '--into', restoredFolder(lab.folder));
    },
    proof: async ({ lab }) => {
      const files = readdirSync(replicaFolder(restoredFolder(lab.folder), 1));
      return `the restored folder of replica 1 holds ${files.join(', ')}`;
    },
    undo: async ({ lab }) => rmSync(restoredFolder(lab.folder), { recursive: true, force: true }),
  },
];

function restoredFolder(labFolder: string): string {
  return join(labFolder, 'restored');
}
