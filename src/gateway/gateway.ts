/**
 * A gateway: HTTP and streams in front of one cluster. It keeps nothing that another gateway would need, so any number
 * of them can run. It listens at once and says through /health/ready when it can serve.
 */

import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type Client, connect } from '../client/index.ts';
import { gatewayItself } from './admission/shares.ts';
import { commandsInFlightMax } from './admission/shedding.ts';
import { CanaryRunner } from './canary/runner.ts';
import { GatewayCore } from './core.ts';
import { openEventSession } from './exchange/event-session.ts';
import { Feed } from './exchange/feed.ts';
import type { OpenEvents } from './exchange/feed-ports.ts';
import { ExchangeLink, type ExchangeWays } from './exchange/link.ts';
import { buildOperatorServer, buildServer } from './http/server.ts';
import { isSecure, present } from './http/tls.ts';
import { Metrics } from './metrics.ts';
import {
  defaultGatewayLimits,
  type GatewaySettings,
  type ServerIdentity,
  type TlsSetting,
} from './settings.ts';
import { checkSettings } from './settings-check.ts';
import { streamUpgrade } from './stream-upgrade.ts';
import { Hub } from './websocket/hub.ts';
import { Streams } from './websocket/streams.ts';

export interface Gateway {
  /** Where it listens, such as "http://127.0.0.1:8080". */
  readonly url: string;
  /** Where the operator's routes and metrics are. */
  readonly operatorUrl: string;
  /** New connections get this certificate; open ones go on. */
  present(identity: ServerIdentity, setting: TlsSetting): void;
  /** Ends requests and streams in good order, then the session with the exchange; the log says why. */
  close(why?: string): Promise<void>;
}

/** For one attempt to open a session; the next follows with back-off. */
const connectTimeoutMs = 5000;
/** Before a book is asked for again because the answer did not fit. */
const bookPauseMs = 50;

/** The ways to the exchange: sessions for commands and queries, and one that hears events. */
export interface ExchangeDoors extends ExchangeWays {
  readonly openEvents: OpenEvents;
  /** A session of the canary, where the gateway keeps one. */
  readonly connectCanary?: (() => Promise<Client>) | undefined;
}

/** A gateway that does not listen yet. */
export interface GatewayParts {
  readonly server: FastifyInstance;
  readonly operatorServer: FastifyInstance;
  readonly streams: Streams;
  /** Starts to connect to the exchange. */
  start(): void;
  present(identity: ServerIdentity, setting: TlsSetting): void;
  close(why?: string): Promise<void>;
}

/**
 * Starts a gateway; resolves once it listens, whether the exchange is there or not. Throws when a setting is wrong or
 * the port is taken, naming the key.
 */
