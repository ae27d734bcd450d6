/** How a client is configured, and the checks that name the key and the allowed values. */
import { u32Max } from '../std/integers.ts';
import { msPerHour } from '../std/units.ts';
import type { LinkIdentity } from '../trust/handshake.ts';
import { refuseUnread, requireObject } from './arguments.ts';
import { InvalidArgumentError, LockstepError } from './errors.ts';
import { oldNodeProblem } from './node-version.ts';

export interface CalledReplica {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** Where the exchange has several sites: the name of its own. Ids are different in all of them. */
  readonly site?: string | undefined;
}

export interface ClientOptions {
  /** All replicas of the cluster; some of them may be down. */
  readonly replicas: readonly CalledReplica[];
  /**
   * The identity of the program: the folder with its key, its certificate and the authorities of the cluster, as
   * `lockstep certificates` writes it.
   */
  readonly identity: string | LinkIdentity;
  /** Events to receive: of this session (default), of the whole exchange, or none. */
  readonly feed?: 'own' | 'all' | 'none' | undefined;
  /** Cancel the session's open orders once it has been disconnected for so long. Default: they stay. */
  readonly cancelOnDisconnect?: { readonly graceMs: number } | undefined;
  /** After this a command's outcome is unknown and a query has failed. Default 5,000. */
  readonly commandTimeoutMs?: number | undefined;
  /** To open the first session. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * False: where replicas answer in this time and none leads, the promise of {@link connect} resolves all the same.
   * Reads with `from: 'any'` are answered, commands wait, and a session is opened once a replica leads. Default true.
   */
  readonly needsLeader?: boolean | undefined;
  /** Commands that may wait for their outcomes at once. Default 4,096. */
  readonly windowCommandsMax?: number | undefined;
}

const optionNames = [
  'replicas',
  'identity',
  'feed',
  'cancelOnDisconnect',
  'commandTimeoutMs',
  'connectTimeoutMs',
  'needsLeader',
  'windowCommandsMax',
] as const satisfies readonly (keyof ClientOptions)[];

/** Throws an {@link InvalidArgumentError} for the first option that is wrong, and a LockstepError on an old Node. */
export function checkOptions(options: ClientOptions): void {
  const problem = oldNodeProblem(process.versions.node);
  if (problem !== undefined) throw new LockstepError('wrongVersion', problem);
  requireObject('options', options);
  refuseUnread(options, optionNames);
  refuseUnread(options.cancelOnDisconnect, ['graceMs'], 'cancelOnDisconnect.');
  const { replicas } = options;
  if (!Array.isArray(replicas) || replicas.length === 0) {
    throw new InvalidArgumentError('replicas', replicas, 'a list of at least one { id, host, port }');
  }
  const ids = new Set<number>();
  for (const [n, replica] of options.replicas.entries()) {
    refuseUnread(replica, ['id', 'host', 'port', 'site'], `replicas[${n}].`);
    const { id, host, port, site } = replica;
    range(`replicas[${n}].id`, id, 1, 255);
    range(`replicas[${n}].port`, port, 1, 65_535);
    if (typeof host !== 'string' || host === '') {
      throw new InvalidArgumentError(`replicas[${n}].host`, host, 'a host name or address');
    }
    if (site !== undefined && (typeof site !== 'string' || site === '')) {
      throw new InvalidArgumentError(`replicas[${n}].site`, site, 'the name of a site');
    }
    if (ids.has(id)) throw new InvalidArgumentError(`replicas[${n}].id`, id, 'different for each replica');
    ids.add(id);
  }
  const { identity } = options;
  const isIdentity = typeof identity === 'string' ? identity !== '' : identity?.own?.party !== undefined;
  if (!isIdentity) {
    // What is there instead may be a secret.
    throw new InvalidArgumentError(
      'identity',
      'hidden',
      'the folder of an identity, as `lockstep certificates` writes it',
    );
  }
  const { feed = 'own' } = options;
  if (feed !== 'own' && feed !== 'all' && feed !== 'none') {
    throw new InvalidArgumentError('feed', feed, 'own, all or none');
  }
  range('cancelOnDisconnect.graceMs', options.cancelOnDisconnect?.graceMs ?? 0, 0, u32Max);
  range('commandTimeoutMs', options.commandTimeoutMs ?? 1, 1, msPerHour);
  range('connectTimeoutMs', options.connectTimeoutMs ?? 1, 1, msPerHour);
  range('windowCommandsMax', options.windowCommandsMax ?? 1, 1, 1_048_576);
}

function range(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidArgumentError(field, value, `an integer from ${min} to ${max}`);
}
