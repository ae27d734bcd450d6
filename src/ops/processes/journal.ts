/**
 * Whether this process writes to the journal of systemd. A line there may begin with its priority (sd-daemon(3)), which
 * the journal takes off, so that "journalctl -p err" finds what went wrong.
 */
import { fstatSync } from 'node:fs';

/** Of syslog(3). */
const errorPriority = 3;

/** Whether systemd connected a descriptor to its journal (systemd.exec(5)): a pipe of a parent is not that. */
export function isJournal(descriptor: number): boolean {
  const { JOURNAL_STREAM: journal = '' } = process.env;
  if (journal === '') return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return journal === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** What a command says of its failure, as it has to be written to a descriptor. */
export function errorText(text: string, descriptor: number): string {
  return isJournal(descriptor) ? text.replaceAll(/^/gm, `<${errorPriority}>`) : text;
}
