/** The command lines of the programs that developers run (`npm run sim`, `bench`, `chaos` …). */
import { type ParseArgsConfig, parseArgs } from 'node:util';

const usageExitCode = 2;

/** Writes what is wrong with a command line, and how it is used, and ends the program with exit code 2. */
export function refuseCommandLine(problem: string, usage: string): never {
  console.error(`${problem}\n${usage}`);
  process.exit(usageExitCode);
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The options of this program's command line, and its other words where it takes any. `--help` writes the usage and
 * ends the program; a mistake ends it as `refuseCommandLine` does.
 */
export function programOptions<const Named extends Options>(
  usage: string,
  options: Named,
  { takesWords = false }: { readonly takesWords?: boolean } = {},
): Parsed<Named> {
  const given = parsedOrRefused(usage, options, takesWords);
  if ((given.values as { help?: boolean }).help !== true) return given;
  console.log(usage);
  process.exit();
}

type Parsed<Named extends Options> = ReturnType<typeof parsed<Named>>;

function parsedOrRefused<const Named extends Options>(
  usage: string,
  options: Named,
  takesWords: boolean,
): Parsed<Named> {
  try {
    return parsed(options, takesWords);
  } catch (error) {
    return refuseCommandLine((error as Error).message, usage);
  }
}

function parsed<const Named extends Options>(options: Named, allowPositionals: boolean) {
  const help = { type: 'boolean', default: false } as const;
  return parseArgs({ allowPositionals, options: { ...options, help } });
}
