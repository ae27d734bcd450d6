import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeCommand } from './encode.ts';
import { InvalidArgumentError } from './errors.ts';
import { oldestNode, oldNodeProblem } from './node-version.ts';
import { checkOptions } from './options.ts';
import { samples } from './testing/sample-commands.ts';

const order = {
  command: 'placeOrder',
  accountId: 1,
  instrumentId: 1,
  side: 'buy',
  priceTicks: 5,
  quantityLots: 1,
} as const;
const noLimits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 } as const;
const request = { timeMs: 1, id: '0'.repeat(16) } as const;
const options = {
  replicas: [{ id: 1, host: 'x', port: 1 }],
  identity: './identity',
} as const;

function refusal(action: () => unknown): InvalidArgumentError {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a command with a name that is not read is refused by it', () => {
  for (const command of Object.values(samples)) {
    encodeCommand(command);
    for (const foreign of ['foo', 'deadlineMs', '__proto_', 'toString'])
      assert.equal(
        refusal(() => encodeCommand({ ...command, [foreign]: undefined })).field,
        foreign,
        command.command,
      );
  }
  assert.equal(
    refusal(() => encodeCommand({ ...order, request: { ...request, key: 1 } as never })).field,
    'request.key',
  );
  encodeCommand({ ...order, request, type: undefined, clientOrderId: undefined });
  for (const none of [null, 5, 'request'])
    assert.equal(refusal(() => encodeCommand({ ...order, request: none as never })).field, 'request');
});

test('all is meant only where a field is left out, and not by 0, an empty text or null', () => {
  const massCancel = { command: 'massCancel', accountId: 1 } as const;
  const setMode = { command: 'setMode', mode: 'halted' } as const;
  const changeKey = { command: 'changeKey', keyNumber: 1, permissions: ['read'] } as const;
  const grantKey = { command: 'grantKey', keyNumber: 1, accountIds: [1] } as const;
  const { priceTicks, ...unpriced } = order;
  for (const [command, wrong] of [
    [massCancel, { instrumentId: 0 }],
    [massCancel, { instrumentId: null }],
    [massCancel, { side: null }],
    [setMode, { instrumentId: 0 }],
    [setMode, { accountId: null }],
    [setMode, { openAfterMs: null }],
    [order, { clientOrderId: '' }],
    [order, { clientOrderId: null }],
    [order, { timeInForce: null }],
    [order, { selfMatch: null }],
    [order, { type: null }],
    [{ ...unpriced, type: 'market' }, { priceTicks: null }],
    [changeKey, { networks: null }],
    [changeKey, { expiresAtMs: null }],
    [grantKey, { isTaken: null }],
    [grantKey, { isTaken: 'true' }],
  ] as const) {
    encodeCommand(command as never);
    const [field = ''] = Object.keys(wrong);
    const found = refusal(() => encodeCommand({ ...command, ...wrong } as never));
    assert.match(found.message, new RegExp(`^${field}`), `${command.command} ${JSON.stringify(wrong)}`);
    encodeCommand({ ...command, [field]: undefined } as never);
  }
  assert.equal(
    refusal(() => checkOptions({ ...options, cancelOnDisconnect: null } as never)).field,
    'cancelOnDisconnect',
  );
});

test('what was probably meant is named', () => {
  for (const [wrong, meant] of [
    ['tif', 'timeInForce'],
    ['timeinforce', 'timeInForce'],
    ['time_in_force', 'timeInForce'],
    ['price', 'priceTicks'],
    ['clientOrderIdentifier', 'clientOrderId'],
  ] as const)
    assert.match(
      refusal(() => encodeCommand({ ...order, [wrong]: 'x' })).message,
      new RegExp(`Did you mean ${meant}\\?`),
    );
  assert.doesNotMatch(refusal(() => encodeCommand({ ...order, foo: 1 } as never)).message, /Did you mean/);
});

test('an option that is not read is refused, and its value not shown', () => {
  checkOptions(options);
  const { identity, ...rest } = options;
  const error = refusal(() => checkOptions({ ...rest, Identity: identity } as never));
  assert.match(error.message, /^Identity is .*Did you mean identity\?/);
  assert.ok(!error.message.includes(identity));
  assert.equal(
    refusal(() => checkOptions({ ...options, replicas: [{ id: 1, host: 'x', port: 1, tls: true } as never] }))
      .field,
    'replicas[0].tls',
  );
});

test('a limit that the exchange cannot hold is refused', () => {
  for (const limits of [{ openOrdersMax: 1_048_577 }, { orderLotsMax: 2 ** 40 + 1 }])
    refusal(() => encodeCommand({ command: 'setLimits', accountId: 1, ...noLimits, ...limits }));
});

test('what would set a limit or a quota to nothing by being left out is refused', () => {
  const { openOrdersMax, ...others } = noLimits;
  const setLimits = { command: 'setLimits', accountId: 1, ...others } as never;
  assert.equal(refusal(() => encodeCommand(setLimits)).field, 'openOrdersMax');
  const setTier = { command: 'setTier', tier: 1, name: 'a', ordersPerDayMax: openOrdersMax } as never;
  assert.equal(refusal(() => encodeCommand(setTier)).field, 'ordersPerSecondMax');
});

test('an old Node is named, and not the certificate that it cannot read; the package asks for the same', () => {
  for (const version of ['24.9.0', '24.10.1', '25.0.0', '26.10.0', process.versions.node])
    assert.equal(oldNodeProblem(version), undefined, version);
  for (const version of ['24.8.9', '22.23.5', '20.20.2', '9.9.9'])
    assert.match(oldNodeProblem(version) ?? '', new RegExp(`Node 24\\.9 or newer, and this is ${version}`));
  const manifest = JSON.parse(readFileSync('packages/client/package.json', 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  assert.equal(manifest.engines.node, `>=${oldestNode.join('.')}`);
});

test('nothing, or a text, in place of options is refused in words', () => {
  for (const wrong of [undefined, null, 'localhost', 7])
    assert.equal(refusal(() => checkOptions(wrong as never)).field, 'options');
});
