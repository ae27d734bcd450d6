/** `lockstep doctor`: whether this machine is fit for its replica or gateway; what is wrong, and what to do. */
import type { Command } from 'commander';
import { replicaOf } from '../configuration/addresses.ts';
import { loadConfiguration } from '../configuration/load.ts';
import type { Diagnosis, Grade } from '../doctor/diagnosis.ts';
import { dutyOf, examine } from '../doctor/doctor.ts';
import { ExitCode, Failure, usageFailure } from '../failure.ts';
import {
  addCommand,
  addJsonOption,
  type CommonOptions,
  replicaNumber,
  tell,
  wholeNumber,
} from './command.ts';
import type { Terminal } from './terminal.ts';

interface DoctorOptions extends CommonOptions {
  readonly replica?: number;
  readonly gateway?: boolean;
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
      'it is for this replica (default: the one whose identity is here)',
      replicaNumber,
    )
    .option('--gateway', 'it is for a gateway (default: where the identity of one is here)')
    .option(
      '--wait <seconds>',
      'stay so long at the ports, for doctors of other machines: both directions show then',
      wholeNumber(0, 3_600),
      0,
    )
    .action(async (options: DoctorOptions) => {
      const loaded = loadConfiguration(options);
      if (options.replica !== undefined) replicaOf(loaded.configuration, options.replica);
      const found = dutyOf(loaded);
      const { replica: replicaId = found.replicaId, gateway: isGateway = found.isGateway } = options;
      if (replicaId === undefined && !isGateway)
        throw usageFailure(
          `What this machine is for is not known: ${loaded.dataFolder} holds no identity of a replica or gateway of the ` +
            'configuration. Give --replica N or --gateway, or put the identity there first (docs/DEPLOY.md).',
        );
      const findings = await examine(
        loaded,
        { isGateway, ...(replicaId !== undefined && { replicaId }) },
        options.wait * 1_000,
      );
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

function lineOf({ check, grade, text, remedy }: Diagnosis): string {
  const line = `${words[grade].padEnd(9)}${check.padEnd(14)}${text}`;
  return remedy === '' ? line : `${line}\n${' '.repeat(23)}${remedy}`;
}

function counted(findings: readonly Diagnosis[]): string {
  const count = (wanted: Grade): number => findings.filter(({ grade }) => grade === wanted).length;
  return `${count('wrong')} wrong, ${count('warning')} warnings, ${count('unknown')} not seen, ${count('good')} good`;
}
