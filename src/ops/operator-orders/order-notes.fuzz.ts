/** Fuzzes the file of orders that wait for the audit trail, as a crash, a full disk or a hand may leave it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditKind, ControlOutcome } from '../../protocol/audit.ts';
import type { OperatorOrderNote } from '../../replica/ports.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../std/testing/fuzzing-text.ts';
import { OperatorOrderNotes } from './order-notes.ts';
import { readNote } from './order-paths.ts';

const looksMax = 100;

let folder: string | undefined;

async function run(random: Random): Promise<void> {
  folder ??= mkdtempSync(join(tmpdir(), 'lockstep-fuzz-'));
  const file = join(folder, 'orders.jsonl');
  const lines = Array.from({ length: random.below(8) }, (_, n) => lineOf(random, n + 1));
  const text = Buffer.from(`${lines.join('\n')}${random.chance(0.8) ? '\n' : ''}`);
  const bytes = random.chance(0.3) ? mutated(random, text) : text;
  writeFileSync(file, random.chance(0.05) ? noise(random, 500) : bytes, { mode: 0o600 });
  let notedUs = 0;
  const told: OperatorOrderNote[] = [];
  const notes = new OperatorOrderNotes({
    file,
    replicaId: 1,
    log: { info: () => undefined, warn: () => undefined },
    notedUs: () => notedUs,
    wallUs: () => 1_700_000_000_000_000,
    tell: async (note) => {
      assert.ok(
        typeof readNote(JSON.parse(JSON.stringify(note))) === 'object',
        'a leader takes what it is told',
      );
      assert.ok(note.givenUs > notedUs, 'in the order in which they were given');
      told.push(note);
      notedUs = note.givenUs;
      return true;
    },
  });
  const given = { operatorId: 2, source: '::1', action: 'stop', subject: 1 };
  notes.open(given)(ControlOutcome.accepted);
  for (let n = 0; n < looksMax && notes.count > 0; n++) await notes.look(n * 10_000);
  assert.equal(notes.count, 0, 'what was in the file keeps nothing back');
  assert.equal(told.at(-1)?.action, 'stop', 'an order that was given afterwards reaches the trail');
}

function lineOf(random: Random, givenUs: number): string {
  const note = {
    operatorId: 1,
    replicaId: 1,
    givenUs,
    entryKind: AuditKind.control,
    outcome: random.pick(Object.values(ControlOutcome)),
    subject: 0,
    count: 0,
    source: '::1',
    action: 'snapshot',
  };
  const text = JSON.stringify(random.chance(0.5) ? note : mutatedJson(random, note)) ?? '';
  return random.chance(0.2) ? mutatedText(random, text) : text;
}

export const orderNoteFuzzer: Fuzzer = {
  name: 'order-notes',
  property:
    'Whatever stands in the file, each order that is told is one that a leader takes, and none blocks the next.',
  casesInTests: 60,
  run,
  close: async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
