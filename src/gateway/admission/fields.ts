/**
 * The one way in which the gateway describes what a person may send: a shape is declared once, and both the check and
 * the published JSON Schema come from it. A refusal names the field and what is allowed there.
 */

/** What may stand in one field. */
export interface Field<T> {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Completes "it must be …". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => value is T;
  /** The value that a query parameter's text stands for; without it the text itself. */
  readonly fromText?: (text: string) => unknown;
}

type FieldsOf = Readonly<Record<string, Field<unknown>>>;
type TypeOf<F> = F extends Field<infer T> ? T : never;
/** The value of a shape: its required fields, and the others where they were sent. */
export type ValueOf<F extends FieldsOf, R extends keyof F> = {
  readonly [K in R]: TypeOf<F[K]>;
} & { readonly [K in Exclude<keyof F, R>]?: TypeOf<F[K]> };

export interface Shape<F extends FieldsOf, R extends keyof F> {
  readonly fields: F;
  readonly required: readonly R[];
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

/** An object with these fields and no others. */
export function shape<F extends FieldsOf, R extends keyof F & string = never>(
  fields: F,
  ...required: R[]
): Shape<F, R> {
  return { fields, required };
}

export function integer(min: number, max: number, description: string): Field<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max, description },
    allowed: `an integer from ${min} to ${max}`,
    accepts: (value): value is number => Number.isSafeInteger(value) && within(value as number, min, max),
    fromText: (text) => (/^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : text),
  };
}

export function oneOf<const W extends string>(words: readonly W[], description: string): Field<W> {
  return {
    schema: { type: 'string', enum: words, description },
    allowed: words
      .map((word) => `"${word}"`)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1'),
    accepts: (value): value is W => (words as readonly unknown[]).includes(value),
  };
}

/** 1 to `charactersMax` printable ASCII characters without spaces: what a text field of the protocol can hold. */
export function word(charactersMax: number, description: string): Field<string> {
  const pattern = `^[!-~]{1,${charactersMax}}$`;
  const expression = new RegExp(pattern);
  return {
    schema: { type: 'string', pattern, description },
    allowed: `1 to ${charactersMax} printable ASCII characters without spaces`,
    accepts: (value): value is string => typeof value === 'string' && expression.test(value),
  };
}

/** An amount in decimal notation, as text; whether it fits the instrument is decided by `orders.ts`. */
export function decimal(description: string): Field<string> {
  return {
    schema: { type: 'string', pattern: '^(0|[1-9][0-9]*)(\\.[0-9]+)?$', maxLength: 40, description },
    allowed: 'a decimal number as text, such as "236.47"',
    accepts: (value): value is string => typeof value === 'string',
  };
}

/** At most `itemsMax` values of one kind. */
export function list<T>(of: Field<T>, itemsMax: number, description: string): Field<readonly T[]> {
  return {
    schema: { type: 'array', items: of.schema, maxItems: itemsMax, description },
    allowed: `a list of at most ${itemsMax}, each ${of.allowed}`,
    accepts: (value): value is readonly T[] =>
      Array.isArray(value) && value.length <= itemsMax && value.every(of.accepts),
  };
}

/** The JSON Schema of a shape. */
export function schemaOf<F extends FieldsOf, R extends keyof F>(of: Shape<F, R>): Record<string, unknown> {
  const properties = Object.fromEntries(
    Object.entries(of.fields).map(([name, field]) => [name, field.schema]),
  );
  return {
    type: 'object',
    properties,
    ...(of.required.length > 0 ? { required: of.required } : {}),
    additionalProperties: false,
  };
}

/** Checks a decoded JSON value. */
export function readShape<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  input: unknown,
): Admission<ValueOf<F, R>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refuse('', `An object is needed here, with ${Object.keys(of.fields).join(', ') || 'no fields'}.`);
  }
  for (const name of Object.keys(input)) {
    const refusal = refusalOf(of, name, (input as Readonly<Record<string, unknown>>)[name]);
    if (refusal !== undefined) return refusal;
  }
  return complete(of, input);
}

/** Checks query parameters: texts, of which those of numbers are read as such. @hot */
export function readQuery<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  input: Readonly<Record<string, unknown>>,
): Admission<ValueOf<F, R>> {
  const values: Record<string, unknown> = {};
  for (const name in input) {
    const text = input[name];
    const fromText = Object.hasOwn(of.fields, name) ? of.fields[name]?.fromText : undefined;
    const value = fromText !== undefined && typeof text === 'string' ? fromText(text) : text;
    const refusal = refusalOf(of, name, value);
    if (refusal !== undefined) return refusal;
    values[name] = value;
  }
  return complete(of, values);
}

/** Why a value may not stand under this name; undefined where it may. */
function refusalOf(of: AnyShape, name: string, value: unknown): Refusal | undefined {
  // Own properties only: `__proto__` is an unknown field like any other.
  const field = Object.hasOwn(of.fields, name) ? of.fields[name] : undefined;
  if (field === undefined) {
    const known = Object.keys(of.fields).join(', ');
    return refuse(name, `${quote(name)} is not known here. Allowed: ${known || 'nothing'}.`);
  }
  if (field.accepts(value)) return undefined;
  return refuse(name, `${quote(name)} is ${quote(value)}: it must be ${field.allowed}.`);
}

/** Admits values that were checked one by one, unless a required one is missing. */
function complete<F extends FieldsOf, R extends keyof F & string>(
  of: Shape<F, R>,
  values: object,
): Admission<ValueOf<F, R>> {
  for (const name of of.required) {
    if (!Object.hasOwn(values, name)) {
      return refuse(name, `${quote(name)} is missing: it must be ${of.fields[name]?.allowed ?? 'there'}.`);
    }
  }
  return { ok: true, value: values as ValueOf<F, R> };
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

/** A value as JSON, cut to a length that fits a message. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}
