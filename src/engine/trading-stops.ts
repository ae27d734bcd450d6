/** What of the exchange is not open, in words: for people, not for orders. */
import { modeReasonBytes } from '../protocol/limits.ts';
import { Mode, ModeScope } from '../protocol/mode-commands.ts';
import { getText } from '../protocol/texts.ts';
import type { State } from './state.ts';

/** The exchange (`id` 0), an instrument or an account, and its mode. */
export interface StoppedThing {
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
export function stoppedThings({ modes, instruments, accounts }: State, max: number): StoppedThing[] {
  const found: StoppedThing[] = [];
  const view = new DataView(modes.i32.buffer, modes.i32.byteOffset, modes.i32.byteLength);
  for (let place = 0; place < modes.used && found.length < max; place++) {
    if (modes.mode(place) === Mode.open) continue;
    const scope = scopeNames[modes.scope(place) as keyof typeof scopeNames] ?? 'account';
    const subject = modes.subject(place);
    const thing = {
      scope,
      id: scope === 'exchange' ? 0 : scope === 'instrument' ? instruments.id(subject) : accounts.id(subject),
      mode: modeNames[modes.mode(place)]!,
      reason: getText(view, modes.reasonAt(place) * 4, modeReasonBytes),
      opensAtUs: modes.opensAtUs(place),
    };
    if (scope === 'exchange') found.unshift(thing);
    else found.push(thing);
  }
  return found;
}
