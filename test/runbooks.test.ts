// The runbooks have a page for each alert and each failure, alerts ask for metrics that there are, and every command of
// the documents for operators exists with the options that are given to it.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { Shares } from '../src/gateway/admission/shares.ts';
import { Metrics } from '../src/gateway/metrics.ts';
import { backupMetrics } from '../src/ops/backup-process/backup-server.ts';
import { programOn } from '../src/ops/cli/program.ts';
import { availabilityKeys } from '../src/ops/configuration/availability-keys.ts';
import { replicaMetrics } from '../src/ops/control-port/metrics.ts';
import { showLease } from '../src/ops/grants/lease-metrics.ts';
import { nothingSeen } from '../src/ops/health/status.ts';
import type { BackupStanding } from '../src/ops/standing/backup-standing.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const monitoring = 'deploy/monitoring';
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'deploy/README.md'], {
  cwd: root,
}).sort();

interface Alert {
  readonly name: string;
  readonly expression: string;
  readonly link: string;
}

function alertsIn(text: string): Alert[] {
  return text
    .split(/^ +- alert: /m)
    .slice(1)
    .map((part) => ({
      name: part.split('\n')[0]!,
      expression: /^ +expr: '(.+)'$/m.exec(part)?.[1] ?? '',
      link: /^ +runbook_url: (\S+)$/m.exec(part)?.[1] ?? '',
    }));
}

