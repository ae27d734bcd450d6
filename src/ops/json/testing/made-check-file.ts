/**
 * The check of a schema as a module, which Ajv makes beforehand: so no process has to load Ajv and compile the schema
 * when it starts.
 */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { JsonSchema } from '../schema.ts';

/** Writes the made files again. */
const rewriteCommand = 'npm test -- src/ops/configuration/schema-files.test.ts --rewrite';

/** The text of the module; `of` says what is checked. */
export function madeCheckFile(of: string, schema: JsonSchema): string {
  const ajv = new Ajv({
    allErrors: true,
    inlineRefs: false,
    messages: false,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  const code = standalone.default(ajv, ajv.compile(checkedSchema(schema)));
  const [, name = ''] = /^export default (\w+);$/m.exec(code) ?? [];
  const body = code
    .replace(/^"use strict";\n/, '')
    .replace(/^export (?:const validate = |default )\w+;\n/gm, '')
    .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'validateJson');
  return `// @ts-nocheck
// Made by Ajv from ${of}: ${rewriteCommand}
import type { MadeCheck } from '../../json/made-check.ts';

export const validate: MadeCheck = validateJson;

${body}`;
}

/**
 * What the check needs of the schema: without the words for people, and without the places of secrets, which are
 * resolved before. Each kind of value is there once, as a function that V8 compiles when the JSON has such a key.
 */
function checkedSchema(schema: JsonSchema): JsonSchema {
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
  const stripped = ({ anyOf, properties, items, additionalProperties, ...rest }: JsonSchema): JsonSchema => {
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
      ...(additionalProperties === false && { additionalProperties }),
      ...(typeof additionalProperties === 'object' && {
        additionalProperties: referred(additionalProperties as JsonSchema),
      }),
    };
  };
  return { ...stripped(schema), definitions };
}
