/** Fuzzes bodies: objects whose names are written in many ways, some of them twice, and texts that are nearly JSON. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { parseBody } from './body.ts';
import { RequestError } from './refusals.ts';

const names = ['a', 'side', '', '"', '\\', ':', '","x":', '__proto__', 'é', '\u2028'];
const values = ['1', 'null', '"x"', '":"', '"\\":"', '"a\\\\"'];

function run(random: Random): void {
  const used = Array.from({ length: random.below(5) }, () => random.pick(names));
  const pairs = used.map((name) => `${written(random, name)} : ${random.pick(values)}`);
  const text = `{${pairs.join(' ,')}}`;
  const isRepeated = new Set(used).size < used.length;
  const refused = refusalOf(text);
  assert.equal(refused?.code, isRepeated ? 'invalidField' : undefined, text);
  if (refused !== undefined) assert.ok(used.includes(refused.details.field ?? 'none'), text);
  else assert.deepEqual(parseBody(text), JSON.parse(text));

  const spoiled = random.chance(0.2) ? oddText(random) : mutatedText(random, text);
  const why = refusalOf(spoiled);
  if (why === undefined) assert.deepEqual(parseBody(spoiled), JSON.parse(spoiled));
  else assert.ok(why.code === 'malformedJson' || why.code === 'invalidField', spoiled);
}

/** A name as JSON can write it: plain, or with any of its characters as a number. */
function written(random: Random, name: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const units = [...name].map((unit) =>
    random.chance(0.3) ? escaped(unit) : JSON.stringify(unit).slice(1, -1),
  );
  return `"${units.join('')}"`;
}

function refusalOf(text: string): RequestError | undefined {
  try {
    parseBody(text);
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

export const bodyFuzzer: Fuzzer = {
  name: 'gateway-bodies',
  property:
    'A body is what JSON.parse gives, or refused; and refused where a name of an object is there twice.',
  casesInTests: 3_000,
  run,
};
