/** One Ctrl-C as npm passes it on: several signals within moments. The exchange ends in good order all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { inspectFolder } from '../src/journal/inspect.ts';
import { runCommandLine } from '../src/ops/cli/program.ts';
import { replicaFolder } from '../src/ops/supervisor/cluster-folder.ts';
import { JournalFolder } from '../src/ops/supervisor/journal-folder.ts';

test('one Ctrl-C that arrives as several signals lets every journal end cleanly', async (context) => {
  const exchange = await TestExchange.start();
  context.after(() => exchange.end());
  const { supervisorPid } = exchange;
  const code = exchange.ended();
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) process.kill(supervisorPid, signal);
  assert.equal(await code, 0);
  assert.match(exchange.output, /Stopped\. Nothing was lost/);
  assert.doesNotMatch(exchange.output, /Stopping at once/);
  for (const { id } of exchange.loaded.configuration.replicas) {
    endedCleanly(replicaFolder(exchange.loaded.dataFolder, id));
  }
});

test('a replica that runs by itself takes several signals for one too; its journal is read meanwhile', async (context) => {
  const exchange = await TestExchange.start({ replicas: 1 });
  context.after(() => exchange.end());
  const folder = replicaFolder(exchange.loaded.dataFolder, 1);
  const client = await exchange.client();
  await client.createInstrument({ instrumentId: 1, symbol: 'ACME', priceDecimals: 2, quantityDecimals: 0 });
  await client.createAccount({ accountId: 1, name: 'one' });
  await client.placeOrder({ accountId: 1, instrumentId: 1, side: 'sell', priceTicks: 5, quantityLots: 1 });
  const running = await journal('inspect', folder);
  assert.match(
    running,
    /placeOrder .*priceTicks=5 .*side=sell orderType=limit timeInForce=goodTillCancel selfMatch=/,
  );
  assert.match(running, /^\d+ frames$/m);
  assert.match(await journal('inspect', folder, '--to', '2'), /^2 frames; more follow: --from 3$/m);
  assert.match(
    await journal('inspect', folder, '--from', '9999'),
    /^0 frames: the journal holds those with index 1 to \d+$/,
  );
  await exchange.down();
  const replica = exchange.spawn('replica', '--id', '1');
  context.after(() => replica.kill('SIGKILL'));
  await exchange.until('the replica leads', async () => (await exchange.statuses())[0]?.serving === true);
  const code = exchange.ended(replica);
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) replica.kill(signal);
  assert.equal(await code, 0);
  endedCleanly(folder);
});

async function journal(...words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  await runCommandLine(['journal', ...words], { print, printError: print, isScreen: false });
  return lines.join('\n');
}

function endedCleanly(folder: string): void {
  const { state, problems } = inspectFolder(new JournalFolder(folder));
  assert.deepEqual(problems, []);
  assert.equal(state?.isClean, true);
}
