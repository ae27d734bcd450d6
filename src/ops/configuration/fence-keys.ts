/** The keys of fence commands, alike for a machine and for a site: what switches it off for good. */
import { integer, key, list, text } from '../json/schema.ts';

export const fenceSecondsUsual = 30;

/** A whole command for a shell: one that begins with - is a word of another one. */
const command = text(
  /^[^\0\n -][^\0\n]{0,1023}$/u,
  'a whole command with its arguments, such as "fence_ipmilan --ip=10.0.9.3 --action=off"',
  'true',
);

/** `what` says what they switch off, and when they run. */
export const fenceKeys = (what: string) => ({
  fence: key(
    list(command, () => [], { min: 0, max: 16, what: 'commands' }),
    what,
  ),
  fenceSeconds: key(integer(1, 600, fenceSecondsUsual), 'How long one of them may take.'),
});

/** Of one machine or site. */
export interface FenceCommands {
  readonly fence: readonly string[];
  readonly fenceSeconds: number;
}
