/** `lockstep drill failover | restore | site-loss | switchover | list`: the real thing, tried, measured and kept. */
import type { Command } from 'commander';
import { leaderOf, statusOfMembers } from '../../clients/control-client.ts';
import type { DrillKind } from '../../configuration/objectives-keys.ts';
import {
  type DrillSettings,
  type DrillSource,
  drillFailover,
  drillRestore,
  drillSiteLoss,
} from '../../drills/drills.ts';
import { drillSwitchover, siteToDrill } from '../../drills/switchover.ts';
import { ExitCode, Failure } from '../../failure.ts';
import { makeTemporary, removedAtEnd, removeFolder } from '../../processes/temporary-folder.ts';
import {
  type DrillReport,
  type DrillResult,
  DrillSteps,
  isUnderWay,
  loadReports,
  overdueDrills,
  runDrill,
} from '../../standing/drill-report.ts';
import { addCommand, addJsonOption, type CommonOptions, clusterSize, loadRunning, tell } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';
import { addTargetCommand, chainsOf, chooseTarget, type TargetOptions } from './backup-options.ts';

interface ScratchOptions extends TargetOptions {
  readonly replicas: number;
}

interface SwitchOptions extends CommonOptions {
  readonly json?: boolean;
  readonly back?: string;
}

const scratch: Readonly<
  Record<
    Exclude<DrillKind, 'switchover'>,
    readonly [string, (source: DrillSource, settings: DrillSettings) => Promise<DrillResult>]
  >
> = {
  failover: ['kill the leader of a cluster that begins from the latest backup', drillFailover],
  restore: ['restore the latest backup, and start a cluster from it', drillRestore],
  'site-loss': [
    'kill a whole site of a pair that begins from the latest backup, and promote the other',
    drillSiteLoss,
  ],
};

export function registerDrill(program: Command, terminal: Terminal): void {
  const drill = program
    .command('drill')
    .description('try what a disaster would take, measured against the objectives, and keep the report');
  for (const [kind, [description, act]] of Object.entries(scratch))
    addTargetCommand(drill, kind, `${description}; nothing of the exchange is touched`)
      .option('--replicas <count>', 'so many replicas at each site: 1, 3 or 5', clusterSize, 3)
      .action((options: ScratchOptions) => runScratch(kind as keyof typeof scratch, act, options, terminal));
  addJsonOption(
    addCommand(
      drill,
      'switchover <site>',
      'let another site write, and back: of the exchange itself, without loss',
    ),
  )
    .option(
      '--back <command>',
      'what lets this site write again, run by a shell (default: it stays switched)',
    )
    .action((site: string, options: SwitchOptions) => {
      const loaded = loadRunning(options);
      siteToDrill(loaded, site);
      const steps = new DrillSteps(sayOf(options, terminal));
      const act = () => drillSwitchover(loaded, site, options.back, steps);
      return finish('switchover', options, { steps, act }, terminal);
    });
  addJsonOption(addCommand(drill, 'list', 'print the reports that are kept, and what is overdue')).action(
    (options: CommonOptions & { readonly json?: boolean }) => list(options, terminal),
  );
}

function sayOf({ json }: { readonly json?: boolean }, terminal: Terminal): (line: string) => void {
  return (line) => {
    if (!json) terminal.print(line);
  };
}

async function runScratch(
  kind: keyof typeof scratch,
  act: (source: DrillSource, settings: DrillSettings) => Promise<DrillResult>,
  options: ScratchOptions,
  terminal: Terminal,
): Promise<void> {
  const { configuration } = loadRunning(options);
  const open = await chooseTarget(options);
  const leader = leaderOf((await statusOfMembers(configuration)).answers);
  const { clusterId, target, packing, instance = 0 } = open;
  const steps = new DrillSteps(sayOf(options, terminal));
  const folder = makeTemporary('lockstep-drill');
  const forget = removedAtEnd(folder);
  try {
    const drilled = async (): Promise<DrillResult> => {
      const source: DrillSource = {
        from: { target, clusterId, key: packing.key, instance },
        chains: await chainsOf(open),
        durability: configuration.durability,
        live: leader && { seq: leader.appliedSeq, timeUs: leader.counters.appliedTimeUs },
      };
      return act(source, { folder, replicas: options.replicas, steps });
    };
    await finish(kind, options, { steps, act: drilled }, terminal);
  } finally {
    forget();
    removeFolder(folder);
  }
}

async function finish(
  kind: DrillKind,
  options: CommonOptions & { readonly json?: boolean },
  drill: { readonly steps: DrillSteps; act(): Promise<DrillResult> },
  terminal: Terminal,
): Promise<void> {
  const { configuration, dataFolder } = loadRunning(options);
  const report = await runDrill(kind, dataFolder, configuration.objectives, drill);
  if (!report.ok) throw new Failure(`The drill failed: ${report.failed}`, ExitCode.failed, { report });
  if (report.missed.length > 0) throw new Failure(report.missed.join('\n'), ExitCode.failed, { report });
  tell(terminal, options.json, { ...report }, options.json ? '' : reportText(report));
}

function reportText({ rtoMs, rpoSeqs, rpoMs, hashes }: DrillReport): string {
  const lost =
    rpoSeqs === undefined ? 'what was lost is not known' : `${rpoSeqs} commands lost (${rpoMs} ms)`;
  const [first] = hashes;
  const compared =
    first === undefined
      ? 'No states were compared'
      : `${hashes.length} states compared, all the same; seq ${first.seq}`;
  return `RTO ${rtoMs} ms, ${lost}. ${compared}.`;
}

function resultText(report: DrillReport): string {
  if (isUnderWay(report)) return 'runs';
  if (!report.ok) return 'FAILED';
  return report.missed.length === 0 ? 'good' : 'objective missed';
}

function list(options: CommonOptions & { readonly json?: boolean }, terminal: Terminal): void {
  const { configuration, dataFolder } = loadRunning(options);
  const { reports, spoiled } = loadReports(dataFolder);
  const overdue = overdueDrills(dataFolder, configuration.objectives, Date.now());
  const rows = reports.map((report) => {
    const { kind, startedMs, rtoMs, rpoSeqs, rpoMs, failed, missed } = report;
    const figures = [rtoMs, rpoSeqs, rpoMs].map((figure) => figure ?? '-');
    const note = isUnderWay(report) ? '' : failed || missed.join(' ');
    return [new Date(startedMs).toISOString(), kind, resultText(report), ...figures, note];
  });
  const headings = ['begun', 'drill', 'result', 'RTO ms', 'lost', 'RPO ms', 'note'];
  const text = reports.length === 0 ? 'No drill was run here yet.' : table(headings, rows);
  if (!options.json) terminal.print(text);
  const wrong = [...new Set([...overdue, ...spoiled])];
  if (wrong.length > 0) throw new Failure(wrong.join('\n'), ExitCode.failed, { reports, overdue });
  tell(terminal, options.json, { reports, overdue }, '');
}
