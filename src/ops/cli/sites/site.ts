/**
 * `lockstep site follow | status | seed | return | promote | switch`: the sites of an exchange, one of which writes and
 * the others of which follow it. A process reads the files of its own command alone: a promotion has no time for those
 * that restore.
 */
import type { Command } from 'commander';
import { loadConfiguration } from '../../configuration/load.ts';
import { addCommand, addJsonOption, type CommonOptions } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import type { PromoteOptions } from './site-promotion.ts';
import { decideToWait, type SiteOptions, showStatus } from './site-status.ts';

export function registerSite(program: Command, terminal: Terminal): void {
  const site = program
    .command('site')
    .description('sites: one writes, the others follow it and can take its place');
  addCommand(
    site,
    'follow',
    'keep the replicas of this site level with the writing site, until Ctrl-C',
  ).action(async (options: CommonOptions) => {
    const loaded = loadConfiguration(options);
    // Native code, which the other commands need not load.
    const { runSite } = await import('../../site-process/site-process.ts');
    await runSite(loaded);
  });
  addJsonOption(addCommand(site, 'status', 'show which site writes, and how far this one is behind it'))
    .option('--watch', 'again each second, until Ctrl-C')
    .action((options: SiteOptions & { readonly watch?: boolean }) => showStatus(options, terminal));
  addJsonOption(
    addCommand(site, 'seed', 'make the data folder of a standby site from what the writing site has shipped'),
  )
    .requiredOption('--into <folder>', 'the data folder to make; it is empty or not there yet')
    .action(async (options: SiteOptions & { readonly into: string }) =>
      (await import('./site-seed.ts')).seedSite(options, terminal),
    );
  addJsonOption(
    addCommand(
      site,
      'wait <minutes>',
      'decide to wait for a site that is out of reach: until then no hook asks',
    ),
  ).action((minutes: string, options: SiteOptions) => decideToWait(minutes, options, terminal));
  addJsonOption(
    addCommand(
      site,
      'return',
      'make a standby of this site, which was lost: what it wrote alone is reported',
    ),
  ).action(async (options: SiteOptions) => (await import('./site-return.ts')).returnSite(options, terminal));
  addJsonOption(
    addCommand(site, 'promote <name>', 'let this standby site write in the place of a site that is lost'),
  )
    .option('--plan', 'only say what would be done and lost')
    .option('--yes', 'do it without asking')
    .option('--unfenced', 'the other sites are switched off: no fence command could say so')
    .action(async (name: string, options: PromoteOptions) =>
      (await import('./site-promotion.ts')).promoteSite(name, options, terminal),
    );
  addJsonOption(
    addCommand(site, 'switch <name>', 'let another site write from here on; nothing is lost'),
  ).action(async (name: string, options: SiteOptions) =>
    (await import('./site-switch.ts')).switchSite(name, options, terminal),
  );
}
