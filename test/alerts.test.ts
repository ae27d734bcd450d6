// What Prometheus itself makes of the rules: each alert fires on what it is for, and is quiet otherwise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type debianPackages, lacking } from './testing/programs.ts';

const folder = fileURLToPath(new URL('../deploy/monitoring', import.meta.url));
const checks: readonly (readonly [program: keyof typeof debianPackages, ...words: string[]])[] = [
  ['promtool', 'check', 'rules', 'alerts.yaml', 'recording.yaml'],
  ['promtool', 'check', 'config', '--syntax-only', 'prometheus.yaml'],
  ['promtool', 'test', 'rules', 'rules.test.yaml'],
  ['amtool', 'check-config', 'alertmanager.yaml'],
  ['prometheus-blackbox-exporter', '--config.check', '--config.file=blackbox.yaml'],
];

for (const [program, ...words] of checks) {
  test(`${program} ${words.join(' ')}`, { skip: lacking(program) }, () => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
}
