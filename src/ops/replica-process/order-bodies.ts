/** What the body of an operator's order may say. Pure: gives the order, or what is wrong with it. */
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { reportAudit } from '../../protocol/commands.ts';
import { type Cut, cutTermsMax, type TermStart } from '../../protocol/cut.ts';
import { modeReasonBytes, replicaIdMax, sitesMax } from '../../protocol/limits.ts';
import { memberRoleNames } from '../../protocol/roster.ts';
import { isTextValue, LINE_LEAST } from '../../protocol/texts.ts';
import type { ControlOrder, MemberOrderKind, OrderNote } from '../../replica/ports.ts';
import type { LeaseQuestion } from '../../replica/sites/lease-ledger.ts';
import { messageOf } from '../failure.ts';
import { type GrantQuestion, grantStates } from './grant-ledger.ts';

/** An order as it reaches the replica; `replicaId` 0 is none. */
export type ReplicaOrder = Omit<ControlOrder, 'number'>;

export interface OrderShape {
  readonly kind: ReplicaOrder['kind'];
  /** Whether the body names a replica. */
  readonly target: 'none' | 'optional' | 'required';
  /** Whether the body may say `force`, because something can be lost. */
  readonly mayForce: boolean;
}

type Body = Readonly<Record<string, unknown>>;

/** What a second person adds to an order. */
export interface Confirmation {
  /** Of the plan, in hexadecimal. */
  readonly plan: string;
  /** Base64. */
  readonly signature: string;
}

/** A body without what a second person adds to an order: the hash of a plan, and a signature over it. */
export function readConfirmation(
  body: unknown,
): { readonly order: unknown; readonly confirmation?: Confirmation } | string {
  if (body === null) return 'The body must be a JSON object.';
  if (typeof body !== 'object' || !('plan' in body)) return { order: body };
  const { plan, signature, ...order } = body as Body;
  if (typeof plan !== 'string' || !/^[0-9a-f]{64}$/.test(plan))
    return 'plan: is no hash of a plan; allowed: 64 hexadecimal digits.';
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature))
    return 'signature: is none of the key of a certificate; allowed: 64 bytes in base64.';
  return { order, confirmation: { plan, signature } };
}

/** What the fence command of a machine or a site did, as a person's command tells it. */
export interface FenceReport {
  readonly target: 'replica' | 'site';
  readonly number: number;
  /** Names the record of it on the machine where it ran. */
  readonly hash: string;
  readonly isDone: boolean;
  readonly said: string;
}

export const fenceSaidMax = 1_024;

/** `{ "target": "replica", "number": 3, "hash": "0123456789ab", "isDone": true, "said": "Success: Powered OFF" }`. */
export function readFenceReport(body: unknown): FenceReport | string {
  const given = objectOf(body, ['target', 'number', 'hash', 'isDone', 'said']);
  if (typeof given === 'string') return given;
  const { target, hash, isDone, said } = given;
  if (!isOneOf(fenceTargets, target)) return choice('target', fenceTargets);
  const number = idIn(given, 'number');
  if (typeof number === 'string') return number;
  if (typeof hash !== 'string' || !/^[0-9a-f]{12}$/.test(hash))
    return 'hash: names no record of a fence command; allowed: 12 hexadecimal digits.';
  if (typeof isDone !== 'boolean') return 'isDone: is neither true nor false.';
  if (typeof said !== 'string' || said.length > fenceSaidMax)
    return `said: is not what a command said; allowed: a text of up to ${fenceSaidMax} characters.`;
  return { target, number, hash, isDone, said };
}

const fenceTargets = ['replica', 'site'] as const;

/** What a replica asks the witness of its site's lease. */
export function readLeaseQuestion(body: unknown): LeaseQuestion | string {
  const given = objectOf(body, ['replicaId', 'site', 'epoch', 'writes']);
  if (typeof given === 'string') return given;
  const { writes } = given;
  const replicaId = idIn(given, 'replicaId');
  if (typeof replicaId === 'string') return replicaId;
  const site = siteIn(given);
  if (typeof site === 'string') return site;
  const epoch = epochIn(given);
  if (typeof epoch === 'string') return epoch;
  if (typeof writes !== 'boolean') return 'writes: is neither true nor false.';
  return { replicaId, site, epoch, writes };
}

