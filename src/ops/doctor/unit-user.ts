/**
 * Examines a machine as the user of its systemd unit. What another user may do says nothing of that one, so a doctor
 * that root calls examines as the user of the unit, with the rights that the unit gives.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { messageOf } from '../failure.ts';
import { programFile } from '../version.ts';
import { type Diagnosis, good, warning, wrong } from './diagnosis.ts';
import { textAt, type Unit } from './units.ts';

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

/**
 * The findings of a doctor that runs as the user of the unit, with its rights and those of the unit that holds
 * addresses, and with the words of this one.
 */
export async function examinedAs(
  { name, user, group, rights: ownRights }: Unit,
  words: readonly string[],
  addressUnit: Unit | undefined,
): Promise<Diagnosis[]> {
  const given = new Set([...ownRights, ...(addressUnit?.rights ?? [])]);
  const rights = [...given].map((right) => `+${right.replace('CAP_', '').toLowerCase()}`).join(',') || '-all';
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
