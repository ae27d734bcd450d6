/**
 * What a check found that Ajv made beforehand (testing/made-check-file.ts), in the words of the schema. So no process
 * loads Ajv or compiles a schema when it starts.
 */
import { type BrokenKeyword, pathInside, type ValueSchema } from './schema.ts';

/** A keyword that a value breaks, and where that value is. */
export interface KeywordError extends BrokenKeyword {
  readonly instancePath: string;
}

export interface MadeCheck {
  (json: unknown): boolean;
  readonly errors?: readonly KeywordError[] | null;
}

/** The words of the schema at the place of an error. */
export function problemOf(error: KeywordError, root: ValueSchema<unknown>, json: unknown): string {
  let schema = root;
  let value = json;
  let path = '';
  for (const step of error.instancePath.split('/').slice(1)) {
    if (schema.at === undefined) break;
    schema = schema.at(step);
    path = Array.isArray(value) ? `${path}[${step}]` : pathInside(path, step);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return schema.problem(error, value, path);
}
