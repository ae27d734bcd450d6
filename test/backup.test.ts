// A backup that is made under load beside a follower, and a cluster that starts from it after all machines died.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';

interface BackupStatus {
  readonly ok: boolean;
  readonly alarms: readonly string[];
  readonly replicaId: number;
  readonly targets: readonly { readonly seq: number; readonly behindFrames: number }[];
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

test('a cluster lost under load starts again from its backup, at exactly one command, as another exchange', async (t) => {
  const target = mkdtempSync(join(tmpdir(), 'lockstep-backup-'));
  t.after(() => rmSync(target, { recursive: true, force: true }));
  const backup = { everySeconds: 1, folders: [{ name: 'local', folder: target }] };
  const exchange = await TestExchange.start({ configuration: { backup } });
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('a');
  await orders.send(client, 3_000);
  const { stateHash, appliedSeq } = await exchange.stateHash(client);
  const { exchangeId } = client;
  const more = new OrderStream('b');
  await more.send(client, 2_000);
  const leaderId = (await exchange.leader()).replicaId;

  let status: BackupStatus | undefined;
  await exchange.until(
    'the target has all that was acknowledged',
    async () => {
      const { code, out } = await exchange.run('backup', 'status', '--json');
      status = code === 0 ? (JSON.parse(lastLine(out)) as BackupStatus) : undefined;
      return (status?.targets[0]?.seq ?? 0) >= more.lastSeq;
    },
    () => status?.targets[0]?.seq ?? 0,
  );
  assert.deepEqual(status?.alarms, []);
  assert.notEqual(status?.replicaId, leaderId, 'it reads a follower');

  for (const { pid } of await exchange.statuses()) process.kill(pid, 'SIGKILL');
  await client.close({ keepSession: true });
  await exchange.down();
  const { dataFolder } = exchange.loaded;
  const restored = join(exchange.folder, 'restored');
  const asked = ['backup', 'restore', '--to-seq', String(appliedSeq), '--into', restored, '--json'];
  const { code, out, err } = await exchange.run(...asked);
  assert.equal(code, 0, err);
  const answer = JSON.parse(lastLine(out)) as Readonly<Record<string, unknown>>;
  assert.equal(answer['seq'], appliedSeq);
  assert.equal(answer['stateHash'], stateHash);
  assert.deepEqual(answer['replicas'], [1, 2, 3]);
  const again = await exchange.run(...asked);
  assert.equal(again.code, 2);
  assert.match(again.err, /is not empty: .*A restore replaces nothing/);

  // What a backup does not hold is the operator's to keep.
  const lost = `${dataFolder}-lost`;
  renameSync(dataFolder, lost);
  renameSync(restored, dataFolder);
  for (const name of ['keys.json', 'gateway-root.key', 'identities'])
    cpSync(join(lost, name), join(dataFolder, name), { recursive: true });
  await exchange.up();
  await exchange.whole();
  const later = await exchange.client();
  assert.notEqual(later.exchangeId, exchangeId);
  await orders.verify(later);
  const afterwards = new OrderStream('c');
  await afterwards.send(later, 100);
  await afterwards.verify(later);
  await exchange.stateHash(later);

  await exchange.until('the new exchange has a chain of its own', async () => {
    const [cluster = ''] = readdirSync(target);
    return readdirSync(join(target, cluster)).length === 2;
  });
  const proof = await exchange.run('backup', 'verify', '--json');
  assert.equal(proof.code, 0, proof.err);
  const chains = await exchange.run('backup', 'list');
  assert.match(chains.out, /proved to seq \d+ at .*a restore took \d/);
});
