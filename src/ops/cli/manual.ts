/**
 * `lockstep manual`: the manual page, and completion for shells, from the same commands and options as `--help`. The
 * files in `deploy` are what it prints.
 */
import { Argument, type Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** Reads all commands: only the program knows how they are loaded. */
export type WholeProgram = () => Promise<Command>;

type Writer = (program: Command) => string;

const writers: Readonly<Record<string, Writer>> = {
  man: manPage,
  bash: bashCompletion,
  fish: fishCompletion,
};

/** Where each form is kept in the package. */
export const manualFiles: Readonly<Record<string, string>> = {
  man: 'deploy/man/lockstep.1',
  bash: 'deploy/completion/lockstep.bash',
  fish: 'deploy/completion/lockstep.fish',
};

export function registerManual(program: Command, terminal: Terminal, whole: WholeProgram): void {
  program
    .command('manual')
    .description('print the manual page, or completion for a shell')
    .addArgument(
      new Argument('<form>', 'man, bash (also for zsh with bashcompinit) or fish').choices(
        Object.keys(writers),
      ),
    )
    .action(async (form: string) => terminal.print(manualText(await whole(), form).trimEnd()));
}

export function manualText(program: Command, form: string): string {
  return writers[form]!(program);
}

interface Described {
  /** `members add` */
  readonly path: string;
  readonly command: Command;
}

/** Every command, the parts of one behind it. */
function describedIn(command: Command, path = ''): Described[] {
  return command.commands.flatMap((part) => {
    const own = path === '' ? part.name() : `${path} ${part.name()}`;
    return [{ path: own, command: part }, ...describedIn(part, own)];
  });
}

function manPage(program: Command): string {
  const lines = [
    '.\\" Made by "lockstep manual man"; npm test says when it is not current.',
    `.TH LOCKSTEP 1 "" "lockstep ${program.version()}" "Lockstep"`,
    '.SH NAME',
    `lockstep \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    '.B lockstep',
    '\\fICOMMAND\\fR [\\fIOPTION\\fR ...]',
    '.SH COMMANDS',
  ];
  for (const { path, command } of describedIn(program)) {
    lines.push(`.SS lockstep ${roff([path, ...argumentsOf(command)].join(' '))}`);
    lines.push(roff(sentence(command.description())));
    for (const argument of command.registeredArguments)
      if (argument.description !== '')
        lines.push('.TP', `.I ${roff(argument.name())}`, roff(sentence(argument.description)));
    for (const option of command.options)
      lines.push('.TP', `.B ${roff(option.flags)}`, roff(sentence(option.description)));
  }
  lines.push(
    '.SH EXIT STATUS',
    '0 where all went well, 1 where the command could not do it or what it looked at is not well, 2 where the command or the ' +
      'configuration is wrong. With \\fB\\-\\-json\\fR the last line is one object, whose "ok" says the same.',
    '.SH FILES',
    '.TP',
    '.I lockstep.json',
    'The configuration, in the working folder unless \\fB\\-\\-config\\fR says another. "lockstep config \\-\\-keys" lists every key.',
    '.SH ENVIRONMENT',
    '.TP',
    '.B LOCKSTEP_STACK',
    'Set, an unexpected error shows where it happened.',
  );
  return `${lines.join('\n')}\n`;
}

function argumentsOf(command: Command): string[] {
  return command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
}

/** Words that may follow a command: its parts, what its arguments may be, its options. */
function followers(command: Command): string[] {
  const { commands, options } = command;
  const long = options.flatMap((option) => option.long ?? []);
  return [...commands.map((part) => part.name()), ...choicesOf(command), ...new Set([...long, '--help'])];
}

function choicesOf({ registeredArguments }: Command): string[] {
  return registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
}

/** Options of a command whose value is one of a few words. */
function optionChoices({ options }: Command): { readonly long: string; readonly words: readonly string[] }[] {
  return options.flatMap(({ long, argChoices }) =>
    long == null || argChoices === undefined ? [] : [{ long, words: argChoices }],
  );
}

function bashCompletion(program: Command): string {
  const all = [{ path: '', command: program }, ...describedIn(program)];
  const rows = all.map(({ path, command }) => `    '${path}') words='${followers(command).join(' ')}' ;;`);
  const valueRows = all.flatMap(({ path, command }) =>
    optionChoices(command).map(({ long, words }) => `    '${path} ${long}') words='${words.join(' ')}' ;;`),
  );
  return `# Completion of lockstep for bash; for zsh: autoload -U bashcompinit; bashcompinit; source this file.
# Made by "lockstep manual bash"; npm test says when it is not current.
_lockstep_words() {
  case "$1" in
${rows.join('\n')}
    *) words='' ;;
  esac
}

# What the value of an option may be.
_lockstep_values() {
  case "$1" in
${valueRows.join('\n')}
    *) words='' ;;
  esac
}

_lockstep() {
  local word path='' longer words
  COMPREPLY=()
  # The longest row of words so far that is a command.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    longer="\${path:+$path }$word"
    _lockstep_words "$longer"
    [ -n "$words" ] && path="$longer"
  done
  _lockstep_values "$path \${COMP_WORDS[COMP_CWORD-1]}"
  [ -n "$words" ] || _lockstep_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}

complete -o default -F _lockstep lockstep
`;
}

function fishCompletion(program: Command): string {
  const rows = describedIn(program).flatMap(({ path, command }) => {
    const words = path.split(' ');
    const own = words.pop()!;
    const parent = words.at(-1);
    const where =
      parent === undefined
        ? '__fish_use_subcommand'
        : `__fish_seen_subcommand_from ${parent}; and not __fish_seen_subcommand_from ${siblings(program, words)}`;
    const inside = [...words, own].map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return [
      `complete -c lockstep -n ${quoted(where)} -a ${own} -d ${quoted(command.description())}`,
      ...choicesOf(command).map((word) => `complete -c lockstep -n ${quoted(inside)} -a ${word}`),
      ...command.options.flatMap(({ long, description, argChoices }) => {
        if (long == null) return [];
        const values = argChoices === undefined ? '' : ` -x -a ${quoted(argChoices.join(' '))}`;
        return [
          `complete -c lockstep -n ${quoted(inside)} -l ${long.slice(2)} -d ${quoted(description)}${values}`,
        ];
      }),
    ];
  });
  return `# Completion of lockstep for fish. Made by "lockstep manual fish"; npm test says when it is not current.\n${rows.join('\n')}\n`;
}

/** The names of the parts of a command. */
function siblings(program: Command, path: readonly string[]): string {
  let command = program;
  for (const word of path) command = command.commands.find((part) => part.name() === word)!;
  return command.commands.map((part) => part.name()).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
