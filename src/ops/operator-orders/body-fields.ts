/** The kinds of fields that bodies at the control port have, each with its bounds and the words where it is wrong. */
import type { Cut } from '../../protocol/cut.ts';
import { replicaIdMax, sitesMax } from '../../protocol/limits.ts';
import { cut as cutFields } from '../json/message-fields.ts';
import {
  choice,
  flag,
  group,
  integer,
  key,
  open,
  requiredKey,
  type SchemaKey,
  said,
  text,
  type ValueOfGroup,
  type ValueSchema,
} from '../json/schema.ts';

const strangerLettersMax = 40;

/** A JSON object with these keys; others are refused, or read by the schema of another body. */
export function body<K extends Readonly<Record<string, SchemaKey<unknown>>>>(
  keys: K,
  { hasOthers = false } = {},
): ValueSchema<ValueOfGroup<K>> {
  const schema = hasOthers ? open(keys) : group(keys);
  const known = Object.keys(keys).join(' and ') || 'no keys';
  return {
    ...schema,
    problem: (broken, value, path) => {
      const { keyword, params } = broken;
      if (keyword === 'type') return 'The body must be a JSON object.';
      if (keyword !== 'additionalProperties') return schema.problem(broken, value, path);
      const stranger = String(params['additionalProperty']).slice(0, strangerLettersMax);
      return `${stranger}: unknown key; allowed: ${known}.`;
    },
  };
}

/** The word by which an order to the members is found. */
export function word<const W extends string>(order: W): SchemaKey<W> {
  return requiredKey(choice([order], order), 'which order it is');
}

/** A whole number from `least` on. */
export function count(least: number): ValueSchema<number> {
  return integer(least, Number.MAX_SAFE_INTEGER, least);
}

export function oneOf<const W extends string>(words: readonly W[], standard: NoInfer<W>): ValueSchema<W> {
  return said(choice(words, standard), `is not one of the choices; allowed: ${words.join(', ')}.`);
}

/** Text that `pattern` matches from its first to its last letter; `allowed` says the pattern in words. */
export function letters(pattern: string, wrong: string, allowed: string): ValueSchema<string> {
  return said(text(new RegExp(`^${pattern}$`, 'u'), allowed, ''), `${wrong}; allowed: ${allowed}`);
}

export function digits(length: number, wrong: string): ValueSchema<string> {
  return letters(`[0-9a-f]{${length}}`, wrong, `${length} hexadecimal digits.`);
}

/** The number of a replica, or of a site where a fence command was for one. */
export function replicaNumber(standard: number): ValueSchema<number> {
  const allowed = `allowed: 1 to ${replicaIdMax}`;
  const schema = integer(1, replicaIdMax, standard);
  return said(schema, `is not the number of a replica; ${allowed}`, `missing; ${allowed}`);
}

export const yesOrNo = said(flag(false), 'is neither true nor false.');
export const force = key(yesOrNo, 'goes on although something can be lost');
export const trial = key(yesOrNo, 'asks only whether the order would be accepted');
export const replicaId = requiredKey(replicaNumber(1), 'the replica that it is about');
export const site = requiredKey(
  said(integer(1, sitesMax, 1), `is not the number of a site; allowed: 1 to ${sitesMax}`),
  'the number of a site',
);
export const epoch = requiredKey(
  said(count(1), 'is not the number of an epoch; allowed: 1 or more'),
  'the number of an epoch',
);
export const laterEpoch = requiredKey(
  said(count(2), 'is not the number of a later epoch; allowed: 2 or more'),
  'the number of an epoch that follows another one',
);
export const commandSeq = requiredKey(
  said(count(1), 'is not the sequence number of a command; allowed: 1 and above.'),
  'the command that it is about',
);

export const cut: ValueSchema<Cut> = said(
  cutFields,
  'is not where a generation begins; take it from "cut" in the status of a replica of that generation.',
);
