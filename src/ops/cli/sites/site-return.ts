/**
 * `lockstep site return`: a site that was lost, and another promoted in its place, becomes a standby. The command
 * lists and keeps what the site had written beyond the promotion, sets its folders aside, and begins again with what
 * the site that writes has shipped. A command that was interrupted goes on where it was.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupLedger, loadLedger } from '../../../backup/ledger.ts';
import { readNote } from '../../../backup/notes.ts';
import { partingOf } from '../../../backup/parting.ts';
import { everything, type LogReplay } from '../../../backup/replay.ts';
import { restore } from '../../../backup/restore.ts';
import { writtenLast } from '../../../backup/tail.ts';
import { type TailEntry, TailReport, tailHeading } from '../../../backup/tail-report.ts';
import { fileMode, flushFolder, folderMode } from '../../../io/disk/private-files.ts';
import { epochOf, firstSeqOf, piecesOf, replayFolder, voidsOf } from '../../backup-process/folder-replay.ts';
import { ledgerPath } from '../../backup-process/ledger-writer.ts';
import { writeStandby } from '../../backup-process/restored-folder.ts';
import { reached, statusOfMembers } from '../../clients/control-client.ts';
import { type Loaded, loadConfiguration } from '../../configuration/load.ts';
import { ownSite, siteNames } from '../../configuration/site-keys.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { replicaFolder, replicasWithData } from '../../supervisor/cluster-folder.ts';
import { loadFolderFile } from '../../supervisor/folder-files.ts';
import { type ChosenTarget, chainsOf, chooseTarget, inWords, withBar } from '../backups/backup-options.ts';
import { type CommonOptions, tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { chainsOfOrder, endChainOfOtherOrder } from './site-order.ts';

type SiteChain = NonNullable<ReturnType<typeof writtenLast>>;

/** The new folders while they are made, and once the old ones are set aside. */
const makingName = 'returning';
const madeName = 'returned';
const reportName = 'lost';
/** How many: the list itself may be of any size. */
const countsName = 'lost-counts.json';
/** With the last command of the state that the site begins from. */
const markName = 'returned.json';
/** Of what is written at once. */
const portionChars = 1_048_576;
/** In the folder of what is set aside, until all of it is there. */
const unfinishedName = '.unfinished';
const reportFiles: readonly string[] = [countsName, `${reportName}.json`, `${reportName}.csv`];
const everySeq = Number.MAX_SAFE_INTEGER;
/** What of a data folder belongs to the log that is given up. */
const isOfLog = (name: string): boolean =>
  /^replica-\d+$/.test(name) ||
  ['backup', 'site.json', 'cluster.json', markName, ...reportFiles].includes(name);

/** What the site had written and the world has lost. */
interface LostTail {
  readonly fromSeq: number;
  readonly commands: number;
  readonly accounts: number;
  /** Commands that it had voided, and the world has carried out. */
  readonly voided?: number | undefined;
  /** The last command before those that its log still held, where some of them may be lost too; 0: there are none. */
  readonly unlistedTo?: number | undefined;
}

export async function returnSite(
  options: CommonOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const loaded = loadConfiguration(options);
  const { configuration, dataFolder } = loaded;
  if (ownSite(configuration) === 0)
    throw usageFailure('The configuration names no sites: set "sites" and "site".');
  const { answers } = await statusOfMembers(configuration);
  const running = reached(answers).map(({ replicaId }) => replicaId);
  if (running.length > 0)
    throw new Failure(
      `Replica ${running.join(', ')} of this site runs. Stop the site first; a return replaces its folders.`,
    );
  const making = join(dataFolder, makingName);
  const made = join(dataFolder, madeName);
  if (!existsSync(making) && !existsSync(made) && isReturned(dataFolder))
    return tellLost(dataFolder, options.json, terminal, 'It was returned already, and has not run since.\n');
  if (!existsSync(making) && !existsSync(made)) {
    const { target } = configuration.site;
    const open = await chooseTarget({ ...options, ...(target !== undefined && { target }) });
    const sites = siteNames(configuration);
    const chain = writtenLast(chainsOfOrder(await chainsOf(open), sites, open), open.instance);
    const ledger = ownLedger(dataFolder, open.name);
    await refuseOwn(loaded, open, { chain, ledger });
    if (ledger !== undefined) await inWords(endChainOfOtherOrder(open, ledger, sites));
    const { replay } = await withBar(open, terminal, (from) => restore(from, [chain!], everything));
    await writeReport(dataFolder, await inWords(lostTail(dataFolder, open, chain!, replay)));
    const ids = configuration.replicas.map(({ id }) => id).toSorted((a, b) => a - b);
    writeStandby(making, replay, open.clusterId, ids);
    const mark = `${JSON.stringify({ seq: replay.position.seq })}\n`;
    writeFileSync(join(making, markName), mark, { mode: fileMode, flush: true });
  }
  if (existsSync(making)) {
    setAside(dataFolder);
    renameSync(making, made);
    flushFolder(dataFolder);
  }
  for (const name of readdirSync(made)) renameSync(join(made, name), join(dataFolder, name));
  rmdirSync(made);
  flushFolder(dataFolder);
  tellLost(dataFolder, options.json, terminal);
}

