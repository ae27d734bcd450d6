/**
 * A small schema for configuration files: each shape knows its default, what it allows in words, and reads unknown
 * JSON. Reading never stops at the first problem; every problem names its key by its path and says what is allowed.
 */

/** What a shape found wrong, one sentence each. */
export type Problems = string[];

/** One kind of value. `T` is what it gives when it is right, and always what its default is. */
export interface Shape<T> {
  /** What is allowed, in words: the end of every error message. */
  readonly allowed: string;
  /** Whether a secret may stand in it: then no error repeats what was found in its place. */
  readonly hasSecret: boolean;
  /** The value where the key is absent. A fresh copy each time. */
  defaultValue(): T;
  /** Reads `value`; on a problem it reports and gives the default, so that reading can go on. */
  read(value: unknown, path: string, problems: Problems): T;
  /** The value for showing: secrets are replaced by a word. */
  shown(value: T): unknown;
  /** The keys inside, for the table of all keys; a leaf gives none. */
  keys(path: string): readonly KeyRow[];
}

/** One row of the table of all keys. */
export interface KeyRow {
  readonly key: string;
  readonly allowed: string;
  readonly default: string;
  readonly meaning: string;
}

/** A key of a group: its shape and what it means. */
export interface Field<T> {
  readonly shape: Shape<T>;
  readonly meaning: string;
  /** There is no sound default: where the key is absent, that is a problem. */
  readonly isRequired: boolean;
}

/** The value that a shape gives. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

export function field<T>(shape: Shape<T>, meaning: string): Field<T> {
  return { shape, meaning, isRequired: false };
}

/** A key that must be given. */
export function requiredField<T>(shape: Shape<T>, meaning: string): Field<T> {
  return { shape, meaning, isRequired: true };
}

/** A whole number from `min` to `max`. `what` names it in errors (`a port`). */
export function integer(
  min: number,
  max: number,
  defaultValue: number,
  what = 'a whole number',
): Shape<number> {
  const allowed = `${min} to ${max}`;
  return leaf(allowed, defaultValue, (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? undefined
      : typeof value === 'number' && Number.isSafeInteger(value) && what === 'a whole number'
        ? 'is out of range'
        : `is not ${what}`,
  );
}

/** A TCP or UDP port. */
export function port(defaultValue: number): Shape<number> {
  return integer(1, 65_535, defaultValue, 'a port');
}

/** One word of a list. */
export function choice<const W extends string>(words: readonly W[], defaultValue: NoInfer<W>): Shape<W> {
  return leaf<W>(words.join(', '), defaultValue, (value) =>
    (words as readonly unknown[]).includes(value) ? undefined : `is not one of the choices`,
  );
}

/** Text that `pattern` matches; `allowed` says the pattern in words. */
export function text(pattern: RegExp, allowed: string, defaultValue: string): Shape<string> {
  return leaf(allowed, defaultValue, (value) =>
    typeof value !== 'string' ? 'is not text' : pattern.test(value) ? undefined : 'has another form',
  );
}

/** `shape`, or nothing: absent keys stay absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    allowed: shape.allowed,
    hasSecret: shape.hasSecret,
    defaultValue: () => undefined,
    read: (value, path, problems) => (value === undefined ? undefined : shape.read(value, path, problems)),
    shown: (value) => (value === undefined ? undefined : shape.shown(value)),
    keys: (path) => shape.keys(path),
  };
}

/** `shape`, whose value is neither shown nor repeated in errors. */
export function secret<T>(shape: Shape<T>): Shape<T> {
  return {
    allowed: shape.allowed,
    hasSecret: true,
    defaultValue: () => shape.defaultValue(),
    read: (value, path, problems) => {
      const found: Problems = [];
      const result = shape.read(value, path, found);
      if (found.length > 0) problems.push(`${path}: the value (hidden) is wrong; allowed: ${shape.allowed}`);
      return result;
    },
    shown: (value) => (value === undefined ? undefined : '(hidden)'),
    keys: (path) => shape.keys(path),
  };
}

/** A list of `shape`, with the lengths that `lengthIsGood` accepts. `standard` is the list where the key is absent. */
export function list<T>(
  shape: Shape<T>,
  standard: () => T[],
  lengthIsGood: (length: number) => boolean,
  lengthAllowed: string,
): Shape<T[]> {
  return {
    allowed: `a list of ${lengthAllowed}`,
    hasSecret: shape.hasSecret,
    defaultValue: standard,
    read: (value, path, problems) => {
      if (!Array.isArray(value)) {
        problems.push(
          `${path}: ${found(value, shape.hasSecret)} is not a list; allowed: a list of ${lengthAllowed}`,
        );
        return standard();
      }
      if (!lengthIsGood(value.length)) {
        problems.push(`${path}: the list has ${value.length} entries; allowed: ${lengthAllowed}`);
      }
      return value.map((entry, at) => shape.read(entry, `${path}[${at}]`, problems));
    },
    shown: (value) => value.map((entry) => shape.shown(entry)),
    keys: (path) => shape.keys(`${path}[]`),
  };
}

/** An object with these keys and no others. */
export function group<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
): Shape<{ readonly [K in keyof F]: ValueOf<F[K]['shape']> }> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]['shape']> };
  const names = Object.keys(fields);
  const hasSecret = Object.values(fields).some(({ shape }) => shape.hasSecret);
  const build = (value: (name: string, field: Field<unknown>) => unknown): Value =>
    Object.fromEntries(names.map((name) => [name, value(name, fields[name]!)])) as Value;
  const standard = (): Value => build((_, { shape }) => shape.defaultValue());
  return {
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
        if (!names.includes(key)) problems.push(unknownKey(inside(path, key), key, names));
      }
      return build((name, { shape, isRequired }) => {
        if (Object.hasOwn(given, name)) return shape.read(given[name], inside(path, name), problems);
        if (isRequired) problems.push(`${inside(path, name)}: is missing; allowed: ${shape.allowed}`);
        return shape.defaultValue();
      });
    },
    shown: (value) =>
      build((name, { shape }) => shape.shown((value as Readonly<Record<string, unknown>>)[name])),
    keys: (path) =>
      names.flatMap((name) => {
        const { shape, meaning, isRequired } = fields[name]!;
        const key = inside(path, name);
        const below = shape.keys(key);
        const value = shape.defaultValue();
        const shown = value === undefined || isRequired ? '' : JSON.stringify(shape.shown(value));
        return below.length > 0 && !key.includes('[]') && !Array.isArray(value)
          ? below
          : [{ key, allowed: shape.allowed, default: Array.isArray(value) ? '' : shown, meaning }, ...below];
      }),
  };
}

function leaf<T>(allowed: string, defaultValue: T, fault: (value: unknown) => string | undefined): Shape<T> {
  return {
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

/** What stands where a list or an object should. */
function found(value: unknown, isHidden: boolean): string {
  return isHidden ? 'the value (hidden)' : quoted(value);
}

/** The path of a key; one with odd characters, which only a mistake can have, stands in quotes. */
function inside(path: string, name: string): string {
  if (!/^[\w-]{1,60}$/.test(name)) return `${path}[${quoted(name)}]`;
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
