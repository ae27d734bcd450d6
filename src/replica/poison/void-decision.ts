/**
 * Whether a command may be voided: a pure decision from what the members say of it. What must stay true: a command that
 * any replica has ever applied is never voided without the word of an operator, for its outcome may be with a client.
 */

/** What a member says of the command on which replicas died. */
export interface Testimony {
  /** It died on it, for sure, and does not try again. */
  readonly diedOn: number;
  /** It has never applied a command above this one, nor had the state of another that has. */
  readonly appliedBefore: number;
}

export type VoidDecision =
  /** All members died on it, and none has applied it before. */
  | { readonly kind: 'void' }
  /** Another site stamped it: its members may have applied it, and say nothing here. */
  | { readonly kind: 'shipped' }
  /** These have said nothing of it: an operator may accept for them. */
  | { readonly kind: 'silent'; readonly members: readonly number[] }
  /** These may have applied it: their clients may have its outcome. */
  | { readonly kind: 'applied'; readonly members: readonly number[] }
  /** Too many were voided lately: an operator has to look. */
  | { readonly kind: 'tooMany' };

/** Commands that are voided in an hour without an operator, at most. */
export const voidsPerHourMax = 3;

/**
 * `members` are all that can have applied it, those that were removed since among them; `voidsLately` is of the last
 * hour.
 */
export function decideVoid(
  seq: number,
  members: readonly number[],
  testimonies: ReadonlyMap<number, Testimony>,
  voidsLately: number,
): VoidDecision {
  const mayHave = members.filter((id) => (testimonies.get(id)?.appliedBefore ?? 0) >= seq);
  if (mayHave.length > 0) return { kind: 'applied', members: mayHave };
  const silent = members.filter((id) => testimonies.get(id)?.diedOn !== seq);
  if (silent.length > 0) return { kind: 'silent', members: silent };
  return voidsLately >= voidsPerHourMax ? { kind: 'tooMany' } : { kind: 'void' };
}
