/** `lockstep keys add | list | show | change | rotate | revoke`: API keys, by a gateway's routes for the operator. */

import type { Command } from 'commander';
import { timeUsIn } from '../../../backup/time-text.ts';
import { tokenHeaders } from '../../../gateway/http/signing.ts';
import { keyIdBytes, keyVersionMax } from '../../../protocol/limits.ts';
import { u32Max } from '../../../std/integers.ts';
import { msPerHour } from '../../../std/units.ts';
import { operatorTls, operatorUrl } from '../../configuration/addresses.ts';
import { findKeys } from '../../configuration/keys.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { ask, reasonOf, trustOf, type WebAnswer } from '../../web-request.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const timeoutMs = 30_000;
const graceHoursUsual = 24;
const idPattern = new RegExp(`^[A-Za-z0-9_-]{1,${keyIdBytes}}$`);

interface KeyOptions extends CommonOptions {
  readonly json?: boolean;
}

interface RightsOptions extends KeyOptions {
  readonly account?: readonly number[];
  readonly permissions?: string;
  readonly network?: readonly string[];
  readonly expires?: string;
  readonly tier?: number;
}

interface Key {
  readonly keyId: string;
  readonly kind: string;
  readonly version: number;
  readonly programId?: number;
  readonly permissions: readonly string[];
  readonly accountIds: readonly number[];
  readonly tier: number;
  readonly networks: readonly string[];
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
  readonly isImported: boolean;
  readonly secret?: string;
}

export function registerKeys(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('API keys: what requests are signed with');
  const add = (usage: string, description: string): Command =>
    addJsonOption(addCommand(keys, usage, description));
  rightsOptions(add('add <id>', 'make a key and print its secret, once'))
    .option('--public-key <hex>', 'sign by Ed25519: the public key; the private key stays with its owner')
    .option(
      '--program <number>',
      'let the program with this number in its certificate act for the accounts, by the SDK',
      wholeNumber(1, u32Max),
    )
    .action(
      async (
        keyId: string,
        {
          publicKey,
          program: programId,
          ...options
        }: RightsOptions & { readonly publicKey?: string; readonly program?: number },
      ) => {
        const holder = {
          ...(publicKey === undefined ? {} : { publicKey }),
          ...(programId === undefined ? {} : { programId }),
        };
        const body = { keyId, ...holder, ...rightsOf(options) };
        const key = await call<Key>(options, 'POST', '', body);
        tell(terminal, options.json, key, madeText(key));
      },
    );
  add('list', 'list all keys, revoked ones too').action(async (options: KeyOptions) => {
    const found = await call<{ readonly keys: readonly Key[] }>(options, 'GET', '');
    tell(terminal, options.json, found, found.keys.map(lineOf).join('\n') || 'There are no API keys.');
  });
  add('show <id>', 'show a key').action(async (keyId: string, options: KeyOptions) => {
    const key = await call<Key>(options, 'GET', pathOf(keyId));
    tell(terminal, options.json, key, lineOf(key));
  });
  rightsOptions(
    add('change <id>', 'change what a key may do; options that are not given change nothing'),
  ).action(async (keyId: string, options: RightsOptions) => {
    const rights = rightsOf(options);
    if (Object.keys(rights).length === 0)
      throw usageFailure(
        'Nothing is to be changed: name --account, --permissions, --network, --expires or --tier.',
      );
    const key = await call<Key>(options, 'PATCH', pathOf(keyId), rights);
    tell(terminal, options.json, key, lineOf(key));
  });
  registerRotate(add('rotate <id>', 'give a key another secret and print it, once'), terminal);
  add('revoke <id>', 'end a key for good').action(async (keyId: string, options: KeyOptions) => {
    const key = await call<Key>(options, 'DELETE', pathOf(keyId));
    tell(
      terminal,
      options.json,
      key,
      `The key ${key.keyId} is revoked: the exchange refuses it from now on.`,
    );
  });
}

function registerRotate(command: Command, terminal: Terminal): void {
  command
    .option(
      '--grace <hours>',
      'how long the former secret stays good',
      wholeNumber(0, 1_000),
      graceHoursUsual,
    )
    .option('--public-key <hex>', 'the next public key, where it signs by Ed25519')
    .option(
      '--to <version>',
      'the version that it is to have: the same again gives the same secret, where an answer was lost',
      wholeNumber(2, keyVersionMax),
    )
    .action(
      async (
        keyId: string,
        options: KeyOptions & { readonly grace: number; readonly publicKey?: string; readonly to?: number },
      ) => {
        const { grace, publicKey, to: version } = options;
        const body = {
          graceMs: grace * msPerHour,
          ...(publicKey === undefined ? {} : { publicKey }),
          ...(version === undefined ? {} : { version }),
        };
        const key = await call<Key>(options, 'POST', `${pathOf(keyId)}/rotate`, body);
        tell(terminal, options.json, key, madeText(key));
      },
    );
}

