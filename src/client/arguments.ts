/**
 * What all commands of callers have in common: the stamp of the signed request that led to one, and the checks of
 * single fields, each of which names the field and what it may be. A name that a call does not read is refused: one
 * that is misspelt would otherwise be left out without a word, and the order be another one than was meant.
 */

import * as protocol from '../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { keyVersionMax } from '../protocol/limits.ts';
import { isTextValue } from '../protocol/texts.ts';
import { u32Max } from '../std/integers.ts';
import { InvalidArgumentError } from './errors.ts';

/**
 * The signed request that led to a command. The exchange runs a request once, whatever session and gateway it comes
 * through, and only within a minute of its time: `repeatedRequest`, `requestExpired`.
 */
export interface RequestStamp {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** 16 hexadecimal digits, others for each request of an account. */
  readonly id: string;
  /**
   * Milliseconds from now on after which it is not carried out any more, where that is less than `commandTimeoutMs`.
   */
  readonly validMs?: number | undefined;
  /** The API key that signed it, and which of its secrets: the exchange then asks whether the key may do this. */
  readonly keyNumber?: number | undefined;
  readonly keyVersion?: number | undefined;
  /** Of a request that takes several commands of an operator, which one: 0, 1, 2 …. */
  readonly step?: number | undefined;
}

export interface Stamped {
  readonly request?: RequestStamp | undefined;
}

/** A command of an operator, which may come with a time and without a signed request. */
export interface OperatorStamped extends Stamped {
  /** As in `request`, where there is none. */
  readonly validMs?: number | undefined;
}

/** For how many milliseconds from now on a command may still be carried out; undefined where it does not say. */
export function validMsOf({ request, validMs }: OperatorStamped): number | undefined {
  if (request !== undefined || validMs === undefined) return request?.validMs;
  return integer('validMs', validMs, 0, Number.MAX_SAFE_INTEGER);
}

/** What a stamp reads. */
const stampNames = [
  'timeMs',
  'id',
  'validMs',
  'keyNumber',
  'keyVersion',
  'step',
] as const satisfies readonly (keyof RequestStamp)[];
/** What all commands of operators may have. */
export const commonNames = ['request', 'validMs', 'command'] as const;

const u16Max = 0xffff;
/** Hexadecimal digits of each half of the id of a request. */
const halfDigits = 8;
export const header = { sessionId: 0, commandNumber: 0, deadlineMs: 0 } as const;

/** Throws where a caller that no compiler has checked gives nothing, or a number or text, in place of an object. */
export function requireObject(field: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw new InvalidArgumentError(field, value, 'an object with the fields of the call');
}

/** `value` if it is an integer in range; throws otherwise. */
export function integer(field: string, value: number | undefined, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(field, value, `an integer from ${min} to ${max}`);
}

/**
 * The number that a command or question is limited to. All is meant only where the field is left out, and not by 0,
 * which a caller may have found in place of a number.
 */
export function chosen(field: string, value: number | undefined, max = u32Max): number {
  return value === undefined ? 0 : integer(field, value, 1, max);
}

export function word<T extends string>(
  field: string,
  value: T | undefined,
  words: Readonly<Record<T, number>>,
): number {
  // What all objects inherit is no number.
  const number: unknown = words[value as T];
  if (typeof number === 'number') return number;
  throw new InvalidArgumentError(field, value, `one of ${Object.keys(words).join(', ')}`);
}

export function printable(
  field: string,
  value: string | undefined,
  size: number,
  mayBeEmpty: boolean,
): string {
  if (typeof value === 'string' && isTextValue(value, size) && (mayBeEmpty || value !== '')) return value;
  const least = mayBeEmpty ? 'at most' : '1 to';
  throw new InvalidArgumentError(
    field,
    value,
    `${least} ${size} characters of printable ASCII without spaces`,
  );
}

