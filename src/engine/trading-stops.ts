/** What is not open, for people to read: exchange, instruments, accounts. `commands/modes.ts` refuses orders. */
import { modeReasonBytes } from '../protocol/limits.ts';
import { Mode, ModeScope } from '../protocol/mode-commands.ts';
import { getText } from '../protocol/texts.ts';
import type { State } from './state.ts';

/** The exchange (`id` 0), an instrument or an account, and its mode. */
export interface TradingStop {
  readonly scope: 'exchange' | 'instrument' | 'account';
  readonly id: number;
  readonly mode: string;
  readonly reason: string;
  /** In microseconds since 1970; 0: it does not open by itself. */
  readonly opensAtUs: number;
}

const modeNames = Object.keys(Mode);
const scopeNames = { [ModeScope.exchange]: 'exchange', [ModeScope.instrument]: 'instrument' } as const;

/** In the order in which they were first stopped; the exchange comes first. */
export function tradingStops({ modes, instruments, accounts }: State, max: number): TradingStop[] {
  const found: TradingStop[] = [];
  const view = new DataView(modes.i32.buffer, modes.i32.byteOffset, modes.i32.byteLength);
  for (let place = 0; place < modes.used && found.length < max; place++) {
    if (modes.mode(place) === Mode.open) continue;
    const scope = scopeNames[modes.scope(place) as keyof typeof scopeNames] ?? 'account';
    const subject = modes.subject(place);
    const stop = {
      scope,
      id: scope === 'exchange' ? 0 : scope === 'instrument' ? instruments.id(subject) : accounts.id(subject),
      mode: modeNames[modes.mode(place)]!,
      reason: getText(view, modes.reasonAt(place) * 4, modeReasonBytes),
      opensAtUs: modes.opensAtUs(place),
    };
    if (scope === 'exchange') found.unshift(stop);
    else found.push(stop);
  }
  return found;
}
