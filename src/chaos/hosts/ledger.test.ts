import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostsRefusal } from './hosts.ts';
import { HostLedger } from './ledger.ts';

const refusal = hostsRefusal();

test(
  'what cannot be taken back keeps nothing else, and is tried again',
  refusal === undefined ? {} : { skip: refusal },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-ledger-'));
    t.after(() => rmSync(folder, { recursive: true }));
    // A control group is a folder that can be removed though it holds files; this one cannot.
    const group = join(folder, 'group');
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.procs'), '');
    const ledger = await HostLedger.open();
    const file = join('/run/lockstep-lab', ledger.name);
    t.after(() => rmSync(file, { force: true }));
    const made = ledger.makeFolder('lockstep-ledger-test');
    ledger.note({ kind: 'group', path: group });
    await assert.rejects(ledger.clear(), { code: 'ENOTEMPTY' });
    assert.ok(!existsSync(made), 'the folder is gone');
    assert.ok(existsSync(file), 'the next start has its notes');
  },
);
