/** `lockstep config`: the effective configuration, the table of all keys, or their JSON Schema. */
import type { Command } from 'commander';
import { configurationSchema, publishedSchema } from '../configuration/configuration.ts';
import { configHash, loadConfiguration, shownConfiguration } from '../configuration/load.ts';
import { addCommand, addJsonOption, type CommonOptions, tell, wholeNumber } from './command.ts';
import { type Terminal, table } from './terminal.ts';

interface ConfigOptions extends CommonOptions {
  readonly keys?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
  readonly replicas?: number;
}

export function registerConfig(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'config', 'show the effective configuration (secrets hidden)'))
    .option('--keys', 'show every key: what is allowed, its default, its meaning')
    .option('--schema', 'show the JSON Schema of the configuration file, for editors')
    .option('--replicas <count>', 'as with "up"', wholeNumber(1, 5))
    .action((options: ConfigOptions) => {
      if (options.schema) {
        const schema = publishedSchema();
        tell(terminal, options.json, { schema }, options.json ? '' : JSON.stringify(schema, undefined, 2));
        return;
      }
      if (options.keys) {
        const rows = configurationSchema.keys('');
        if (options.json) terminal.print(JSON.stringify({ ok: true, keys: rows }));
        else {
          const cells = rows.map((row) => [row.key, row.allowed, row.default, row.meaning]);
          terminal.print(table(['key', 'allowed', 'default', 'meaning'], cells));
        }
        return;
      }
      const { configuration, dataFolder, file } = loadConfiguration(options);
      const shown = shownConfiguration(configuration);
      const hash = configHash(configuration);
      if (options.json) {
        terminal.print(
          JSON.stringify({ ok: true, file, dataFolder, configHash: hash, configuration: shown }),
        );
        return;
      }
      terminal.print(JSON.stringify(shown, undefined, 2));
      terminal.printError(
        `From ${file ?? 'defaults (there is no lockstep.json here)'}; data in ${dataFolder}; hash ${hash}`,
      );
    });
}
