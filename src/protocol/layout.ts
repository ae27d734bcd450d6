/**
 * The one schema language of the protocol. A record is declared as a list of fields; its offsets, encoder, decoder and
 * checks all come from that declaration. Little-endian, fixed offsets, each number aligned to its own size, each
 * record a multiple of 8 bytes.
 *
 * Hot paths read and write single fields at `layout.at.field`; everything else uses `read` and `write`.
 */
import { getU53, isU53, setU53, u32Max } from '../std/integers.ts';
import { getClientOrderId, isClientOrderId, setClientOrderId } from './client-order-ids.ts';
import { DecodeCode } from './codes.ts';
import { clientOrderIdBytes } from './limits.ts';
import { getText, isText, LINE_LEAST, setText, WORD_LEAST } from './texts.ts';

type NumberKind = 'u8' | 'u16' | 'u32' | 'u53';

export interface NumberField {
  readonly kind: NumberKind;
  readonly size: number;
  /** Values outside of `min` to `max` make the record malformed. */
  readonly min: number;
  readonly max: number;
}

export interface TextField {
  readonly kind: 'text';
  readonly size: number;
  /** The least byte that may be in it. */
  readonly least: number;
}

/** A client order id: see client-order-ids.ts. */
export interface ClientOrderIdField {
  readonly kind: 'clientOrderId';
  readonly size: number;
}

export interface BytesField {
  readonly kind: 'bytes';
  readonly size: number;
}

export type Field = NumberField | TextField | ClientOrderIdField | BytesField;
export type Fields = Readonly<Record<string, Field>>;
type FieldValue<F extends Field> = F extends NumberField
  ? number
  : F extends TextField | ClientOrderIdField
    ? string
    : Uint8Array;
export type ValuesOf<F extends Fields> = { -readonly [K in keyof F]: FieldValue<F[K]> };

const numberField =
  (kind: NumberKind, size: number, low: number, high: number) =>
  (min = low, max = high): NumberField => ({ kind, size, min, max });

/** The least and the greatest of values that are numbered without a gap, such as those of OrderType. */
function rangeOf(values: Readonly<Record<string, number>>): { least: number; most: number } {
  const numbers = Object.values(values);
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  if (new Set(numbers).size !== numbers.length || most - least !== numbers.length - 1)
    throw new Error(`${Object.keys(values).join(', ')} are not numbered without a gap`);
  return { least, most };
}

/** The names of values: what a request, a document or a message may say. */
export function namesOf<N extends string>(values: Readonly<Record<N, number>>): readonly N[] {
  return Object.keys(values) as N[];
}

/** Unsigned 8 bits, optionally within a range. */
export const u8 = numberField('u8', 1, 0, 0xff);
/** Unsigned 16 bits, optionally within a range. */
export const u16 = numberField('u16', 2, 0, 0xffff);
/** Unsigned 32 bits, optionally within a range. */
export const u32 = numberField('u32', 4, 0, u32Max);
/** One of named values, in 8 bits; any other makes the record malformed. */
export function u8Of(values: Readonly<Record<string, number>>): NumberField {
  const { least, most } = rangeOf(values);
  return u8(least, most);
}
/** One of named values, in 32 bits. */
export function u32Of(values: Readonly<Record<string, number>>): NumberField {
  const { least, most } = rangeOf(values);
  return u32(least, most);
}
/** A safe integer, 0 to 2^53 - 1, in eight bytes. */
export const u53 = numberField('u53', 8, 0, Number.MAX_SAFE_INTEGER);
/** Printable ASCII without spaces (0x21 to 0x7e), padded with zero bytes at the end; all zero is the empty text. */
export const text = (size: number): TextField => ({ kind: 'text', size, least: WORD_LEAST });
/** The same with spaces: what a person writes for others. */
export const line = (size: number): TextField => ({ kind: 'text', size, least: LINE_LEAST });
/** A client order id, all zero where there is none. */
export const clientOrderId = (): ClientOrderIdField => ({ kind: 'clientOrderId', size: clientOrderIdBytes });
/** `size` bytes as they are. */
export const bytes = (size: number): BytesField => ({ kind: 'bytes', size });

