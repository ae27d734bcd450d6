/** Answers to the orders of an operator. */

export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

export const accepted = (text: string): Answer => ({ ok: true, text });
export const refused = (text: string): Answer => ({ ok: false, text });
/** Refuses what only `force` may do; `loss` says what would be lost. */
export const asksForForce = (loss: string): Answer =>
  refused(`${loss} Repeat the order with "force": true if that is meant.`);
