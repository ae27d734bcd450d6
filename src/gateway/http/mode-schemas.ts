/** The published shape of modes in answers. */
import { namesOf } from '../../protocol/layout.ts';
import { Mode, ModeScope } from '../../protocol/mode-commands.ts';

const modeFields = {
  scope: { type: 'string', enum: namesOf(ModeScope), description: 'What it is the mode of.' },
  symbol: { type: 'string', description: 'Of the instrument.' },
  mode: { type: 'string', enum: namesOf(Mode), description: 'What is taken.' },
  reason: { type: 'string', description: 'Why the operator has set it; may be empty.' },
  opensAtMs: {
    type: 'integer',
    description: "When it opens by itself, in milliseconds since 1970 by the exchange's time; 0 is never.",
  },
} as const;

const modeSchema = {
  type: 'object',
  description: 'The mode of the whole exchange.',
  properties: modeFields,
  required: ['scope', 'mode', 'reason', 'opensAtMs'],
} as const;

/** Of an account. */
export const accountModeFields = {
  mode: {
    ...modeFields.mode,
    description: 'What the account may do; that of the exchange or an instrument may forbid more.',
  },
  modeReason: modeFields.reason,
  opensAtMs: modeFields.opensAtMs,
} as const;

export const statusFields = {
  seq: { type: 'integer', description: 'As of this sequence number.' },
  exchange: modeSchema,
  instruments: {
    type: 'array',
    items: { ...modeSchema, description: 'An instrument.' },
    description: 'Those that are in another mode than "open".',
  },
} as const;

const untilSet = { reason: 'bad data from a feed', opensAtMs: 0 };
export const statusExample = {
  seq: 91_417,
  exchange: { scope: 'exchange', mode: 'open', reason: '', opensAtMs: 0 },
  instruments: [{ scope: 'instrument', symbol: 'BTC-USD', mode: 'cancelOnly', ...untilSet }],
};
