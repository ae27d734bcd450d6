/** `lockstep audit list | export | verify`: what operators did, and whether a record of it is whole. */

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { AuditRow, Client } from '../../../client/index.ts';
import { AuditKind, ControlOutcome } from '../../../protocol/audit.ts';
import { OutcomeCode } from '../../../protocol/codes.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { nameOfNumber } from '../../../std/number-names.ts';
import { membersWithState } from '../../clients/control-client.ts';
import { connectToExchange } from '../../clients/exchange-client.ts';
import { Failure, messageOf } from '../../failure.ts';
import { fenceText, keptFences } from '../../fencing/fences.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { type AuditAgreement, agreeing, restText } from './audit-agreement.ts';
import { type AuditChain, exportedLine, verifiedChain, writeExport } from './audit-file.ts';

const connectTimeoutMs = 10_000;
const shownUsual = 100;

interface ListOptions extends CommonOptions {
  readonly after?: number;
  readonly limit: number;
  readonly json?: boolean;
}

interface VerifyOptions extends CommonOptions {
  readonly offline?: boolean;
  readonly json?: boolean;
}

export function registerAudit(program: Command, terminal: Terminal): void {
  const audit = program
    .command('audit')
    .description('the audit trail: what operators did, as a chain of hashes');
  const number = wholeNumber(0, Number.MAX_SAFE_INTEGER);
  addJsonOption(addCommand(audit, 'list', 'print the newest entries'))
    .option('--after <number>', 'entries with numbers above this one', number)
    .option('--limit <count>', 'how many at the most', wholeNumber(1, 100_000), shownUsual)
    .action(async (options: ListOptions) => {
      const entries = await withClient(options, (client) => entriesAfter(client, options.after ?? 0));
      const shown =
        options.after === undefined ? entries.slice(-options.limit) : entries.slice(0, options.limit);
      const text = listed(shown, loadRunning(options).dataFolder) || 'The audit trail has no entries.';
      tell(terminal, options.json, { entries: shown.map((row) => JSON.parse(exportedLine(row))) }, text);
    });
  addJsonOption(addCommand(audit, 'export <file>', 'write the entries that are kept into a new file'))
    .option('--after <number>', 'entries with numbers above this one', number, 0)
    .action(async (file: string, options: ListOptions) => {
      const entries = await withClient(options, (client) => entriesAfter(client, options.after ?? 0));
      if (entries.length === 0)
        throw new Failure(
          `The audit trail has no entries above ${options.after ?? 0}. Nothing was exported.`,
        );
      const lines = entries.map(exportedLine);
      const { unproven: _, ...chain } = verifiedChain(lines);
      writeExport(file, lines);
      const { after = 0 } = options;
      const missing =
        chain.first > after + 1
          ? ` ${entriesText(after + 1, chain.first - 1)} not kept any more: earlier exports and journals have them.`
          : '';
      tell(
        terminal,
        options.json,
        { file, ...chain },
        `${entriesText(chain.first, chain.last)} in ${file}.${missing}`,
      );
    });
  addJsonOption(
    addCommand(audit, 'verify <file>', 'check that an export is whole, and that replicas say the same'),
  )
    .option('--offline', 'check the file alone')
    .action(async (file: string, options: VerifyOptions) => {
      const { unproven, ...chain } = verifiedChain(linesOf(file));
      if (options.offline) {
        const range = provenRange(chain, unproven === undefined);
        if (unproven !== undefined && chain.first === chain.last)
          throw new Failure(`${range}. Verify it without --offline, so that replicas are asked.`);
        const answer = { ...chain, isFirstProven: unproven === undefined };
        tell(
          terminal,
          options.json,
          answer,
          `${range}. Whether they are those of the exchange was not asked.`,
        );
        return;
      }
      const { newest, ...agreement } = await askedOf(options, { ...chain, unproven });
      const { replicas, isFirstProven } = agreement;
      const { first, last } = chain;
      const others = [
        ...(first > 1 ? [entriesText(1, first - 1)] : []),
        ...(newest > last ? [entriesText(last + 1, newest)] : []),
      ];
      const notes = [...others.map((text) => `${text} not in the file.`), ...restText(agreement, last)];
      const missing = notes.map((note) => ` ${note}`).join('');
      tell(
        terminal,
        options.json,
        { ...chain, ...agreement, newest },
        `${provenRange(chain, isFirstProven)}, and replicas ${replicas.join(', ')} say the same.${missing}`,
      );
    });
}

