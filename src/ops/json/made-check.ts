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

/**
 * What is wrong with `json` by the schema called `name`, one of those that the check was made of (byName): a sentence,
 * of several the one whose key is declared first. Undefined where nothing is wrong.
 */
export function problemIn(
  validate: MadeCheck,
  schema: ValueSchema<unknown>,
  name: string,
  json: unknown,
): string | undefined {
  if (json !== undefined && validate({ [name]: json })) return undefined;
  const keys = Object.keys((schema.json['properties'] ?? {}) as object);
  const found = (json === undefined ? [] : (validate.errors ?? [])).map((error) => {
    const instancePath = error.instancePath.slice(name.length + 1);
    const key = instancePath.split('/')[1] ?? error.params['missingProperty'];
    return { error: { ...error, instancePath }, place: keys.indexOf(String(key)) };
  });
  const [first] = found.toSorted((a, b) => a.place - b.place);
  return first === undefined ? 'it holds nothing' : problemOf(first.error, schema, json);
}
