/** `lockstep doctor`: whether this machine is fit for its replica, gateway or watcher, and what to do. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { replicaOf } from '../../configuration/addresses.ts';
import { type Loaded, loadConfiguration } from '../../configuration/load.ts';
import type { Diagnosis, Grade } from '../../doctor/diagnosis.ts';
import { examine } from '../../doctor/doctor.ts';
import { addressUnitOf, type Duty, dutyOf, unitOf } from '../../doctor/duty.ts';
import { examinedAs, userOf } from '../../doctor/unit-user.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import {
  addCommand,
  addJsonOption,
  type CommonOptions,
  defaultsHint,
  replicaNumber,
  tell,
  wholeNumber,
} from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface DoctorOptions extends CommonOptions {
  readonly replica?: number;
  readonly gateway?: boolean;
  readonly watcher?: boolean;
  readonly wait: number;
  readonly json?: boolean;
}

const words: Readonly<Record<Grade, string>> = {
  good: 'good',
  unknown: 'NOT SEEN',
  warning: 'WARNING',
  wrong: 'WRONG',
};

export function registerDoctor(program: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(
      program,
      'doctor',
      'examine this machine: ports, clock, disk, memory, kernel, the way to each peer',
    ),
  )
    .option(
      '--replica <id>',
      'examine the machine of this replica (default: the replica whose identity is here)',
      replicaNumber,
    )
    .option(
      '--gateway',
      'examine the machine of a gateway (default: where the identity of a gateway is here)',
    )
    .option(
      '--watcher',
      'examine the machine of the watcher of the key canary.watcher (default: where its identity is here)',
    )
    .option(
      '--wait <seconds>',
      'listen at the ports for so many seconds, for doctors of other machines: so both directions show',
      wholeNumber(0, 3_600),
      0,
    )
    .action(async (options: DoctorOptions) => {
      const loaded = loadConfiguration(options);
      const duty = dutyFor(loaded, options);
      const findings = await examineAsUnit(loaded, duty, options);
      const wrong = findings.filter(({ grade }) => grade === 'wrong').length;
      const json = { ok: wrong === 0, findings };
      const text = findings.map(lineOf).join('\n');
      if (wrong > 0) {
        if (!options.json) terminal.print(text);
        throw new Failure(`This machine is NOT fit yet: ${counted(findings)}.`, ExitCode.failed, json);
      }
      tell(
        terminal,
        options.json,
        json,
        options.json ? '' : `${text}\nThis machine is fit: ${counted(findings)}.`,
      );
    });
}

/** What the options say that the machine is for, else what its identities say. */
function dutyFor(loaded: Loaded, options: DoctorOptions): Duty {
  const { configuration, dataFolder } = loaded;
  if (options.replica !== undefined) replicaOf(configuration, options.replica);
  const found = dutyOf(loaded);
  const { replica: replicaId = found.replicaId, gateway: isGateway = found.isGateway } = options;
  const watcher = options.watcher ? configuration.canary?.watcher : found.watcher;
  if (options.watcher && watcher === undefined)
    throw usageFailure(
      'The configuration says not which watcher this machine is: write the key canary.watcher.',
    );
  if (replicaId === undefined && !isGateway && watcher === undefined)
    throw usageFailure(
      `What this machine is for is not known: ${dataFolder} holds no identity of a replica, a gateway or a watcher of the ` +
        `configuration. Give --replica N, --gateway or --watcher, or put the identity there first (docs/DEPLOY.md).${defaultsHint(loaded)}`,
    );
  return {
    isGateway,
    ...(replicaId !== undefined && { replicaId }),
    ...(watcher !== undefined && { watcher }),
  };
}

/** As the user of the unit, where root gives the command; else as the user that gives it, which is said. */
async function examineAsUnit(loaded: Loaded, duty: Duty, options: DoctorOptions): Promise<Diagnosis[]> {
  const { examineAs, findings } = userOf(unitOf(duty));
  if (examineAs === undefined) return [...findings, ...(await examine(loaded, duty, options.wait * 1_000))];
  const words = [
    ...(loaded.file === undefined ? [] : ['--config', resolve(loaded.file)]),
    ...(options.data === undefined ? [] : ['--data', resolve(options.data)]),
    // That user may not see the identities by which the duty was found.
    ...(duty.replicaId === undefined ? [] : ['--replica', `${duty.replicaId}`]),
    ...(duty.isGateway ? ['--gateway'] : []),
    ...(duty.watcher === undefined ? [] : ['--watcher']),
    ...['--wait', `${options.wait}`],
  ];
  return examinedAs(examineAs, words, addressUnitOf(loaded.configuration, duty));
}

function lineOf({ check, grade, text, remedy }: Diagnosis): string {
  const line = `${words[grade].padEnd(9)}${check.padEnd(14)}${text}`;
  return remedy === '' ? line : `${line}\n${' '.repeat(23)}${remedy}`;
}

function counted(findings: readonly Diagnosis[]): string {
  const count = (wanted: Grade): number => findings.filter(({ grade }) => grade === wanted).length;
  return `${count('wrong')} wrong, ${count('warning')} warnings, ${count('unknown')} not seen, ${count('good')} good`;
}
