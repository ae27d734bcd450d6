/** A hook: where notices go. A webhook takes them over HTTP, a command in its environment. */
import { createHmac } from 'node:crypto';
import type { NotifySettings } from '../configuration/notify-keys.ts';
import { Failure } from '../failure.ts';
import { type LineTaker, runCommand } from '../processes/command-run.ts';
import { version } from '../version.ts';
import { ask, isUnsent, isUnserved, loadAuthorities, reasonOf, type ServerTrust } from '../web-request.ts';
import type { Notice } from './notice.ts';

export interface Hook {
  readonly name: string;
  readonly on: readonly string[];
  readonly timeoutMs: number;
  /** Rejects where the notice did not arrive, or may not have. */
  deliver(notice: Notice, signal: AbortSignal): Promise<void>;
}

type Webhook = NotifySettings['webhooks'][number];
type CommandHook = NotifySettings['commands'][number];

/** An answer has nothing that is read. */
const answerBytesMax = 65_536;

/** All hooks, in the order of the file. `say` takes the output of commands. */
export function hooksOf({ webhooks, commands }: NotifySettings, clusterId: number, say: LineTaker): Hook[] {
  return [
    ...webhooks.map((webhook) => webhookOf(webhook, clusterId)),
    ...commands.map((command) => commandOf(command, clusterId, say)),
  ];
}

/** A notice as JSON, for people and programs. */
function noticeJson({ order: _, atMs, number, ...notice }: Notice, clusterId: number): object {
  return { ...notice, clusterId, number, at: new Date(atMs).toISOString() };
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds, a dot and the body. */
function signatureOf(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

function webhookOf(
  { name, url, secret, format, authoritiesFile, ...settings }: Webhook,
  clusterId: number,
): Hook {
  // Read with each notice: a renewed file counts at once, and one that cannot be read fails this hook alone.
  const trust = (): ServerTrust =>
    authoritiesFile === undefined ? {} : { authorities: loadAuthorities(authoritiesFile) };
  return {
    name,
    ...settings,
    deliver: async (notice, signal) => {
      const body =
        format === 'slack'
          ? JSON.stringify({ text: slackText(notice, clusterId) })
          : JSON.stringify(noticeJson(notice, clusterId));
      const headers = {
        'content-type': 'application/json',
        'user-agent': `lockstep/${version}`,
        'lockstep-notice': notice.id,
        ...(secret !== undefined && { 'lockstep-signature': signatureOf(secret, body, Date.now()) }),
      };
      const sent = { url, method: 'POST', headers, body, signal, trust: trust(), answerBytesMax };
      const { status } = await ask(sent).catch((error: unknown) => {
        throw new Failure(unreachedText(new URL(url).host, error));
      });
      if (status < 200 || status > 299) throw new Failure(refusedText(status));
    },
  };
}

function unreachedText(host: string, error: unknown): string {
  if (isUnserved(error))
    return `${host} refuses the connection: start what takes notices there, or correct url of the webhook (key notify.webhooks)`;
  const isUnreached = isUnsent(error);
  return `${host}: ${reasonOf(error)}${isUnreached ? '; correct url of the webhook (key notify.webhooks), or mend the way there' : ''}`;
}

function refusedText(status: number): string {
  const what = `it answers with status ${status}`;
  if (status >= 300 && status < 400)
    return `${what}, and no redirect is followed: name the last address (url of the webhook)`;
  if (status === 401 || status === 403)
    return `${what}: give the webhook the address and the secret that its receiver expects`;
  return status === 404 || status === 405
    ? `${what}: correct url of the webhook (key notify.webhooks)`
    : what;
}

function slackText({ severity, state, text }: Notice, clusterId: number): string {
  const mark = state === 'ends' ? 'over' : severity;
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `[${mark}] Lockstep cluster ${clusterId}: ${safe}`;
}

function commandOf({ name, run, ...settings }: CommandHook, clusterId: number, say: LineTaker): Hook {
  return {
    name,
    ...settings,
    deliver: (notice, signal) =>
      runCommand({ name, run, facts: environmentOf(notice, clusterId), signal, say }),
  };
}

/** The facts of a notice as a command gets them. */
function environmentOf(notice: Notice, clusterId: number): Readonly<Record<string, string>> {
  const { id, kind, state, subject, value, severity, text, facts, atMs, reporter } = notice;
  return {
    LOCKSTEP_ID: id,
    LOCKSTEP_EVENT: kind,
    LOCKSTEP_STATE: state,
    LOCKSTEP_SUBJECT: subject,
    LOCKSTEP_VALUE: value,
    LOCKSTEP_SEVERITY: severity,
    LOCKSTEP_TEXT: text,
    LOCKSTEP_FACTS: JSON.stringify(facts),
    LOCKSTEP_AT: new Date(atMs).toISOString(),
    LOCKSTEP_CLUSTER: String(clusterId),
    LOCKSTEP_REPLICA: String(reporter),
  };
}
