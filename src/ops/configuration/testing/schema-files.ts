/**
 * The files that are made from the keys of `lockstep.json`: the published schema, and the check that Ajv makes of it.
 * It is made beforehand so that no process has to load Ajv and compile the schema when it starts.
 */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { publishedSchema, schemaFileName } from '../configuration.ts';
import type { JsonSchema } from '../schema.ts';

const checkFileName = 'src/ops/configuration/generated/file-check.ts';

const head = `// @ts-nocheck
// Made by Ajv from the keys of lockstep.json: npm test -- src/ops/configuration/schema-files.test.ts --rewrite

export interface KeywordError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export const validate: {
  (json: unknown): boolean;
  readonly errors?: readonly KeywordError[] | null;
} = validateFile;
`;

/** Their texts, by their paths in the project. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const published = publishedSchema();
  const ajv = new Ajv({
    allErrors: true,
    inlineRefs: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  const code = standalone.default(ajv, ajv.compile(checkedSchema(published)));
  const [, name = ''] = /^export default (\w+);$/m.exec(code) ?? [];
  const body = code
    .replace(/^"use strict";\n/, '')
    .replace(/^export (?:const validate = |default )\w+;\n/gm, '')
    .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'validateFile');
  return {
    [schemaFileName]: `${JSON.stringify(published, undefined, 2)}\n`,
    [checkFileName]: `${head}\n${body}`,
  };
}

/**
 * What the check needs of the published schema: without the words for people, and without the places of secrets, which
 * are resolved before. Each kind of value is there once, as a function that V8 compiles when a file has such a key.
 */
function checkedSchema(published: JsonSchema): JsonSchema {
  const names = new Map<string, string>();
  const definitions: Record<string, JsonSchema> = {};
  const referred = (schema: JsonSchema): JsonSchema => {
    const checked = stripped(schema);
    const text = JSON.stringify(checked);
    let name = names.get(text);
    if (name === undefined) {
      name = `kind${names.size + 1}`;
      names.set(text, name);
      definitions[name] = checked;
    }
    return { $ref: `#/definitions/${name}` };
  };
  const stripped = ({ anyOf, properties, items, ...rest }: JsonSchema): JsonSchema => {
    if (Array.isArray(anyOf)) return stripped(anyOf[0]);
    const { $schema: _, title: _title, description: _words, default: _default, ...checked } = rest;
    return {
      ...checked,
      ...(properties !== undefined && {
        properties: Object.fromEntries(
          Object.entries(properties as Record<string, JsonSchema>).map(([key, one]) => [key, referred(one)]),
        ),
      }),
      ...(items !== undefined && { items: referred(items as JsonSchema) }),
    };
  };
  return { ...stripped(published), definitions };
}
