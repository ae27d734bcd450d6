/**
 * Whether a command may be voided: a pure decision from what the voters say of it. What must stay true: a command that
 * any replica has ever applied is never voided without the word of an operator, for its outcome may be with a client.
 */

/** What a voter says of the command on which replicas died. */
export interface Testimony {
  /** It died on it, for sure, and does not try again. */
  readonly diedOn: number;
  /** It has never applied a command above this one. */
  readonly appliedBefore: number;
}

export type VoidDecision =
  /** All voters died on it, and none has applied it before. */
  | { readonly kind: 'void' }
  /** These have said nothing of it: an operator may accept for them. */
  | { readonly kind: 'silent'; readonly voters: readonly number[] }
  /** These may have applied it: their clients may have its outcome. */
  | { readonly kind: 'applied'; readonly voters: readonly number[] }
  /** Too many were voided lately: an operator has to look. */
  | { readonly kind: 'tooMany' };

/** Commands that are voided in an hour without an operator, at most. */
export const voidsPerHourMax = 3;

/** `voidsLately` is of the last hour. */
export function decideVoid(
  seq: number,
  voters: readonly number[],
  testimonies: ReadonlyMap<number, Testimony>,
  voidsLately: number,
): VoidDecision {
  const mayHave = voters.filter((id) => (testimonies.get(id)?.appliedBefore ?? 0) >= seq);
  if (mayHave.length > 0) return { kind: 'applied', voters: mayHave };
  const silent = voters.filter((id) => testimonies.get(id)?.diedOn !== seq);
  if (silent.length > 0) return { kind: 'silent', voters: silent };
  return voidsLately >= voidsPerHourMax ? { kind: 'tooMany' } : { kind: 'void' };
}
