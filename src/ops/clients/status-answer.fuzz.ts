/** Fuzzes what a replica says of itself: what is taken of it can be shown, and all else is refused in words. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../std/testing/fuzzing-text.ts';
import { detailsText, warningsText } from '../cli/seeing/cluster-text.ts';
import { clusterReport } from '../cluster-view/cluster-view.ts';
import { reviewOf, reviewText } from '../cluster-view/failover-review.ts';
import { spareStanding, sparesText } from '../cluster-view/spare-standing.ts';
import { versionStanding } from '../cluster-view/version-standing.ts';
import { standardReplicas } from '../configuration/replicas.ts';
import { leaderOf, longestOf, reached, type StatusAnswer } from './control-client.ts';
import { membershipIn, statusIn } from './status-answer.ts';
import { fullStatus } from './testing/full-status.ts';

const replicas = standardReplicas(2);

function run(random: Random): void {
  const answers = replicas.map((replica): StatusAnswer => {
    const good = fullStatus({ replicaId: replica.id });
    const json = random.chance(0.2) ? good : mutatedJson(random, good);
    const text = JSON.stringify(json) ?? '';
    const status = statusIn(random.chance(0.9) ? text : mutatedText(random, text));
    assert.ok(membershipIn(json) === undefined || typeof membershipIn(json) === 'object');
    if (typeof status === 'object') return { replica, status, clockAheadMs: 0, clockErrorMs: 0 };
    assert.match(status, /^what it says of itself (is no JSON|cannot be used): .{3}/s);
    return { replica, error: status };
  });
  const report = clusterReport(1, answers);
  assert.equal(typeof detailsText(report) + typeof warningsText(report), 'stringstring');
  assert.equal(typeof reviewText(reviewOf(answers)), 'string');
  const statuses = reached(answers);
  const leader = leaderOf(answers) ?? longestOf(statuses);
  if (leader === undefined) return;
  const spares = spareStanding(leader, 1_000);
  if (spares !== undefined) assert.ok(Array.isArray(sparesText(spares)));
  assert.equal(typeof versionStanding(leader, statuses), 'object');
}

export const statusFuzzer: Fuzzer = {
  name: 'replica-status',
  property:
    'Of what a replica says of itself all that is taken can be shown, and all else is refused in words.',
  casesInTests: 300,
  run,
};
