/** docs/RECORDS.md: every record of the wire byte by byte, and every code, as the code declares them. */
import { OutcomeCode, ReplyCode } from '../../src/protocol/codes.ts';
import { requestStamp } from '../../src/protocol/command-layouts.ts';
import { commands } from '../../src/protocol/commands.ts';
import { RaftFlag, raftDatagram } from '../../src/protocol/datagrams.ts';
import { events } from '../../src/protocol/events.ts';
import { FrameKind, frameAt, frameHeaderBytes } from '../../src/protocol/frames.ts';
import { type Field, type Fields, type Layout, offsetsOf } from '../../src/protocol/layout.ts';
import { FeedKind, messages, rows, ShippedCode } from '../../src/protocol/messages.ts';
import { TrustFailure } from '../../src/trust/failures.ts';
import {
  answer,
  credential,
  opening,
  proof,
  refusal,
  sealed,
  sealedDatagram,
} from '../../src/trust/messages.ts';

/** Layouts of any fields, by what this page shows of them. */
type AnyLayout = Pick<
  Layout<Fields>,
  'name' | 'type' | 'size' | 'at' | 'fields' | 'trailing' | 'optionalBytes'
>;
type Row = readonly string[];

const head = `# Records, byte by byte

Every record of the wire and every code, as the code declares them; what they are for is in [PROTOCOL](PROTOCOL.md).
This page is made: \`npm test -- test/documents.test.ts --rewrite\`.

Every record begins with its length (u16 at 0), type (u8 at 2) and version (u8 at 3). Numbers are little-endian: u8,
u16, u32, and u53, a safe integer in eight bytes. \`text 16\` is 16 bytes of printable ASCII without spaces, zeros at
the end; \`line 16\` may have spaces; \`id 20\` is a client order id; \`bytes 32\` are as they are. Each field is given
with its offset. What is left out here is 0. "+" behind the bytes of a record: bytes of its own follow its fields.
`;

/** The page as it should be. */
export function recordsPage(): string {
  const handshake = [opening, answer, proof, refusal, sealed, credential, sealedDatagram];
  return [
    head,
    family('Commands', 'command', commands.layouts),
    `\`stamp\`: the signed request that led to the command may follow as a whole, at these offsets from their end: ${stampText()}.\n`,
    family('Events', 'event', events.layouts),
    family('Messages', 'message', messages.layouts),
    family('Rows', 'row', rows.layouts),
    family('Handshake and seals', 'record', handshake),
    family('Datagrams', 'record', [raftDatagram]),
    'The type of a datagram is its message.\n',
    ...codes('Flags of datagrams', RaftFlag),
    '## Frames\n',
    `${frameHeaderBytes} bytes of header: ${Object.entries(frameAt)
      .map(([name, at]) => `${at} \`${name}\``)
      .join(', ')}. They have no prefix.\n`,
    ...codes('Kinds of frames', FrameKind),
    ...codes('Feeds', FeedKind),
    ...codes('Outcomes', OutcomeCode),
    ...codes('Replies', ReplyCode),
    ...codes('What becomes of a shipped frame', ShippedCode),
    ...codes('Refusals of a handshake', TrustFailure),
  ].join('\n');
}

function stampText(): string {
  return fieldsText(requestStamp, offsetsOf('stamp', requestStamp));
}

/** A table of records; fields that all of them have are listed once. */
function family(title: string, name: string, layouts: readonly AnyLayout[]): string {
  const [first, ...others] = layouts;
  const isShared = (field: string): boolean =>
    others.length > 0 && others.every(({ at }) => at[field] === first!.at[field]);
  const shared = Object.keys(first!.fields).filter(isShared);
  const own = ({ fields }: AnyLayout): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !shared.includes(field)));
  const common = Object.fromEntries(shared.map((field) => [field, first!.fields[field]!]));
  const before = shared.length === 0 ? [] : [`All begin with ${fieldsText(common, first!.at)}.\n`];
  const recordRows = layouts.map((layout) => [
    `\`${layout.name}\``,
    String(layout.type),
    `${layout.size}${layout.trailing ? ' +' : ''}${layout.optionalBytes > 0 ? ', stamp' : ''}`,
    fieldsText(own(layout), layout.at),
  ]);
  return [`## ${title}\n`, ...before, table([name, 'number', 'bytes', 'fields'], recordRows)].join('\n');
}

function fieldsText(fields: Fields, at: Readonly<Record<string, number>>): string {
  return Object.entries(fields)
    .filter(([name]) => !/^reserved\d*$/.test(name))
    .map(([name, field]) => `${at[name]} \`${name}\` ${kindText(field)}`)
    .join(', ');
}

function kindText(field: Field): string {
  if (field.kind === 'text') return `${field.least === 0x20 ? 'line' : 'text'} ${field.size}`;
  if (field.kind === 'clientOrderId') return `id ${field.size}`;
  if (field.kind === 'bytes') return `bytes ${field.size}`;
  const { kind, size, min, max } = field;
  const most = kind === 'u53' ? Number.MAX_SAFE_INTEGER : 2 ** (8 * size) - 1;
  if (max < most) return `${kind} (${min} to ${max})`;
  return min > 0 ? `${kind} (from ${min})` : kind;
}

function codes(title: string, values: Readonly<Record<string, number>>): string[] {
  const list = Object.entries(values).map(([name, number]) => `${number} \`${name}\``);
  return [`## ${title}\n`, `${list.join(', ')}.\n`];
}

function table(heads: Row, lines: readonly Row[]): string {
  const row = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return `${[row(heads), row(heads.map(() => '---')), ...lines.map(row)].join('\n')}\n`;
}
