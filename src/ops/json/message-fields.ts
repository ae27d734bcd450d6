/** Fields of what processes of the cluster say to each other, as report-schemas.ts and those like it declare it. */
import { type Cut, cutTermsMax } from '../../protocol/cut.ts';
import {
  amount,
  anyText,
  choice,
  integer,
  key,
  list,
  open,
  optional,
  requiredKey,
  type SchemaKey,
  type ValueSchema,
} from './schema.ts';

/** A message as a whole is bounded by its bytes, where it is received. */
const charactersMax = 65_536;

/** A whole number from 0 on: a count, an id, a term, a time. */
export const count = integer(0, Number.MAX_SAFE_INTEGER, 0);
/** An amount from 0 on, such as a time in parts of a millisecond. */
export const some = amount({}, 0);
export const words = anyText(charactersMax);

/** A field that is there; `meaning` for its reader. */
export function must<T>(schema: ValueSchema<T>, meaning = ''): SchemaKey<T> {
  return requiredKey(schema, meaning);
}

/** A field that may be absent. */
export function may<T>(schema: ValueSchema<T>, meaning = ''): SchemaKey<T | undefined> {
  return key(optional(schema), meaning);
}

export function several<T>(schema: ValueSchema<T>, max: number): ValueSchema<T[]> {
  return list(schema, () => [], { min: 0, max, what: 'entries' });
}

/** Where a generation was cut off from the one before it. */
export const cut: ValueSchema<Cut> = open({
  epoch: must(count, 'the epoch that began with it'),
  index: must(count, 'the last frame before it'),
  term: must(count, 'the term of that frame'),
  seq: must(count, 'the last command before it'),
  timeUs: must(count, 'the time of that command'),
  terms: must(
    list(open({ term: must(count, 'a term'), index: must(count, 'its first frame') }), () => [], {
      min: 0,
      max: cutTermsMax,
      what: 'terms',
    }),
    'the newest terms before it',
  ),
});

/** What a word of a list may be: one of these alone (`knownWord`), or a later release's too (`word` of schema.ts). */
export type WordKind = <W extends string>(words: readonly W[]) => ValueSchema<W>;

export function knownWord<W extends string>(words: readonly W[]): ValueSchema<W> {
  return choice(words, words[0]!);
}
