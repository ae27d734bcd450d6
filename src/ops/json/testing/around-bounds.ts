/** Tries a check with values around the bounds of its schema, and with keys that it does not know. */
import fc from 'fast-check';
import type { JsonSchema } from '../schema.ts';

const seed = 1;

/** Calls `test` with JSON that differs from what `schema` allows in one place at a time, or not at all. */
export function tryAroundBounds(schema: JsonSchema, test: (json: unknown) => void): void {
  const walk = (json: JsonSchema, around: (value: unknown) => unknown): void => {
    for (const value of valuesOf(json)) test(around(value));
    const { properties = {}, items } = json as Record<'properties' | 'items', JsonSchema | undefined>;
    for (const [name, inner] of Object.entries(properties)) {
      const { [name]: _, ...others } = aGood(json) as Readonly<Record<string, unknown>>;
      test(around(others));
      walk(inner as JsonSchema, (value) => around({ ...others, [name]: value }));
      walk({}, (value) => around({ ...(aGood(json) as object), [`${name}x`]: value }));
    }
    if (items !== undefined) walk(items, (value) => around([value]));
  };
  walk(schema, (value) => value);
}

function valuesOf(json: JsonSchema): unknown[] {
  const { minimum, exclusiveMinimum, maximum, enum: words, items, minItems, maxItems } = json;
  const odd = [null, true, 0, -1, 1.5, '', 'odd', [], {}, 'a'.repeat(5_000), 'ab'.repeat(32), '10.0.0.1'];
  const bounds = [minimum, exclusiveMinimum, maximum].filter((bound) => bound !== undefined);
  const lengths = Number(maxItems) <= 1_000 ? [minItems, maxItems, Number(maxItems) + 1] : [];
  return [
    ...odd,
    ...bounds.flatMap((bound) => [bound, Number(bound) - 1, Number(bound) + 1, String(bound)]),
    ...(Array.isArray(words) ? [...words, 'disc'] : []),
    ...lengths.map((n) => Array.from({ length: Number(n) }, () => aGood(items))),
    aGood(json),
  ];
}

/** What fits a schema, with nothing in it that may be left out. */
function aGood(json: unknown): unknown {
  const {
    type: types,
    minimum,
    required = [],
    properties = {},
    minItems,
    items,
    pattern,
    anyOf,
    enum: words,
  } = json as {
    type?: string | readonly string[];
    minimum?: number;
    required?: readonly string[];
    properties?: Record<string, unknown>;
    minItems?: number;
    items?: unknown;
    pattern?: string;
    anyOf?: readonly unknown[];
    enum?: readonly unknown[];
  };
  const [type] = [types ?? []].flat();
  if (anyOf !== undefined) return aGood(anyOf[0]);
  if (words !== undefined) return words[0];
  if (type === 'object') return Object.fromEntries(required.map((name) => [name, aGood(properties[name])]));
  if (type === 'array') return Array.from({ length: minItems ?? 0 }, () => aGood(items));
  if (type === 'integer') return minimum;
  if (type === 'number') return 1;
  if (type === 'boolean') return true;
  return pattern === undefined ? undefined : textLike(new RegExp(pattern, 'u'));
}

/** Fast-check makes no text for a pattern that looks ahead: for such there are the texts that come first, or none. */
function textLike(pattern: RegExp): unknown {
  const known = ['ab'.repeat(32), 'https://s3.example.com', 'example.com', '10.0.0.0/8'];
  const found = known.find((text) => pattern.test(text));
  if (found !== undefined || pattern.source.includes('(?!')) return found;
  return fc.sample(fc.stringMatching(pattern), { seed, numRuns: 1 })[0];
}
