import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openOrdersPerAccountStandard } from '../../protocol/limits.ts';
import { Desk } from '../testing/desk.ts';
import type { OpenApiDocument } from '../testing/published.ts';
import { signingExamples } from './documentation.ts';

let desk: Desk;
let documents: OpenApiDocument[];
before(async () => {
  desk = await Desk.open();
  const answers = [await desk.get('/openapi.json'), await desk.operatorCall('GET', '/openapi.json')];
  documents = answers.map(({ body }) => body as unknown as OpenApiDocument);
});
after(() => desk.close());

/** Every object inside of a value, with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[path: string, object: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${path}/${name}`);
}

test('the documents are OpenAPI 3.1 by its own schema', async () => {
  for (const document of documents) {
    const { valid, errors } = await new Validator().validate({ ...document });
    assert.deepEqual([valid, errors], [true, undefined]);
    assert.equal(document.openapi, '3.1.0');
  }
});

test('every answer says what it is, and every parameter and property what it means', () => {
  for (const document of documents) {
    assert.doesNotMatch(JSON.stringify(document), /Default Response/);
    for (const [path, object] of objectsIn(document.paths)) {
      if ('in' in object) assert.ok(String(object['description'] ?? '').length > 5, path);
    }
    for (const [path, object] of objectsIn(document.components.schemas)) {
      if (!('properties' in object)) continue;
      assert.ok(Array.isArray(object['required']), path);
      for (const [name, property] of Object.entries(object['properties'] as Record<string, object>)) {
        const isList = 'items' in property || 'properties' in property;
        assert.ok(isList || 'description' in property, `${path}/${name}`);
      }
    }
  }
});

test('every example fits the schema that it stands in, and bodies have one', () => {
  let examples = 0;
  let bodies = 0;
  for (const document of documents) {
    const ajv = new Ajv2020({ strict: false });
    for (const [path, object] of objectsIn(document.components.schemas)) {
      if (!Array.isArray(object['examples'])) continue;
      for (const example of object['examples']) {
        assert.ok(
          ajv.validate({ ...object, components: document.components, $id: `e${examples++}` }, example),
          `${path}: ${ajv.errorsText()}`,
        );
      }
    }
    for (const [path, object] of objectsIn(document.paths)) {
      if (!path.endsWith('/requestBody')) continue;
      const media = (
        object['content'] as Record<string, { schema: object; example?: object; examples?: object }>
      )['application/json']!;
      const sent =
        media.example ?? Object.values(media.examples ?? {}).map(({ value }) => value as object)[0];
      assert.ok(sent !== undefined, `${path} has an example`);
      assert.ok(ajv.validate({ ...media.schema, $id: `b${bodies++}` }, sent), `${path}: ${ajv.errorsText()}`);
    }
  }
  assert.ok(examples >= 20, `${examples} examples`);
  assert.ok(bodies >= 10, `${bodies} bodies`);
});

test('the signatures of the documentation are those of its texts, as any HMAC makes them', () => {
  const [client] = documents;
  const { description } = client!.info;
  const secret = /With the secret `([0-9a-f]{64})`/.exec(description)?.[1] ?? '';
  const parts = [...description.matchAll(/```\n([\s\S]*?)```\n\n[^`]*`([0-9a-f]{64})`/g)];
  assert.equal(parts.length, 2);
  for (const [, block = '', signature] of parts) {
    const text = block.replace(/\n$/, '');
    const expected = createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
    assert.equal(signature, expected, text);
  }
  const [withNonce, withoutNonce] = parts.map(([, block = '']) => block.split('\n'));
  assert.deepEqual(withNonce?.slice(0, 3), ['1700000000000+800.7f3a', 'POST', '/v1/orders']);
  assert.deepEqual(withoutNonce?.slice(0, 4), ['1700000000000', 'GET', '/v1/orders?limit=10', '']);
  assert.equal(secret, signingExamples.secret);
});

test('the documents say how many open orders an account may have that is given no limit', () => {
  const sentences = documents.flatMap((document) =>
    [...objectsIn(document)].flatMap(([, { openOrdersMax }]) =>
      typeof openOrdersMax === 'object' && openOrdersMax !== null && 'description' in openOrdersMax
        ? [openOrdersMax.description]
        : [],
    ),
  );
  assert.ok(sentences.length > 0, 'some document speaks of it');
  for (const sentence of sentences)
    assert.equal(sentence, `Most open orders; 0 is ${openOrdersPerAccountStandard}.`);
});
