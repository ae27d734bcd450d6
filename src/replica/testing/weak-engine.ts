/** An exchange whose engine does not survive some commands, as a defect or a bad memory module makes one. */
import type { Exchange } from '../exchange/exchange.ts';
import { applyingAt } from '../mark/apply-mark.ts';

/** Whether the command at `at` ends the process; `end` throws. */
export interface Weakness {
  isDeadly(seq: number, view: DataView, at: number): boolean;
  end(seq: number): never;
}

/** Applies what comes before a deadly command; then the process ends, with the mark of that one. */
export function weaken(state: Exchange, { isDeadly, end }: Weakness): void {
  const apply = state.apply.bind(state);
  state.apply = (view, from, count, firstSeq, timeUs) => {
    let at = from;
    for (let n = 0; n < count; n++) {
      if (isDeadly(firstSeq + n, view, at)) {
        if (n > 0) apply(view, from, n, firstSeq, timeUs);
        state.marks[applyingAt] = firstSeq + n;
        return end(firstSeq + n);
      }
      at += view.getUint16(at, true);
    }
    return apply(view, from, count, firstSeq, timeUs);
  };
}
