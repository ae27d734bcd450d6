// Asks the registry for known weaknesses of the packages that a server brings, and fails where one is grave. A registry
// that gives no such answer is said, and no failure: it says nothing about the packages.
import { spawnSync } from 'node:child_process';

interface AuditReport {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
  readonly message?: string;
}

const grave: readonly string[] = ['high', 'critical'];
const timeoutMs = 60_000;

const path = process.env['npm_execpath'];
const [program, first] = path === undefined ? ['npm', []] : [process.execPath, [path]];
const run = spawnSync(program, [...first, 'audit', '--omit', 'dev', '--json'], {
  encoding: 'utf8',
  timeout: timeoutMs,
});
const report = reportOf(run.stdout);
if (report?.vulnerabilities === undefined) {
  console.log(
    `The registry tells nothing of weaknesses (${report?.message ?? 'no answer'}). Nothing was checked.`,
  );
} else {
  const found = Object.entries(report.vulnerabilities);
  for (const [name, { severity }] of found) console.log(`${severity.padEnd(8)} ${name}`);
  const count = found.filter(([, { severity }]) => grave.includes(severity)).length;
  console.log(
    `${found.length} packages with a known weakness, ${count} of them grave. "npm audit" says more.`,
  );
  if (count > 0) process.exitCode = 1;
}

function reportOf(text: string): AuditReport | undefined {
  try {
    return JSON.parse(text) as AuditReport;
  } catch {
    return undefined;
  }
}
