/**
 * The one way in which the gateway describes what a person may send: a shape is declared once, as JSON Schema with its
 * TypeScript type. The same schema is published and checked. A refusal names the field and what is allowed there.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { CoreError } from './refusals.ts';

/** What may be in one field. */
export interface ShapeField<T> {
  readonly schema: Schema;
  /** Completes "it must be …". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => value is T;
  /** The value that a query parameter's text means; without it the text itself. */
  readonly fromText?: (text: string) => unknown;
}

/** JSON Schema. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * The library of all checks at the edge. Patterns mean what they mean in TypeScript without flags; a rule may require
 * what its shape declares.
 */
const schemas = new Ajv({ strict: true, strictRequired: false, unicodeRegExp: false });

/** The check of a schema, compiled when it is first asked. */
function checkOf<T>(schema: Schema): (value: unknown) => value is T {
  let compiled: ValidateFunction<T> | undefined;
  return (value): value is T => {
    compiled ??= schemas.compile<T>(schema);
    return compiled(value);
  };
}

/** A field whose values are those of a schema. */
export function field<T>(schema: Schema, allowed: string): ShapeField<T> {
  return { schema, allowed, accepts: checkOf(schema) };
}

type FieldsOf = Readonly<Record<string, ShapeField<unknown>>>;
type TypeOf<F> = F extends ShapeField<infer T> ? T : never;
/** The value of a shape: its required fields, and the others where they were sent. */
export type ValueOf<F extends FieldsOf, R extends keyof F> = {
  readonly [K in R]: TypeOf<F[K]>;
} & { readonly [K in Exclude<keyof F, R>]?: TypeOf<F[K]> };

/** What must hold of the fields of a shape together. */
export interface Rule {
  readonly schema: Schema;
  /** What is wrong with fields that each are right by themselves; undefined where the schema lets them pass. */
  readonly refusalOf: (sent: Readonly<Record<string, unknown>>) => Refusal | undefined;
}

export interface Shape<F extends FieldsOf, R extends keyof F> {
  readonly fields: F;
  readonly required: readonly R[];
  readonly rules: readonly Rule[];
  readonly schema: Schema;
  readonly accepts: (value: unknown) => value is ValueOf<F, R>;
}

export type AnyShape = Shape<FieldsOf, string>;
export type EmptyShape = Shape<Readonly<Record<never, never>>, never>;
export type ShapeValue<S> = S extends Shape<infer F, infer R> ? ValueOf<F, R & keyof F> : never;

/** Something was refused before it reached the exchange; `field` is empty when it is the whole. */
export interface Refusal {
  readonly ok: false;
  readonly field: string;
  readonly message: string;
}
export type Admission<T> = { readonly ok: true; readonly value: T } | Refusal;

export const refuse = (field: string, message: string): Refusal => ({ ok: false, field, message });

/** The value that admission let pass; throws the refusal as a CoreError. */
export function admitted<T>(admission: Admission<T>): T {
  if (admission.ok) return admission.value;
  const { field, message } = admission;
  throw new CoreError('invalidField', field === '' ? {} : { field }, message);
}

/** An object with these fields and no others. */
export function shape<F extends FieldsOf, R extends keyof F & string = never>(
  fields: F,
  ...required: R[]
): Shape<F, R> {
  const schema = {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, one.schema])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
  return { fields, required, rules: [], schema, accepts: checkOf(schema) };
}

/** The same object, of whose fields these rules hold too. */
export function ruled<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  ...rules: readonly Rule[]
): Shape<F, R> {
  const schema = { ...of.schema, allOf: rules.map((rule) => rule.schema) };
  return { ...of, rules, schema, accepts: checkOf(schema) };
}

export function integer(min: number, max: number, description: string): ShapeField<number> {
  return {
    ...field(
      { type: 'integer', minimum: min, maximum: max, description },
      `an integer from ${min} to ${max}`,
    ),
    // A number that is not exact stays the text that was sent, so that its refusal shows it as it was.
    fromText: (text) =>
      /^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text,
  };
}

export function oneOf<const W extends string>(words: readonly W[], description: string): ShapeField<W> {
  const allowed = words.map((word) => `"${word}"`).join(', ');
  return field({ type: 'string', enum: words, description }, allowed.replace(/, ([^,]*)$/, ' or $1'));
}

