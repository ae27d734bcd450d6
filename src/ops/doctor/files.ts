/** Whether the files that a process of this machine reads and writes are there for the user of the doctor. */
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StateFile } from '../../journal/state-file.ts';
import { msPerDay } from '../../std/units.ts';
import { renewalDays } from '../certificates/own-machine.ts';
import { targetsOf } from '../configuration/backup-keys.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { messageOf } from '../failure.ts';
import { replicaFolder } from '../supervisor/cluster-folder.ts';
import { JournalFolder } from '../supervisor/journal-folder.ts';
import { type Diagnosis, good, warning, wrong } from './diagnosis.ts';

export interface FileUse {
  /** The key of the configuration that names it. */
  readonly key: string;
  readonly path: string;
}

/** Files that the configuration names, for what the machine is for. */
export function filesOf(
  { control, gateway, dns, backup }: ConfigurationFile,
  { isReplica, isGateway }: { readonly isReplica: boolean; readonly isGateway: boolean },
): FileUse[] {
  const pair = (key: string, tls: typeof control.tls): FileUse[] =>
    tls === undefined
      ? []
      : [
          { key: `${key}.certificateFile`, path: tls.certificateFile },
          { key: `${key}.keyFile`, path: tls.keyFile },
        ];
  const authorities = control.tls?.authoritiesFile;
  return [
    ...(authorities === undefined ? [] : [{ key: 'control.tls.authoritiesFile', path: authorities }]),
    ...(isReplica ? pair('control.tls', control.tls) : []),
    ...(isGateway ? pair('gateway.tls', gateway.tls) : []),
    ...(isGateway ? pair('gateway.operatorTls', gateway.operatorTls) : []),
    ...(isReplica && dns.server !== undefined ? [{ key: 'dns.keyFile', path: dns.keyFile }] : []),
    ...(isReplica
      ? targetsOf(backup).flatMap(({ name, keyFile }) =>
          keyFile === undefined ? [] : [{ key: `keyFile of backup target ${name}`, path: keyFile }],
        )
      : []),
  ];
}

export function fileFindings(uses: readonly FileUse[]): Diagnosis[] {
  const findings = uses.flatMap(({ key, path }) => {
    if (!existsSync(path) && !isHidden(path))
      return wrong(
        'files',
        `${path} (${key}) is missing.`,
        'Put it there: "lockstep certificates tls" makes pairs for TLS, "lockstep backup key" keys of backups.',
      );
    if (!may(path, constants.R_OK))
      return wrong(
        'files',
        `${path} (${key}) cannot be read by this user.`,
        'Give it to the user of the unit (chown).',
      );
    return key.endsWith('certificateFile') ? endFinding(key, path) : [];
  });
  if (findings.length > 0 || uses.length === 0) return findings;
  return [
    good('files', `What the configuration names can be read: ${uses.map(({ path }) => path).join(', ')}.`),
  ];
}

/** Of a certificate for TLS: that it ends soon, or is none. */
function endFinding(key: string, path: string): Diagnosis[] {
  const remedy =
    '"lockstep certificates tls" where the authority is makes another pair, or let the public authority sign one.';
  try {
    const end = new X509Certificate(readFileSync(path)).validToDate;
    const days = Math.floor((end.getTime() - Date.now()) / msPerDay);
    if (days >= renewalDays) return [];
    const text = `${path} (${key}) ends at ${end.toISOString()}, in ${days} days.`;
    return [days < 0 ? wrong('files', text, remedy) : warning('files', text, remedy)];
  } catch (error) {
    return [wrong('files', `${path} (${key}) holds no certificate: ${messageOf(error)}.`, remedy)];
  }
}

/** A replica that once ran as another user has left files that this one cannot write. */
export function folderFindings(dataFolder: string, replicaId: number): Diagnosis[] {
  const folder = replicaFolder(dataFolder, replicaId);
  if (!existsSync(folder)) return [];
  const paths = [
    folder,
    ...(may(folder, constants.R_OK) ? readdirSync(folder) : []).map((name) => join(folder, name)),
  ];
  const foreign = paths.find((path) => !may(path, constants.W_OK));
  const owner = replicaIn(folder);
  if (owner !== undefined && owner !== replicaId)
    return [
      wrong(
        'files',
        `${folder} belongs to replica ${owner}: it was copied, or moved, and replica ${replicaId} does not begin with it.`,
        `Move it away, and let replica ${replicaId} begin blank (docs/RUNBOOKS.md).`,
      ),
    ];
  if (foreign === undefined) return [good('files', `${folder} is this user's to write.`)];
  return [
    wrong(
      'files',
      `${foreign} cannot be written by this user; it belongs to user number ${ownerOf(foreign)}.`,
      `Give all of it to the user of the unit, as in "chown -R lockstep: ${dataFolder}".`,
    ),
  ];
}

/** The replica that wrote what is in a folder; undefined where that cannot be read, or nothing is there. */
function replicaIn(folder: string): number | undefined {
  try {
    const opened = StateFile.open(new JournalFolder(folder));
    return opened.kind === 'open' ? opened.file.state.replicaId : undefined;
  } catch {
    return undefined;
  }
}

function ownerOf(path: string): string {
  try {
    return String(statSync(path).uid);
  } catch {
    return 'that is not seen';
  }
}

/** It may be there, in a folder that this user may not look into. */
function isHidden(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
