/**
 * What JSON from outside of the process may hold (a configuration file, the body of an order, what replicas send each
 * other), declared once: JSON Schema, which Ajv checks by code that was made beforehand (made-check.ts), its type in
 * TypeScript, its default, and the words for what the check finds. Every problem names its key by its path and says
 * what is allowed.
 */
import { assert } from '../../std/assert.ts';

/** What a schema found wrong, one sentence each. */
export type Problems = string[];

/** A keyword of JSON Schema that a value breaks, as Ajv reports it. */
export interface BrokenKeyword {
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One kind of value. `T` is what it gives, and always what its default is. */
export interface ValueSchema<T> {
  /** What is allowed, in words: the end of every error message. */
  readonly allowed: string;
  /** Whether it may hold a secret: then no error repeats what was found in its place. */
  readonly hasSecret: boolean;
  /** The value where the key is absent. A fresh copy each time. */
  defaultValue(): T;
  /** A value that the check let pass, with the defaults of the keys that are not in it. */
  completed(value: unknown): T;
  /** In words, what is wrong with a value that breaks a keyword. */
  problem(broken: BrokenKeyword, value: unknown, path: string): string;
  /** In words, that the key of this value is missing; without it the value's `allowed` says so. */
  missing?(path: string): string;
  /** The schema of what a list or a group has at this place; absent where a problem names the value as a whole. */
  at?(step: string): ValueSchema<unknown>;
  /** The value for showing: secrets are replaced by a word. */
  shown(value: T): unknown;
  /** The same as JSON Schema, for editors and other programs; relations between keys are not in it. */
  readonly json: JsonSchema;
  /** The keys inside, for the table of all keys; a leaf gives none. */
  keys(path: string): readonly ConfigurationRow[];
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One row of the table of all keys. */
export interface ConfigurationRow {
  readonly key: string;
  readonly allowed: string;
  readonly default: string;
  readonly meaning: string;
}

/** A key of a group: its schema and what it means. */
export interface SchemaKey<T> {
  readonly schema: ValueSchema<T>;
  readonly meaning: string;
  /** There is no sound default: where the key is absent, that is a problem. */
  readonly isRequired: boolean;
}

/** `T` where keys that may be absent may also be undefined, as a schema gives them. */
export type Loose<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer Entry)[]
    ? readonly Loose<Entry>[]
    : {
        readonly [K in keyof T]: string extends K
          ? Loose<T[K]>
          : IsOptional<T, K> extends true
            ? Loose<T[K]> | undefined
            : Loose<T[K]>;
      };
type IsOptional<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? true : false;

/** The value that a schema gives. */
export type ValueOfSchema<S> = S extends ValueSchema<infer T> ? T : never;

export function key<T>(schema: ValueSchema<T>, meaning: string): SchemaKey<T> {
  return { schema, meaning, isRequired: false };
}

/** A key that must be given. */
export function requiredKey<T>(schema: ValueSchema<T>, meaning: string): SchemaKey<T> {
  return { schema, meaning, isRequired: true };
}

/** A whole number from `min` to `max`. `what` names it in errors (`a port`). */
export function integer(
  min: number,
  max: number,
  defaultValue: number,
  what = 'a whole number',
): ValueSchema<number> {
  const isNot = `is not ${what}`;
  const isBeyond = what === 'a whole number' ? 'is out of range' : isNot;
  const json = { type: 'integer', minimum: min, maximum: max };
  return leaf(json, `${min} to ${max}`, defaultValue, { type: isNot, minimum: isBeyond, maximum: isBeyond });
}

/** A TCP or UDP port. */
export function port(defaultValue: number): ValueSchema<number> {
  return integer(1, 65_535, defaultValue, 'a port');
}

/** Yes or no. */
export function flag(defaultValue: boolean): ValueSchema<boolean> {
  return leaf({ type: 'boolean' }, 'true, false', defaultValue, { type: 'is neither true nor false' });
}

/** One word of a list. */
export function choice<const W extends string>(
  words: readonly W[],
  defaultValue: NoInfer<W>,
): ValueSchema<W> {
  return leaf<W, 'enum'>({ enum: words }, words.join(', '), defaultValue, {
    enum: 'is not one of the choices',
  });
}

/** Any number, one below 0 too. */
export function anyNumber(): ValueSchema<number> {
  return leaf({ type: 'number' }, 'a number', 0, { type: 'is no number' });
}

/**
 * One of these words, or a word of a later release: that one is shown, and equals none of these where it is compared.
 */
export function word<const W extends string>(words: readonly W[]): ValueSchema<W> {
  const faults = { type: 'is not text', pattern: 'has another form' };
  const json = { type: 'string', pattern: '^[\\w -]{0,64}$' };
  return leaf<W, keyof typeof faults>(json, `a word such as ${words.join(', ')}`, words[0]!, faults);
}

/** A number from 0, or above it, that may have decimals; without `max`: any that JSON can hold. */
export function amount(
  { isAbove0 = false, max }: { readonly isAbove0?: boolean; readonly max?: number },
  defaultValue: number,
): ValueSchema<number> {
  const least = isAbove0 ? { exclusiveMinimum: 0 } : { minimum: 0 };
  const json = { type: 'number', ...least, ...(max !== undefined && { maximum: max }) };
  const isBeyond = 'is out of range';
  const faults = { type: 'is no number', minimum: isBeyond, exclusiveMinimum: isBeyond, maximum: isBeyond };
  const allowed = `${isAbove0 ? 'more than 0' : '0 or more'}${max === undefined ? '' : `, up to ${max}`}`;
  return leaf<number, keyof typeof faults>(json, allowed, defaultValue, faults);
}

/** Text that `pattern`, with the flag u alone, matches; `allowed` says the pattern in words. */
export function text(pattern: RegExp, allowed: string, defaultValue: string): ValueSchema<string> {
  assert(pattern.flags === 'u', () => `JSON Schema means ${pattern} with the flag u alone`);
  const json = { type: 'string', pattern: pattern.source };
  return leaf(json, allowed, defaultValue, { type: 'is not text', pattern: 'has another form' });
}

/** `schema`, or nothing: absent keys stay absent. */
export function optional<T>(schema: ValueSchema<T>): ValueSchema<T | undefined> {
  return {
    ...schema,
    json: withoutDefault(schema.json),
    defaultValue: () => undefined,
    completed: (value) => (value === undefined ? undefined : schema.completed(value)),
    shown: (value) => (value === undefined ? undefined : schema.shown(value)),
  };
}

/** `schema`, or null. */
export function nullable<T>(schema: ValueSchema<T>): ValueSchema<T | null> {
  const { default: _, type, ...json } = schema.json;
  return {
    ...schema,
    json: { ...json, type: [type, 'null'] },
    allowed: `${schema.allowed}, or null`,
    defaultValue: () => null,
    completed: (value) => (value === null ? null : schema.completed(value)),
    shown: (value) => (value === null ? null : schema.shown(value)),
  };
}

/** `schema`, with one sentence for all that is wrong with it or inside it: the path, and then `wrong` or `missing`. */
export function said<T>(schema: ValueSchema<T>, wrong: string, missing = wrong): ValueSchema<T> {
  const { at: _, ...whole } = schema;
  return {
    ...whole,
    problem: (_broken, _value, path) => `${path}: ${wrong}`,
    missing: (path) => `${path}: ${missing}`,
  };
}

/** Where a secret may be that is not in the file itself. */
export const secretSources = '{"file": PATH}, {"env": NAME} or {"credential": NAME}';

const placeText = { type: 'string', pattern: '^[^\\0]+$' };
/** The same as JSON Schema. */
const secretPlace = {
  type: 'object',
  properties: { file: placeText, env: placeText, credential: placeText },
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
};

/** A text whose value is neither shown nor repeated in errors, and may be elsewhere (secrets.ts). */
export function secret(schema: ValueSchema<string>): ValueSchema<string> {
  const allowed = `${schema.allowed}, or where they stand: ${secretSources}`;
  return {
    ...schema,
    json: { anyOf: [withoutDefault(schema.json), secretPlace] },
    allowed,
    hasSecret: true,
    problem: (_broken, _value, path) => `${path}: the value (hidden) is wrong; allowed: ${allowed}`,
    shown: () => '(hidden)',
  };
}

/** A list of `min` to `max` of `schema`, named by `what`. `standard` is the list where the key is absent. */
export function list<T>(
  schema: ValueSchema<T>,
  standard: () => T[],
  { min, max, what }: { readonly min: number; readonly max: number; readonly what: string },
): ValueSchema<T[]> {
  const lengthAllowed = min === 0 ? `up to ${max} ${what}` : `${min} to ${max} ${what}`;
  return {
    json: { type: 'array', items: schema.json, minItems: min, maxItems: max },
    allowed: `a list of ${lengthAllowed}`,
    hasSecret: schema.hasSecret,
    defaultValue: standard,
    completed: (value) => (value as readonly unknown[]).map((entry) => schema.completed(entry)),
    problem: ({ keyword }, value, path) =>
      keyword === 'type'
        ? `${path}: ${found(value, schema.hasSecret)} is not a list; allowed: a list of ${lengthAllowed}`
        : `${path}: the list has ${(value as readonly unknown[]).length} entries; allowed: ${lengthAllowed}`,
    at: () => schema,
    shown: (value) => value.map((entry) => schema.shown(entry)),
    keys: (path) => schema.keys(`${path}[]`),
  };
}

/** The value of a group with these keys. */
export type ValueOfGroup<K extends Readonly<Record<string, SchemaKey<unknown>>>> = {
  readonly [N in keyof K]: ValueOfSchema<K[N]['schema']>;
};

/** An object with these keys and no others; `former` says what became of keys that earlier releases had. */
export function group<K extends Readonly<Record<string, SchemaKey<unknown>>>>(
  all: K,
  former: Readonly<Record<string, string>> = {},
): ValueSchema<ValueOfGroup<K>> {
  type Value = ValueOfGroup<K>;
  const names = Object.keys(all);
  const hasSecret = Object.values(all).some(({ schema }) => schema.hasSecret);
  const build = (value: (name: string, one: SchemaKey<unknown>) => unknown): Value =>
    Object.fromEntries(names.map((name) => [name, value(name, all[name]!)])) as Value;
  const standard = (): Value => build((_, { schema }) => schema.defaultValue());
  const required = names.filter((name) => all[name]!.isRequired);
  return {
    json: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(all).map(([name, { schema, meaning, isRequired }]) => [
          name,
          { description: meaning, ...(isRequired ? withoutDefault(schema.json) : schema.json) },
        ]),
      ),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    allowed: 'an object',
    hasSecret,
    defaultValue: standard,
    completed: (value) =>
      build((name, { schema }) =>
        Object.hasOwn(value as object, name)
          ? schema.completed((value as Readonly<Record<string, unknown>>)[name])
          : schema.defaultValue(),
      ),
    problem: ({ keyword, params }, value, path) => {
      if (keyword === 'required') {
        const name = String(params['missingProperty']);
        const { schema } = all[name]!;
        const at = pathInside(path, name);
        return schema.missing?.(at) ?? `${at}: is missing; allowed: ${schema.allowed}`;
      }
      if (keyword === 'additionalProperties') {
        const name = String(params['additionalProperty']);
        const at = pathInside(path, name);
        return Object.hasOwn(former, name) ? `${at}: ${former[name]}` : unknownKey(at, name, names);
      }
      const what = found(value, hasSecret);
      return `${path || 'the file'}: ${what} is not an object; allowed: an object with ${names.join(', ')}`;
    },
    at: (name) => all[name]!.schema,
    shown: (value) =>
      build((name, { schema }) => schema.shown((value as Readonly<Record<string, unknown>>)[name])),
    keys: (path) =>
      names.flatMap((name) => {
        const { schema, meaning, isRequired } = all[name]!;
        const key = pathInside(path, name);
        const below = schema.keys(key);
        const value = schema.defaultValue();
        const shown = value === undefined || isRequired ? '' : JSON.stringify(schema.shown(value));
        return below.length > 0 && !key.includes('[]') && !Array.isArray(value)
          ? below
          : [{ key, allowed: schema.allowed, default: Array.isArray(value) ? '' : shown, meaning }, ...below];
      }),
  };
}

