/** Tells every member, at its control port, what the canary of this process found. */
import type { CanaryReport } from '../../gateway/canary/report.ts';
import type { Party } from '../../trust/parties.ts';
import { MemberPost } from '../clients/member-post.ts';
import type { Loaded } from '../configuration/load.ts';

export class CanaryPost extends MemberPost<CanaryReport> {
  /** `party`: the identity by which this process proves itself to the replicas. */
  constructor(
    loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
    party: Party,
    warn: (text: string) => void,
  ) {
    super(loaded, party, { path: 'canary', what: 'what the canary found' }, warn);
  }
}
