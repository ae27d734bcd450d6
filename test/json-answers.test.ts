// What commands print with --json at an exchange that runs: one object as the last line, which says what the exit code
// says, and the facts that a person gets without it.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { prepareMarket } from '../src/chaos/orders.ts';
import { runWords } from '../src/ops/cli/testing/command-line.ts';
import { replicaFolder } from '../src/ops/supervisor/cluster-folder.ts';

// biome-ignore lint/suspicious/noExplicitAny: each command has an object of its own
type Answer = any;

let exchange: TestExchange;
let dataFolder: string;
before(async () => {
  exchange = await TestExchange.start({ replicas: 1 });
  ({ dataFolder } = exchange.loaded);
  await prepareMarket(await exchange.client());
});
after(() => exchange?.end());

/** The same command for a person and for a program; the facts of the object are among the words. */
async function told(
  words: readonly string[],
  facts: (answer: Answer) => readonly unknown[] = ({ error }) => [error],
): Promise<void> {
  const line = words.join(' ');
  const options = words[0] === 'journal' ? [] : ['--config', exchange.configFile];
  const { code, out, error } = await runWords(...words, ...options);
  const asJson = await runWords(...words, ...options, '--json');
  const answer = JSON.parse(asJson.out.split('\n').at(-1)!) as Answer;
  assert.equal(asJson.code, code, line);
  assert.equal(answer.ok, code === 0, `${line}: ${JSON.stringify(answer)}`);
  if (!answer.ok) {
    assert.ok(answer.error.length > 0, line);
    assert.equal(asJson.error, answer.error, `${line}: the words of the refusal are in the object`);
  }
  const found = facts(answer).map(String);
  assert.ok(found.length > 0, line);
  for (const fact of found)
    assert.ok(`${out}\n${error}`.includes(fact), `${line}: ${fact} is not in ${out}${error}`);
}

test('what is shown to a person is in the object, too', async () => {
  const { replicas } = exchange.loaded.configuration;
  const { controlPort, tcpPort } = replicas[0]!;
  await told(['status'], ({ leaderId, term, replicas: [one] }) => [leaderId, term, one.role]);
  await told(['where'], ({ leaderId }) => [leaderId, tcpPort]);
  await told(['members'], ({ leaderId, members: [one] }) => [
    leaderId,
    one.role,
    one.controlPort,
    controlPort,
  ]);
  await told(['availability'], () => ['%']);
  await told(['upgrade'], ({ inForce }) => [inForce]);
  await told(['void', 'list'], ({ waiting, voided }) => [
    waiting.length === 0 && voided.length === 0 ? 'No command' : 'died',
  ]);
  await told(['diverged'], () => ['the same of the log']);
  await told(['failover', '--review'], ({ failover }) => [failover]);
  await told(['failover', '--to', '1'], ({ to, term }) => [to, term]);
  await told(['snapshot'], ({ replicaId }) => [replicaId, 'snapshot']);
  await told(['mode'], ({ modes: [one] }) => [one.scope, one.mode]);
  await told(['mode', 'open'], ({ mode }) => [mode, 'seq']);
  await told(['keys', 'list'], ({ keys: [one] }) => [one.keyId, one.version]);
  await told(['audit', 'list'], ({ entries }) => [entries.at(-1).number, entries.at(-1).action]);
  await told(['notify'], ({ hooks }) => [hooks.length === 0 ? 'No hook' : hooks[0].name]);
  await told(['certificates', 'show'], ({ identities: [one] }) => [one.party, one.serial]);
  await told(['certificates', 'authorities'], ({ identities: [one] }) => [one.party]);
  await told(['drill', 'list'], ({ reports }) => [reports.length === 0 ? 'No drill' : reports[0].kind]);
  await told(['config'], ({ configuration }) => [configuration.clusterId, configuration.durability]);
  await told(['config', '--keys'], ({ keys: [one] }) => [one.key, one.meaning]);
  await told(['config', '--schema'], ({ schema }) => [schema.$schema]);
  await told(['curl', 'GET', '/v1/instruments'], ({ body }) => [body.instruments[0].symbol]);
  await told(['curl', 'GET', '/v1/orders', '--show'], ({ command }) => [command.split(' ')[0], '/v1/orders']);
  const folder = replicaFolder(dataFolder, 1);
  await told(['journal', 'inspect', folder, '--to', '3'], ({ frames }) => [frames]);
  await told(['journal', 'verify', folder], ({ ok }) => [ok ? 'frame' : 'problem']);
});

test('what is refused or not well ends with the same code, and says why in the object', async () => {
  await told(['failover', '--to', '9']);
  await told(['members', 'remove', '9']);
  await told(['members', 'remov', '1']);
  await told(['members', 'remove', '1', '--confirm', '77']);
  await told(['members', 'rebuild', '--plan']);
  await told(['members', 'return', '1']);
  await told(['members', 'withdraw', '4']);
  await told(['void', 'show', '999999999']);
  await told(['void', 'decide', '999999999']);
  await told(['diverged', '--choose', '1']);
  await told(['kill', '4000000000']);
  await told(['mode', 'halted', '--account', '4000000000']);
  await told(['keys', 'show', 'no-such-key']);
  await told(['keys', 'add', 'x y', '--account', '7']);
  await told(['notify', '--test']);
  await told(['curl', 'GET', '/v1/no-such-route'], ({ status }) => [status]);
  await told(['backup', 'status']);
  await told(['site', 'status']);
  await told(['audit', 'verify', join(dataFolder, 'no-such-file')]);
  await told(['export', '--from', '2', '--to', '1']);
  await told(['journal', 'verify', join(dataFolder, 'no-such-folder')]);
  rmSync(join(dataFolder, 'identities', 'gateway-1'), { recursive: true });
  await told(['doctor', '--gateway'], ({ findings }) => [
    findings.find((one: Answer) => one.grade === 'wrong').text,
  ]);
});