/** A value with nothing inside; `faults` completes "VALUE …" for each keyword that it may break. */
function leaf<T, K extends string>(
  json: Readonly<Partial<Record<K, unknown>>>,
  allowed: string,
  defaultValue: T,
  faults: Readonly<Record<NoInfer<K>, string>>,
): ValueSchema<T> {
  return {
    json: { ...json, default: defaultValue },
    allowed,
    hasSecret: false,
    defaultValue: () => defaultValue,
    completed: (value) => value as T,
    problem: ({ keyword }, value, path) =>
      `${path}: ${quoted(value)} ${faults[keyword as K]}; allowed: ${allowed}`,
    shown: (value) => value,
    keys: () => [],
  };
}

/** One object with all `schemas` by their names, none of which must be there: what one check of them is made of. */
export function byName(schemas: Readonly<Record<string, ValueSchema<unknown>>>): ValueSchema<object> {
  return group(Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, key(schema, '')])));
}

/** An object of which only these keys are read; others, as of a later release, are passed over. */
export function open<K extends Readonly<Record<string, SchemaKey<unknown>>>>(
  all: K,
): ValueSchema<ValueOfGroup<K>> {
  const schema = group(all);
  const { additionalProperties: _, ...json } = schema.json;
  return { ...schema, json };
}

