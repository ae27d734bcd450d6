/** Fuzzes `lockstep.json`: as JSON that is nearly right, and as a file of any bytes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../std/testing/fuzzing-text.ts';
import { Failure } from '../failure.ts';
import { publishedSchema, tcpUses, udpUses } from './configuration.ts';
import { findKeys, keysFileName } from './keys.ts';
import { configHash, loadConfiguration, shownConfiguration } from './load.ts';
import { readConfiguration, readKeysOfFile } from './reading.ts';
import { standardReplicas } from './replicas.ts';

/** Of one problem: a line for a person, whatever is in the file. */
const problemCharsMax = 1_000;
const hexadecimal = 'ab'.repeat(32);
/** A part of it gives it away as well. */
const partOfSecret = hexadecimal.slice(0, 8);
const good = {
  clusterId: 7,
  dataFolder: 'data',
  durability: 'memory',
  failover: 'automatic',
  replicas: standardReplicas(3),
  replication: { mode: 'multicast', group: '239.1.2.3', port: 7000, datagramBytesMax: 1_400 },
  timing: { electionTimeoutMs: 300, heartbeatMs: 30 },
  journal: { segmentMegabytes: 4 },
  gateway: { port: 8081, apiKeys: [{ keyId: 'a', secret: hexadecimal, accountIds: [1, 2], name: 'A' }] },
  keys: { root: hexadecimal, operator: hexadecimal },
};
const goodKeys = { ...good.keys, apiKeys: good.gateway.apiKeys };

let folder: string | undefined;

function run(random: Random): void {
  const json = random.chance(0.2) ? mutatedJson(random, {}) : mutatedJson(random, good);
  assertReads(json);
  if (random.chance(0.2)) assertReadsFiles(random, json);
}

let accepts: ValidateFunction | undefined;

function assertReads(json: unknown): void {
  accepts ??= new Ajv().compile(publishedSchema());
  const found: string[] = [];
  readKeysOfFile(json, found);
  assert.equal(accepts(json), found.length === 0, 'the published schema and the reader say the same');
  const { configuration, problems } = readConfiguration(json);
  for (const problem of problems) {
    assert.ok(problem.length > 0 && problem.length <= problemCharsMax, 'a problem is one short line');
    assert.ok(!problem.includes('\n'), 'a problem is one short line');
    assert.ok(!problem.includes(partOfSecret), 'a problem shows no secret');
  }
  const shown = JSON.stringify(shownConfiguration(configuration));
  assert.ok(!shown.includes(partOfSecret), 'what is shown has no secret');
  if (problems.length > 0) return;
  assert.match(configHash(configuration), /^[0-9a-f]{16}$/);
  assert.ok(tcpUses(configuration).length === 2 * configuration.replicas.length + 2);
  assert.ok(udpUses(configuration).length >= configuration.replicas.length);
  const again = readConfiguration(JSON.parse(JSON.stringify(configuration)));
  assert.deepEqual(again.problems, [], 'the effective configuration is a good file');
  assert.deepEqual(again.configuration, configuration, 'the effective configuration is read as itself');
}

/** Files end in a configuration, in keys, or in a failure for a person; never in anything else. */
function assertReadsFiles(random: Random, json: unknown): void {
  folder ??= mkdtempSync(join(tmpdir(), 'lockstep-fuzz-'));
  const config = join(folder, 'lockstep.json');
  writeFileSync(config, fileOf(random, JSON.stringify(json) ?? ''), { mode: 0o600 });
  const loaded = orFailure(() => loadConfiguration({ config }));
  const keys = JSON.stringify(mutatedJson(random, goodKeys)) ?? '';
  writeFileSync(join(folder, keysFileName), fileOf(random, keys), { mode: 0o600 });
  const { configuration } = loaded ?? readConfiguration({});
  const found = orFailure(() => findKeys(configuration, folder ?? ''));
  if (found !== undefined) assert.match(found.operator, /^[0-9a-fA-F]{64}$/);
}

function fileOf(random: Random, text: string): Uint8Array {
  const bytes = Buffer.from(random.chance(0.5) ? text : mutatedText(random, text));
  return random.chance(0.3) ? mutated(random, random.chance(0.9) ? bytes : noise(random, 100)) : bytes;
}

function orFailure<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    assert.ok(error.message.length > 20 && error.exitCode === 2, 'a failure says what to do');
    return undefined;
  }
}

export const configurationFileFuzzer: Fuzzer = {
  name: 'configuration-file',
  property:
    'A file gives a configuration that reads as itself, or problems of one short line without secrets.',
  casesInTests: 400,
  run,
  close: async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
