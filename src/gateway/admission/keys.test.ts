/** Keys at a gateway: signatures, their networks, and what may be read. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { readNetwork, writeNetworks } from '../../client/networks.ts';
import { keyRow } from '../testing/key-table.ts';
import { KeySecrets } from './key-secrets.ts';
import { KeyTable, type KeyWithAccounts, publicKeyOf } from './keys.ts';
import { CoreError } from './refusals.ts';
import { SignatureKey, signedText } from './signature.ts';

const rootKey = '5a'.repeat(32);
const secrets = new KeySecrets(rootKey, []);
const signed = { timestamp: '1700000000000', content: 'GET\n/v1/orders\n' };

function tableWith(change: Partial<KeyWithAccounts>): KeyTable {
  const table = new KeyTable(secrets);
  table.take([keyRow('alice', { rootId: secrets.rootId, ...change })], 1);
  return table;
}

function signatureOf(version: number, by = secrets): string {
  return new SignatureKey(by.derived('alice', version)!).sign(signed);
}

function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof CoreError);
    return error.code;
  }
  return 'ok';
}

test('a secret follows from root, key and version, and another root gives another', () => {
  const table = tableWith({});
  assert.equal(table.signerOf('alice', signed, signatureOf(1))?.version, 1);
  assert.equal(table.signerOf('alice', signed, signatureOf(2)), undefined);
  assert.equal(table.signerOf('bob', signed, signatureOf(1)), undefined);
  const other = new KeySecrets('5b'.repeat(32), []);
  assert.notEqual(other.rootId, secrets.rootId);
  assert.equal(table.signerOf('alice', signed, signatureOf(1, other)), undefined);
  assert.equal(tableWith({ rootId: other.rootId }).signerOf('alice', signed, signatureOf(1)), undefined);
});

test('both secrets of a rotated key sign, and say which they are; to read, the older one only for its time', () => {
  const table = tableWith({ keyVersion: 3, previousRootId: secrets.rootId, previousUntilMs: 5_000 });
  const held = [2, 3].map((version) => table.signerOf('alice', signed, signatureOf(version))!);
  assert.deepEqual(
    held.map(({ version }) => version),
    [2, 3],
  );
  assert.equal(table.signerOf('alice', signed, signatureOf(1)), undefined);
  for (const [nowMs, older] of [
    [4_999, 'ok'],
    [5_000, 'keyReplaced'],
  ] as const) {
    assert.equal(
      codeOf(() => table.requireRead(held[0]!, nowMs)),
      older,
    );
    assert.equal(
      codeOf(() => table.requireRead(held[1]!, nowMs)),
      'ok',
    );
  }
});

test('the secret of a configuration file is good until the key is rotated', () => {
  const imported = new KeySecrets(rootKey, [{ keyId: 'alice', secret: 'ab'.repeat(32), accountIds: [1] }]);
  const table = new KeyTable(imported);
  table.take([keyRow('alice', { isImported: true })], 1);
  const old = new SignatureKey('ab'.repeat(32)).sign(signed);
  assert.equal(table.signerOf('alice', signed, old)?.version, 1);
  assert.equal(table.signerOf('alice', signed, signatureOf(1)), undefined);
  table.take([keyRow('alice', { isImported: true, keyVersion: 2, rootId: imported.rootId })], 2);
  assert.equal(table.signerOf('alice', signed, old), undefined);
  assert.equal(table.signerOf('alice', signed, signatureOf(2))?.version, 2);
});

test('a key of Ed25519 signs with its private key, which no gateway has', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const table = tableWith({ kind: 'ed25519', publicKey: bytes, rootId: 0 });
  const signature = sign(undefined, Buffer.from(signedText(signed)), privateKey).toString('hex');
  assert.equal(table.signerOf('alice', signed, signature)?.version, 1);
  assert.equal(table.signerOf('alice', { ...signed, content: 'x' }, signature), undefined);
  const otherBits = (Number.parseInt(signature.slice(0, 2), 16) ^ 1).toString(16).padStart(2, '0');
  const changed = otherBits + signature.slice(2);
  for (const spoiled of ['', signature.slice(2), changed, 'zz'.repeat(64), signatureOf(1)])
    assert.equal(table.signerOf('alice', signed, spoiled), undefined);
  const none = tableWith({ kind: 'ed25519', rootId: 0 });
  assert.equal(none.signerOf('alice', signed, signature), undefined);
});

test('a key that a gateway is still making, or bringing into the exchange, is not known yet', () => {
  const nowMs = 1_700_000_000_000;
  for (const [change, code] of [
    [{ permissions: [], accountIds: [], createdAtMs: nowMs - 9_999 }, 'keysUnknown'],
    [{ permissions: [], createdAtMs: nowMs - 10_000 }, 'ok'],
    [{ permissions: ['read'], createdAtMs: nowMs - 1 }, 'ok'],
    [{ permissions: [], createdAtMs: nowMs, isRevoked: true }, 'keyRevoked'],
    [{ isImported: true, permissions: [] }, 'keysUnknown'],
    [{ isImported: true, permissions: [], isRevoked: true }, 'keyRevoked'],
    [{ isImported: true }, 'ok'],
    [{ permissions: [] }, 'ok'],
  ] as const) {
    const held = { keyId: 'alice', number: 1, version: 1, accountIds: [1] };
    const given = codeOf(() => tableWith(change).requireGood(held, '127.0.0.1', nowMs));
    assert.equal(given, code);
  }
});

test('a key signs from its networks only', () => {
  const networks = ['192.0.2.0/24', '2001:db8::/48'].map((text) => readNetwork(text)!);
  const table = tableWith({ networks: writeNetworks(networks) });
  const held = table.signerOf('alice', signed, signatureOf(1))!;
  const check = (address: string): string => codeOf(() => table.requireGood(held, address, 1));
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8:0:9::1'])
    assert.equal(check(address), 'ok');
  for (const address of ['192.0.3.7', '::1', '2001:db9::1', ''])
    assert.equal(check(address), 'networkNotAllowed', address);
  const odd = tableWith({ networks: new Uint8Array(40).fill(9) });
  assert.equal(
    codeOf(() => odd.requireGood(held, '192.0.2.7', 1)),
    'networkNotAllowed',
    'what cannot be read lets nothing through',
  );
});

test('a key reads with the permission, until it expires, and not when it is revoked', () => {
  const held = tableWith({}).signerOf('alice', signed, signatureOf(1))!;
  const check = (change: Partial<KeyWithAccounts>, nowMs = 1): string =>
    codeOf(() => tableWith(change).requireRead(held, nowMs));
  assert.equal(check({}), 'ok');
  assert.equal(check({ permissions: ['trade', 'cancel'] }), 'notPermitted');
  assert.equal(check({ expiresAtMs: 5_000 }, 4_999), 'ok');
  assert.equal(check({ expiresAtMs: 5_000 }, 5_000), 'keyExpired');
  assert.equal(check({ isRevoked: true }), 'keyRevoked');
  assert.equal(
    codeOf(() => tableWith({ isRevoked: true }).requireGood(held, '127.0.0.1', 1)),
    'keyRevoked',
  );
});

test('a public key under which everybody could sign, or that is none, is no key', () => {
  const ofOne = `01${'00'.repeat(31)}`;
  for (const hex of [ofOne, '00'.repeat(32), 'ff'.repeat(32), `ec${'ff'.repeat(30)}7f`]) {
    const publicKey = new Uint8Array(Buffer.from(hex, 'hex'));
    assert.equal(publicKeyOf(publicKey), undefined, hex);
    const table = tableWith({ kind: 'ed25519', publicKey, rootId: 0 });
    for (const signature of [`${ofOne}${'00'.repeat(32)}`, `${hex}${'00'.repeat(32)}`])
      assert.equal(table.signerOf('alice', signed, signature), undefined, hex);
  }
});

test('what a change that is not read yet may have allowed is not refused, and a revoked key is', () => {
  const held = tableWith({}).signerOf('alice', signed, signatureOf(1))!;
  const networks = writeNetworks([readNetwork('192.0.2.0/24')!]);
  const codes = (isBehind: boolean): string[] => {
    const behind = (change: Partial<KeyWithAccounts>): KeyTable => {
      const table = tableWith(change);
      table.isBehind = () => isBehind;
      return table;
    };
    return [
      codeOf(() => behind({}).requireAccount(held, 2)),
      codeOf(() => behind({ permissions: ['trade'] }).requireRead(held, 1)),
      codeOf(() => behind({ expiresAtMs: 1 }).requireRead(held, 1)),
      codeOf(() => behind({ networks }).requireGood(held, '198.51.100.1', 1)),
      codeOf(() => behind({ isRevoked: true }).requireGood(held, '192.0.2.1', 1)),
      codeOf(() => behind({}).requireAccount(held, 1)),
    ];
  };
  const refused = ['accountNotAllowed', 'notPermitted', 'keyExpired', 'networkNotAllowed'];
  assert.deepEqual(codes(false), [...refused, 'keyRevoked', 'ok']);
  assert.deepEqual(codes(true), [...refused.map(() => 'keysUnknown'), 'keyRevoked', 'ok']);
});