/** Every record begins with these four bytes. `length` counts the whole record, the prefix included. */
export const prefix = { length: u16(), type: u8(), version: u8() } as const;
export type Prefix = typeof prefix;

/** Where the prefix holds a record's type and its version. */
export const TYPE_AT = 2;
export const VERSION_AT = 3;
/** Bytes of the common prefix: what a reader needs to know a record's length. */
export const PREFIX_BYTES = 4;
/**
 * The wire version of every record that this release writes, and the oldest and the newest that it reads; both sides
 * refuse any other. A release reads a new form of a record and still writes the one before; the release after it writes
 * the new one. So two releases that follow each other understand each other, in whatever order they are started.
 */
export const WIRE_VERSION = 5;
export const WIRE_VERSION_LEAST = 5;
export const WIRE_VERSION_MOST = 5;

/** Whether this release reads records of a version. @hot */
export function isWireVersion(version: number): boolean {
  return version >= WIRE_VERSION_LEAST && version <= WIRE_VERSION_MOST;
}

type Offsets<F extends Fields> = { readonly [K in keyof F]: number };

type Place = readonly [name: string, field: Field, at: number];

/** A record's layout: offsets, codec and checks, all from one declaration. */
export class Layout<F extends Fields> {
  readonly name: string;
  /** The number that is in the prefix. */
  readonly type: number;
  /** Bytes of the fixed part. */
  readonly size: number;
  /** Offset of each field from the start of the record. */
  readonly at: Offsets<F & Prefix>;
  /** The fields behind the prefix as they were declared. */
  readonly fields: F;
  /** Whether bytes of its own may follow the fixed part. */
  readonly trailing: boolean;
  /** Bytes of the optional fields, which come behind the fixed part, or are left out as a whole. */
  readonly optionalBytes: number;
  readonly #fields: readonly Place[];
  /** Those of them that not all bytes are good for. */
  readonly #checked: readonly Place[];
  readonly #optional: readonly Place[];

