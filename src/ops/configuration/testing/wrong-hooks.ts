/** Values of `notify` that are wrong, each with the problem that it leads to. */
import { kindNames, roleEvents, selections } from '../event-kinds.ts';

const webhook = { name: 'a', url: 'https://a.example' };
const command = { name: 'b', run: ['/bin/true'] };
const named = [...selections, ...kindNames];

const inWebhook = (entry: object, problem: string): [object, string] => [
  { notify: { webhooks: [{ ...webhook, ...entry }] } },
  `notify.webhooks[0].${problem}`,
];
const inCommand = (entry: object, problem: string): [object, string] => [
  { notify: { commands: [{ ...command, ...entry }] } },
  `notify.commands[0].${problem}`,
];

export const wrongHooks: readonly [object, string][] = [
  [
    { notify: { webhooks: {} } },
    'notify.webhooks: the value (hidden) is not a list; allowed: a list of up to 16 webhooks',
  ],
  [{ notify: { commands: {} } }, 'notify.commands: {} is not a list; allowed: a list of up to 16 commands'],
  [{ notify: { giveUpMinutes: 0 } }, 'notify.giveUpMinutes: 0 is out of range; allowed: 1 to 43200'],
  inWebhook({ name: 'a b' }, 'name: "a b" has another form; allowed: 1 to 64 letters, digits and -'),
  inWebhook(
    { url: 'ftp://a' },
    'url: the value (hidden) is wrong; allowed: an address such as https://alerts.example.com/lockstep, or where they stand: {"file": PATH}, {"env": NAME} or {"credential": NAME}',
  ),
  inWebhook(
    { secret: 'short' },
    'secret: the value (hidden) is wrong; allowed: 16 to 256 characters without spaces, or where they stand: {"file": PATH}, {"env": NAME} or {"credential": NAME}',
  ),
  inWebhook({ format: 'xml' }, 'format: "xml" is not one of the choices; allowed: json, slack'),
  inWebhook(
    { on: ['becomeLeader'] },
    `on[0]: "becomeLeader" is not one of the choices; allowed: ${named.join(', ')}`,
  ),
  inWebhook({ timeoutMs: 1 }, 'timeoutMs: 1 is out of range; allowed: 100 to 60000'),
  inWebhook({ authoritiesFile: '' }, 'authoritiesFile: "" has another form; allowed: a path'),
  inCommand({ name: '' }, 'name: "" has another form; allowed: 1 to 64 letters, digits and -'),
  inCommand({ run: [] }, 'run: the list has 0 entries; allowed: 1 to 64 words'),
  inCommand({ run: ['true'] }, 'run[0]: "true" is no whole path; allowed: a path that begins with /'),
  inCommand(
    { on: ['often'] },
    `on[0]: "often" is not one of the choices; allowed: ${[...named, ...roleEvents].join(', ')}`,
  ),
  inCommand({ timeoutMs: 1 }, 'timeoutMs: 1 is out of range; allowed: 100 to 600000'),
  [
    { notify: { webhooks: [webhook], commands: [{ ...command, name: 'a' }] } },
    'notify.commands[0].name: a is also notify.webhooks[0].name; allowed: every hook its own name',
  ],
];