export async function startGateway(
  settings: GatewaySettings,
  doors: ExchangeDoors = doorsOf(settings),
): Promise<Gateway> {
  checkSettings(settings);
  const { host = '127.0.0.1', port = 8080, operatorHost = '127.0.0.1', operatorPort = 8081 } = settings;
  const { server, operatorServer, start, close, ...parts } = await buildGateway(settings, doors);
  try {
    const url = await listen(server, host, port, 'gateway.host', 'gateway.port');
    // Callers wait already: what the operator's port has to load comes after.
    start();
    const operatorKeys = ['gateway.operatorHost', 'gateway.operatorPort'] as const;
    const operatorUrl = await listen(operatorServer, operatorHost, operatorPort, ...operatorKeys);
    return { url, operatorUrl, present: parts.present, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Listens, and gives the address; an error names the keys that say where. */
async function listen(
  server: FastifyInstance,
  host: string,
  port: number,
  hostKey: string,
  portKey: string,
): Promise<string> {
  try {
    // One address: for a name with two, the framework would open a second server that is held to no bounds.
    const { address: resolved } = await lookup(host);
    await server.listen({ host: resolved, port });
  } catch (error) {
    throw listenError(error, `${host}:${port}`, hostKey, portKey);
  }
  const address = server.server.address();
  const portTaken = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = isSecure(server.server) ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${portTaken}`;
}

/** Joins the parts of a gateway whose settings have been checked. */
export async function buildGateway(settings: GatewaySettings, doors: ExchangeDoors): Promise<GatewayParts> {
  const limits = { ...defaultGatewayLimits, ...settings.limits };
  const log = pino(
    {
      level: settings.logLevel ?? 'info',
      base: { component: 'gateway' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    settings.logTo ?? pino.destination(),
  );
  const link = new ExchangeLink(doors, limits, log);
  const shown: Record<TlsSetting, ServerIdentity | undefined> = {
    tls: settings.tls,
    operatorTls: settings.operatorTls,
  };
  const metrics = new Metrics({
    status: () => link.status,
    inFlight: link.inFlight,
    line: () => core.entrance,
    streams: () => events.streams.counts,
    isFeedOpen: () => events.feed.isOpen,
    certificateExpiresAtMs: () => firstEnd(Object.values(shown)),
    canary: () => canary?.report,
  });
  let canary: CanaryRunner | undefined;
  const core = new GatewayCore(settings, limits, link, metrics, () => canary?.report);
  const events = joinEvents(core, link, doors.openEvents);
  const { hub, feed, streams } = events;
  const server = await buildServer(core, streamUpgrade(streams), log as FastifyBaseLogger);
  const operatorServer = await buildOperatorServer(core, log as FastifyBaseLogger);
  return {
    server,
    operatorServer,
    streams,
    start: () => {
      link.start(metrics, () => hub.onLeadership());
      canary = canaryOf(settings, doors, link);
    },
    present: (identity, setting) => {
      shown[setting] = identity;
      if (setting === 'tls') present(server.server, identity);
      if (setting === 'operatorTls' || shown.operatorTls === undefined)
        present(operatorServer.server, identity);
    },
    close: async (why = 'it is closed') => {
      core.close();
      log.info({ why, ...streams.counts }, 'the gateway stops');
      await Promise.all([server.close(), operatorServer.close()]);
      await Promise.all([feed.close(), link.close(), canary?.close()]);
      log.info({}, 'the gateway has stopped');
    },
  };
}

/** When the first of them ends; undefined where there is none. */
function firstEnd(identities: readonly (ServerIdentity | undefined)[]): number | undefined {
  const ends = identities.flatMap((identity) => (identity === undefined ? [] : [identity.expiresAtMs]));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Begins to watch the exchange, where that is wanted. */
function canaryOf(
  { canary: settings }: GatewaySettings,
  { connectCanary }: ExchangeDoors,
  link: ExchangeLink,
): CanaryRunner | undefined {
  if (settings === undefined || connectCanary === undefined) return undefined;
  const onReport = settings.onReport ?? (() => undefined);
  return new CanaryRunner({ settings, connect: connectCanary, onReport, warn: (text) => link.warn(text) });
}

/** Joins what brings the events of the exchange to the readers of streams. */
function joinEvents(
  core: GatewayCore,
  link: ExchangeLink,
  open: OpenEvents,
): { readonly hub: Hub; readonly feed: Feed; readonly streams: Streams } {
  const hub = new Hub({
    book: (instrumentId, levels) => core.query(() => feed.book(instrumentId, levels), gatewayItself),
    modes: (accountId) => core.query(() => feed.modes(accountId), gatewayItself),
    instrumentOf: (instrumentId) => link.instruments.byId(instrumentId),
    defer: setImmediate,
    pause: () => sleep(bookPauseMs, undefined, { ref: false }),
    leadership: () => core.leadership(),
    onReload: () => core.metrics.bookReloads.inc(),
  });
  const feed = new Feed({
    open,
    listener: {
      readership: hub,
      onSeq: (seq) => hub.onSeq(seq),
      onEvent: (event) => {
        if (event.type === 'instrumentCreated') link.instruments.add(event);
        else hub.onEvent(event);
      },
      onGap: (lostSeq, cutSeq) => {
        core.log.warn({ lostSeq }, 'events were lost; books are read again');
        hub.onGap(lostSeq, cutSeq);
      },
      onReplaced: () => link.era.replaced(),
      onWarning: (text) => link.warn(text),
    },
    isRead: () => hub.isRead,
    leaderless: () => {
      const reads = link.leaderlessReads;
      return (
        reads && {
          book: reads.book,
          fills: reads.fills,
          modes: (accountId) => reads.modes({ accountId }),
        }
      );
    },
    onOpen: (seq) => {
      hub.begin(seq);
      // Those that were created meanwhile; without them readers would miss the decimals.
      void link.refreshInstruments().catch(() => undefined);
    },
  });
  const streams = new Streams(core, hub, feed);
  link.era.onReplaced(() => {
    streams.cutAll('otherExchange');
    hub.begin(0);
  });
  return { hub, feed, streams };
}

function doorsOf(settings: GatewaySettings): ExchangeDoors {
  const limits = { ...defaultGatewayLimits, ...settings.limits };
  const { replicas, identity, operatorIdentity, canary } = settings;
  const { commandTimeoutMs } = limits;
  const options = { replicas, identity, commandTimeoutMs, connectTimeoutMs };
  const connectAsOperator =
    operatorIdentity === undefined
      ? undefined
      : () => connect({ ...options, identity: operatorIdentity, feed: 'none' });
  return {
    connect: () =>
      connect({
        ...options,
        ...{ needsLeader: false, feed: 'none', windowCommandsMax: commandsInFlightMax(limits) },
      }),
    connectAsOperator,
    connectCanary: () =>
      connect({ ...options, needsLeader: false, ...(canary && { commandTimeoutMs: canary.silentMs }) }),
    openEvents: (listener) => openEventSession(options, listener),
  };
}

function listenError(error: unknown, at: string, hostKey: string, portKey: string): unknown {
  const { code } = error as { readonly code?: unknown };
  const words = (what: string): Error => new Error(`Cannot listen on ${at}: ${what}`);
  switch (code) {
    case 'EADDRINUSE':
      return words(`another process has this port. Choose another with \`${portKey}\`.`);
    case 'EACCES':
      return words(`not allowed. Choose a port above 1023 with \`${portKey}\`.`);
    case 'EADDRNOTAVAIL':
      return words(`this machine does not have the address. Change \`${hostKey}\`.`);
    case 'ENOTFOUND':
      return words(`the host name is not known. Change \`${hostKey}\`.`);
    default:
      return error;
  }
}