const holderLettersMax = 64;

/** What a machine of a gateway asks for its address; the desk says of which party. */
export function readGrantQuestion(body: unknown): GrantQuestion | string {
  const given = objectOf(body, ['holder', 'number', 'state']);
  if (typeof given === 'string') return given;
  const { holder, number, state } = given;
  if (typeof holder !== 'string' || holder.length > holderLettersMax || !/^[ -~]+$/.test(holder))
    return `holder: names no process; allowed: 1 to ${holderLettersMax} printable characters.`;
  if (!isNumber(number, 1)) return 'number: is not the number of a question; allowed: 1 or more';
  return isOneOf(grantStates, state) ? { holder, number, state } : choice('state', grantStates);
}

/** `{ "epoch": 2, "site": 2 }`: no other site is to be granted a lease of an epoch below it any more. */
export function readPromise(body: unknown): { readonly epoch: number; readonly site: number } | string {
  const given = objectOf(body, ['epoch', 'site']);
  if (typeof given === 'string') return given;
  const site = siteIn(given);
  if (typeof site === 'string') return site;
  const epoch = laterEpochIn(given);
  return typeof epoch === 'string' ? epoch : { epoch, site };
}

const noteKeys = [
  'operatorId',
  'replicaId',
  'givenUs',
  'entryKind',
  'outcome',
  'subject',
  'count',
  'source',
  'action',
] as const;

/** What one replica tells another of an order that was given to it. */
export function readNote(body: unknown): ReplicaOrder | string {
  const given = objectOf(body, noteKeys);
  if (typeof given === 'string') return given;
  const bytes = new DataView(new ArrayBuffer(reportAudit.size));
  try {
    const note = Object.fromEntries(noteKeys.map((key) => [key, given[key]])) as unknown as OrderNote;
    reportAudit.write(bytes, 0, { ...emptyHeader, ...note, keyNumber: 0, reserved: 0 });
    return { kind: 'noteOrder', replicaId: 0, force: false, note };
  } catch (error) {
    return `The note of an order is not whole: ${messageOf(error)}.`;
  }
}

export function readOrder(body: unknown, { kind, target, mayForce }: OrderShape): ReplicaOrder | string {
  const keys = [...(target === 'none' ? [] : ['replicaId']), ...(mayForce ? ['force'] : [])];
  const given = objectOf(body, keys);
  if (typeof given === 'string') return given;
  const { replicaId, force = false } = given;
  if (typeof force !== 'boolean') return noBoolean;
  if (replicaId === undefined && target !== 'required') return { kind, replicaId: 0, force };
  const id = idIn(given, 'replicaId');
  return typeof id === 'string' ? id : { kind, replicaId: id, force };
}

/** An order about one command: `{ "seq": 17 }`. */
export function readCommandOrder(body: unknown, kind: 'decideVoid' | 'showCommand'): ReplicaOrder | string {
  const given = objectOf(body, ['seq', ...(kind === 'decideVoid' ? ['force'] : [])]);
  if (typeof given === 'string') return given;
  const { seq, force = false } = given;
  if (typeof force !== 'boolean') return noBoolean;
  if (!isNumber(seq, 1)) return 'seq: is not the sequence number of a command; allowed: 1 and above.';
  return { kind, replicaId: 0, force, seq };
}

const preferences = ['normal', 'never', 'prefer'] as const;

/** Where a join token ends at the latest. */
export const tokenHoursMax = 168;
const hourMs = 3_600_000;

/** Each order that changes the members, by its word, and what it says beside the member. */
const memberOrders = {
  add: { kind: 'addMember', key: 'role' },
  remove: { kind: 'removeMember', key: undefined },
  replace: { kind: 'replaceMember', key: 'otherId' },
  promote: { kind: 'promoteMember', key: undefined },
  demote: { kind: 'demoteMember', key: undefined },
  prefer: { kind: 'preferMember', key: 'preference' },
  withdraw: { kind: 'withdrawToken', key: undefined },
} as const satisfies Record<string, { kind: MemberOrderKind; key: string | undefined }>;
export type MemberOrderWord = keyof typeof memberOrders | keyof typeof generationOrders | 'token';

/** Orders after a majority is gone for good, given to the replica that they are about. */
const generationOrders = {
  rebuild: { kind: 'beginGeneration', key: 'others' },
  return: { kind: 'leaveGeneration', key: 'cut' },
} as const;

