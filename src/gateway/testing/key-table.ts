/** Keys as a gateway holds them, for tests without an exchange. */
import { writeNetworks } from '../../client/networks.ts';
import type { ApiKey } from '../admission/key-secrets.ts';
import { KeySecrets } from '../admission/key-secrets.ts';
import { KeyTable, type KeyWithAccounts } from '../admission/keys.ts';

/** The row of a key that may read and trade, with what differs. */
export function keyRow(keyId: string, change: Partial<KeyWithAccounts> = {}): KeyWithAccounts {
  return {
    ...{ keyId, keyNumber: 1, keyVersion: 1, kind: 'hmac', permissions: ['read', 'trade'], tier: 0 },
    ...{ change: 1, createdAtMs: 1, expiresAtMs: 0, previousUntilMs: 0 },
    ...{
      rootId: 0,
      previousRootId: 0,
      accountCount: 1,
      accountIds: [1],
      isRevoked: false,
      isImported: false,
    },
    ...{ networks: writeNetworks([]), publicKey: new Uint8Array(32), previousPublicKey: new Uint8Array(32) },
    ...change,
  } as const;
}

/** A table of keys with secrets of a configuration file. */
export function tableOf(keys: readonly ApiKey[]): KeyTable {
  const table = new KeyTable(new KeySecrets(undefined, keys));
  const rows = keys.map(({ keyId, accountIds }, n) =>
    keyRow(keyId, { keyNumber: n + 1, accountIds, isImported: true }),
  );
  table.take(rows, keys.length);
  return table;
}
