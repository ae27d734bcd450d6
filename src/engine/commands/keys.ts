/**
 * API keys: making them, saying what they may do, giving them another secret, and ending them. Each change takes effect
 * at its seq: every later command that carries the key is checked by what the key is then.
 */

import { OutcomeCode } from '../../protocol/codes.ts';
import {
  changeKey,
  createKey,
  grantKey,
  KeyKind,
  revokeKey,
  rotateKey,
} from '../../protocol/key-commands.ts';
import { accountsPerGrantMax, accountsPerKeyMax } from '../../protocol/limits.ts';
import { getU53 } from '../../std/integers.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer } from './answers.ts';
import { mayOperate } from './requests.ts';

/** Applies a createKey command. */
export function addKey(state: State, view: DataView, at: number): void {
  const { keys } = state;
  const { type, size, at: offsets } = createKey;
  if (!mayOperate(state, type, size, view, at)) return;
  const kind = view.getUint8(at + offsets.kind);
  const isImported = view.getUint8(at + offsets.isImported) === 1;
  const rootId = view.getUint32(at + offsets.rootId, true);
  const programId = kind === KeyKind.program ? view.getUint32(at + offsets.publicKey, true) : 0;
  if (view.getUint8(at + offsets.keyId) === 0 || (kind === KeyKind.program && programId === 0)) {
    answer(state, type, OutcomeCode.invalidCombination);
    return;
  }
  let slot = keys.findId(view, at + offsets.keyId);
  if (slot !== NONE) {
    const isUnfinished = keys.permissions(slot) === 0 && !keys.isRevoked(slot);
    const isSame = isUnfinished && keys.isMadeLike(slot, kind, isImported, view, at + offsets.publicKey);
    answer(state, type, isSame ? OutcomeCode.ok : OutcomeCode.alreadyExists);
    return;
  }
  const before = keys.findProgram(programId);
  if (before !== NONE && !keys.isRevoked(before)) {
    answer(state, type, OutcomeCode.alreadyExists);
    return;
  }
  const createdAtMs = Math.floor(state.lastTimeUs / 1000);
  const made = { kind, isImported, rootId, createdAtMs };
  slot = keys.create(view, at + offsets.keyId, at + offsets.publicKey, made);
  if (slot !== NONE && programId !== 0) state.sessions.giveKey(programId, slot + 1);
  finish(state, type, slot === NONE ? OutcomeCode.exchangeFull : OutcomeCode.ok, slot);
}

/** Applies a changeKey command. */
export function changeRights(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = changeKey;
  const slot = findKey(state, type, size, view, at);
  if (slot === NONE) return;
  const rights = {
    permissions: view.getUint8(at + offsets.permissions),
    tier: view.getUint8(at + offsets.tier),
    expiresAtMs: getU53(view, at + offsets.expiresAtMs),
  };
  state.keys.change(slot, rights, view, at + offsets.networks);
  finish(state, type, OutcomeCode.ok, slot);
}

/** Applies a grantKey command: all of its accounts, or none where there would be too many. */
export function grantAccounts(state: State, view: DataView, at: number): void {
  const { keys } = state;
  const { type, size, at: offsets } = grantKey;
  const slot = findKey(state, type, size, view, at);
  if (slot === NONE) return;
  const accountIds = new Set<number>();
  for (let n = 0; n < accountsPerGrantMax; n++) {
    const accountId = view.getUint32(at + offsets.accountIds + n * 4, true);
    if (accountId !== 0) accountIds.add(accountId);
  }
  if (view.getUint32(at + offsets.isTaken, true) === 1) {
    for (const accountId of accountIds) keys.withdraw(slot, accountId);
    finish(state, type, OutcomeCode.ok, slot);
    return;
  }
  let added = 0;
  for (const accountId of accountIds) if (!keys.accounts.has(slot, accountId)) added++;
  const hasRoom =
    keys.accountCount(slot) + added <= accountsPerKeyMax && keys.accounts.used + added <= keys.accounts.max;
  if (hasRoom) for (const accountId of accountIds) keys.grant(slot, accountId);
  finish(state, type, hasRoom ? OutcomeCode.ok : OutcomeCode.exchangeFull, slot);
}

/** Applies a rotateKey command; the version that it asks for is there already when it is a repeat. */
export function rotate(state: State, view: DataView, at: number): void {
  const { keys } = state;
  const { type, size, at: offsets } = rotateKey;
  const slot = findKey(state, type, size, view, at);
  if (slot === NONE) return;
  const version = view.getUint32(at + offsets.newVersion, true);
  // The certificate of a program is renewed by its authority.
  if (keys.kind(slot) === KeyKind.program) {
    answer(state, type, OutcomeCode.invalidCombination);
    return;
  }
  if (version !== keys.version(slot) + 1) {
    const isRepeat = version === keys.version(slot);
    answer(state, type, isRepeat ? OutcomeCode.ok : OutcomeCode.invalidCombination);
    return;
  }
  const graceMs = view.getUint32(at + offsets.graceMs, true);
  const untilMs = graceMs === 0 ? 0 : Math.floor(state.lastTimeUs / 1000) + graceMs;
  keys.rotate(slot, untilMs, view.getUint32(at + offsets.rootId, true), view, at + offsets.publicKey);
  finish(state, type, OutcomeCode.ok, slot);
}

/** Applies a revokeKey command; a key that is revoked stays so. */
export function revoke(state: State, view: DataView, at: number): void {
  const { keys } = state;
  const { type, size } = revokeKey;
  if (!mayOperate(state, type, size, view, at)) return;
  const slot = keys.find(view.getUint32(at + revokeKey.at.keyNumber, true));
  if (slot === NONE || keys.isRevoked(slot)) {
    answer(state, type, slot === NONE ? OutcomeCode.unknownKey : OutcomeCode.ok);
    return;
  }
  keys.revoke(slot);
  finish(state, type, OutcomeCode.ok, slot);
}

/** The slot of the key that a command is about, which may still be changed; NONE has been answered. */
function findKey(state: State, type: number, size: number, view: DataView, at: number): number {
  if (!mayOperate(state, type, size, view, at)) return NONE;
  const { keys } = state;
  // In every one of these commands the number is first.
  const slot = keys.find(view.getUint32(at + changeKey.at.keyNumber, true));
  if (slot !== NONE && !keys.isRevoked(slot)) return slot;
  answer(state, type, slot === NONE ? OutcomeCode.unknownKey : OutcomeCode.keyRevoked);
  return NONE;
}

/** The key has changed, unless the code is a refusal. */
function finish(state: State, type: number, code: OutcomeCode, slot: number): void {
  if (code === OutcomeCode.ok) {
    state.keys.changed(slot);
    state.output.keyChanged(state.sessionId, slot);
  }
  answer(state, type, code);
}
