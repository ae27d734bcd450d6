/**
 * Reads `lockstep.json`: Ajv checks it by the schema that is published, with code that Ajv made of it beforehand. All
 * problems come at once, in the words of the schema (json/schema.ts).
 */

import { problemOf } from '../json/made-check.ts';
import type { Problems } from '../json/schema.ts';
import { type ConfigurationFile, configurationSchema } from './configuration.ts';
import { validate } from './generated/file-check.ts';
import { checkRelations } from './relations.ts';
import { standardReplicas } from './replicas.ts';

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
  for (const error of validate.errors ?? []) problems.push(problemOf(error, configurationSchema, json));
  return configurationSchema.defaultValue();
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