/** Checks a request stamp and writes it to `at`; returns its bytes. */
function writeStamp(view: DataView, at: number, request: RequestStamp): number {
  if (typeof request !== 'object' || request === null)
    throw new InvalidArgumentError('request', request, 'an object with timeMs and id');
  const timeMs = integer('request.timeMs', request.timeMs, 0, Number.MAX_SAFE_INTEGER);
  const { id, validMs } = request;
  const ofKey = isGiven(request.keyNumber) + isGiven(request.keyVersion) + isGiven(request.step);
  const given = isGiven(request.timeMs) + isGiven(id) + isGiven(validMs) + ofKey;
  refuseMoreThan(given, request, stampNames, 'request.');
  const keyNumber = integer('request.keyNumber', request.keyNumber ?? 0, 0, u32Max);
  const keyVersion = integer('request.keyVersion', request.keyVersion ?? 0, 0, keyVersionMax);
  const step = integer('request.step', request.step ?? 0, 0, u16Max);
  if (validMs !== undefined) integer('request.validMs', validMs, 0, Number.MAX_SAFE_INTEGER);
  const isWhole = typeof id === 'string' && id.length === 2 * halfDigits;
  const high = isWhole ? hexadecimal(id, 0) : Number.NaN;
  const low = isWhole ? hexadecimal(id, halfDigits) : Number.NaN;
  if (Number.isNaN(high + low)) throw new InvalidArgumentError('request.id', id, '16 hexadecimal digits');
  return protocol.writeRequestStamp(view, at, { timeMs, low, high, keyNumber, keyVersion, step });
}

/** The number of 8 hexadecimal digits; NaN where one of them is none. */
function hexadecimal(text: string, from: number): number {
  let value = 0;
  for (let n = from; n < from + halfDigits; n++) {
    const code = text.charCodeAt(n);
    // A letter in small letters; digits stay what they are.
    const small = code | 0x20;
    if (code >= 0x30 && code <= 0x39) value = (value << 4) | (code - 0x30);
    else if (small >= 0x61 && small <= 0x66) value = (value << 4) | (small - 0x57);
    else return Number.NaN;
  }
  return value >>> 0;
}

/** The bytes of a command's stamp, written behind its fixed part; 0 where it has none. */
export function stampOf<F extends Fields>(
  view: DataView,
  at: number,
  layout: Layout<F>,
  given: Stamped,
): number {
  return given.request === undefined ? 0 : writeStamp(view, at + layout.size, given.request);
}

export function isGiven(value: unknown): number {
  return value === undefined ? 0 : 1;
}

/** Writes a command with the stamp of its request, where it has one. */
export function writeForOperator<F extends Fields>(
  view: DataView,
  at: number,
  layout: Layout<F>,
  values: Readonly<ValuesOf<F>>,
  given: Stamped,
): void {
  layout.write(view, at, values, stampOf(view, at, layout, given));
}

type Names = readonly string[];

/**
 * For calls that are made often: `read` is how many of the known names have a value, and only where the object has more
 * or fewer names does it matter which. @hot
 */
export function refuseMoreThan(read: number, given: object, known: Names, within = ''): void {
  let names = 0;
  for (const _name in given) names++;
  if (names !== read) refuseUnread(given, known, within);
}

/**
 * Throws for the first name that is not known here, and for one with null, which could be taken for nothing, all or the
 * default; `within` is what has the names, such as "request.".
 */
export function refuseUnread(given: object | undefined, known: Names, within = ''): void {
  for (const name in given) {
    if (known.includes(name)) {
      if (given[name as keyof typeof given] !== null) continue;
      throw new InvalidArgumentError(`${within}${name}`, null, 'a value, or left out');
    }
    const meant = known.find((one) => isLike(name, one));
    const hint = meant === undefined ? '' : ` Did you mean ${within}${meant}?`;
    const allowed = `left out: it is not read here.${hint} Known are ${known.join(', ')}`;
    // The value is not shown: under a misspelt name it may be a key.
    throw new InvalidArgumentError(`${within}${name}`, 'something', allowed);
  }
}

/** Whether one is the other in small letters, its beginning, or its initials: `tif` for `timeInForce`. */
function isLike(name: string, known: string): boolean {
  const [a, b] = [name, known].map((text) => text.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()) as [
    string,
    string,
  ];
  const initials = known.replaceAll(/(?<=.)[a-z0-9]/g, '').toLowerCase();
  return (
    a.length > 1 && (a === b || a === initials || (a.length > 2 && (b.startsWith(a) || a.startsWith(b))))
  );
}
