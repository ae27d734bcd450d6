/**
 * API keys hold from the command on that changes them: what carries one runs exactly where the key may do it then, by
 * the time that the leader stamped. An obvious model beside the engine's: objects, sets, and no limits.
 */
import { OutcomeCode } from '../protocol/codes.ts';
import { commands } from '../protocol/commands.ts';
import { eventAt, keyChanged, outcome } from '../protocol/events.ts';
import { changeKey, grantKey, Permission, revokeKey, rotateKey } from '../protocol/key-commands.ts';
import { getU53 } from '../std/integers.ts';
import { rulesOf } from './command-rules.ts';
import { typeAt } from './exactly-once.ts';
import type { Report } from './violations.ts';

interface Key {
  permissions: number;
  expiresAtMs: number;
  version: number;
  previousUntilMs: number;
  isRevoked: boolean;
  readonly accountIds: Set<number>;
}

/** A command that carries a key, or that is about one. */
interface Asked {
  readonly sessionId: number;
  readonly commandNumber: number;
  readonly timeUs: number;
  readonly type: number;
  readonly accountId: number;
  /** Number and version of the key that it carries. */
  readonly keyNumber: number;
  readonly keyVersion: number;
  /** What it does to its key when it runs. */
  readonly change: ((key: Key) => void) | undefined;
}

/** What is looked at before the key: a command that ends so tells nothing about it. */
const earlier: ReadonlySet<number> = new Set([
  OutcomeCode.unknownSession,
  OutcomeCode.commandNumberGap,
  OutcomeCode.deadlinePassed,
  OutcomeCode.requestExpired,
  OutcomeCode.unknownAccount,
]);

export class KeysChecker {
  readonly #report: Report;
  readonly #keys = new Map<number, Key>();
  readonly #asked = new Map<number, Asked>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    const layout = commands.of(view.getUint8(at + typeAt));
    if (layout === undefined) return;
    const { keyNumber = 0, keyVersion = 0 } = layout.readOptional(view, at) as Record<string, number>;
    const change = changeOf(layout.type, timeUs, view, at);
    if (keyNumber === 0 && change === undefined) return;
    const { sessionId, commandNumber, accountId } = layout.read(view, at);
    const sender = { sessionId, commandNumber, accountId };
    this.#asked.set(seq, { ...sender, timeUs, type: layout.type, keyNumber, keyVersion, change });
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    const type = view.getUint8(at + typeAt);
    const seq = getU53(view, at + eventAt.seq);
    if (type === keyChanged.type) {
      const number = view.getUint32(at + keyChanged.at.keyNumber, true);
      const key = this.#keys.get(number) ?? newKey();
      this.#keys.set(number, key);
      this.#asked.get(seq)?.change?.(key);
    } else if (type === outcome.type) {
      const { sessionId, commandNumber, code } = outcome.read(view, at);
      const asked = this.#asked.get(seq);
      // A mass cancel may end at the seq of another command.
      if (asked === undefined || asked.sessionId !== sessionId || asked.commandNumber !== commandNumber)
        return;
      this.#asked.delete(seq);
      this.#answered(seq, asked, code);
    }
  }

  #answered(seq: number, asked: Asked, code: number): void {
    if (asked.keyNumber === 0 || earlier.has(code)) return;
    // What it does to the key that it carries itself was done after it was looked at.
    if (asked.change !== undefined) return;
    const right = this.#refusalOf(asked);
    const isRefused = refusals.has(code);
    if (right === OutcomeCode.ok ? isRefused : code !== right)
      this.#report(
        'keys',
        `seq ${seq} with key ${asked.keyNumber} ended with code ${code}, not with ${right}`,
      );
  }

  #refusalOf({ keyNumber, keyVersion, timeUs, type, accountId }: Asked): number {
    const key = this.#keys.get(keyNumber);
    if (key === undefined || key.isRevoked) return OutcomeCode.keyRevoked;
    if (key.expiresAtMs > 0 && timeUs / 1000 >= key.expiresAtMs) return OutcomeCode.keyExpired;
    const isPrevious = keyVersion === key.version - 1 && timeUs / 1000 < key.previousUntilMs;
    if (keyVersion !== key.version && !isPrevious) return OutcomeCode.keyReplaced;
    const { permissions } = rulesOf(type);
    if ((key.permissions & permissions) === 0) return OutcomeCode.notPermitted;
    if (permissions !== Permission.operator && !key.accountIds.has(accountId))
      return OutcomeCode.accountNotAllowed;
    return OutcomeCode.ok;
  }
}

const refusals: ReadonlySet<number> = new Set([
  OutcomeCode.keyRevoked,
  OutcomeCode.keyExpired,
  OutcomeCode.keyReplaced,
  OutcomeCode.notPermitted,
  OutcomeCode.accountNotAllowed,
]);

function newKey(): Key {
  return {
    permissions: 0,
    expiresAtMs: 0,
    version: 1,
    previousUntilMs: 0,
    isRevoked: false,
    accountIds: new Set(),
  };
}

/** What the command at `at`, stamped at `timeUs`, does to its key. */
function changeOf(
  type: number,
  timeUs: number,
  view: DataView,
  at: number,
): ((key: Key) => void) | undefined {
  if (type === changeKey.type) {
    const { permissions, expiresAtMs } = changeKey.read(view, at);
    return (key) => Object.assign(key, { permissions, expiresAtMs });
  }
  if (type === rotateKey.type) {
    const { newVersion: version, graceMs } = rotateKey.read(view, at);
    const previousUntilMs = graceMs === 0 ? 0 : Math.floor(timeUs / 1000) + graceMs;
    return (key) => Object.assign(key, { version, previousUntilMs });
  }
  if (type === revokeKey.type) return (key) => Object.assign(key, { isRevoked: true });
  if (type !== grantKey.type) return undefined;
  const { isTaken, accountIds: bytes } = grantKey.read(view, at);
  const accounts = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const accountIds: number[] = [];
  for (let n = 0; n < bytes.length; n += 4) accountIds.push(accounts.getUint32(n, true));
  return (key) => {
    for (const accountId of accountIds.filter((id) => id !== 0)) {
      if (isTaken === 1) key.accountIds.delete(accountId);
      else key.accountIds.add(accountId);
    }
  };
}
