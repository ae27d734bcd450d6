/**
 * Examines a machine as the user of its systemd unit. What another user may do says nothing of that one, so a doctor
 * that root calls examines as the user of the unit, with the rights that the unit gives.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { messageOf } from '../failure.ts';
import { programFile } from '../version.ts';
import { type Diagnosis, good, warning, wrong } from './diagnosis.ts';
import { textAt } from './machine.ts';

/** What is in the first of them counts (systemd.unit(5)). */
const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
];
const addressRights = ['CAP_NET_ADMIN', 'CAP_NET_RAW'];

export interface Unit {
  readonly name: string;
  /** Empty: root. */
  readonly user: string;
  readonly group: string;
  /** It may change the addresses of the machine. */
  readonly mayChangeAddresses: boolean;
}

/** What the unit of that file says, drop-ins included; undefined where it is not installed. */
export function installedUnit(name: string, folders: readonly string[] = unitFolders): Unit | undefined {
  const main = folders.map((folder) => textAt(join(folder, name))).find((found) => found !== '');
  if (main === undefined) return undefined;
  const lines = [main, ...dropIns(name, folders)].join('\n').split('\n');
  const last = (key: string): string => {
    const values = lines.filter((line) => line.startsWith(`${key}=`));
    return (
      values
        .at(-1)
        ?.slice(key.length + 1)
        .trim() ?? ''
    );
  };
  let rights: string[] = [];
  for (const line of lines) {
    const value = /^AmbientCapabilities=(.*)$/.exec(line)?.[1]?.trim();
    if (value !== undefined) rights = value === '' ? [] : [...rights, ...value.split(/\s+/u)];
  }
  const user = last('User');
  return {
    name,
    user: user === 'root' ? '' : user,
    group: last('Group'),
    mayChangeAddresses: user === '' || addressRights.every((right) => rights.includes(right)),
  };
}

/** In the order in which they count: by the name of the file. */
function dropIns(name: string, folders: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const folder of folders.toReversed())
    for (const file of filesIn(join(folder, `${name}.d`)))
      if (file.endsWith('.conf')) found.set(file, textAt(join(folder, `${name}.d`, file)));
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, content]) => content);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The number of a user; undefined where this machine has none of that name. */
function numberOf(user: string): number | undefined {
  const entry = textAt('/etc/passwd')
    .split('\n')
    .find((line) => line.startsWith(`${user}:`));
  return entry === undefined ? undefined : Number(entry.split(':')[2]);
}

/** `examineAs`: the doctor is to examine as the user of the unit. Else what there is to say of the user. */
export function userOf(unit: Unit | undefined): {
  readonly examineAs?: Unit;
  readonly findings: Diagnosis[];
} {
  if (unit === undefined || unit.user === '') return { findings: [] };
  const { name, user } = unit;
  const own = process.geteuid!();
  const number = numberOf(user);
  if (number === own)
    return {
      findings: [good('user', `Files, ports and rights are those of ${user}, as which ${name} runs.`)],
    };
  if (own === 0 && number !== undefined) return { examineAs: unit, findings: [] };
  if (number === undefined)
    return {
      findings: [
        wrong(
          'user',
          `${name} runs as ${user}, and this machine has no such user.`,
          'install.sh of the folder of this machine makes it.',
        ),
      ],
    };
  return {
    findings: [
      warning(
        'user',
        `${name} runs as ${user}, and what follows was tried as user number ${own}: it says nothing of what ${user} may.`,
        'Give the command as root: it examines as the user of the unit then.',
      ),
    ],
  };
}

/** The findings of a doctor that runs as the user of the unit, with the words of this one. */
export async function examinedAs(
  { name, user, group }: Unit,
  words: readonly string[],
  mayChangeAddresses: boolean,
): Promise<Diagnosis[]> {
  const rights = mayChangeAddresses ? '+net_admin,+net_raw' : '-all';
  const asUser = [
    ...['--reuid', user, '--regid', group === '' ? user : group, '--init-groups'],
    ...['--inh-caps', rights, '--ambient-caps', rights],
  ];
  const command = [...asUser, '--', process.execPath, programFile, 'doctor', ...words, '--json'];
  try {
    const child = spawn('setpriv', command, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    const failed = new Promise<never>((_, reject) => child.on('error', reject));
    const [said, why] = await Promise.race([Promise.all([text(child.stdout), text(child.stderr)]), failed]);
    const last = said.trim().split('\n').at(-1) ?? '';
    const answer = (last.startsWith('{') ? JSON.parse(last) : { error: why.trim() }) as {
      readonly findings?: Diagnosis[];
      readonly error?: string;
    };
    return answer.findings ?? [asUserNot(name, user, answer.error ?? why)];
  } catch (error) {
    return [
      wrong(
        'user',
        `${name} runs as ${user}, and it could not be examined as that user: ${messageOf(error)}.`,
        'Install util-linux, which has setpriv, or give the command as that user.',
      ),
    ];
  }
}

function asUserNot(name: string, user: string, why: string): Diagnosis {
  return wrong(
    'user',
    `${name} runs as ${user}, and the doctor cannot begin as that user: ${why}`,
    `Give ${user} what it needs: /etc/lockstep to read, the data folder to own, the program to run.`,
  );
}
