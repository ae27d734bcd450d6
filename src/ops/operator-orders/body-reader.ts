/**
 * Reads a body at the control port as order-bodies.ts declares it, with the check that Ajv made of that beforehand.
 * Pure: gives the value, with the defaults of absent keys, or one sentence that says what is wrong.
 */
import { problemIn } from '../json/made-check.ts';
import type { ValueSchema } from '../json/schema.ts';
import { validate } from './generated/body-check.ts';
import { type BodyName, type BodyOf, bodies } from './order-bodies.ts';

/** An absent body has no keys. Where several keys are wrong, the sentence is about the first in the declaration. */
export function readBody<N extends BodyName>(name: N, json: unknown): BodyOf<N> | string {
  const schema = bodies[name] as ValueSchema<unknown>;
  const given = json ?? {};
  return problemIn(validate, schema, name, given) ?? (schema.completed(given) as BodyOf<N>);
}
