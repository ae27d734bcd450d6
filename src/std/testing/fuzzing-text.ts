/** How good text and good JSON are spoiled: the part of fuzzing that is about what people and their programs write. */
import type { Random } from '../random.ts';
import { rangeIn } from './fuzzing.ts';

const oddTexts = [
  '',
  ' ',
  '\0',
  '\t',
  '\r\n',
  '\u{feff}',
  '\u{e9}',
  '\u{1f4a5}',
  '\ud800',
  '"',
  '\\',
  ',',
  '{',
  '[',
  '-',
  '.',
  '0',
  '00',
  '1e9',
  'NaN',
  'null',
  '-1',
  '0x10',
  '9007199254740993',
  '99999999999999999999999999',
  '__proto__',
  'constructor',
  'toString',
] as const;

const oddNumbers = [
  0,
  -0,
  -1,
  0.5,
  1,
  255,
  256,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 40,
  2 ** 53,
  1e21,
  1e308,
  -1e-7,
];

/** A text that hardly any reader expects. */
export function oddText(random: Random): string {
  const text = random.pick(oddTexts);
  return random.chance(0.1) ? text.repeat(random.below(300)) : text;
}

/** `good` after one to three changes: characters removed, repeated, replaced or added. */
export function mutatedText(random: Random, good: string): string {
  let text = good;
  for (let changes = random.between(1, 3); changes > 0; changes--) {
    const [from, to] = rangeIn(random, text.length);
    const middle = random.pick([
      '',
      text.slice(from, to).repeat(2),
      oddText(random),
      text.slice(from, to + 1),
    ]);
    text = text.slice(0, from) + middle + text.slice(to);
  }
  return text;
}

/** A value of JSON near `good`: with other values, keys and shapes in one place or several. */
export function mutatedJson(random: Random, good: unknown): unknown {
  let value = good;
  for (let changes = random.between(1, 3); changes > 0; changes--) value = changed(random, value);
  return value;
}

function changed(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return oddJson(random, value);
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = random.below(list.length + 1);
    switch (random.below(4)) {
      case 0:
        list.splice(at, 1);
        return list;
      case 1:
        list.splice(at, 0, ...list.slice(0, random.below(4)), oddJson(random, list[0]));
        return list;
      default:
        if (at < list.length) list[at] = changed(random, list[at]);
        return list;
    }
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const entry = entries[at];
  switch (random.below(4)) {
    case 0:
      entries.splice(at, 1);
      break;
    case 1:
      entries.push([
        random.chance(0.5) ? oddText(random) : mutatedText(random, entry?.[0] ?? 'x'),
        entry?.[1],
      ]);
      break;
    default:
      if (entry !== undefined) entries[at] = [entry[0], changed(random, entry[1])];
  }
  // Own properties, whatever their names: `__proto__` too.
  return Object.fromEntries(entries);
}

function oddJson(random: Random, value: unknown): unknown {
  switch (random.below(8)) {
    case 0:
      return random.pick([null, true, false]);
    case 1:
      return random.pick([[], {}, [value], { value }, { toJSON: value }]);
    case 2:
      // Three changes may nest one in the other, and JSON.stringify overflows its stack at some 7,000.
      return nested(random.pick([3, 100, 1500]), random.chance(0.5) ? { toJSON: 1 } : value);
    case 3:
      return oddText(random);
    case 4:
      return mutatedText(random, typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    case 5:
      return typeof value === 'number' ? value + random.pick([1, -1, 0.5, 2 ** 53]) : 1;
    default:
      return random.pick(oddNumbers);
  }
}

function nested(depth: number, value: unknown): unknown {
  let list = value;
  for (let n = 0; n < depth; n++) list = [list];
  return list;
}