  constructor(name: string, type: number, fields: F, trailing = false, optional: Fields = {}) {
    for (const taken of Object.keys(prefix))
      if (Object.hasOwn(fields, taken))
        throw new Error(`${name}.${taken} has the name of a part of the prefix`);
    const places = placesOf(name, { ...prefix, ...fields }, 0);
    this.name = name;
    this.type = type;
    this.size = endOf(name, places);
    this.at = offsetsOf(name, { ...prefix, ...fields }) as Offsets<F & Prefix>;
    this.fields = fields;
    this.trailing = trailing;
    this.#fields = places.slice(Object.keys(prefix).length);
    this.#checked = this.#fields.filter(([, field]) => !isAlwaysGood(field));
    this.#optional = placesOf(name, optional, this.size);
    this.optionalBytes = endOf(name, this.#optional, this.size) - this.size;
  }

  /** Writes prefix and fields at `at`; returns the record's bytes. `trailing` counts bytes that the caller adds. */
  write(view: DataView, at: number, values: Readonly<ValuesOf<F>>, trailing = 0): number {
    this.writePrefix(view, at, trailing);
    for (const [name, field, offset] of this.#fields) {
      writeField(view, at + offset, field, values[name] as number | string | Uint8Array);
    }
    return this.size + trailing;
  }

  /** Writes only the prefix: the start of a record that the caller fills field by field. @hot */
  writePrefix(view: DataView, at: number, trailing = 0): void {
    view.setUint16(at, this.size + trailing, true);
    view.setUint8(at + TYPE_AT, this.type);
    view.setUint8(at + VERSION_AT, WIRE_VERSION);
  }

  /** Reads all fields of a record that {@link check} found good. */
  read(view: DataView, at: number): ValuesOf<F> {
    const values: Record<string, number | string | Uint8Array> = {};
    for (const [name, field, offset] of this.#fields) values[name] = readField(view, at + offset, field);
    return values as ValuesOf<F>;
  }

  /** The optional fields of a record that {@link check} found good, none where they are left out. */
  readOptional(view: DataView, at: number): Record<string, number | string | Uint8Array> {
    if (this.optionalBytes === 0 || view.getUint16(at, true) === this.size) return {};
    return Object.fromEntries(
      this.#optional.map(([name, field, offset]) => [name, readField(view, at + offset, field)]),
    );
  }

  /** Whether the bytes at `at`, of which `available` may be read, are a well-formed record of this layout. @hot */
  check(view: DataView, at: number, available: number): DecodeCode {
    const code = checkPrefix(view, at, available);
    if (code !== DecodeCode.ok) return code;
    if (view.getUint8(at + TYPE_AT) !== this.type) return DecodeCode.unknownType;
    const length = view.getUint16(at, true);
    if (length === this.size || (this.trailing && length > this.size)) {
      return areFieldsGood(view, at, this.#checked) ? DecodeCode.ok : DecodeCode.badField;
    }
    if (this.optionalBytes === 0 || length !== this.size + this.optionalBytes) return DecodeCode.badLength;
    const isGood = areFieldsGood(view, at, this.#checked) && areFieldsGood(view, at, this.#optional);
    return isGood ? DecodeCode.ok : DecodeCode.badField;
  }
}

/** Where the fields of a record are, for code that writes it in 32-bit words, in memory that is zero. */
export interface WordOffsets<F extends Fields> {
  /** The first word of the record: its length, type and version. */
  readonly prefix: number;
  /** The word in which each field begins. */
  readonly word: Offsets<F & Prefix>;
  /** The bit of that word in which the field begins: fields of less than 32 bits share words. */
  readonly bit: Offsets<F & Prefix>;
}

/** Where the fields of records of a layout are, in words. */
export function wordPlaces<F extends Fields>(layout: Layout<F>): WordOffsets<F> {
  const places = Object.entries(layout.at) as [keyof F & string, number][];
  const word = Object.fromEntries(places.map(([name, at]) => [name, Math.floor(at / 4)]));
  const bit = Object.fromEntries(places.map(([name, at]) => [name, (at % 4) * 8]));
  const first = layout.size | (layout.type << 16) | (WIRE_VERSION << 24);
  return { prefix: first, word: word as Offsets<F & Prefix>, bit: bit as Offsets<F & Prefix> };
}

/** The offset of each field from the place of the first: fields that are read and written without a layout. */
export function offsetsOf<F extends Fields>(name: string, fields: F): Offsets<F> {
  return Object.fromEntries(placesOf(name, fields, 0).map(([field, , at]) => [field, at])) as Offsets<F>;
}

/** Where each of the fields is when the first one is at `from`. */
function placesOf(name: string, fields: Fields, from: number): Place[] {
  let offset = from;
  return Object.entries(fields).map(([fieldName, field]) => {
    const alignment = 'min' in field ? field.size : 1;
    if (offset % alignment !== 0) throw new Error(`${name}.${fieldName} is not aligned: offset ${offset}`);
    const at = offset;
    offset += field.size;
    return [fieldName, field, at];
  });
}

function endOf(name: string, places: readonly Place[], none = 0): number {
  const last = places.at(-1);
  const end = last === undefined ? none : last[2] + last[1].size;
  if (end % 8 !== 0) throw new Error(`${name} has ${end} bytes, not a multiple of 8`);
  return end;
}

/** Whether any bytes are a value of the field. */
function isAlwaysGood(field: Field): boolean {
  if (!('min' in field)) return field.kind === 'bytes';
  return field.kind !== 'u53' && field.min === 0 && field.max === 2 ** (8 * field.size) - 1;
}

function areFieldsGood(view: DataView, at: number, fields: readonly Place[]): boolean {
  for (let n = 0; n < fields.length; n++) {
    const entry = fields[n]!;
    if (!fieldIsGood(view, at + entry[2], entry[1])) return false;
  }
  return true;
}

/** Whether a whole record of a wire version that is read is at `at`. @hot */
export function checkPrefix(view: DataView, at: number, available: number): DecodeCode {
  if (available < PREFIX_BYTES) return DecodeCode.truncated;
  if (!isWireVersion(view.getUint8(at + VERSION_AT))) return DecodeCode.wrongVersion;
  const length = view.getUint16(at, true);
  if (length < PREFIX_BYTES || length % 8 !== 0) return DecodeCode.badLength;
  return length > available ? DecodeCode.truncated : DecodeCode.ok;
}

/** The layouts of one family of records (commands, events, messages), found by the type in the prefix. */
export class Catalog<L extends Layout<Fields>> {
  readonly layouts: readonly L[];
  readonly #byType: (L | undefined)[] = Array.from({ length: 256 });

  constructor(layouts: readonly L[]) {
    this.layouts = layouts;
    for (const layout of layouts) {
      if (this.#byType[layout.type]) throw new Error(`type ${layout.type} is used twice: ${layout.name}`);
      this.#byType[layout.type] = layout;
    }
  }

  /** The layout of the record's type, if the family has it. */
  of(type: number): L | undefined {
    return this.#byType[type];
  }

  /** {@link Layout.check} for a record of any type of this family. @hot */
  check(view: DataView, at: number, available: number): DecodeCode {
    if (available < PREFIX_BYTES) return DecodeCode.truncated;
    const layout = this.#byType[view.getUint8(at + TYPE_AT)];
    return layout === undefined ? DecodeCode.unknownType : layout.check(view, at, available);
  }
}

function fieldIsGood(view: DataView, at: number, field: Field): boolean {
  switch (field.kind) {
    case 'u8':
      return inRange(view.getUint8(at), field);
    case 'u16':
      return inRange(view.getUint16(at, true), field);
    case 'u32':
      return inRange(view.getUint32(at, true), field);
    case 'u53':
      return isU53(view, at) && inRange(getU53(view, at), field);
    case 'text':
      return isText(view, at, field.size, field.least);
    case 'clientOrderId':
      return isClientOrderId(view, at);
    case 'bytes':
      return true;
  }
}

function inRange(value: number, field: NumberField): boolean {
  return value >= field.min && value <= field.max;
}

function writeField(view: DataView, at: number, field: Field, value: number | string | Uint8Array): void {
  if (field.kind === 'text') {
    setText(view, at, field.size, value as string, field.least);
  } else if (field.kind === 'clientOrderId') {
    setClientOrderId(view, at, value as string);
  } else if (field.kind === 'bytes') {
    const source = value as Uint8Array;
    if (source.length !== field.size)
      throw new RangeError(`${source.length} bytes given, ${field.size} needed`);
    for (let n = 0; n < field.size; n++) view.setUint8(at + n, source[n]!);
  } else {
    writeNumber(view, at, field, value as number);
  }
}

function writeNumber(view: DataView, at: number, field: NumberField, value: number): void {
  if (!Number.isInteger(value) || value < field.min || value > field.max) {
    throw new RangeError(`${value} is not an integer from ${field.min} to ${field.max}`);
  }
  if (field.kind === 'u8') view.setUint8(at, value);
  else if (field.kind === 'u16') view.setUint16(at, value, true);
  else if (field.kind === 'u32') view.setUint32(at, value, true);
  else setU53(view, at, value);
}

function readField(view: DataView, at: number, field: Field): number | string | Uint8Array {
  switch (field.kind) {
    case 'u8':
      return view.getUint8(at);
    case 'u16':
      return view.getUint16(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'u53':
      return getU53(view, at);
    case 'text':
      return getText(view, at, field.size);
    case 'clientOrderId':
      return getClientOrderId(view, at);
    case 'bytes':
      return new Uint8Array(view.buffer, view.byteOffset + at, field.size).slice();
  }
}
