// What containers are made of: the Dockerfile keeps the rules of hadolint that matter here, and the compose file runs
// what exists. `npm run lint` asks dockerfile-utils and dclint about syntax and schema.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const textOf = (name: string): string =>
  readFileSync(new URL(`../deploy/container/${name}`, import.meta.url), 'utf8');

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** Comments left out, continued lines joined. */
function instructionsIn(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, name = '', words = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
    return { name: name.toUpperCase(), words };
  });
}

interface Rule {
  readonly why: string;
  /** Of the instructions of a file, those that break it. */
  readonly broken: (all: readonly Instruction[]) => readonly Instruction[];
}

const each =
  (names: readonly string[], isBroken: (words: string) => boolean) =>
  (all: readonly Instruction[]): readonly Instruction[] =>
    all.filter(({ name, words }) => names.includes(name) && isBroken(words));

/** With the numbers of hadolint, where it has one. */
const rules: readonly Rule[] = [
  {
    why: 'DL3006, DL3007: a base image has its digest, or is a release of Debian, whose packages are signed',
    broken: each(
      ['FROM'],
      (words) =>
        !/^(?:--\S+ )*(?:\S+@sha256:[0-9a-f]{64}|debian:\d[\w.]*(?:-slim)?)(?: AS \w+)?$/.test(words),
    ),
  },
  {
    why: 'the only Node of the image is that of the lock file, which npm checks by its hash',
    broken: (all) => {
      const stage = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
      const others = each(['FROM', 'RUN'], (words) => /\bnode(?:js)?(?=[:@\s]|$)|\bnpm\b/.test(words))(stage);
      const copies = stage.some(({ name, words }) => name === 'COPY' && words.startsWith('--from=packed '));
      return copies ? others : [...others, stage[0]!];
    },
  },
  { why: 'DL3000: WORKDIR is absolute', broken: each(['WORKDIR'], (words) => !words.startsWith('/')) },
  { why: 'DL3003: WORKDIR in place of cd', broken: each(['RUN'], (words) => /(?:^|[;&|] *)cd /.test(words)) },
  { why: 'DL3004: no sudo', broken: each(['RUN'], (words) => /\bsudo\b/.test(words)) },
  {
    why: 'DL3008, DL3015, DL3009: packages of Debian with versions, no recommended ones, no lists left',
    broken: each(
      ['RUN'],
      (words) =>
        /\bapt(?:-get)? install\b/.test(words) &&
        !(words.includes('--no-install-recommends') && words.includes('rm -rf /var/lib/apt/lists')),
    ),
  },
  { why: 'DL3020: COPY in place of ADD', broken: each(['ADD'], () => true) },
  {
    why: 'DL3025: programs and words, without a shell',
    broken: each(['CMD', 'ENTRYPOINT'], (words) => !words.startsWith('[')),
  },
  {
    why: 'DL4006: a pipe fails with any of its parts',
    broken: each(['RUN'], (words) => / \| /.test(words) && !words.includes('pipefail')),
  },
  {
    why: 'no secret in the image',
    broken: each(['ENV', 'ARG'], (words) =>
      /pass(?:word)?|secret|token|credential|private/i.test(words.split('=')[0]!),
    ),
  },
  {
    why: 'DL3002: runs as a user that is a number and not root',
    broken: (all) => {
      const last = all.findLast(({ name }) => name === 'USER') ?? { name: 'USER', words: '' };
      return /^[1-9]\d*$/.test(last.words) ? [] : [last];
    },
  },
  {
    why: 'DL4003, DL4004: one CMD and one ENTRYPOINT of a stage',
    broken: (all) => {
      const stage = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
      return ['CMD', 'ENTRYPOINT'].flatMap((each) => stage.filter(({ name }) => name === each).slice(1));
    },
  },
  {
    why: 'DL3022: copies from a stage that there is',
    broken: (all) => {
      const stages = all.map(({ name, words }) => name === 'FROM' && / AS (\w+)$/.exec(words)?.[1]);
      return each(['COPY'], (words) => {
        const from = /^--from=(\S+)/.exec(words)?.[1];
        return from !== undefined && !stages.includes(from);
      })(all);
    },
  },
];

const complaintsOf = (text: string): string[] =>
  rules.flatMap(({ why, broken }) =>
    broken(instructionsIn(text)).map(({ name, words }) => `${why}: ${name} ${words}`),
  );

test('the image is pinned, small, without secrets or a Node of another origin, and runs as no root', () => {
  assert.deepEqual(complaintsOf(textOf('Dockerfile')), []);
});

test('each rule of the image refuses what breaks it', () => {
  const bad = `FROM node:latest AS packed
FROM node
WORKDIR source
RUN cd /source && sudo apt-get install -y curl
RUN curl https://example.com/it | sh
COPY --from=pack /a /b
ADD https://example.com/it /it
ENV API_SECRET=word
CMD lockstep
CMD ["lockstep"]
USER lockstep
`;
  for (const { why, broken } of rules) assert.ok(broken(instructionsIn(bad)).length > 0, why);
  assert.equal(complaintsOf(bad).filter((text) => text.startsWith('DL3006')).length, 2);
});

test('the containers of the compose file run what exists, each with a folder and an address of its own', () => {
  const text = textOf('compose.yaml');
  const services = [...text.matchAll(/^ {2}((?:replica|gateway)-\d):\n((?: {4}.*\n)+)/gm)];
  assert.deepEqual(
    services.map(([, name]) => name),
    ['replica-1', 'replica-2', 'replica-3', 'gateway-1', 'gateway-2'],
  );
  const addresses = services.map(([, name, body]) => {
    assert.match(body!, new RegExp(`cluster/${name}/var/lib/lockstep:/var/lib/lockstep$`, 'm'));
    return /ipv4_address: ([\d.]+)/.exec(body!)![1];
  });
  assert.equal(new Set(addresses).size, services.length);
});