function rightsOptions(command: Command): Command {
  const collect =
    <T>(read: (text: string) => T) =>
    (text: string, before: readonly T[] = []) => [...before, read(text)];
  return command
    .option(
      '--account <id>',
      'an account that it acts for, once for each; the first is the default',
      collect(wholeNumber(1, u32Max)),
    )
    .option(
      '--permissions <list>',
      'of read, trade, cancel, operator, audit, with commas (new keys: read,trade)',
    )
    .option(
      '--network <network>',
      'a network from which it may sign, such as 192.0.2.0/24, once for each',
      collect(String),
    )
    .option('--expires <time>', 'until when it is good, such as 2027-01-31T00:00:00Z, or "never"')
    .option(
      '--tier <number>',
      'a mark for operators; quotas go by the tier of the account',
      wholeNumber(0, 15),
    );
}

function rightsOf({ account, permissions, network, expires, tier }: RightsOptions): object {
  return {
    ...(account === undefined ? {} : { accountIds: account }),
    ...(permissions === undefined ? {} : { permissions: permissions.split(',') }),
    ...(network === undefined ? {} : { networks: network }),
    ...(expires === undefined ? {} : { expiresAtMs: timeOf(expires) }),
    ...(tier === undefined ? {} : { tier }),
  };
}

function timeOf(text: string): number {
  if (text === 'never') return 0;
  const timeMs = Math.floor((timeUsIn(text) ?? 0) / 1_000);
  if (timeMs < Date.now())
    throw usageFailure(
      `--expires is "${text}": it must be a time to come, such as 2027-01-31T00:00:00Z, or "never".`,
    );
  return timeMs;
}

/** The path of a key behind that of all keys: what is no id would mean another path. */
function pathOf(keyId: string): string {
  if (idPattern.test(keyId)) return `/${keyId}`;
  throw usageFailure(`"${keyId}" is no id of a key: it has 1 to ${keyIdBytes} letters, digits, - and _.`);
}

/** Asks the gateway's operator routes; throws a Failure in the gateway's words. */
async function call<T>(options: CommonOptions, method: string, path: string, body?: object): Promise<T> {
  const { configuration, dataFolder } = loadRunning(options);
  const keys = findKeys(configuration, dataFolder);
  if (keys === undefined)
    throw new Failure(
      `The operator's token is not known: ${dataFolder} has no keys.json. Name the data folder with --data.`,
    );
  const base = operatorUrl(configuration);
  const headers = {
    // What is given up is not carried out later.
    ...tokenHeaders(keys.operator, timeoutMs),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const request = {
    url: `${base}/v1/operator/keys${path}`,
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
    trust: trustOf(operatorTls(configuration)),
  };
  let answer: WebAnswer;
  try {
    answer = await ask(request);
  } catch (error) {
    throw new Failure(
      `The gateway at ${base} did not answer: ${reasonOf(error)}. Is it running? See "lockstep status".`,
    );
  }
  const found = answerOf<T>(answer.text);
  if (found === undefined)
    throw new Failure(
      `What answers at ${base} is no gateway of this exchange (status ${answer.status}): it sent no JSON object. Check the ` +
        'address, and what is between here and there.',
    );
  if (found.error === undefined) return found;
  const { message, hint, field = '' } = found.error;
  const option = optionOf[/^\w+/.exec(field)?.[0] ?? ''];
  throw new Failure(`${message} ${option === undefined ? hint : `Here it is ${option}.`}`);
}

/** Undefined where it is none that a gateway gives. */
function answerOf<T>(text: string) {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return undefined;
    return json as T & {
      readonly error?: { readonly message: string; readonly hint: string; readonly field?: string };
    };
  } catch {
    return undefined;
  }
}

/** By which options the fields of a request are given. */
const optionOf: Readonly<Record<string, string>> = {
  accountIds: '--account',
  permissions: '--permissions',
  networks: '--network',
  expiresAtMs: '--expires',
  tier: '--tier',
  publicKey: '--public-key',
  version: '--to',
  programId: '--program',
};

function madeText(key: Key): string {
  const { keyId, secret } = key;
  if (secret === undefined) return lineOf(key);
  return `${lineOf(key)}\nThe secret of ${keyId}, which is shown only now:\n${secret}`;
}

function lineOf(key: Key): string {
  const { keyId, kind, version, programId, permissions, accountIds, tier, networks, expiresAtMs } = key;
  const parts = [
    `${keyId}: ${key.isRevoked ? 'revoked' : permissions.join(', ') || 'not finished, add it again'}`,
    accountIds.length === 0 ? 'no accounts' : `accounts ${accountIds.join(', ')}`,
    programId === undefined ? `${kind}, version ${version}` : `program/${programId}`,
  ];
  if (tier !== 0) parts.push(`tier ${tier}`);
  if (networks.length > 0) parts.push(`from ${networks.join(', ')}`);
  if (expiresAtMs !== 0) parts.push(`until ${new Date(expiresAtMs).toISOString()}`);
  if (key.isImported && !key.isRevoked) parts.push('its secret is in a file: rotate it');
  return parts.join('; ');
}
