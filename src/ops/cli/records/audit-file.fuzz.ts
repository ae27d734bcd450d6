/** Fuzzes exports of the audit trail: what was changed is found, or says the same. */
import assert from 'node:assert/strict';
import type { AuditRow } from '../../../client/index.ts';
import { AuditKind, auditDigest, auditRow, noDigest } from '../../../protocol/audit.ts';
import type { Random } from '../../../std/random.ts';
import type { Fuzzer } from '../../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../../std/testing/fuzzing-text.ts';
import { Failure } from '../../failure.ts';
import { type AuditChain, exportedLine, verifiedChain } from './audit-file.ts';

function run(random: Random): void {
  const lines = chainOf(random, random.between(2, 6));
  const whole = verifiedChain(lines);
  assert.deepEqual([whole.first, whole.last], [1, lines.length]);
  const n = random.below(lines.length);
  const spoiled = random.chance(0.5)
    ? mutatedText(random, lines[n]!)
    : (JSON.stringify(mutatedJson(random, JSON.parse(lines[n]!))) ?? '');
  const found = verified(random.chance(0.8) ? lines.with(n, spoiled) : moved(random, lines));
  if (found === undefined) return;
  assert.deepEqual(found, whole, 'a chain that is whole is the one that was exported');
}

function verified(lines: readonly string[]): AuditChain | undefined {
  try {
    return verifiedChain(lines);
  } catch (error) {
    assert.ok(error instanceof Failure && error.message.length < 1_000, String(error));
    return undefined;
  }
}

/** One line is repeated, or is elsewhere. */
function moved(random: Random, lines: readonly string[]): string[] {
  const line = random.pick(lines);
  const from = random.chance(0.5) ? lines.toSpliced(lines.indexOf(line), 1) : [...lines];
  return from.toSpliced(random.below(from.length + 1), 0, line);
}

function chainOf(random: Random, count: number): string[] {
  let digest = noDigest;
  return Array.from({ length: count }, (_, n) => {
    const row = {
      ...{ number: n + 1, seq: 10 + n, timeUs: 1_000_000 + n, ownerId: 1, ownerKind: 2 },
      ...{ keyNumber: random.below(9), source: '192.0.2.1', action: 'revokeKey' },
      ...{ entryKind: AuditKind.command, commandType: 19, outcome: 0, subject: random.next() },
      ...{ count: 0, givenUs: 0, replicaId: 0, digest },
    };
    const bytes = new Uint8Array(auditRow.size);
    auditRow.write(new DataView(bytes.buffer), 0, row);
    digest = auditDigest(digest, bytes);
    return exportedLine({ ...row, digest } as AuditRow);
  });
}

export const auditFileFuzzer: Fuzzer = {
  name: 'audit-file',
  property: 'An export in which anything was changed is refused in words, or says what was noted.',
  casesInTests: 300,
  run,
};