function entriesText(first: number, last: number): string {
  return first === last ? `Entry ${first} is` : `Entries ${first} to ${last} are`;
}

function provenRange({ first, last }: Pick<AuditChain, 'first' | 'last'>, isFirstProven: boolean): string {
  if (isFirstProven) return `${entriesText(first, last)} whole`;
  const rest = first === last ? 'No entry is proven' : `${entriesText(first + 1, last)} whole`;
  return `Entry ${first} is not proven, since the entry before it is not in the file. ${rest}`;
}

/** With what fence commands said, where they ran on this machine. */
function listed(entries: readonly AuditRow[], dataFolder: string): string {
  const fences = keptFences(dataFolder);
  return entries
    .map((row) => {
      const [, hash = ''] = /^fence(?:Site)?:([0-9a-f]{12})$/.exec(row.action) ?? [];
      const fence = fences.get(hash);
      return fence === undefined ? lineOf(row) : `${lineOf(row)}\n  ${fenceText(fence)}`;
    })
    .join('\n');
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

export async function withClient<T>(options: CommonOptions, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectToExchange(loadRunning(options), { connectTimeoutMs });
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

export async function entriesAfter(client: Client, after: number, from?: number): Promise<AuditRow[]> {
  const entries: AuditRow[] = [];
  for (let isLast = false; !isLast; ) {
    const page = await client.audit(entries.at(-1)?.number ?? after, from === undefined ? {} : { from });
    entries.push(...page.entries);
    isLast = !page.more;
  }
  return entries;
}

/** What the replicas say of a chain, and their newest entry: a file that was cut at its end is whole by itself. */
async function askedOf(
  options: CommonOptions,
  chain: AuditChain,
): Promise<AuditAgreement & { readonly newest: number }> {
  const ids = await membersWithState(loadRunning(options).configuration);
  return withClient(options, async (client) => {
    const agreement = await agreeing(ids, chain, async (from, number) => {
      return (await client.audit(number - 1, { from })).entries[0];
    });
    const later = await entriesAfter(client, chain.last);
    return { ...agreement, newest: later.at(-1)?.number ?? chain.last };
  });
}

export function lineOf(row: AuditRow): string {
  const { number, timeUs, ownerKind, ownerId, keyNumber, action, subject, count, source } = row;
  const parts = [
    `${number} ${new Date(timeUs / 1000).toISOString()} ${nameOf(AuditKind, row.entryKind)} ${action}`,
    ownerKind === 0 ? 'by the leader' : `by ${nameOf(PartyKind, ownerKind)}/${ownerId}`,
  ];
  if (keyNumber !== 0) parts.push(`key ${keyNumber}`);
  if (source !== '') parts.push(`from ${source}`);
  if (row.replicaId !== 0) parts.push(`at replica ${row.replicaId}`);
  if (row.givenUs !== 0) parts.push(`given ${new Date(row.givenUs / 1000).toISOString()}`);
  if (subject !== 0) parts.push(`on ${subject}`);
  const isControl = row.entryKind === AuditKind.control;
  if (count !== 0) parts.push(isControl ? `${count} before it are in the log alone` : `${count} times`);
  if (row.entryKind === AuditKind.command) parts.push(nameOf(OutcomeCode, row.outcome));
  if (isControl) parts.push(nameOf(ControlOutcome, row.outcome));
  return parts.join(', ');
}

function nameOf(numbers: Readonly<Record<string, number>>, number: number): string {
  return nameOfNumber(numbers, number) ?? String(number);
}