/** What this site has shipped itself. */
function ownLedger(dataFolder: string, target: string): BackupLedger | undefined {
  const path = ledgerPath(dataFolder, target);
  const ledger = loadLedger({
    load: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  });
  if (ledger !== 'spoiled') return ledger;
  throw new Failure(
    `${path} is damaged, so it does not say whether the last shipped commands are from this site. Remove it where another site has ` +
      'written since, and give the command again.',
  );
}

async function refuseOwn(
  { configuration }: Loaded,
  { target, packing }: ChosenTarget,
  { chain, ledger }: { readonly chain: SiteChain | undefined; readonly ledger: BackupLedger | undefined },
): Promise<void> {
  if (chain === undefined) throw new Failure(`Nothing was shipped to ${target.place} yet.`);
  if (ledger?.chain !== chain.id) return;
  const claim = await inWords(readNote(target, chain.folder, 'claim', packing.key));
  const isClaimed = typeof claim === 'object' && claim.site !== configuration.site.name;
  if (isClaimed && claim.epoch > (chain.head?.epoch ?? 1))
    throw new Failure(
      `Site ${claim.site} was to begin epoch ${claim.epoch} at ${new Date(claim.madeUs / 1_000).toISOString()}, and has shipped nothing ` +
        'yet: there is nothing to return to. Give this command again once it has ("lockstep backup status" there).',
    );
  throw new Failure(
    'The last shipped commands are from this site: no other site has written since. Start it: "lockstep up".',
  );
}

interface FoundTail {
  readonly report: TailReport;
  readonly fromSeq: number;
  readonly unlistedTo: number;
}

/** What the folders hold beyond the chain; undefined where that is nothing. */
async function lostTail(
  dataFolder: string,
  open: ChosenTarget,
  chain: SiteChain,
  promoted: LogReplay,
): Promise<FoundTail | undefined> {
  const folder = newestFolder(dataFolder);
  if (folder === undefined) return undefined;
  const from = { target: open.target, clusterId: open.clusterId, key: open.packing.key };
  const parting = await partingOf(piecesOf(folder, everySeq), from, chain);
  const begun = begunAfter(folder, promoted);
  if (parting === 'unknown' && begun === undefined)
    throw new Failure(
      `The chain of the site that writes begins behind the end of ${folder}, so it does not say where the two part. Export what ` +
        'this site wrote since its last shipment ("lockstep export --folder"), move its folders away, and run "lockstep site seed".',
    );
  const first = firstSeqOf(folder, everySeq);
  const seq = parting === 'none' ? everySeq : parting === 'unknown' ? begun! : parting.seq;
  // The site was lost for long, and its replicas have dropped what their snapshots hold.
  const unlistedTo = seq <= first && (begun ?? 0) < first ? first - 1 : 0;
  const voided = voidsOf(folder, everySeq);
  const { voids, exchange, position } = promoted;
  const others = new Set(
    [
      ...[...voided].filter((each) => each <= position.seq && !exchange.hasPassedOver(each)),
      ...[...voids].filter((each) => !voided.has(each)),
    ].filter((each) => each >= first && each < seq),
  );
  if (parting === 'none' && others.size === 0) return undefined;
  const report = new TailReport(seq, others);
  replayFolder(folder, { from: Math.max(first, Math.min(seq, ...others)), to: everySeq }, report, everySeq);
  const listedFrom = report.entries.find(({ record }) => record === 'command')?.seq ?? 0;
  return { report, fromSeq: unlistedTo > 0 && begun !== undefined ? begun : listedFrom, unlistedTo };
}

/** The first command of the promoted site, where its epoch is the next one: what came before it was of both sites. */
function begunAfter(folder: string, { exchange: { engine } }: LogReplay): number | undefined {
  return engine.siteEpoch === epochOf(folder, everySeq) + 1 ? engine.siteSeq : undefined;
}

/** Beside the folders, with which it is set aside. */
async function writeReport(dataFolder: string, tail: Awaited<ReturnType<typeof lostTail>>): Promise<void> {
  const { report, fromSeq, unlistedTo } = tail ?? { report: new TailReport(0), fromSeq: 0, unlistedTo: 0 };
  const { accounts, entries } = report;
  const countOf = (kind: TailEntry['record']): number =>
    entries.filter(({ record }) => record === kind).length;
  const lost: LostTail = {
    ...{ fromSeq, commands: countOf('command'), accounts: accounts.length },
    ...{ voided: countOf('voided'), unlistedTo },
  };
  await writeLines(join(dataFolder, `${reportName}.json`), jsonLines(lost, accounts));
  await writeLines(join(dataFolder, `${reportName}.csv`), [tailHeading, ...report.csvLines()]);
  await writeLines(join(dataFolder, countsName), [JSON.stringify(lost)]);
}

