/** The process of one gateway: settings from the configuration, until it receives an end signal. */
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import type { CanaryReport } from '../../gateway/canary/report.ts';
import { type Gateway, startGateway } from '../../gateway/gateway.ts';
import type { ServerIdentity, TlsSetting } from '../../gateway/settings.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { CanaryPost } from '../canary/canary-post.ts';
import { hasIdentity, identityFolder } from '../certificates/identities.ts';
import { gatewayOf, operatorOf, ownFolder } from '../certificates/own-identity.ts';
import { TlsWatch } from '../certificates/tls-watch.ts';
import { IdentityWatch } from '../certificates/watch.ts';
import { statusOfAll, withMembers } from '../clients/control-client.ts';
import { SideReporter } from '../clients/side-reporter.ts';
import { clusterReport } from '../cluster-view/cluster-view.ts';
import { clientAddresses } from '../configuration/addresses.ts';
import { tellFileChanges } from '../configuration/file-changes.ts';
import { gatewayKeys, keysFileName, openRootKey } from '../configuration/keys.ts';
import type { Loaded } from '../configuration/load.ts';
import { Failure, messageOf } from '../failure.ts';
import { certificateConditions, type SideReport } from '../notify/side-report.ts';
import { endRequested } from '../processes/end-signals.ts';
import { logOutput, processLog } from '../processes/process-log.ts';
import { serviceManager } from '../processes/service-manager.ts';

/** A gateway takes an absence of the leader for more than a failover after so many election time-outs. */
const leaderlessElections = 3;

const uselessToken =
  `the token of the operator is here (${keysFileName}, or the key keys.operator), and this gateway, which has no identity of an ` +
  'operator, takes it of none: remove it from this machine';

/** Runs a gateway; throws a Failure where it cannot listen. */
export async function runGateway(loaded: Loaded): Promise<void> {
  const log = processLog({ component: 'gateway' });
  const party = gatewayOf(loaded.configuration);
  const sides = new SideReporter(loaded, party, 'gateway', (text) => log.warn(text));
  await sides.over(() => serve(loaded, party, sides, log));
}

async function serve(loaded: Loaded, party: Party, sides: SideReporter, log: Logger): Promise<void> {
  const { configuration, dataFolder } = loaded;
  const { gateway, timing, canary } = configuration;
  const operatorFolder = identityFolder(dataFolder, operatorOf(configuration));
  const isOfOperator = hasIdentity(operatorFolder);
  const { hasUselessToken, ...keys } = gatewayKeys(configuration, dataFolder, isOfOperator);
  if (hasUselessToken) log.warn({ folder: dataFolder }, uselessToken);
  const identityWatch = new IdentityWatch(dataFolder, party);
  // Its links look at the folder themselves.
  identityWatch.start({
    changed: () => log.info('the identity of this gateway has changed; new links use it'),
    warn: (text) => log.warn(text),
  });
  const post = canary && new CanaryPost(loaded, party, (text) => log.warn(text));
  let running: Gateway | undefined;
  const watchOf = (setting: TlsSetting): TlsWatch | undefined => {
    const files = gateway[setting];
    const onRenewed = (identity: ServerIdentity): void => running?.present(identity, setting);
    return files && new TlsWatch({ files, key: `gateway.${setting}`, log, onRenewed });
  };
  const watches = { tls: watchOf('tls'), operatorTls: watchOf('operatorTls') };
  const ended = endRequested(() => {
    for (const watch of Object.values(watches)) watch?.reload();
    identityWatch.look(Date.now());
    tellFileChanges(loaded, log);
  });
  // From a burst V8 learns to make objects of requests old at birth. Each keeps its dead request alive until a full
  // collection, and the frequent small ones then take twenty times as long.
  setFlagsFromString('--no-allocation-site-pretenuring');
  running = await startGateway({
    host: gateway.host,
    port: gateway.port,
    operatorHost: gateway.operatorHost,
    operatorPort: gateway.operatorPort,
    ...(watches.tls && { tls: watches.tls.identity }),
    ...(watches.operatorTls && { operatorTls: watches.operatorTls.identity }),
    identity: ownFolder(dataFolder, party),
    ...(isOfOperator && { operatorIdentity: operatorFolder }),
    replicas: clientAddresses(configuration),
    ...keys,
    clusterReport: async () => {
      const members = await withMembers(configuration);
      return clusterReport(configuration.clusterId, await statusOfAll(members));
    },
    rootKey: openRootKey(configuration, dataFolder),
    timeWindowMs: gateway.timeWindowMs,
    ...(canary && { canary: { ...canary, onReport: (report: CanaryReport) => post?.send(report) } }),
    ...(gateway.trustedProxies && { trustedProxies: gateway.trustedProxies }),
    logTo: logOutput(),
    limits: { ...gateway.limits, leaderlessMsMax: leaderlessElections * timing.electionTimeoutMs },
  }).catch((error: unknown) => {
    throw new Failure(messageOf(error));
  });
  sides.begin(() => reportOf(party, identityWatch, watches));
  // One that is killed does not get to it, and its next start would be a slow one.
  flushCompileCache();
  const manager = await serviceManager();
  // Its event loop turns, or no sign of life is sent.
  manager.ready(() => true);
  // The files may have changed while it started.
  for (const setting of ['tls', 'operatorTls'] as const) {
    const { identity } = watches[setting] ?? {};
    if (identity) running.present(identity, setting);
  }
  const why = await ended;
  manager.stopping();
  for (const watch of Object.values(watches)) watch?.end();
  post?.end();
  sides.end();
  identityWatch.end();
  await running.close(why);
}

/** No replica sees the certificates of a gateway. */
function reportOf(
  party: Party,
  { expiresAtMs, revoked }: IdentityWatch,
  { tls, operatorTls }: Readonly<Record<TlsSetting, TlsWatch | undefined>>,
): SideReport {
  const certificates = [
    { of: 'links', endsAtMs: expiresAtMs },
    ...(tls === undefined ? [] : [{ of: 'clients (gateway.tls)', endsAtMs: tls.identity.expiresAtMs }]),
    ...(operatorTls === undefined
      ? []
      : [{ of: 'operators (gateway.operatorTls)', endsAtMs: operatorTls.identity.expiresAtMs }]),
  ];
  const remedy = `Renew them: "lockstep certificates renew ${partyText(party)}" for links, new files for the others.`;
  const conditions = certificateConditions(partyText(party).replace('/', ' '), certificates, remedy);
  return { program: 'gateway', revoked, conditions };
}
