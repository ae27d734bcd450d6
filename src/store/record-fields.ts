/**
 * The places of fields that follow each other: words in a record, bits in a word. What does not fit is refused.
 */
import { assert } from '../std/assert.ts';

/** Fields of 32-bit words: where each begins, and how many words there are. */
export interface RecordWords<F extends string> {
  readonly words: number;
  readonly at: Readonly<Record<F, number>>;
}

/** Places the fields, of so many words each, one behind the other; together they fill `words` to the last. */
export function wordsOf<F extends string>(
  words: number,
  fields: Readonly<Record<F, number>>,
): RecordWords<F> {
  const at = {} as Record<F, number>;
  let next = 0;
  for (const [field, size] of entriesOf(fields)) {
    assert(
      size !== 2 || next % 2 === 0,
      `the number of 64 bits ${field} begins at an even word, not at ${next}`,
    );
    at[field] = next;
    next += size;
  }
  assert(next === words, `the fields fill the ${words} words of a record; they have ${next}`);
  return { words, at };
}

/** Fields of bits: the first bit of each, and a mask as wide as it is. */
export interface Bits<F extends string> {
  readonly first: Readonly<Record<F, number>>;
  readonly mask: Readonly<Record<F, number>>;
  /** Whether each field of a word holds one of its values. */
  readonly isSound: (word: number) => boolean;
}

/** So many bits, and the values that they may hold; a flag has one bit. */
type BitField = readonly [bits: number, values?: Readonly<Record<string, number>>];

const flag = { no: 0, yes: 1 };

/** Places the fields one behind the other in a word, the first one in its lowest bits. */
export function bitsOf<F extends string>(fields: Readonly<Record<F, BitField>>): Bits<F> {
  const first = {} as Record<F, number>;
  const mask = {} as Record<F, number>;
  const places: { first: number; mask: number; isValue: Uint8Array }[] = [];
  let next = 0;
  for (const [field, [bits, values = flag]] of entriesOf(fields)) {
    const isValue = new Uint8Array(2 ** bits);
    for (const [name, value] of Object.entries(values)) {
      assert(value < 2 ** bits, `${field} has ${bits} bits, too few for ${name} (${value})`);
      isValue[value] = 1;
    }
    first[field] = next;
    mask[field] = 2 ** bits - 1;
    places.push({ first: next, mask: mask[field], isValue });
    next += bits;
  }
  assert(next <= 31, `the fields fit a word of 31 bits; they have ${next}`);
  const isSound = (word: number): boolean =>
    places.every((place) => place.isValue[(word >>> place.first) & place.mask] === 1);
  return { first, mask, isSound };
}

function entriesOf<F extends string, V>(fields: Readonly<Record<F, V>>): [F, V][] {
  return Object.entries(fields) as [F, V][];
}