/** One object, with a line for each entry. */
function* jsonLines(lost: LostTail, accounts: TailReport['accounts']): Generator<string> {
  yield `${JSON.stringify(lost).slice(0, -1)}, "entries": [`;
  for (const [n, { accountId, entries }] of accounts.entries()) {
    yield `${n === 0 ? '' : ','}{"accountId": ${accountId}, "entries": [`;
    for (const [each, entry] of entries.entries())
      yield `${JSON.stringify(entry)}${each + 1 < entries.length ? ',' : ''}`;
    yield ']}';
  }
  yield ']}';
}

/** As one string they could be more than there may be. */
async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  await writeFile(path, portions(lines), { mode: fileMode, flush: true });
}

function* portions(lines: Iterable<string>): Generator<string> {
  let portion = '';
  for (const line of lines) {
    portion += `${line}\n`;
    if (portion.length < portionChars) continue;
    yield portion;
    portion = '';
  }
  yield portion;
}

/** Its folders hold what they were made with, and no command behind it. */
function isReturned(dataFolder: string): boolean {
  const mark = loadFolderFile(join(dataFolder, markName), 'returned');
  if (mark === undefined) return false;
  return replicasWithData(dataFolder).every((id) =>
    piecesOf(replicaFolder(dataFolder, id), everySeq).every(({ end }) => end.nextSeq <= mark.seq + 1),
  );
}

/** Moves what belongs to the old log into a folder beside; one that was begun is gone on with. */
function setAside(dataFolder: string): void {
  const names = readdirSync(dataFolder);
  const newest = newestAside(names);
  const ofLog = names.filter(isOfLog);
  const isBegun = newest > 0 && existsSync(join(dataFolder, asideName(newest), unfinishedName));
  // All of it was set aside before the command was interrupted: the report is part of it.
  if (ofLog.length === 0 && !isBegun) return;
  const aside = join(dataFolder, asideName(isBegun ? newest : newest + 1));
  mkdirSync(aside, { recursive: true, mode: folderMode });
  writeFileSync(join(aside, unfinishedName), '', { mode: fileMode });
  for (const name of ofLog) renameSync(join(dataFolder, name), join(aside, name));
  flushFolder(aside);
  rmSync(join(aside, unfinishedName));
  flushFolder(aside);
}

function asideName(n: number): string {
  return `set-aside-${n}`;
}

function newestAside(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => Number(/^set-aside-(\d+)$/.exec(name)?.[1] ?? 0)));
}

function tellLost(dataFolder: string, isJson: boolean | undefined, terminal: Terminal, before = ''): void {
  const aside = join(dataFolder, asideName(newestAside(readdirSync(dataFolder))));
  const path = join(aside, `${reportName}.json`);
  const found = loadFolderFile(join(aside, countsName), 'lost');
  if (found === undefined)
    throw new Failure(
      `${join(aside, countsName)} is missing, so what was lost is not known here. The old folders are in ${aside}. Start this site with ` +
        '"lockstep up": it follows from there.',
    );
  const { fromSeq, commands, accounts, voided = 0, unlistedTo = 0 } = found;
  const list = `${path} and ${reportName}.csv beside it list`;
  const dropped =
    unlistedTo === 0
      ? ''
      : `\nWhat it had written alone up to seq ${unlistedTo} is lost too, and NOT LISTED: its replicas had dropped that from their ` +
        `journals. The state behind it is in the snapshots of ${aside}.`;
  const lost =
    commands === 0
      ? 'It had written nothing that the site that writes does not have.'
      : `From seq ${unlistedTo === 0 ? fromSeq : unlistedTo + 1} on it had written ${commands} commands, of ${accounts} accounts, that the world has lost. ` +
        `${list} each one, acknowledged or perhaps acknowledged, with what came of it.`;
  const undone =
    voided === 0
      ? ''
      : `\n${voided} commands that it had voided, and whose senders it told so, the site that writes has carried out: ${list} them as "voided".`;
  tell(
    terminal,
    isJson,
    { ok: true, fromSeq, commands, accounts, voided, unlistedTo, report: path, setAside: aside },
    `${before}${lost}${dropped}${undone}\nIts old folders are in ${aside}. Start it with "lockstep up": it follows from there.`,
  );
}

/**
 * That of the replica whose log is the newest, and of such the longest (§5.4.1): what was acknowledged is in it. A
 * leader that was cut off may have a longer one, of an earlier term, that the others never acknowledged.
 */
function newestFolder(dataFolder: string): string | undefined {
  const found = replicasWithData(dataFolder).map((id) => {
    const folder = replicaFolder(dataFolder, id);
    let last = { term: 0, index: 0 };
    for (const { end } of piecesOf(folder, everySeq)) last = end;
    return { folder, ...last };
  });
  return found.toSorted((a, b) => b.term - a.term || b.index - a.index)[0]?.folder;
}
