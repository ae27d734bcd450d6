/** Status, health and metrics of the backup, for this machine alone: `/status`, `/health/ready`, `/metrics`. */
import type { Server } from 'node:http';
import { Gauge, Registry } from '@prometheus-io/client';
import { alarmsOf, type BackupStanding, rpoSeconds, type TargetStanding } from '../backup-standing.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { Failure, messageOf } from '../failure.ts';

const { createServer } = process.getBuiltinModule('node:http');

const host = '127.0.0.1';
const connectionsMax = 32;
const requestMsMax = 5_000;

/** Listens; throws a Failure where the port cannot be had. */
export async function backupServer(
  { backup, clusterId }: ConfigurationFile,
  standing: () => BackupStanding,
): Promise<Server> {
  const registry = metrics(clusterId, standing, (now) => alarmsOf(now, backup, Date.now()));
  const server = createServer(
    { requestTimeout: requestMsMax, headersTimeout: requestMsMax },
    (request, reply) => {
      const send = (status: number, type: string, text: string): void => {
        reply.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
      };
      const json = (status: number, value: object): void =>
        send(status, 'application/json', JSON.stringify(value));
      const path = (request.url ?? '').split('?')[0];
      if (request.method !== 'GET') return json(405, { ok: false, error: 'There is nothing here but GET.' });
      const now = standing();
      const alarms = alarmsOf(now, backup, Date.now()).map(({ text }) => text);
      if (path === '/status') return json(200, { ...now, alarms });
      if (path === '/health/live') return json(200, { ok: true });
      if (path === '/health/ready')
        return json(alarms.length === 0 ? 200 : 503, { ok: alarms.length === 0, alarms });
      if (path !== '/metrics')
        return json(404, {
          ok: false,
          error: 'There are GET /status, /health/live, /health/ready and /metrics.',
        });
      registry.metrics().then(
        (text) => send(200, registry.contentType, text),
        (error: unknown) => json(500, { ok: false, error: messageOf(error) }),
      );
    },
  );
  server.maxConnections = connectionsMax;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(backup.port, host, resolve);
  try {
    await promise;
  } catch (error) {
    throw new Failure(
      `The backup cannot listen on ${host}, port ${backup.port}: ${messageOf(error)}. Change the key backup.port, or end ` +
        'the program that uses the port.',
    );
  }
  return server;
}

type Alarms = ReturnType<typeof alarmsOf>;

function metrics(
  clusterId: number,
  standing: () => BackupStanding,
  alarms: (now: BackupStanding) => Alarms,
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const gauge = (
    name: string,
    help: string,
    value: (target: TargetStanding, alarms: Alarms) => number,
  ): void => {
    new Gauge({
      name: `lockstep_backup_${name}`,
      help,
      labelNames: ['target'],
      registers: [registry],
      collect() {
        const now = standing();
        const all = alarms(now);
        for (const target of now.targets) this.set({ target: target.name }, value(target, all));
      },
    });
  };
  gauge('rpo_seconds', 'Seconds of commands that a loss of the cluster would take.', (target) =>
    rpoSeconds(target, Date.now()),
  );
  gauge('behind_frames', 'Frames that are committed and not at the target.', (target) => target.behindFrames);
  gauge('seq', 'The last command that the target has.', ({ seq }) => seq);
  gauge(
    'level_seconds',
    'When the target last had everything, since 1970.',
    ({ levelMs }) => levelMs / 1_000,
  );
  gauge('failing', '1 while attempts to ship fail.', ({ error }) => (error === '' ? 0 : 1));
  gauge(
    'proved_seconds',
    'When a backup was last proved by restoring it, since 1970; 0: never.',
    ({ proof }) => Math.round((proof?.provedUs ?? 0) / 1e6),
  );
  gauge('proved_seq', 'The last command that was proved.', ({ proof }) => proof?.seq ?? 0);
  gauge(
    'restore_seconds',
    'How long the last proof took to restore the newest state.',
    ({ proof }) => (proof?.restoreMs ?? 0) / 1_000,
  );
  gauge('proof_failed', '1 where the last proof failed.', ({ proofError }) => (proofError === '' ? 0 : 1));
  gauge(
    'alarms',
    'Alarms of the target.',
    ({ name }, all) => all.filter(({ target }) => target === name).length,
  );
  return registry;
}
