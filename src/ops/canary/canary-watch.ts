/** The process of `lockstep watch`: a canary in a session of its own, until it is ended or has run its rounds. */
import { connect } from '../../client/index.ts';
import type { CanaryReport } from '../../gateway/canary/report.ts';
import { CanaryRunner, type CanarySettings } from '../../gateway/canary/runner.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { ownFolder, watcherOf } from '../certificates/own-identity.ts';
import { IdentityWatch } from '../certificates/watch.ts';
import { SideReporter } from '../clients/side-reporter.ts';
import { clientAddresses } from '../configuration/addresses.ts';
import { canaryKeys } from '../configuration/canary-keys.ts';
import type { Loaded } from '../configuration/load.ts';
import { certificateConditions, type SideReport } from '../notify/side-report.ts';
import { endRequested } from '../processes/end-signals.ts';
import { serviceManager } from '../processes/service-manager.ts';
import { CanaryPost } from './canary-post.ts';

const connectTimeoutMs = 5_000;

export interface WatchWishes {
  readonly watcher: number;
  readonly roundsMax?: number | undefined;
  readonly onReport: (report: CanaryReport) => void;
  readonly warn: (text: string) => void;
}

/** Gives the last report. */
export async function runWatch(loaded: Loaded, wishes: WatchWishes): Promise<CanaryReport> {
  const party = watcherOf(loaded, wishes.watcher);
  const sides = new SideReporter(loaded, party, 'watch', wishes.warn);
  return sides.over(() => watch(loaded, party, sides, wishes));
}

async function watch(
  loaded: Loaded,
  party: Party,
  sides: SideReporter,
  { watcher, roundsMax, onReport, warn }: WatchWishes,
): Promise<CanaryReport> {
  const { configuration, dataFolder } = loaded;
  const identity = ownFolder(dataFolder, party);
  const standard = canaryKeys.defaultValue();
  const settings: CanarySettings = { ...standard, ...configuration.canary, watcher };
  const post = new CanaryPost(loaded, party, warn);
  const identityWatch = new IdentityWatch(dataFolder, party);
  identityWatch.start({ changed: () => undefined, warn });
  sides.begin(() => reportOf(party, identityWatch));
  const { promise: done, resolve: end } = Promise.withResolvers<string>();
  let rounds = 0;
  const replicas = clientAddresses(configuration);
  const commandTimeoutMs = settings.silentMs;
  const runner = new CanaryRunner({
    settings,
    connect: () => connect({ replicas, identity, needsLeader: false, commandTimeoutMs, connectTimeoutMs }),
    onReport: (report) => {
      rounds += 1;
      onReport(report);
      post.send(report);
      if (rounds === roundsMax) end('all rounds have run');
    },
    warn,
  });
  const manager = await serviceManager();
  manager.ready(() => true);
  // Its timers alone would not keep the process.
  const keep = setInterval(() => undefined, 60_000);
  await Promise.race([endRequested(), done]);
  manager.stopping();
  clearInterval(keep);
  const { report } = runner;
  post.end();
  sides.end();
  identityWatch.end();
  await runner.close();
  return report;
}

/** No replica sees when the certificate of a watcher ends. */
function reportOf(party: Party, { expiresAtMs, revoked }: IdentityWatch): SideReport {
  const remedy = `Renew it: "lockstep certificates renew ${partyText(party)}".`;
  const own = [{ of: 'links', endsAtMs: expiresAtMs }];
  const conditions = certificateConditions(partyText(party), own, remedy);
  return { program: 'watch', revoked, conditions };
}
