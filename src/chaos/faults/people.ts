/** What people do by mistake with folders, keys and processes. */
import type { ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openIdentity } from '../../client/identity-folder.ts';
import { createAuthority } from '../../ops/certificates/authority.ts';
import { identityFolder } from '../../ops/certificates/identities.ts';
import { authorityFolder, makeIdentities } from '../../ops/certificates/own-machine.ts';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { WIRE_VERSION, WIRE_VERSION_LEAST, WIRE_VERSION_MOST } from '../../protocol/layout.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Edit } from '../../sim/mutants/mutant.ts';
import { uuidText } from '../../trust/certificates.ts';
import type { Lab } from '../lab/lab.ts';
import type { LogLine } from '../lab/process-log.ts';
import { killed } from '../lab/second-site.ts';
import { monotonicMs } from '../monotonic.ts';
import { type PlantedBuild, plantedBuild } from '../planted-build.ts';
import { type Fault, type StrikeStage, shows, soonMended } from './fault.ts';

const refused = {
  component: 'a replica',
  effect: 'None.',
  mitigation: 'A replica that is not what it was refuses to start, or the others refuse it, in words.',
  severity: 1,
  rate: 'operator',
  holdMs: 1_000,
  isAlone: true,
} as const;

const strangerFile = fileURLToPath(
  new URL(`../lab/stranger.worker${extname(import.meta.url)}`, import.meta.url),
);
/** A member is missed after 5 s. */
const noticedMs = 9_000;
const otherWireVersion = 99;
/** Of pino. */
const fatalLevel = 60;
const endsText = /^replica ends/;
/** What a replica says of another one that it does not let in, or of itself. */
const strangerText = /a caller was refused|do not come together|^replica ends/;

function folderOf(lab: Lab, host: number): string {
  return replicaFolder(lab.disk(host).outside(), host);
}

const copiedFolder: Fault = {
  ...refused,
  alarm: 'memberLost',
  holdMs: noticedMs,
  name: 'copied-folder',
  failure: 'its folder is replaced by a copy of another replica',
  sign: endsText,
  async strike({ lab, leader, followers, struck }) {
    const host = followers[0]!;
    await lab.stop(host);
    const folder = folderOf(lab, host);
    renameSync(folder, `${folder}.own`);
    cpSync(folderOf(lab, leader), folder, { recursive: true });
    struck();
    lab.start(host);
  },
  proof: (stage) => saysAndEnds(stage),
  async undo({ lab, followers }) {
    const host = followers[0]!;
    await lab.kill(host);
    const folder = folderOf(lab, host);
    rmSync(folder, { recursive: true });
    renameSync(`${folder}.own`, folder);
    lab.start(host);
  },
};

/** The last words of a replica that does not stay. */
function saysAndEnds({ lab, followers }: StrikeStage): Promise<string> {
  const host = followers[0]!;
  return shows('the end of the replica', async () => {
    if (lab.isRunning(host)) return undefined;
    return lab.log.lastWordsOf(host);
  });
}

const rolledBackAnswers = 200;

const rolledBack: Fault = {
  ...refused,
  name: 'rolled-back-folder',
  failure: 'its folder is replaced by an older copy of itself',
  unalarmed: soonMended,
  effect: 'None.',
  sign: /is recovering|may have lost/,
  async strike({ lab, followers, struck }) {
    const host = followers[0]!;
    await lab.stop(host);
    const folder = folderOf(lab, host);
    cpSync(folder, `${folder}.old`, { recursive: true });
    lab.start(host);
    await lab.whole();
    await lab.answered(rolledBackAnswers);
    await lab.stop(host);
    renameSync(folder, `${folder}.new`);
    renameSync(`${folder}.old`, folder);
    struck();
    lab.start(host);
  },
  proof: async ({ lab, followers }) =>
    `in its folder: ${readdirSync(folderOf(lab, followers[0]!)).length} files of before`,
  async undo({ lab, followers }) {
    rmSync(`${folderOf(lab, followers[0]!)}.new`, { recursive: true });
  },
};

let secondFromMs = 0;
let second: ChildProcess | undefined;

const twoProcesses: Fault = {
  ...refused,
  name: 'two-processes',
  failure: 'a second process is started in its folder',
  unalarmed: 'The second process ends at once, and says why to whoever started it.',
  async strike({ lab, leader }) {
    secondFromMs = monotonicMs();
    const child = lab.spawn(leader, ['replica', '--id', `${leader}`]);
    second = child;
    await lab.until(
      'the second process has ended',
      () => child.exitCode !== null || child.signalCode !== null,
    );
    if (child.exitCode === 0)
      throw new Error(`The second process of replica ${leader} ended as if all were well.`);
  },
  proof: ({ lab, leader }) =>
    shows('why the second process ends', async () => {
      const isReason = ({ host, level }: LogLine): boolean => host === leader && level === fatalLevel;
      return lab.log.firstSince(secondFromMs, isReason)?.text;
    }),
  async undo() {
    if (second !== undefined) await killed(second);
  },
};

