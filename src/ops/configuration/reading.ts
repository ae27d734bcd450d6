/**
 * Reads `lockstep.json`: Ajv checks it by the schema that is published, with code that Ajv made of it
 * beforehand (testing/schema-files.ts), so that no start loads Ajv or compiles a schema. All problems come at once, in
 * the words of schema.ts.
 */
import { type ConfigurationFile, configurationSchema } from './configuration.ts';
import { type KeywordError, validate } from './generated/file-check.ts';
import { checkRelations } from './relations.ts';
import { standardReplicas } from './replicas.ts';
import { type Problems, pathInside, type ValueSchema } from './schema.ts';

/** Reads parsed JSON; problems of single keys, and where there are none those between keys. */
export function readConfiguration(json: unknown): { configuration: ConfigurationFile; problems: Problems } {
  const problems: Problems = [];
  const configuration = readKeysOfFile(fillReplicas(json), problems);
  if (problems.length === 0) checkRelations(configuration, problems);
  return { configuration, problems };
}

/** Reads each key by itself; where one is wrong all have their defaults. */
export function readKeysOfFile(json: unknown, problems: Problems): ConfigurationFile {
  if (validate(json)) return configurationSchema.completed(json);
  for (const error of validate.errors ?? []) problems.push(problemOf(error, json));
  return configurationSchema.defaultValue();
}

/** The words of the schema at the place of an error. */
function problemOf(error: KeywordError, json: unknown): string {
  let schema: ValueSchema<unknown> = configurationSchema;
  let value = json;
  let path = '';
  for (const step of error.instancePath.split('/').slice(1)) {
    schema = schema.at(step);
    path = Array.isArray(value) ? `${path}[${step}]` : pathInside(path, step);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return schema.problem(error, value, path);
}

/** Entries of `replicas` get the defaults of their place: `"replicas": [{}, {}, {}]` is the default cluster. */
function fillReplicas(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('replicas' in json) || !Array.isArray(json.replicas)) {
    return json;
  }
  const standard = standardReplicas(json.replicas.length);
  const replicas = json.replicas.map((entry: unknown, at) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? { ...standard[at], ...entry }
      : entry,
  );
  return { ...json, replicas };
}