/** 1 to `charactersMax` printable ASCII characters without spaces: what a text field of the protocol can hold. */
export function word(charactersMax: number, description: string): ShapeField<string> {
  const pattern = `^[!-~]{1,${charactersMax}}$`;
  const allowed = `1 to ${charactersMax} printable ASCII characters without spaces`;
  return field({ type: 'string', pattern, description }, allowed);
}

/** At most so many printable ASCII characters, spaces among them. */
export function textLine(charactersMax: number, description: string): ShapeField<string> {
  const pattern = `^[ -~]{0,${charactersMax}}$`;
  const allowed = `at most ${charactersMax} printable ASCII characters`;
  return field({ type: 'string', pattern, description }, allowed);
}

/** An amount in decimal notation, as text; whether it fits the instrument is decided by `orders.ts`. */
export function decimal(description: string): ShapeField<string> {
  const pattern = '^(0|[1-9][0-9]*)(\\.[0-9]+)?$';
  const allowed = 'a decimal number as text, such as "236.47"';
  return field({ type: 'string', pattern, maxLength: 40, description }, allowed);
}

/** At most `itemsMax` values of one kind, and so many at least. */
export function list<T>(
  of: ShapeField<T>,
  itemsMax: number,
  description: string,
  itemsMin = 0,
): ShapeField<readonly T[]> {
  const least = itemsMin === 0 ? {} : { minItems: itemsMin };
  const schema = { type: 'array', items: of.schema, maxItems: itemsMax, ...least, description };
  const count = itemsMin === 0 ? `at most ${itemsMax}` : `${itemsMin} to ${itemsMax}`;
  return field(schema, `a list of ${count}, each ${of.allowed}`);
}

/** Checks a decoded JSON value. @hot */
export function readShape<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  input: unknown,
): Admission<ValueOf<F, R>> {
  if (of.accepts(input)) return { ok: true, value: input };
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return refuse('', `An object is needed here, with ${Object.keys(of.fields).join(', ') || 'no fields'}.`);
  return refusalOf(of, Object.entries(input));
}

/** Checks query parameters: texts, of which those of numbers are read as such. @hot */
export function readQuery<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  input: Readonly<Record<string, unknown>>,
): Admission<ValueOf<F, R>> {
  const values: Record<string, unknown> = {};
  let areKnown = true;
  for (const name in input) {
    if (Object.hasOwn(of.fields, name)) values[name] = sentValue(of.fields[name]!, input[name]);
    else areKnown = false;
  }
  return areKnown && of.accepts(values) ? { ok: true, value: values } : queryRefusalOf(of, input);
}

function queryRefusalOf(of: AnyShape, input: Readonly<Record<string, unknown>>): Refusal {
  const read = (name: string, text: unknown): unknown =>
    Object.hasOwn(of.fields, name) ? sentValue(of.fields[name]!, text) : text;
  return refusalOf(
    of,
    Object.entries(input).map(([name, text]) => [name, read(name, text)]),
  );
}

/** What the text of a query parameter means. @hot */
function sentValue({ fromText }: ShapeField<unknown>, text: unknown): unknown {
  return fromText !== undefined && typeof text === 'string' ? fromText(text) : text;
}

/**
 * Why these fields are not those of a shape: the first that may not be there, else the first that is missing, else
 * the first rule that they break.
 */
function refusalOf(of: AnyShape, entries: readonly (readonly [name: string, value: unknown])[]): Refusal {
  for (const [name, value] of entries) {
    // Own properties only: `__proto__` is an unknown field like any other.
    const one = Object.hasOwn(of.fields, name) ? of.fields[name] : undefined;
    if (one === undefined) {
      const known = Object.keys(of.fields).join(', ');
      return refuse(name, `${quote(name)} is not known here. Allowed: ${known || 'nothing'}.`);
    }
    if (!one.accepts(value))
      return refuse(name, `${quote(name)} is ${quote(value)}: it must be ${one.allowed}.`);
  }
  const missing = of.required.find((name) => !entries.some(([sent]) => sent === name)) ?? '';
  if (missing === '') {
    const sent = Object.fromEntries(entries);
    for (const rule of of.rules) {
      const broken = rule.refusalOf(sent);
      if (broken !== undefined) return broken;
    }
  }
  return refuse(
    missing,
    `${quote(missing)} is missing: it must be ${of.fields[missing]?.allowed ?? 'there'}.`,
  );
}

/** A value as JSON, cut to a length that fits a message. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}