/** An object of up to `max` names that are not known before, each with a value of `schema`. */
export function record<T>(schema: ValueSchema<T>, max: number): ValueSchema<Readonly<Record<string, T>>> {
  const json = { type: 'object', maxProperties: max, additionalProperties: withoutDefault(schema.json) };
  const allowed = `an object with up to ${max} names`;
  const isNot = `is not ${allowed}`;
  return leaf(json, allowed, {}, { type: isNot, maxProperties: isNot, additionalProperties: isNot });
}

/** Text, a number, or yes or no. */
export function plain(charactersMax: number): ValueSchema<string | number | boolean> {
  const faults = { type: 'is no plain value', pattern: 'is too long' };
  const json = { type: ['string', 'number', 'boolean'], pattern: upTo(charactersMax).source };
  return leaf<string | number | boolean, keyof typeof faults>(json, 'a plain value', '', faults);
}

/** Text of up to `max` characters of any kind. */
export function anyText(max: number): ValueSchema<string> {
  return text(upTo(max), `a text of up to ${max} characters`, '');
}

function upTo(characters: number): RegExp {
  return new RegExp(`^[^]{0,${characters}}$`, 'u');
}

/** Any JSON: something else checks it. */
export function anything(): ValueSchema<unknown> {
  return leaf({}, 'anything', undefined, {});
}

function withoutDefault({ default: _, ...json }: JsonSchema): JsonSchema {
  return json;
}

/** The value in the place of a list or an object. */
function found(value: unknown, isHidden: boolean): string {
  return isHidden ? 'the value (hidden)' : quoted(value);
}

/** The path of a key; a key with odd characters, which only a mistake can have, is quoted. */
export function pathInside(path: string, name: string): string {
  if (!/^[\w$-]{1,60}$/.test(name)) return `${path}[${quoted(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

function unknownKey(path: string, key: string, names: readonly string[]): string {
  const near = nearest(key, names);
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  return `${path}: unknown key; allowed: ${names.join(', ')}${hint}`;
}

/** The name that a mistyped `word` most likely meant: at most a third of its letters differ. */
function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(word.length, 3) / 3) + 1;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, remove or change (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change));
    }
    previous = current;
  }
  return previous[b.length]!;
}

const shownCharactersMax = 60;

/** A value as an error message repeats it: short, on one line. */
function quoted(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > shownCharactersMax ? `${shown.slice(0, shownCharactersMax)}…` : shown;
}
