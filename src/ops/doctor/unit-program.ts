/**
 * Whether systemd finds the program of a unit, and the Node that begins it. A shell has folders of its own in PATH,
 * such as those of nvm in a home, and what a person may run there a unit may not.
 */
import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Diagnosis, wrong } from './diagnosis.ts';
import type { Unit, UnitSettings } from './units.ts';

/** Where systemd looks (systemd.exec(5)). */
const systemFolders: readonly string[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];
const headBytes = 64;

/** Of a unit with ExecStart; `hiddenBy` names the setting that hides a path, empty where it is seen. */
export function programProblems(unit: Unit, hiddenBy: (path: string) => string): Diagnosis[] {
  const { name, settings } = unit;
  const word = programOf(settings.last('ExecStart'));
  if (word === '') return [];
  const program = word.includes('/') ? word : foundIn(word, systemFolders);
  if (program === undefined || !isExecutable(program))
    return [
      wrong(
        'program',
        `${name} starts ${word}, which is not in ${systemFolders.join(', ')}${word.includes('/') ? ', or may not be run' : ''}: it would end with 203/EXEC.`,
        'Install the package for all users ("npm install --global" by root, with the Node of the system, not that of nvm).',
      ),
    ];
  const setting = hiddenBy(program);
  if (setting !== '')
    return [
      wrong(
        'program',
        `${name} starts ${program}, which leads to where it sees nothing: ${setting}.`,
        'Install the package for all users, outside of homes ("npm install --global" by root).',
      ),
    ];
  if (!/^#!\/usr\/bin\/env node\s/.test(headOf(program))) return [];
  const node = foundIn('node', pathOf(settings));
  if (node !== undefined && hiddenBy(node) === '') return [];
  return [
    wrong(
      'program',
      `${name} finds no node in ${pathOf(settings).join(', ')}, which begins ${program}: it would end with 127.`,
      'Install a Node for all users: any that begins scripts, for the server brings its own.',
    ),
  ];
}

/** The first word, as a unit writes it or as systemd shows it. */
function programOf(line: string): string {
  const shown = /^\{ path=(\S+) ;/.exec(line)?.[1];
  return shown ?? (line.split(/\s/u)[0] ?? '').replace(/^[-@:+!|]+/, '');
}

function pathOf(settings: UnitSettings): readonly string[] {
  const own = settings.list('Environment').findLast((word) => /^"?PATH=/.test(word));
  return own === undefined ? systemFolders : own.replaceAll(/^"?PATH=|"$/g, '').split(delimiter);
}

function foundIn(program: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function headOf(path: string): string {
  const head = Buffer.alloc(headBytes);
  try {
    const file = openSync(path, 'r');
    try {
      return head.toString('utf8', 0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
