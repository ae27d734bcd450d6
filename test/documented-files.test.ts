// What the pages for operators put into lockstep.json is taken where they say: in the file that "lockstep init" wrote.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfiguration } from '../src/ops/configuration/load.ts';
import {
  type ClusterPlan,
  gatewayFile,
  type MachinePlace,
  placeIn,
  replicaFile,
  watcherFile,
} from '../src/ops/init/machines.ts';

const textOf = (page: string): string =>
  readFileSync(join(import.meta.dirname, '../docs', `${page}.md`), 'utf8');

/** The cluster that DEPLOY founds. */
function planOf(text: string): ClusterPlan {
  const [words = ''] = /^lockstep init --replica .*$/m.exec(text) ?? [];
  const places = (kind: string): MachinePlace[] =>
    [...words.matchAll(new RegExp(`--${kind} (\\S+)`, 'g'))].map(([, place]) => placeIn(place!));
  const [replicas, gateways, watchers] = [places('replica'), places('gateway'), places('watcher')];
  return { clusterId: 1, durability: 'disk', insecure: false, replicas, gateways, watchers };
}

const plan = planOf(textOf('DEPLOY'));
const files = {
  replica: replicaFile(plan, 1),
  gateway: gatewayFile(plan, 1),
  watcher: watcherFile(plan, 1),
  /** That of a gateway, with what a person changes in it where customers get a certificate of a public authority. */
  public: gatewayFile(plan, 1),
  /** A machine with a replica and a gateway. */
  both: replicaFile({ ...plan, gateways: plan.replicas }, 1),
};

/** For which machine each block of a page is; `message`: it goes into no file. */
const blocks: Readonly<Record<string, readonly (keyof typeof files | 'message')[]>> = {
  ADDRESSES: ['both', 'gateway', 'replica'],
  DEPLOY: ['replica', 'gateway', 'watcher', 'public'],
  HOOKS: ['replica', 'message'],
};

function blocksOf(page: string): string[] {
  return [...textOf(page).matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As a person puts the keys of a block beside those that are there. */
function joined(file: unknown, block: unknown): unknown {
  if (!isGroup(file) || !isGroup(block)) return block;
  const changed = Object.entries(block).map(([name, value]) => [name, joined(file[name], value)]);
  return { ...file, ...Object.fromEntries(changed) };
}

/** Reads a file as the processes of a machine do, with what it names in /etc/lockstep. */
function load(context: TestContext, file: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  write('hook.secret', 'a'.repeat(64));
  write('chat.url', 'https://chat.example.com/hook');
  const text = JSON.stringify(file).replaceAll('/etc/lockstep/', `${folder}/`);
  return loadConfiguration({ config: write('lockstep.json', text) }).configuration;
}

for (const [page, machines] of Object.entries(blocks))
  test(`what ${page} puts into the file of a machine is taken there`, (context) => {
    const found = blocksOf(page);
    assert.equal(found.length, machines.length, 'each block is for a machine');
    for (const [at, machine] of machines.entries()) {
      if (machine === 'message') continue;
      const block: unknown = JSON.parse(found[at]!);
      const file = joined(files[machine], block);
      load(context, file);
      if (page === 'DEPLOY' && machine !== 'public')
        assert.deepEqual(file, files[machine], `block ${at + 1} is what "init" writes`);
    }
  });

test('the file of a machine with a replica and a gateway says what both need', (context) => {
  const { gateway, control } = load(context, files.both);
  assert.deepEqual([gateway.id, gateway.host], [1, plan.replicas[0]!.host]);
  assert.equal(gateway.tls?.authoritiesFile, control.tls?.authoritiesFile);
  assert.deepEqual(files.both, gatewayFile({ ...plan, gateways: plan.replicas }, 1));
  assert.deepEqual(blocksOf('DEPLOY').map((text) => JSON.parse(text) as unknown)[0], files.replica);
});
