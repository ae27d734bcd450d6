/** Fuzzes the small files of a data folder, which a person or a full disk may have spoiled. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../std/testing/fuzzing-text.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { standardReplicas } from '../configuration/replicas.ts';
import { Failure } from '../failure.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { formatFolder, formattedFor, isFounder, readUpFile } from './cluster-folder.ts';

const goodFiles = {
  'cluster.json': { clusterId: 1, replicas: [1, 2, 3] },
  'up.json': {
    ...ownIdentity(),
    startedAt: '2026-01-01T00:00:00.000Z',
    gatewayUrl: 'http://127.0.0.1:8080',
    children: [{ name: 'replica 1', pid: 5, state: 'running', restarts: 0 }],
  },
} as const;
const { configuration } = readConfiguration({ replicas: standardReplicas(3) });

let folder: string | undefined;

function run(random: Random): void {
  folder ??= mkdtempSync(join(tmpdir(), 'lockstep-fuzz-'));
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  for (const [name, good] of Object.entries(goodFiles)) {
    if (random.chance(0.7)) writeFileSync(join(folder, name), spoiled(random, good));
  }
  const data = folder;
  orFailure(() => {
    const up = readUpFile(data);
    assert.ok(up === undefined || Number.isInteger(up.pid), 'a cluster that runs has a process');
    for (const { name, pid, restarts } of up?.children ?? []) {
      assert.ok(typeof name === 'string' && Number.isInteger(restarts), 'a child is whole');
      assert.ok(pid === undefined || Number.isInteger(pid), 'a child has a process or none');
    }
  });
  orFailure(() => {
    const known = formattedFor(data);
    assert.ok(
      known === undefined || Number.isInteger(known.clusterId),
      'a folder is formatted for a cluster',
    );
    assert.ok(known === undefined || known.replicas.every((id) => Number.isInteger(id)), 'and its replicas');
  });
  orFailure(() => {
    const { founded, blank } = formatFolder(data, configuration);
    assert.equal(founded, true, 'a folder without data is founded, whatever its files say');
    assert.deepEqual(blank, []);
    for (const { id } of configuration.replicas) assert.equal(isFounder(data, id), true);
  });
}

function spoiled(random: Random, good: unknown): Uint8Array {
  const json = JSON.stringify(random.chance(0.3) ? good : mutatedJson(random, good)) ?? '';
  const text = random.chance(0.8) ? json : mutatedText(random, json);
  if (random.chance(0.1)) return noise(random, 100);
  return random.chance(0.2) ? mutated(random, Buffer.from(text)) : Buffer.from(text);
}

function orFailure<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    assert.ok(error.message.length > 20, 'a failure says what to do');
    return undefined;
  }
}

export const clusterFolderFuzzer: Fuzzer = {
  name: 'cluster-folder',
  property:
    'Spoiled files of a data folder are read as what they are, as nothing, or end in a failure in words.',
  casesInTests: 20,
  run,
  close: async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
