import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '@prometheus-io/client';
import { AnswerCounts } from './answer-counts.ts';
import { Desk } from './testing/desk.ts';

test('answers are counted by route and status, and by how long they took', async () => {
  const registry = new Registry();
  const answers = new AnswerCounts(registry);
  const placed = answers.of('POST', '/v1/orders');
  placed.add(201, 0.0005);
  placed.add(201, 0.002);
  placed.add(429, 20);
  answers.of('GET', '/v1/time');
  assert.equal(answers.of('POST', '/v1/orders'), placed);
  const text = await registry.metrics();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const route = 'method="POST",route="/v1/orders"';
  const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, '+Inf'];
  const within = [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3];
  assert.deepEqual(lines, [
    `lockstep_gateway_requests_total{${route},status="201"} 2`,
    `lockstep_gateway_requests_total{${route},status="429"} 1`,
    ...bounds.map(
      (le, n) => `lockstep_gateway_request_seconds_bucket{le="${le}",${route}} ${String(within[n])}`,
    ),
    `lockstep_gateway_request_seconds_sum{${route}} 20.0025`,
    `lockstep_gateway_request_seconds_count{${route}} 3`,
  ]);
  assert.match(text, /^# TYPE lockstep_gateway_requests_total counter$/m);
  assert.match(text, /^# TYPE lockstep_gateway_request_seconds histogram$/m);
  assert.equal(await registry.metrics(), text);
});

test('each answer is counted once under its route, and what no route serves under one name', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  await desk.get('/v1/time');
  await desk.get('/v1/time');
  await desk.call('HEAD', '/v1/time');
  await desk.call('POST', '/v1/time');
  await desk.get('/v1/nothing');
  await desk.get('/v1/instruments/NO-SUCH/book');
  await desk.get('/v1/instruments/NO-OTHER/book');
  const text = await desk.metrics();
  const counted = (labels: string) =>
    text.match(new RegExp(`^lockstep_gateway_requests_total\\{${labels}\\} (.*)$`, 'm'))?.[1];
  assert.equal(counted('method="GET",route="/v1/time",status="200"'), '2');
  assert.equal(counted('method="HEAD",route="/v1/time",status="200"'), '1');
  assert.equal(counted('method="POST",route="unknown",status="405"'), '1');
  assert.equal(counted('method="GET",route="unknown",status="404"'), '1');
  assert.equal(counted('method="GET",route="/v1/instruments/:symbol/book",status="404"'), '2');
  assert.match(text, /_request_seconds_count\{method="GET",route="\/v1\/time"\} 2$/m);
});