/** An order that changes the members: `{ "order": "replace", "replicaId": 3, "otherId": 4 }`. */
export function readMemberOrder(body: unknown): ReplicaOrder | string {
  const words = [...Object.keys({ ...memberOrders, ...generationOrders }), 'token'];
  const { order } = (body ?? {}) as Body;
  if (order === 'token') return readTokenOrder(body);
  if (order === 'rebuild' || order === 'return') return readGenerationOrder(body, order);
  if (typeof order !== 'string' || !Object.hasOwn(memberOrders, order))
    return `order: is not one of the orders; allowed: ${words.join(', ')}.`;
  const { kind, key } = memberOrders[order as keyof typeof memberOrders];
  const given = objectOf(body, ['order', 'replicaId', 'force', 'trial', ...(key === undefined ? [] : [key])]);
  if (typeof given === 'string') return given;
  const { force = false, trial = false, role = 'voter', preference } = given;
  if (typeof force !== 'boolean') return noBoolean;
  if (typeof trial !== 'boolean') return noTrial;
  const replicaId = idIn(given, 'replicaId');
  if (typeof replicaId === 'string') return replicaId;
  const of = { kind, replicaId, force, ...(trial && { isTrial: true }) };
  switch (key) {
    case 'role':
      return isOneOf(memberRoleNames, role) ? { ...of, role } : choice('role', memberRoleNames);
    case 'preference':
      return isOneOf(preferences, preference) ? { ...of, preference } : choice('preference', preferences);
    case 'otherId': {
      const otherId = idIn(given, 'otherId');
      return typeof otherId === 'string' ? otherId : { ...of, otherId };
    }
    default:
      return of;
  }
}

/** `{ "site": 2, "epoch": 1, "seq": 4711 }`: from here on that site writes. */
export function readSiteOrder(body: unknown): ReplicaOrder | string {
  const given = objectOf(body, ['site', 'epoch', 'seq']);
  if (typeof given === 'string') return given;
  const { seq } = given;
  const site = siteIn(given);
  if (typeof site === 'string') return site;
  const epoch = epochIn(given);
  if (typeof epoch === 'string') return epoch;
  if (!isNumber(seq, 0)) return 'seq: is not a sequence number; allowed: 0 or more';
  return { kind: 'openSite', replicaId: 0, force: false, site: { site, epoch, seq } };
}

/** `{ "epoch": 2 }`: another site writes in it, and what this one writes is over. */
export function readEpochOrder(body: unknown): ReplicaOrder | string {
  const given = objectOf(body, ['epoch']);
  if (typeof given === 'string') return given;
  const epoch = laterEpochIn(given);
  if (typeof epoch === 'string') return epoch;
  return { kind: 'endEpoch', replicaId: 0, force: false, epoch };
}

/** `{ "epoch": 2, "isHeld": false, "reason": "…" }`: the site that began to write in it may open, or not. */
export function readOpeningOrder(body: unknown): ReplicaOrder | string {
  const given = objectOf(body, ['epoch', 'isHeld', 'reason']);
  if (typeof given === 'string') return given;
  const { isHeld, reason } = given;
  const epoch = laterEpochIn(given);
  if (typeof epoch === 'string') return epoch;
  if (typeof isHeld !== 'boolean') return 'isHeld: is neither true nor false; allowed: true, false';
  if (typeof reason !== 'string' || !isTextValue(reason, modeReasonBytes, LINE_LEAST))
    return `reason: is no line of text; allowed: at most ${modeReasonBytes} characters of printable ASCII`;
  return { kind: 'holdOpening', replicaId: 0, force: false, opening: { epoch, isHeld, reason } };
}

