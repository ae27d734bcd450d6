/**
 * A small schema for configuration files: each schema knows its default, what it allows in words, and reads unknown
 * JSON. Reading never stops at the first problem; every problem names its key by its path and says what is allowed.
 */

import { assert } from '../../std/assert.ts';

/** What a schema found wrong, one sentence each. */
export type Problems = string[];

/** One kind of value. `T` is what it gives when it is right, and always what its default is. */
export interface ValueSchema<T> {
  /** What is allowed, in words: the end of every error message. */
  readonly allowed: string;
  /** Whether it may hold a secret: then no error repeats what was found in its place. */
  readonly hasSecret: boolean;
  /** The value where the key is absent. A fresh copy each time. */
  defaultValue(): T;
  /** Reads `value`; on a problem it reports and gives the default, so that reading can go on. */
  read(value: unknown, path: string, problems: Problems): T;
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
  const allowed = `${min} to ${max}`;
  const json = { type: 'integer', minimum: min, maximum: max };
  return leaf(json, allowed, defaultValue, (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? undefined
      : typeof value === 'number' && Number.isSafeInteger(value) && what === 'a whole number'
        ? 'is out of range'
        : `is not ${what}`,
  );
}

/** A TCP or UDP port. */
export function port(defaultValue: number): ValueSchema<number> {
  return integer(1, 65_535, defaultValue, 'a port');
}

/** Yes or no. */
export function flag(defaultValue: boolean): ValueSchema<boolean> {
  return leaf({ type: 'boolean' }, 'true, false', defaultValue, (value) =>
    typeof value === 'boolean' ? undefined : 'is neither true nor false',
  );
}

/** One word of a list. */
export function choice<const W extends string>(
  words: readonly W[],
  defaultValue: NoInfer<W>,
): ValueSchema<W> {
  return leaf<W>({ enum: words }, words.join(', '), defaultValue, (value) =>
    (words as readonly unknown[]).includes(value) ? undefined : `is not one of the choices`,
  );
}

/** Text that `pattern`, with the flag u alone, matches; `allowed` says the pattern in words. */
export function text(pattern: RegExp, allowed: string, defaultValue: string): ValueSchema<string> {
  assert(pattern.flags === 'u', () => `JSON Schema means ${pattern} with the flag u alone`);
  return leaf({ type: 'string', pattern: pattern.source }, allowed, defaultValue, (value) =>
    typeof value !== 'string' ? 'is not text' : pattern.test(value) ? undefined : 'has another form',
  );
}

/** `schema`, or nothing: absent keys stay absent. */
export function optional<T>(schema: ValueSchema<T>): ValueSchema<T | undefined> {
  return {
    json: withoutDefault(schema.json),
    allowed: schema.allowed,
    hasSecret: schema.hasSecret,
    defaultValue: () => undefined,
    read: (value, path, problems) => (value === undefined ? undefined : schema.read(value, path, problems)),
    shown: (value) => (value === undefined ? undefined : schema.shown(value)),
    keys: (path) => schema.keys(path),
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

/** `schema`, whose value is neither shown nor repeated in errors, and may be elsewhere (secrets.ts). */
export function secret<T>(schema: ValueSchema<T>): ValueSchema<T> {
  const allowed = `${schema.allowed}, or where they stand: ${secretSources}`;
  return {
    json: { anyOf: [withoutDefault(schema.json), secretPlace] },
    allowed,
    hasSecret: true,
    defaultValue: () => schema.defaultValue(),
    read: (value, path, problems) => {
      const found: Problems = [];
      const result = schema.read(value, path, found);
      if (found.length > 0) problems.push(`${path}: the value (hidden) is wrong; allowed: ${allowed}`);
      return result;
    },
    shown: (value) => (value === undefined ? undefined : '(hidden)'),
    keys: (path) => schema.keys(path),
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
    read: (value, path, problems) => {
      if (!Array.isArray(value)) {
        problems.push(
          `${path}: ${found(value, schema.hasSecret)} is not a list; allowed: a list of ${lengthAllowed}`,
        );
        return standard();
      }
      if (value.length < min || value.length > max) {
        problems.push(`${path}: the list has ${value.length} entries; allowed: ${lengthAllowed}`);
      }
      return value.map((entry, at) => schema.read(entry, `${path}[${at}]`, problems));
    },
    shown: (value) => value.map((entry) => schema.shown(entry)),
    keys: (path) => schema.keys(`${path}[]`),
  };
}

/** An object with these keys and no others; `former` says what became of keys that earlier releases had. */
export function group<K extends Readonly<Record<string, SchemaKey<unknown>>>>(
  all: K,
  former: Readonly<Record<string, string>> = {},
): ValueSchema<{ readonly [N in keyof K]: ValueOfSchema<K[N]['schema']> }> {
  type Value = { readonly [N in keyof K]: ValueOfSchema<K[N]['schema']> };
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
    read: (value, path, problems) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        problems.push(
          `${path || 'the file'}: ${found(value, hasSecret)} is not an object; allowed: an object with ${names.join(', ')}`,
        );
        return standard();
      }
      const given = value as Readonly<Record<string, unknown>>;
      for (const key of Object.keys(given)) {
        if (names.includes(key)) continue;
        const text = Object.hasOwn(former, key) ? former[key] : undefined;
        const at = inside(path, key);
        problems.push(text === undefined ? unknownKey(at, key, names) : `${at}: ${text}`);
      }
      return build((name, { schema, isRequired }) => {
        if (Object.hasOwn(given, name)) return schema.read(given[name], inside(path, name), problems);
        if (isRequired) problems.push(`${inside(path, name)}: is missing; allowed: ${schema.allowed}`);
        return schema.defaultValue();
      });
    },
    shown: (value) =>
      build((name, { schema }) => schema.shown((value as Readonly<Record<string, unknown>>)[name])),
    keys: (path) =>
      names.flatMap((name) => {
        const { schema, meaning, isRequired } = all[name]!;
        const key = inside(path, name);
        const below = schema.keys(key);
        const value = schema.defaultValue();
        const shown = value === undefined || isRequired ? '' : JSON.stringify(schema.shown(value));
        return below.length > 0 && !key.includes('[]') && !Array.isArray(value)
          ? below
          : [{ key, allowed: schema.allowed, default: Array.isArray(value) ? '' : shown, meaning }, ...below];
      }),
  };
}

function leaf<T>(
  json: JsonSchema,
  allowed: string,
  defaultValue: T,
  fault: (value: unknown) => string | undefined,
): ValueSchema<T> {
  return {
    json: { ...json, default: defaultValue },
    allowed,
    hasSecret: false,
    defaultValue: () => defaultValue,
    read: (value, path, problems) => {
      const what = fault(value);
      if (what === undefined) return value as T;
      problems.push(`${path}: ${quoted(value)} ${what}; allowed: ${allowed}`);
      return defaultValue;
    },
    shown: (value) => value,
    keys: () => [],
  };
}

function withoutDefault({ default: _, ...json }: JsonSchema): JsonSchema {
  return json;
}

/** The value in the place of a list or an object. */
function found(value: unknown, isHidden: boolean): string {
  return isHidden ? 'the value (hidden)' : quoted(value);
}

/** The path of a key; one with odd characters, which only a mistake can have, is quoted. */
function inside(path: string, name: string): string {
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
