/**
 * The text of a body or message to a value: JSON in UTF-8, in which a name comes once and every number means what is
 * written. Pure.
 */
import { CoreError } from './refusals.ts';

const nameCharsMax = 60;
/** A number that JSON.parse may round has a point, an exponent or many digits. */
const longNumber = /[:,[\s]-?(?:[0-9]+[.eE]|[0-9]{16})/;
const token = /("(?:[^"\\]|\\.)*")\s*(:)?|[{}]|-?[0-9][0-9.eE+-]*/g;

/** Throws a CoreError. */
export function parseBody(text: string): unknown {
  if (text.includes('\ufffd')) throw new CoreError('malformedJson', {}, 'The body is not UTF-8.');
  return parseJson(text, 'body');
}

/**
 * The value of a JSON text, which an error calls `what`. JSON.parse alone would take the last of two equal names, and
 * the nearest number that it can hold, without a word. Throws a CoreError.
 */
export function parseJson(text: string, what: 'body' | 'message'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CoreError('malformedJson', {}, `The ${what} is not JSON.`);
  }
  if (typeof value !== 'object' || value === null) return value;
  // V8 can give two properties of one name where a name is written with an escape, so keys are not trusted there.
  const isPlain = !text.includes('\\') && colonsIn(text) === flatNamesOf(value);
  if (!isPlain || longNumber.test(text)) readClosely(text);
  return value;
}

/** The names of an object without objects inside; -1 where it has some. */
function flatNamesOf(value: object): number {
  let names = 0;
  for (const name in value) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof field === 'object' && field !== null) return -1;
    names++;
  }
  return names;
}

/** One behind each name of all objects together, and those inside of texts: at least as many as names. */
function colonsIn(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons++;
  return colons;
}

/** Refuses, by its name, what is there twice in one object, and a number that is not what is counted. */
function readClosely(text: string): void {
  const open: Set<string>[] = [];
  let last = '';
  for (const [found, literal, colon] of text.matchAll(token)) {
    if (found === '{') open.push(new Set());
    else if (found === '}') open.pop();
    else if (literal === undefined) refuseRounded(last, found);
    else if (colon !== undefined) {
      last = JSON.parse(literal) as string;
      const names = open.at(-1);
      if (names?.has(last) === true) throw invalid(last, 'is there twice: send it once');
      names?.add(last);
    }
  }
}

function refuseRounded(name: string, written: string): void {
  const counted = String(Number(written));
  if (digitsOf(written) !== digitsOf(counted))
    throw invalid(name, `is ${written.slice(0, nameCharsMax)}, of which only ${counted} could be held`);
}

/** The digits that count and the power of ten of the last of them: equal for all ways to write one number. */
function digitsOf(number: string): string {
  const [mantissa = '', exponent = '0'] = number.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const counting = digits.replace(/0+$/, '');
  return counting === ''
    ? '0'
    : `${counting}e${Number(exponent) - fraction.length + digits.length - counting.length}`;
}

function invalid(name: string, what: string): CoreError {
  return new CoreError(
    'invalidField',
    { field: name },
    `${JSON.stringify(name.slice(0, nameCharsMax))} ${what}.`,
  );
}
