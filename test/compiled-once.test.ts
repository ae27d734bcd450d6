// What runs by the million is compiled a few times, not again and again, in the real processes of an exchange.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';

/**
 * How often V8 may discard the code of one place for one reason. What warms up takes one or two; a place whose feedback
 * never becomes right is compiled and discarded some hundred times in this test.
 */
const discardedMax = 20;

/** Makes each process of Node that starts from now on list in a file of `folder` the code that V8 discards. */
function listDiscardedCode(folder: string): void {
  const file = join(folder, 'list.mjs');
  const source = `import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
const flags = ['--trace-deopt', '--redirect-code-traces', \`--redirect-code-traces-to=${folder}/\${process.pid}.txt\`];
if (isMainThread) for (const flag of flags) setFlagsFromString(flag);
`;
  writeFileSync(file, source);
  process.env['NODE_OPTIONS'] = `--import ${pathToFileURL(file).href}`;
}

/** How often V8 discarded code, by process, function, place in it and reason. */
function countDiscardedCode(folder: string): Map<string, number> {
  const counts = new Map<string, number>();
  const line =
    /bailout \(kind: [^,]*, reason: ([^)]*)\): begin\. deoptimizing \w+ <JSFunction ([^(]*)\(.*?bytecode offset (\d+)/g;
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    for (const [, reason, called, offset] of readFileSync(join(folder, name), 'latin1').matchAll(line)) {
      const place = `process ${name}: ${called}at ${offset}: ${reason}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return counts;
}

test('V8 compiles no function of an exchange again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-code-'));
  listDiscardedCode(folder);
  const exchange = await TestExchange.start();
  try {
    const client = await exchange.client();
    await prepareMarket(client);
    const orders = new OrderStream('a');
    await orders.send(client, 10_000);
    const { pid } = await exchange.leader();
    process.kill(pid, 'SIGKILL');
    await orders.send(client, 20_000);
    await exchange.whole();
    await orders.verify(client);
    const counts = countDiscardedCode(folder);
    assert.ok(counts.size > 0, 'code is listed: each process discards some while it warms up');
    const tooOften = [...counts].filter(([, count]) => count > discardedMax);
    assert.deepEqual(tooOften, []);
  } finally {
    await exchange.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
