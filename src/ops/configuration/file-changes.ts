/**
 * What became of the configuration file since a process was started. It is read at the start alone; SIGHUP, which
 * renews certificates, says what the next start would find, so that a mistake is not found out by a crash.
 */
import type { Logger } from 'pino';
import { messageOf } from '../failure.ts';
import { type Loaded, loadConfiguration } from './load.ts';

const keysMax = 20;

/** Says it in the log. */
export function tellFileChanges(loaded: Loaded, log: Pick<Logger, 'info' | 'warn' | 'error'>): void {
  const { file, overrides } = loaded;
  if (file === undefined) return;
  let next: Loaded;
  try {
    next = loadConfiguration({ ...overrides, config: file });
  } catch (error) {
    const why = messageOf(error).replace(' Nothing was started.', '');
    log.error(
      `the configuration file is wrong now: a start with it would fail. This process goes on as it was started. ${why}`,
    );
    return;
  }
  const keys = changedKeys(loaded.configuration, next.configuration);
  if (keys.length === 0) {
    log.info('the configuration file says what it said at the start');
    return;
  }
  const more = keys.length > keysMax ? ` and ${keys.length - keysMax} more` : '';
  log.warn(
    { keys: keys.slice(0, keysMax) },
    `${file} has changed since the start of this process: ${keys.slice(0, keysMax).join(', ')}${more}. Certificates alone are read ` +
      'again while it runs: restart it, replicas one after the other by "lockstep restart --rolling".',
  );
}

/** The keys in which two values differ, such as `replicas[0].host`; what they hold may be secret, and is left out. */
export function changedKeys(before: unknown, after: unknown, key = ''): string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return Object.is(before, after) ? [] : [key];
  const [old, next] = [before, after] as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  const names = new Set([...Object.keys(old), ...Object.keys(next)]);
  const within = (name: string): string =>
    Array.isArray(before) ? `${key}[${name}]` : key === '' ? name : `${key}.${name}`;
  return [...names].flatMap((name) => changedKeys(old[name], next[name], within(name)));
}
