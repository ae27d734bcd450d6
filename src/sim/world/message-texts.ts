/** Messages in words, for the trace. */

import { DecodeCode } from '../../protocol/codes.ts';
import { commands } from '../../protocol/commands.ts';
import { emptyRaftMessage, RaftFlag, RaftType, readRaftMessage } from '../../protocol/datagrams.ts';
import { eventAt, events } from '../../protocol/events.ts';
import { PREFIX_BYTES } from '../../protocol/layout.ts';
import { messages } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';

const raftNames = Object.fromEntries(Object.entries(RaftType).map(([name, type]) => [type, name]));
const flagNames = Object.entries(RaftFlag);
/** Offset of the type in the prefix of a record. */
const typeAt = PREFIX_BYTES - 2;
/** Records of one send that are named one by one. */
const namedMax = 6;

/** A datagram between replicas, as it was before it was sealed. */
export function datagramInWords(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = emptyRaftMessage();
  if (readRaftMessage(view, bytes.length, message) !== DecodeCode.ok)
    return `${bytes.length} bytes that are no message`;
  const { type, term, index, logTerm, commit, hint, round, frameCount } = message;
  const flags = flagNames.filter(([, bit]) => (message.flags & bit) !== 0).map(([name]) => ` ${name}`);
  const log = `index ${index}.${logTerm} commit ${commit} hint ${hint} round ${round}`;
  return `${raftNames[type]}${flags.join('')} term ${term} ${log} frames ${frameCount}`;
}

/** The type of a datagram between replicas, as it was before it was sealed; 0: it is none. */
export function typeOfDatagram(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = emptyRaftMessage();
  return readRaftMessage(view, bytes.length, message) === DecodeCode.ok ? message.type : 0;
}

/** Records of a connection, as their sender hands them over: whole. */
export function recordsInWords(bytes: Uint8Array, from: number, to: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  let count = 0;
  for (let at = from; at + PREFIX_BYTES <= to; at += Math.max(PREFIX_BYTES, view.getUint16(at, true))) {
    count += 1;
    if (count <= namedMax) names.push(recordInWords(view, at));
  }
  return names.join(', ') + (count > namedMax ? ` and ${count - namedMax} more` : '');
}

function recordInWords(view: DataView, at: number): string {
  const type = view.getUint8(at + typeAt);
  const event = events.of(type);
  if (event !== undefined) {
    return `${event.name} ${getU53(view, at + eventAt.seq)}.${view.getUint32(at + eventAt.n, true)}`;
  }
  return (commands.of(type) ?? messages.of(type))?.name ?? `a record of type ${type}`;
}