const wrongKey: Fault = {
  ...refused,
  name: 'wrong-key',
  failure: 'its identity was signed by another authority, in the name of this cluster',
  alarm: 'memberLost',
  holdMs: noticedMs,
  sign: strangerText,
  async strike({ lab, followers, struck }) {
    const host = followers[0]!;
    const party = { kind: PartyKind.replica, id: host };
    const other = strangerFolder(lab, host);
    if (!existsSync(other)) {
      const { clusterUuid } = openIdentity(lab.identity(party)).own;
      await createAuthority(authorityFolder(other), 1, uuidText(clusterUuid));
      await makeIdentities(other, [party]);
    }
    await lab.stop(host);
    const folder = identityFolder(lab.disk(host).outside(), party);
    renameSync(folder, `${folder}.own`);
    cpSync(identityFolder(other, party), folder, { recursive: true });
    struck();
    lab.start(host);
  },
  proof: async (stage) => `${await followsNoLeader(stage)}; ${await refusedByLeader(stage)}`,
  async undo({ lab, followers }) {
    const host = followers[0]!;
    await lab.kill(host);
    const folder = identityFolder(lab.disk(host).outside(), { kind: PartyKind.replica, id: host });
    rmSync(folder, { recursive: true });
    renameSync(`${folder}.own`, folder);
    lab.start(host);
  },
};

const strangerFolder = (lab: Lab, host: number): string => join(lab.folder, `other-${host}`);

/** It refuses the leader, too: one that does not must be refused by the leader. */
async function refusedByLeader({ lab, leader, followers }: StrikeStage): Promise<string> {
  const host = followers[0]!;
  const folder = identityFolder(strangerFolder(lab, host), { kind: PartyKind.replica, id: host });
  const called = [lab.hosts.address(leader), `${lab.tcpPort(leader)}`, `${leader}`];
  const said = await shows(`a call of replica ${leader}`, async () => {
    const words = (await lab.hosts.run(host, process.execPath, strangerFile, ...called, folder)).trim();
    return words === 'no connection' ? undefined : words;
  });
  if (said !== 'notCertified')
    throw new Error(`The fault did not take effect: a stranger that calls replica ${leader}: ${said}.`);
  return `replica ${leader} refuses a stranger that calls it: ${said}`;
}

const emptyName = 'not-mounted';

const wrongFolder: Fault = {
  ...refused,
  alarm: 'memberLost',
  holdMs: noticedMs,
  name: 'wrong-folder',
  failure: 'its configuration names an empty folder, as where a disk is not mounted',
  sign: /^There is no identity of/,
  async strike({ lab, followers, struck }) {
    const host = followers[0]!;
    await lab.stop(host);
    mkdirSync(lab.disk(host).outside(emptyName));
    changeFolder(lab, host, join(lab.disk(host).path, emptyName));
    struck();
    lab.start(host);
  },
  proof: (stage) => saysAndEnds(stage),
  async undo({ lab, followers }) {
    const host = followers[0]!;
    await lab.kill(host);
    changeFolder(lab, host, lab.disk(host).path);
    rmSync(lab.disk(host).outside(emptyName), { recursive: true });
    lab.start(host);
  },
};

function changeFolder(lab: Lab, host: number, dataFolder: string): void {
  const configuration = JSON.parse(readFileSync(lab.configFile(host), 'utf8')) as object;
  writeFileSync(lab.configFile(host), JSON.stringify({ ...configuration, dataFolder }));
}

/** It has started: one that still starts follows no leader either. */
function followsNoLeader({ lab, followers }: StrikeStage): Promise<string> {
  const host = followers[0]!;
  return shows('a leader without it', async () => {
    if (!lab.isRunning(host)) return lab.log.lastWordsOf(host);
    const statuses = await lab.statuses();
    const own = statuses.find(({ replicaId }) => replicaId === host);
    return own?.leaderId === 0 && own.role !== 'starting' ? `replica ${host} follows no leader` : undefined;
  });
}

function wireVersions(written: number, least: number, most: number): string {
  return `WIRE_VERSION = ${written};
export const WIRE_VERSION_LEAST = ${least};
export const WIRE_VERSION_MOST = ${most};
`;
}

/** A release that is far from this one: it reads no record that this one writes, on the wire or in the folder. */
export const wireVersionEdit: Edit = {
  file: 'protocol/layout.ts',
  find: wireVersions(WIRE_VERSION, WIRE_VERSION_LEAST, WIRE_VERSION_MOST),
  replace: wireVersions(otherWireVersion, otherWireVersion, otherWireVersion),
};

function anotherWireVersion(): Fault {
  let build: PlantedBuild | undefined;
  return {
    ...refused,
    name: 'another-wire-version',
    failure: 'it runs a release with another wire version',
    alarm: 'memberLost',
    holdMs: noticedMs,
    sign: strangerText,
    async strike({ lab, followers, struck }) {
      const host = followers[0]!;
      build = plantedBuild([wireVersionEdit], lab.folder);
      await lab.stop(host);
      lab.runsOn(host, build.program);
      struck();
      lab.start(host);
    },
    proof: followsNoLeader,
    async undo({ lab, followers }) {
      const host = followers[0]!;
      await lab.kill(host);
      lab.runsOn(host, undefined);
      lab.start(host);
      build?.remove();
    },
  };
}

export const people: readonly Fault[] = [
  copiedFolder,
  rolledBack,
  twoProcesses,
  wrongKey,
  wrongFolder,
  anotherWireVersion(),
];
