/**
 * The planted bugs. Each is a defect that such a system can have, small enough to slip through a review; the simulator
 * must find every one, or it proves nothing where it is silent.
 */
import { cancellingMutants } from './catalog/cancelling.ts';
import { clientMutants } from './catalog/client.ts';
import { consensusMutants } from './catalog/consensus.ts';
import { divergenceMutants } from './catalog/divergence.ts';
import { exchangeMutants } from './catalog/exchange.ts';
import { keyMutants } from './catalog/keys.ts';
import { memberMutants } from './catalog/members.ts';
import { modeMutants } from './catalog/modes.ts';
import { poisonMutants } from './catalog/poison.ts';
import { quotaMutants } from './catalog/quotas.ts';
import { silenceMutants } from './catalog/silence.ts';
import { siteMutants } from './catalog/sites.ts';
import { storageMutants } from './catalog/storage.ts';
import { trustMutants } from './catalog/trust.ts';
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...consensusMutants,
  ...silenceMutants,
  ...memberMutants,
  ...siteMutants,
  ...storageMutants,
  ...trustMutants,
  ...exchangeMutants,
  ...clientMutants,
  ...cancellingMutants,
  ...keyMutants,
  ...quotaMutants,
  ...modeMutants,
  ...divergenceMutants,
  ...poisonMutants,
];
