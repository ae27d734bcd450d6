/** Fuzzes what decides about orders at the edge: bodies and queries that are nearly right. */
import assert from 'node:assert/strict';
import { encodeCommand } from '../../client/encode.ts';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { type Admission, readQuery, readShape } from './fields.ts';
import {
  admitOrder,
  admitReplacement,
  type Instrument,
  massCancelShape,
  placeShape,
  replaceShape,
} from './orders.ts';

const bodies = [
  { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '1.5', clientOrderId: 'a-1' },
  { symbol: 'BTC-USD', side: 'sell', type: 'market', quantityLots: 1_000, timeInForce: 'fillOrKill' },
  { symbol: 'X', side: 'sell', type: 'postOnly', priceTicks: 1, quantity: '0.1', selfMatch: 'cancelBoth' },
];
const replacements = [
  { price: '10', quantity: '2' },
  { priceTicks: 5, quantityLots: 9 },
];
const query = { symbol: 'BTC-USD', side: 'buy', accountId: '7' };

function run(random: Random): void {
  const instrument: Instrument = {
    instrumentId: 1,
    symbol: 'BTC-USD',
    priceDecimals: random.below(10),
    quantityDecimals: random.below(13),
  };
  const body = readShape(placeShape, parsed(mutatedJson(random, random.pick(bodies))));
  const order = assertSound(body).ok && body.ok ? assertSound(admitOrder(body.value, instrument)) : undefined;
  if (order?.ok) encodeCommand({ command: 'placeOrder', accountId: 7, ...order.value });

  const change = readShape(replaceShape, parsed(mutatedJson(random, random.pick(replacements))));
  const amounts =
    assertSound(change).ok && change.ok ? assertSound(admitReplacement(change.value, instrument)) : undefined;
  if (amounts?.ok) encodeCommand({ command: 'replaceOrder', accountId: 7, orderId: 1, ...amounts.value });

  const given = mutatedQuery(random);
  const filter = assertSound(readQuery(massCancelShape, given));
  if (!filter.ok) return;
  assert.ok(
    Object.keys(given).every((name) => Object.hasOwn(query, name)),
    'an unknown parameter is refused',
  );
  const { side, accountId = 7 } = filter.value;
  encodeCommand({ command: 'massCancel', accountId, side });
}

/** As it comes out of a body; what JSON cannot say becomes nothing. */
function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

/** Parameters as a server hands them over: without a prototype, and as a list where one comes twice. */
function mutatedQuery(random: Random): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.assign(Object.create(null), query);
  for (const name of Object.keys(query)) {
    if (random.chance(0.2)) delete parameters[name];
    else if (random.chance(0.3)) parameters[name] = mutatedText(random, String(parameters[name]));
    else if (random.chance(0.05)) parameters[name] = [parameters[name], oddText(random)];
  }
  if (random.chance(0.2)) parameters[oddText(random)] = oddText(random);
  return parameters;
}

/** A refusal is for a person: short, and with the field's name where one is to blame. */
function assertSound<T>(admission: Admission<T>): Admission<T> {
  if (!admission.ok)
    assert.ok(admission.message.length > 10 && admission.message.length < 600, admission.message);
  return admission;
}

export const admissionFuzzer: Fuzzer = {
  name: 'gateway-admission',
  property: 'A body or query is refused in one sentence, or becomes a command that the SDK can encode.',
  casesInTests: 3_000,
  run,
};
