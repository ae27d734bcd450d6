/** What every command shares: options, the configuration that they choose, and how a result is printed. */

import { existsSync } from 'node:fs';
import { Argument, type Command, type CommandOptions, InvalidArgumentError } from 'commander';
import { assertEqual } from '../../std/assert.ts';
import { u32Max } from '../../std/integers.ts';
import { type Loaded, loadConfiguration, type Overrides } from '../configuration/load.ts';
import { usageFailure } from '../failure.ts';
import { readUpFile, runningFile } from '../supervisor/cluster-folder.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes, and those of commands that give orders. */
export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly operator?: number;
  readonly plan?: string;
}

/** Adds a command to the program. */
export function addCommand(
  program: Command,
  usage: string,
  description: string,
  options: CommandOptions = {},
): Command {
  return program
    .command(usage, options)
    .description(description)
    .option('--config <file>', 'configuration file (default: lockstep.json, if it exists)')
    .option('--data <folder>', 'data folder (key dataFolder)');
}

/** Whose identity gives an order. */
export function addOperatorOption(command: Command): Command {
  return command.option(
    '--operator <number>',
    'who gives the order: operator/N of the identities here (key control.operator)',
    wholeNumber(1, u32Max),
  );
}

/** Adds a command that gives orders to replicas. */
export function addOrderCommand(program: Command, usage: string, description: string): Command {
  return addOperatorOption(addCommand(program, usage, description)).option(
    '--plan <hash>',
    'confirm this plan of another operator, where two persons are needed',
    planHashText,
  );
}

export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print one JSON object as the last line');
}

/** Registers a command; the list of all is in program.ts. */
export type Register = (program: Command, terminal: Terminal) => void;

/**
 * The configuration of the cluster that a command is about: the one that `up` runs in the data folder, with its
 * options, else what file and options say.
 */
export function loadRunning(options: Overrides): Loaded {
  const loaded = loadConfiguration(options);
  if (options.data !== undefined && !existsSync(loaded.dataFolder)) {
    throw usageFailure(
      `There is no data folder ${loaded.dataFolder}: no cluster was started there. Check --data.`,
    );
  }
  if (readUpFile(loaded.dataFolder) === undefined) return loaded;
  const { operator, plan } = options;
  return loadConfiguration({ config: runningFile(loaded.dataFolder), operator, plan });
}

/** The same with the members that the log names, which the file may not: any of them may lead. */
export async function loadWithMembers(options: Overrides): Promise<Loaded> {
  const loaded = loadRunning(options);
  const { withMembers } = await import('../clients/control-client.ts');
  return { ...loaded, configuration: await withMembers(loaded.configuration) };
}

/** What a command that finds no replica adds where it looked for those of the defaults, for want of a file. */
export function defaultsHint({ file, dataFolder }: Loaded): string {
  if (file !== undefined || existsSync(dataFolder)) return '';
  return (
    ` There is no lockstep.json in ${process.cwd()}, so the replicas of the defaults were looked for: name the file of the ` +
    'exchange with --config, or give the command in its folder.'
  );
}

/**
 * Prints `text`, and `result` as JSON where that was asked for. Its `ok` says what the exit code says: what is not well
 * is a {@link Failure}.
 */
export function tell(terminal: Terminal, json: boolean | undefined, result: object, text: string): void {
  const whole = { ok: true, ...result };
  assertEqual(whole.ok, true, 'what is told of a command that ends with 0');
  if (text !== '') terminal.print(text);
  if (json) terminal.print(JSON.stringify(whole));
}

/** Reads a whole number; commander names the option in front of the message. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Allowed: ${min} to ${max}.`);
  };
}

function planHashText(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('Allowed: the 64 hexadecimal digits that the first operator was shown.');
}

/** Which replicas there are the configuration says: `replicaOf` names them. */
export function replicaNumber(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A replica has a number, such as 1.');
}

/** The number of a replica as an argument of a command. */
export function member(name: string, description: string): Argument {
  return new Argument(`<${name}>`, description).argParser((text) => {
    const id = replicaNumber(text);
    if (id <= 255) return id;
    throw new InvalidArgumentError('Allowed: 1 to 255.');
  });
}

/** The number of the cluster, typed where something may be lost. */
export function addConfirmOption(command: Command): Command {
  return command.option(
    '--confirm <cluster>',
    "the cluster's number, typed by a person: do it although something is lost by it",
    wholeNumber(1, u32Max),
  );
}

/** The number of replicas of a cluster that a command makes. */
export function clusterSize(text: string): number {
  if (/^[135]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Allowed: 1, 3, 5.');
}
