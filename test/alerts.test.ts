// What Prometheus itself makes of the rules: each alert fires on what it is for, and is quiet otherwise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('each record is asked for by a test of the rules, and each has a value there', () => {
  const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const records = [...textOf('recording.yaml').matchAll(/^ +- record: (\S+)$/gm)].map(([, name]) => name!);
  assert.ok(records.length > 0);
  const tested = textOf('rules.test.yaml').split(/^ {2}- name: /m);
  for (const record of records) {
    const of = tested.find((test) => test.includes(`- expr: ${record}\n`));
    assert.ok(of, `no promql_expr_test of rules.test.yaml asks for ${record}`);
    assert.match(of, new RegExp(`- labels: '${record}\\{.*\\}'\\n +value: \\d`), record);
  }
});

for (const [program, ...words] of checks) {
  test(`${program} ${words.join(' ')}`, { skip: lacking(program) }, () => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
}