/** Pages of the runbooks, by the anchor of their heading. */
function pagesIn(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^### /m).slice(1);
  return new Map(
    parts.map((part) => {
      const heading = part.split('\n')[0]!;
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-');
      return [anchor, part.split(/^## /m)[0]!];
    }),
  );
}

const parts = ['Means', 'See', 'Do', 'Do not', 'Escalate'];

/** What a page lacks. */
function lacksOf(page: string | undefined): string[] {
  if (page === undefined) return ['a page'];
  return parts.filter((part) => !page.includes(`- **${part}**: `));
}

test('each alert carries the link to its page, and each page says what an operator needs', () => {
  const alerts = alertsIn(textOf(`${monitoring}/alerts.yaml`));
  const pages = pagesIn(textOf('docs/RUNBOOKS.md'));
  assert.ok(alerts.length > 30);
  for (const { name, link } of alerts) {
    assert.equal(link, `docs/RUNBOOKS.md#${name.toLowerCase()}`, `${name} has no link to its page`);
    assert.deepEqual(lacksOf(pages.get(name.toLowerCase())), [], name);
  }
  const names = new Set(alerts.map(({ name }) => name.toLowerCase()));
  const left = [...pages.keys()].filter((anchor) => anchor.startsWith('lockstep') && !names.has(anchor));
  assert.deepEqual(left, [], 'pages of alerts that are gone');
  const [bare] = alertsIn("      - alert: Bare\n        expr: 'vector(1)'\n");
  assert.equal(bare!.link, '', 'an alert without a link is seen');
});

test('each failure of others has a page that says what to do here', () => {
  const numbers = [...textOf('docs/FAILURES.md').matchAll(/^## (\d+)\. /gm)].map(([, number]) => number);
  const pages = [...pagesIn(textOf('docs/RUNBOOKS.md'))];
  for (const number of numbers) {
    const page = pages.find(([anchor]) => anchor.startsWith(`failure-${number}-`))?.[1];
    assert.deepEqual(lacksOf(page), [], `failure ${number}`);
  }
});

test('links within the runbooks lead somewhere', () => {
  const text = textOf('docs/RUNBOOKS.md');
  const pages = pagesIn(text);
  for (const [, anchor = ''] of text.matchAll(/\]\(#([\w-]+)\)/g)) assert.ok(pages.has(anchor), anchor);
  const deploy = textOf('docs/DEPLOY.md').toLowerCase();
  for (const [, anchor = ''] of text.matchAll(/\]\(DEPLOY\.md#([\w-]+)\)/g))
    assert.ok(deploy.includes(`\n## ${anchor.replaceAll('-', ' ')}\n`), anchor);
});

test('alerts, records and pages ask for metrics that there are', async () => {
  const known = await metricNames();
  for (const file of [`${monitoring}/alerts.yaml`, `${monitoring}/recording.yaml`, ...documents]) {
    const asked = textOf(file).matchAll(/(?<![\w:])lockstep_[a-z0-9_]+/g);
    for (const [name] of asked) {
      // The first letters of several.
      if (name.endsWith('_')) continue;
      if (!file.endsWith('.md') || !/^lockstep_(replica|gateway)$/.test(name))
        assert.ok(known.has(name.replace(/_bucket$/, '')), `${file}: ${name}`);
    }
  }
});

/** All that the processes show: those of replicas as they come, those of others by the places that name them. */
async function metricNames(): Promise<ReadonlySet<string>> {
  const registry = replicaMetrics(
    {},
    {
      read: () => 0,
      members: () => [],
      placementWarnings: () => 0,
      stalledMs: () => 0,
      control: () => ({ requests: 0, requestsRefused: 0 }),
      ordersWaiting: () => 0,
      certificateExpiresAtMs: () => 1_000,
      identityExpiresAtMs: () => 0,
      hooks: () => [],
      canaries: () => [],
      promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
      seen: () => ({ ...nothingSeen, voters: [], lagFramesMax: 10_000, version: '', configHash: '' }),
    },
  );
  const granted = { epoch: 0, site: 0, promisedEpoch: 0, promisedSite: 0, lengthUs: 0, waitMs: 0 };
  showLease(registry, () => ({ held: { epoch: 0, leftMs: 0, reason: '' }, granted }));
  const shownBy = async (shown: { metrics(): Promise<string> } | Metrics): Promise<string[]> =>
    [...(await (shown instanceof Metrics ? shown.text() : shown.metrics())).matchAll(/^# TYPE (\w+)/gm)].map(
      ([, name]) => name!,
    );
  const ofBackups = backupMetrics(
    1,
    () => ({ targets: [] }) as unknown as BackupStanding,
    () => [],
    () => [],
  );
  const none = new Shares(1);
  const ofGateway = new Metrics({
    status: () => undefined,
    inFlight: { order: none, cancel: none, query: none, report: none },
    line: () => ({ waiting: 0, delayMs: 0 }),
    streams: () => ({ sockets: 0, subscriptions: 0, waitingBytes: 0 }),
    isFeedOpen: () => false,
    canary: () => undefined,
    certificateExpiresAtMs: () => 1_000,
  });
  const named = (path: string, prefix: string): string[] =>
    [...textOf(path).matchAll(/(?:gauge|counter|ofStatus|ofOther)\(\s*'(\w+)'/g)].map(
      ([, name]) => `${prefix}${name}`,
    );
  return new Set([
    ...(await shownBy(registry)),
    ...(await shownBy(ofGateway)),
    ...(await shownBy(ofBackups)),
    ...named('src/ops/site-process/site-metrics.ts', 'lockstep_site_'),
    ...named('src/ops/addresses/vip-metrics.ts', 'lockstep_vip_'),
    ...named('src/ops/addresses/dns-metrics.ts', 'lockstep_dns_'),
  ]);
}

test('every command of the documents exists, with its options', async () => {
  const program = await programOn({ print: () => undefined, printError: () => undefined, isScreen: false });
  const wrong: string[] = [];
  for (const file of documents) {
    const text = textOf(file);
    const inText = [...text.matchAll(/`(lockstep [^`]+)`/g)].map(([, line]) => line!.replaceAll(/\s+/g, ' '));
    const inBlocks = [...text.matchAll(/^```sh[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
      [...block!.matchAll(/(?<=^| )lockstep (?!: |-- )[^\n|]+/gm)].map(([line]) => line),
    );
    wrong.push(
      ...[...inText, ...inBlocks].flatMap((line) => problemOf(program, line).map((why) => `${file}: ${why}`)),
    );
  }
  assert.deepEqual(wrong, []);
});

/** What of a line the program does not know. */
function problemOf(program: Command, line: string): string[] {
  let command = program;
  const known: Command[] = [];
  const words = line
    .replaceAll(/'[^']*'/g, "''")
    .split(' ')
    .slice(1);
  for (const word of words) {
    const part = command.commands.find((each) => each.name() === word);
    if (part === undefined) break;
    command = part;
    known.push(part);
  }
  // "lockstep --version" and the like.
  if (words[0]!.startsWith('--')) return [];
  if (known.length === 0) return [`${line}: there is no such command`];
  // A group may run one of its parts where none is named.
  const options = [...known, ...command.commands].flatMap((each) => each.options.map(({ long }) => long));
  return words
    .filter((word) => word.startsWith('--') && !options.includes(word))
    .map((word) => `${line}: there is no ${word}`);
}

test('each alert has a test that shows it firing, and one that shows it quiet', () => {
  const rules = textOf(`${monitoring}/rules.test.yaml`);
  for (const { name } of alertsIn(textOf(`${monitoring}/alerts.yaml`))) {
    assert.ok(rules.includes(`name: ${name} fires`), `${name} is not shown to fire`);
    assert.ok(
      name === 'LockstepAlive' || rules.includes(`name: ${name} is quiet`),
      `${name} is not shown quiet`,
    );
  }
});
