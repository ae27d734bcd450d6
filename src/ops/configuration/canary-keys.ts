/** The keys of `canary` in the configuration file: which watcher a machine is, and what it takes for late. */
import { watchersMax } from '../../protocol/canary.ts';
import { group, integer, key, requiredKey } from '../json/schema.ts';

export const canaryKeys = group({
  watcher: requiredKey(
    integer(1, watchersMax, 1),
    'Number of the watcher that the gateway of this machine is; no other gateway and no "lockstep watch" has it.',
  ),
  everyMs: key(integer(100, 60_000, 1_000), 'From the beginning of one round of orders to that of the next.'),
  lateMs: key(
    integer(1, 60_000, 500),
    'An answer that takes longer is late; three rounds in a row are a fault.',
  ),
  silentMs: key(integer(100, 60_000, 2_000), 'After so long without an answer there is none.'),
});
