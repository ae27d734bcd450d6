/**
 * Fuzzes the control endpoint of a replica: requests of operators and of strangers, whose paths and bodies are nearly
 * right.
 */
import assert from 'node:assert/strict';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import { statusOf } from '../health/status.ts';
import { operatorOrders } from '../operator-orders/order-paths.ts';
import { CanaryDesk } from './canary-desk.ts';
import { controlServer } from './control-server.ts';
import { SideDesk } from './side-desk.ts';
import { noGrants, PaperNotes, PaperOperators } from './testing/operators.ts';

const operators = new PaperOperators();
const operator = operators.giver;
const paths = ['/status', '/health/live', '/health/ready', '/health/leader', '/metrics'];
const orders = [...Object.keys(operatorOrders), 'members', 'notices', 'note', 'address'];
const types = ['application/json', 'application/json; charset=utf-8', 'text/plain', '', 'application/x'];
const statuses = [200, 400, 401, 403, 404, 409, 413, 415, 503];

const note = { operatorId: 1, entryKind: 3, outcome: 0, subject: 0, count: 0, source: '::1', action: 'stop' };

let server: FastifyInstance | undefined;
const memberWords = ['add', 'remove', 'replace', 'promote', 'demote', 'prefer', 'none'] as const;
/** Targets of the orders that were let through in this case. */
let taken: number[] = [];

async function run(random: Random): Promise<void> {
  server ??= open();
  taken = [];
  const isAuthorized = random.chance(0.8);
  operators.giver = isAuthorized ? operator : undefined;
  const path = random.chance(0.7) ? `/operator/${random.pick(orders)}` : random.pick(paths);
  const payload = bodyLike(random);
  const method = random.pick(['POST', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD'] as const);
  const request: InjectOptions = {
    method,
    url: random.chance(0.1)
      ? `/${encodeURIComponent(mutatedText(random, path.slice(1)).toWellFormed())}`
      : path,
    headers: {
      'content-type': random.pick(types),
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { payload }),
  };
  const { statusCode, payload: text } = await server.inject(request);
  assert.ok(statuses.includes(statusCode), `status ${statusCode} is one of ours: ${text}`);
  const hasNoError = method === 'HEAD' || statusCode === 503;
  if (statusCode >= 400 && !hasNoError) {
    const { ok, error } = JSON.parse(text) as { readonly ok: unknown; readonly error: unknown };
    assert.ok(ok === false && typeof error === 'string' && error.length > 0 && error.length < 1_000);
  }
  if (!isAuthorized || statusCode >= 400)
    assert.deepEqual(taken, [], 'only what is answered well was ordered');
  for (const target of taken) assert.ok(Number.isInteger(target) && target >= 0 && target <= 255);
}

function bodyLike(random: Random): Buffer {
  const order = random.pick(memberWords);
  const sound = random.chance(0.5) ? { replicaId: 2 } : { order, replicaId: 2, role: 'spare', otherId: 3 };
  const told = { ...note, givenUs: random.below(9), replicaId: 1 + random.below(2) };
  const asked = { holder: 'a1', number: random.below(3), state: random.pick(['wants', 'holds', 'returns']) };
  const confirmed = { ...sound, plan: 'ab'.repeat(32), signature: `${'A'.repeat(86)}==` };
  if (random.chance(0.3))
    return Buffer.from(JSON.stringify(mutatedJson(random, random.pick([told, asked, confirmed]))) ?? '');
  const json = random.chance(0.5) ? { ...sound, replicaId: random.below(9) } : mutatedJson(random, sound);
  const text = random.chance(0.1) ? oddText(random) : (JSON.stringify(json) ?? '');
  const bytes = Buffer.from(text);
  if (random.chance(0.05)) return Buffer.from(noise(random, 40_000));
  return random.chance(0.2) ? Buffer.from(mutated(random, bytes)) : bytes;
}

function open(): FastifyInstance {
  const health = { ok: true, reasons: [] };
  const process = {
    pid: 1,
    startedTicks: '1',
    startedAtMs: 0,
    version: '',
    configHash: '',
    lagFramesMax: 10_000,
  };
  const identity = { clusterId: 1, replicaId: 1, ...process };
  return controlServer({
    replicaId: 1,
    clusterId: 1,
    operators,
    notes: new PaperNotes(),
    read: () => 0,
    address: noGrants,
    stalledMs: () => 0,
    identityExpiresAtMs: () => 0,
    canary: new CanaryDesk(),
    sides: new SideDesk(),
    promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
    status: () => statusOf(identity, () => 0, 0),
    live: () => health,
    ready: () => health,
    leads: () => ({ ok: false, reasons: ['another leads'], leaderId: 2, term: 1, epoch: 1, ageMs: 0 }),
    order: async ({ replicaId }) => {
      taken.push(replicaId);
      return { ok: true, text: 'done' };
    },
  });
}

export const controlFuzzer: Fuzzer = {
  name: 'control-endpoint',
  property: 'A request has an answer of a known status in JSON, and orders only what an operator asked.',
  casesInTests: 200,
  run,
  close: async () => {
    await server?.close();
    server = undefined;
  },
};
