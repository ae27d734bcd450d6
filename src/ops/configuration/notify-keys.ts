/** The keys of `notify` in the configuration file: addresses and commands that get the events of the cluster. */

import {
  choice,
  group,
  integer,
  key,
  list,
  optional,
  requiredKey,
  secret,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';
import { kindNames, roleEvents, selections } from './event-kinds.ts';

const hooksMax = 16;
const name = requiredKey(
  text(/^[A-Za-z0-9-]{1,64}$/u, '1 to 64 letters, digits and -', 'pager'),
  'Name of the hook, unique.',
);
const eventsMax = 64;

const on = (words: readonly [string, ...string[]]) =>
  key(
    list(choice(words, words[0]), () => [words[0]], { min: 1, max: eventsMax, what: 'events' }),
    'Which events it hears of: names of docs/HOOKS.md, "fault" for all that is wrong and its end, or "all".',
  );
const noticed = [...selections, ...kindNames] as const;

const webhook = group({
  name,
  url: requiredKey(
    secret(
      text(
        /^https?:\/\/[^\s/@]{1,253}(?:\/[^\s]{0,1024})?$/u,
        'an address such as https://alerts.example.com/lockstep',
        'https://alerts.example.com/lockstep',
      ),
    ),
    'Where notices are posted. A secret too: at many services knowing the address is all that a sender needs.',
  ),
  secret: key(
    optional(secret(text(/^[!-~]{16,256}$/u, '16 to 256 characters without spaces', 'secret-secret-secret'))),
    'Signs each notice (HMAC-SHA-256). Absent: they are not signed.',
  ),
  format: key(choice(['json', 'slack'], 'json'), 'json: all facts; slack: a text for a channel.'),
  on: on(noticed),
  timeoutMs: key(integer(100, 60_000, 5_000), 'Longest wait for an answer.'),
  authoritiesFile: key(
    optional(text(/^[^\0]{1,4096}$/u, 'a path', 'authorities.pem')),
    'PEM: the authorities that are trusted there. Absent: those of Node.',
  ),
});

const command = group({
  name,
  run: requiredKey(
    list(text(/^[^\0]{1,4096}$/u, 'a text', '/usr/local/bin/notify'), () => [], {
      min: 1,
      max: 64,
      what: 'words',
    }),
    'The program and its arguments, without a shell.',
  ),
  on: on([...noticed, ...roleEvents]),
  timeoutMs: key(integer(100, 600_000, 10_000), 'It is ended when it runs for longer.'),
});

export const notifyKeys = group({
  webhooks: key(
    list(webhook, () => [], { min: 0, max: hooksMax, what: 'webhooks' }),
    'Addresses that get notices over HTTP.',
  ),
  commands: key(
    list(command, () => [], { min: 0, max: hooksMax, what: 'commands' }),
    'Programs that are run: by the leader, for "becomeLeader" and "becomeFollower" by the replica that becomes it.',
  ),
  giveUpMinutes: key(
    integer(1, 43_200, 1_440),
    'A notice that could not be delivered for so long is given up.',
  ),
});

export type NotifySettings = ValueOfSchema<typeof notifyKeys>;
