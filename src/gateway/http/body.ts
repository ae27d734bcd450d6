/** The text of a body to a value: JSON in UTF-8, in which no name stands twice. Pure. */
import { RequestError } from './errors.ts';

const quoteCode = 0x22;
const backslashCode = 0x5c;
const colonCode = 0x3a;

/** Throws a RequestError (400). JSON.parse alone would take the last of two equal names without a word. */
export function parseBody(text: string): unknown {
  if (text.includes('\ufffd')) throw new RequestError('malformedJson', {}, 'The body is not UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestError('malformedJson');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // V8 can give two properties of one name where a name is written with an escape, so keys are not trusted there.
  const isPlain = !text.includes('\\');
  if (!isPlain || namesIn(text) !== Object.keys(value).length) refuseRepeatedName(text, value);
  return value;
}

/** The colons outside of texts: as many as names, in all objects together. */
function namesIn(text: string): number {
  let names = 0;
  let isInText = false;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code === quoteCode) isInText = !isInText;
    else if (isInText && code === backslashCode) n++;
    else if (code === colonCode && !isInText) names++;
  }
  return names;
}

/** No field of a body is an object, so one with objects inside is refused by its shape. */
function refuseRepeatedName(text: string, value: object): void {
  if (Object.values(value).some((field) => typeof field === 'object' && field !== null)) return;
  const seen = new Set<string>();
  for (const [, literal = '""', colon] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*(:)?/g)) {
    if (colon === undefined) continue;
    const name = JSON.parse(literal) as string;
    if (seen.has(name)) {
      const shown = JSON.stringify(name.slice(0, 60));
      throw new RequestError('invalidField', { field: name }, `${shown} is there twice: send it once.`);
    }
    seen.add(name);
  }
}
