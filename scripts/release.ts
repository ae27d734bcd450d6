// Writes into `dist` what a user of a release checks it by: its parts with their hashes and licences (SBOM, CycloneDX),
// the list of licences, and from which commit and lock file it was built.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

interface Component {
  name: string;
  readonly version: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}

interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };

function npm(words: readonly string[]): string {
  const path = process.env['npm_execpath'];
  const [program, first] = path === undefined ? ['npm', []] : [process.execPath, [path]];
  return execFileSync(program, [...first, ...words], { encoding: 'utf8', maxBuffer: 64 * 1_048_576 });
}

/** Undefined outside a clone. */
function git(...words: string[]): string | undefined {
  try {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function licencesOf({ licenses = [] }: Component): string {
  const names = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '?');
  return names.join(', ') || 'none stated';
}

/** What a server brings, on whatever machine: all but what only the development of it needs. */
function brought(): ReadonlySet<string> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const kept = Object.entries(packages).filter(
    ([path, { dev }]) => path.startsWith('node_modules/') && dev !== true,
  );
  return new Set(kept.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`));
}

// npm leaves out what is needed both here and for development where it is asked to omit the latter.
const whole = JSON.parse(npm(['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'])) as Bom;
const names = brought();
const isBrought = ({ name, version }: Component): boolean => names.has(`${name}@${version}`);
const components = whole.components.filter(isBrought);
const refs = new Set([...components, whole.metadata.component].map((part) => part['bom-ref']));
const dependencies = whole.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
// npm takes the name of the folder.
whole.metadata.component.name = manifest.name;
const bom: Bom = { ...whole, components, dependencies };
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(bom, undefined, 2)}\n`);

const rows = bom.components.map((part) => `| ${part.name} | ${part.version} | ${licencesOf(part)} |`);
writeFileSync(
  'dist/LICENCES.md',
  [
    '# Licences of the packages that come with the server',
    '',
    '| package | version | licence |',
    '|---|---|---|',
  ]
    .concat(rows, '')
    .join('\n'),
);

const changes = git('status', '--porcelain', '--untracked-files=no');
const provenance = {
  name: manifest.name,
  version: manifest.version,
  commit: git('rev-parse', 'HEAD') ?? 'unknown: not built in a clone',
  hasUncommittedChanges: changes === undefined ? 'unknown' : changes !== '',
  packageLockSha256: createHash('sha256').update(readFileSync('package-lock.json')).digest('hex'),
  node: process.version,
  npm: npm(['--version']).trim(),
  parts: bom.components.length,
  rebuild: 'git checkout COMMIT && npm ci && npm pack',
};
writeFileSync('dist/provenance.json', `${JSON.stringify(provenance, undefined, 2)}\n`);