/** `{ "order": "token", "key": "…", "hours": 1, "role": "spare" }`; without `replicaId` the leader chooses one. */
function readTokenOrder(body: unknown): ReplicaOrder | string {
  const given = objectOf(body, ['order', 'replicaId', 'otherId', 'role', 'key', 'hours']);
  if (typeof given === 'string') return given;
  const { role, key, hours = 1 } = given;
  if (role !== undefined && !isOneOf(memberRoleNames, role)) return choice('role', memberRoleNames);
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key))
    return 'key: is no public key; allowed: 64 hexadecimal digits.';
  if (typeof hours !== 'number' || !(hours > 0 && hours <= tokenHoursMax))
    return `hours: is not how long the token is open; allowed: more than 0, up to ${tokenHoursMax}.`;
  const ids: Record<'replicaId' | 'otherId', number> = { replicaId: 0, otherId: 0 };
  for (const name of ['replicaId', 'otherId'] as const) {
    const id = given[name] === undefined ? 0 : idIn(given, name);
    if (typeof id === 'string') return id;
    ids[name] = id;
  }
  const lifeMs = Math.max(1, Math.round(hours * hourMs));
  const of = {
    kind: 'createToken',
    force: false,
    ...ids,
    ...(role !== undefined && { role }),
    lifeMs,
  } as const;
  return { ...of, key: Uint8Array.from(Buffer.from(key, 'hex')) };
}

function readGenerationOrder(body: unknown, order: keyof typeof generationOrders): ReplicaOrder | string {
  const { kind, key } = generationOrders[order];
  const keys = ['order', 'replicaId', 'force', key, ...(kind === 'beginGeneration' ? ['trial'] : [])];
  const given = objectOf(body, keys);
  if (typeof given === 'string') return given;
  const { force = false, trial = false, others = [], cut } = given;
  if (typeof force !== 'boolean') return noBoolean;
  if (typeof trial !== 'boolean') return noTrial;
  const replicaId = idIn(given, 'replicaId');
  if (typeof replicaId === 'string') return replicaId;
  const of = { kind, replicaId, force, ...(trial && { isTrial: true }) };
  if (kind === 'beginGeneration') {
    const areIds = Array.isArray(others) && others.every((id) => typeof idIn({ id }, 'id') === 'number');
    return areIds ? { ...of, others } : 'others: is not a list of numbers of replicas.';
  }
  return isCut(cut)
    ? { ...of, cut }
    : 'cut: is not where a generation begins; take it from "cut" in the status of a replica of that generation.';
}

function isCut(given: unknown): given is Cut {
  if (typeof given !== 'object' || given === null) return false;
  const { epoch, index, term, seq, timeUs, terms } = given as Partial<Record<keyof Cut, unknown>>;
  return (
    [epoch, index, term, seq, timeUs].every((each) => isNumber(each, 0)) &&
    Array.isArray(terms) &&
    terms.length <= cutTermsMax &&
    terms.every((each: Partial<TermStart> | null) => isNumber(each?.term, 0) && isNumber(each?.index, 0))
  );
}

const noBoolean = 'force: is neither true nor false.';
const noTrial = 'trial: is neither true nor false.';

/** The body as an object with these keys and no others; a text where it is none. */
function objectOf(body: unknown, keys: readonly string[]): Body | string {
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body)))
    return 'The body must be a JSON object.';
  const stranger = Object.keys(body ?? {}).find((key) => !keys.includes(key));
  if (stranger === undefined) return (body ?? {}) as Body;
  const known = keys.length === 0 ? 'no keys' : keys.join(' and ');
  return `${stranger.slice(0, 40)}: unknown key; allowed: ${known}.`;
}

function idIn(body: Body, key: string): number | string {
  const id = body[key];
  const allowed = `allowed: 1 to ${replicaIdMax}`;
  if (id === undefined) return `${key}: missing; ${allowed}`;
  return isNumber(id, 1, replicaIdMax) ? id : `${key}: is not the number of a replica; ${allowed}`;
}

function siteIn({ site }: Body): number | string {
  return isNumber(site, 1, sitesMax) ? site : `site: is not the number of a site; allowed: 1 to ${sitesMax}`;
}

function epochIn({ epoch }: Body): number | string {
  return isNumber(epoch, 1) ? epoch : 'epoch: is not the number of an epoch; allowed: 1 or more';
}

/** Of an epoch that another one was before. */
function laterEpochIn({ epoch }: Body): number | string {
  return isNumber(epoch, 2) ? epoch : 'epoch: is not the number of a later epoch; allowed: 2 or more';
}

function isNumber(value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isOneOf<W extends string>(words: readonly W[], word: unknown): word is W {
  return (words as readonly unknown[]).includes(word);
}

function choice(key: string, words: readonly string[]): string {
  return `${key}: is not one of the choices; allowed: ${words.join(', ')}.`;
}
