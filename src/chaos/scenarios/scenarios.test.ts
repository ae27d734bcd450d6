import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { serviceKinds } from '../../gateway/admission/services.ts';
import { loadConfiguration } from '../../ops/configuration/load.ts';
import { editProblem } from '../../sim/mutants/source-copy.ts';
import { faultNamed, faults } from '../faults/all.ts';
import { hangEdits, heapEdits } from '../faults/builds.ts';
import { crowds } from '../faults/crowds.ts';
import { diskFaults, powerFaults } from '../faults/disks.ts';
import type { Fault } from '../faults/fault.ts';
import { networkFaults } from '../faults/network.ts';
import { wireVersionEdit } from '../faults/people.ts';
import { processFaults } from '../faults/processes.ts';
import type { Account } from '../lab/agent-orders.ts';
import { type Lab, labRefusal } from '../lab/lab.ts';
import { ProcessLog } from '../lab/process-log.ts';
import { monotonicMs } from '../monotonic.ts';
import { degradationPlan, proofs } from './degradation-plan.ts';
import { failureTable } from './failure-table.ts';
import { scenariosOf } from './measured-waits.ts';
import {
  alarmProblems,
  attempt,
  faultsMade,
  nameOf,
  problemsOf,
  runPiece,
  type Scenario,
  type ScenarioPiece,
  strikeOnce,
} from './piece.ts';
import { piecesOf } from './pieces.ts';
import { plantedBug, plantedBugs, traceOf } from './planted-bugs.ts';
import { plannedCuts } from './power-cuts.ts';
import { Results } from './results.ts';
import { schedule, soakLab } from './soak.ts';
import { percentile } from './words.ts';

const refusal = labRefusal();

test('each fault has a name of its own, and a name that is not known is refused with all that are', () => {
  const names = faults.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.throws(() => faultNamed('leader-tired'), /no fault "leader-tired"; allowed: leader-killed, /);
});

test('each wait that availability is reckoned from is shown by scenarios that there are', () => {
  for (const names of Object.values(scenariosOf)) for (const name of names) faultNamed(name);
});

test('each fault is in one piece, with others that need the same lab', () => {
  const pieces = piecesOf(faults);
  assert.deepEqual(new Set(pieces.flat()), new Set(faults));
  for (const piece of pieces) assert.equal(new Set(piece.map(({ lab }) => lab)).size, 1);
});

test('what cuts the log shares its exchange with nothing that the checkers could judge', () => {
  for (const piece of piecesOf(faults)) {
    const cutting = piece.filter(({ cutsLog }) => cutsLog === true).map(({ name }) => name);
    assert.ok([0, piece.length].includes(cutting.length), `${cutting} of ${nameOf(piece)}`);
  }
});

test('a seed repeats the schedule of a soak', () => {
  const drawn = (seed: number): string[] =>
    schedule(seed)
      .take(50)
      .map(({ faults: drawnAtOnce, holdMs }) => `${nameOf(drawnAtOnce)} for ${holdMs}`)
      .toArray();
  assert.deepEqual(drawn(5), drawn(5));
  assert.notDeepEqual(drawn(5), drawn(6));
  for (const { faults: drawnAtOnce } of schedule(5).take(50))
    assert.ok([2, 3].includes(new Set(drawnAtOnce).size), nameOf(drawnAtOnce));
});

test('a soak strikes while the exchange recovers, but for replicas that wait for what their disks have lost', () => {
  const strikes = schedule(9).take(400).toArray();
  const spoils = (n: number): boolean => strikes[n]!.faults.some(({ spoilsDisk }) => spoilsDisk === true);
  const atOnce = strikes.slice(1).filter((_, n) => strikes[n]!.isFollowedAtOnce);
  assert.ok(atOnce.length > 100, `${atOnce.length} of 399`);
  assert.ok(strikes.some((_, n) => spoils(n)));
  for (const [n, { isFollowedAtOnce }] of strikes.slice(0, -1).entries())
    assert.ok(!isFollowedAtOnce || !(spoils(n) || spoils(n + 1)), `strike ${n}`);
});

test('every other exchange of a soak writes snapshots, as its seed says', () => {
  const snapshots = (seed: number) => [1, 2, 3, 4].map((n) => soakLab(seed, n).hasSnapshots === true);
  assert.deepEqual(snapshots(5), [true, false, true, false]);
  assert.deepEqual(snapshots(6), [false, true, false, true]);
});

test('in a soak the network fails before the process, and the power last: each fault can show itself', () => {
  const kinds = [crowds, diskFaults, networkFaults, processFaults, powerFaults];
  const drawn = schedule(7).take(200).toArray();
  for (const { faults: drawnAtOnce } of drawn) {
    const places = drawnAtOnce.map((fault) => kinds.findIndex((kind) => kind.includes(fault)));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  }
});

test('each of the faults that are made at once counts, as often as it was made', () => {
  const strike = { sdkGapMs: 1, httpGapMs: 1, detectedMs: 1, alarmMs: null, wholeMs: 1, proof: '' };
  const name = nameOf([faultNamed('loss-5'), faultNamed('leader-killed')]);
  const pair = { name, strikes: [strike, strike], problems: [] };
  assert.equal(faultsMade([pair, { name: 'hand-over', strikes: [strike], problems: [] }]), 5);
});

test('a strike that fails is a problem; more are made where the exchange is whole again', async () => {
  const scenario: Scenario = { name: 'a', strikes: [], problems: [] };
  const fails = () => Promise.reject(new Error('it did not take effect'));
  const silent = (): void => undefined;
  assert.equal(
    await attempt({ whole: async () => undefined }, scenario, silent, async () => undefined),
    true,
  );
  assert.deepEqual(scenario.problems, []);
  assert.equal(await attempt({ whole: async () => undefined }, scenario, silent, fails), true);
  assert.equal(await attempt({ whole: fails }, scenario, silent, fails), false);
  assert.deepEqual(scenario.problems, ['it did not take effect', 'it did not take effect']);
});

const noGaps = { sdkMs: 1, httpMs: 1, sdkFromMs: 0, httpFromMs: 0, stoodMs: 0, sdkNetMs: 1 };

const [first, second, third] = faults;

test('an exchange that does not start is the reason at each scenario, and the run goes on', async () => {
  const start = (): Promise<Lab> => Promise.reject(new Error('no disk'));
  const { scenarios, account } = await runPiece([first!, second!], { repeats: 2, start });
  const problems = ['not made: no exchange starts: no disk'];
  assert.deepEqual(scenarios, [
    { name: first!.name, strikes: [], problems },
    { name: second!.name, strikes: [], problems },
  ]);
  assert.equal(account, undefined);
});

test('what was not made because a scenario left no exchange says so', async () => {
  let isEnded = false;
  const broken: Partial<Lab> = {
    log: new ProcessLog(),
    whole: () => Promise.reject(new Error('two replicas are gone')),
    end: async () => {
      isEnded = true;
    },
  };
  const start = async (): Promise<Lab> => broken as Lab;
  const { scenarios } = await runPiece([first!, second!, third!], { repeats: 1, start });
  const reason = `not made: ${first!.name} has left no exchange`;
  assert.deepEqual(
    scenarios.map(({ problems }) => problems),
    [['two replicas are gone'], [reason], [reason]],
  );
  assert.ok(isEnded);
});

/** A lab in which nothing is wrong, and replica 1 leads. */
function calmLab(log: ProcessLog): Lab {
  const calm = {
    log,
    whole: async () => undefined,
    answered: async () => undefined,
    leading: async () => ({ replicaId: 1, term: 3 }),
    gaps: async () => noGaps,
  };
  return calm as unknown as Lab;
}

const anyPace = { calmMs: null, holdMs: 0, alarms: [] } as const;

test('a fault holds until hooks are notified of it, however late that is', async () => {
  const log = new ProcessLog();
  let isNotified = false;
  const notify = (text: string): void =>
    void log.lines.push({ host: 2, atMs: monotonicMs(), text, level: 30 });
  const fault: Fault = {
    ...faultNamed('leader-cut-off'),
    async strike() {
      notify('notice leaderChanged happens 1-a-leaderChanged-3 ');
      setTimeout(() => {
        isNotified = true;
        notify('notice leaderChanged happens 1-a-leaderChanged-4 ');
      }, 100);
    },
    proof: async () => 'seen',
    undo: async () => assert.ok(isNotified),
  };
  const { alarmMs } = await strikeOnce(calmLab(log), [fault], { ...anyPace, alarms: ['leaderChanged'] });
  assert.notEqual(alarmMs, null);
});

test('what the undo costs is not of the gap before it', async () => {
  let sdkMs = 40;
  const lab = { ...calmLab(new ProcessLog()), gaps: async () => ({ ...noGaps, sdkMs }) } as unknown as Lab;
  const fault: Fault = {
    ...faultNamed('hand-over'),
    strike: async () => undefined,
    proof: async () => 'seen',
    async undo() {
      sdkMs = 90;
    },
  };
  const { sdkGapMs, sdkGapBeforeUndoMs } = await strikeOnce(lab, [fault], anyPace);
  assert.deepEqual([sdkGapBeforeUndoMs, sdkGapMs], [40, 90]);
});

test('each fault is undone, though another one failed or cannot be undone, and the first failure is named', async () => {
  const undone: string[] = [];
  const faultCalled = (name: string, words: Partial<Fault>): Fault => ({
    ...faultNamed('hand-over'),
    name,
    strike: async () => undefined,
    proof: async () => 'seen',
    undo: async () => void undone.push(name),
    ...words,
  });
  const cannot = (what: string) => (): Promise<never> => Promise.reject(new Error(what));
  const made = [
    faultCalled('a', {}),
    faultCalled('b', { undo: cannot('b cannot be undone') }),
    faultCalled('c', { proof: cannot('c was not seen') }),
  ];
  await assert.rejects(strikeOnce(calmLab(new ProcessLog()), made, anyPace), /c was not seen/);
  assert.deepEqual(undone, ['c', 'a']);
});

test('a seed repeats the cuts: of one, two and three replicas, while the exchange is whole and while it recovers', () => {
  const drawn = (seed: number) => plannedCuts(seed).take(60).toArray();
  assert.deepEqual(drawn(1), drawn(1));
  assert.notDeepEqual(drawn(1), drawn(2));
  assert.deepEqual(new Set(drawn(1).map(({ hosts }) => hosts.length)), new Set([1, 2, 3]));
  assert.equal(new Set(drawn(1).map(({ isFollowedAtOnce }) => isFollowedAtOnce)).size, 2);
  for (const { hosts } of drawn(1)) assert.equal(new Set(hosts).size, hosts.length);
});

test('a notice is open from its begin to its end, for each subject; one that happens never is', async () => {
  const log = new ProcessLog();
  const said = async (text: string): Promise<void> => {
    const stdout = new PassThrough();
    const count = log.lines.length + 1;
    log.follow(1, { stdout, stderr: null } as unknown as ChildProcess);
    stdout.end(`${JSON.stringify({ level: 30, msg: text })}\n`);
    while (log.lines.length < count) await setImmediate();
  };
  await said('notice memberLost begins 1-a-memberLost-replica-2-1 replica 2');
  await said('notice memberLost begins 1-a-memberLost-replica-3-1 replica 3');
  await said('notice leaderChanged happens 1-a-leaderChanged-4 ');
  await said('notice memberLost ends 1-a-memberLost-replica-2-2 replica 2');
  assert.equal(log.isOpen('memberLost'), true);
  assert.equal(log.isOpen('leaderChanged'), false);
  await said('notice memberLost ends 1-a-memberLost-replica-3-2 replica 3');
  assert.equal(log.isOpen('memberLost'), false);
  assert.ok(log.noticeSince(0, 'leaderChanged', 4) !== undefined);
  assert.equal(log.noticeSince(0, 'leaderChanged', 5), undefined, 'it is of the leader before');
  await said('notice modeChanged begins 1-a-modeChanged-account-3-1 account 3');
  assert.deepEqual(
    log.firstNotices(0).map(({ kind }) => kind),
    ['memberLost', 'leaderChanged'],
    'what clients do is no sign of a fault',
  );
});

test('a scenario whose notice did not come each time has a problem', () => {
  const times = (...alarms: (number | null)[]): Pick<Scenario, 'strikes'> => ({
    strikes: alarms.map((alarmMs) => ({
      sdkGapMs: 1,
      httpGapMs: 1,
      detectedMs: 1,
      alarmMs,
      wholeMs: 1,
      proof: '',
    })),
  });
  const missed = ['no hook got a notice of quorumLost'];
  assert.deepEqual(alarmProblems({ alarm: 'quorumLost' }, times(5, null)), missed);
  assert.deepEqual(alarmProblems({ alarm: 'quorumLost' }, times(5, 7)), []);
  assert.deepEqual(alarmProblems({}, times(null)), []);
});

test('a percentile is one of the values', () => {
  assert.equal(percentile([30, 10, 20], 50), 20);
  assert.equal(percentile([30, 10, 20], 100), 30);
  assert.equal(percentile([7], 50), 7);
  assert.equal(percentile([], 50), undefined);
});

test('results add up over runs, and half a line of a killed run counts as none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'in', 'results.jsonl');
  const strike = { sdkGapMs: 1, httpGapMs: 1, detectedMs: 1, alarmMs: null, wholeMs: 1, proof: '' };
  const piece: ScenarioPiece = {
    scenarios: [{ name: 'a', strikes: [strike], problems: [] }],
    problems: ['p'],
  };
  new Results(file).add(piece);
  new Results(file).add(piece);
  writeFileSync(file, '{"scenarios":[', { flag: 'a' });
  const results = new Results(file);
  assert.equal(results.strikesOf('a').length, 2);
  assert.deepEqual(results.problemsOf('a'), ['p', 'p']);
  assert.deepEqual(results.problemsOf('b'), []);
});

test('a fault is noticed by its own words, from when it begins', async () => {
  const log = new ProcessLog();
  const said = (host: number, text: string): void =>
    void log.lines.push({ host, atMs: monotonicMs(), text, level: 40 });
  const fault: Fault = {
    ...faultNamed('journal-bits-flip'),
    async strike({ struck }) {
      said(2, 'segment-1.log is damaged: it was so before');
      await setImmediate();
      struck();
      said(4, 'The connection broke: replica 2');
      await sleep(30);
      said(2, 'the journal is damaged: segment-1.log');
    },
    proof: async () => 'seen',
    undo: async () => undefined,
  };
  const [{ detectedMs }, { detectedMs: other }] = [
    await strikeOnce(calmLab(log), [fault], anyPace),
    await strikeOnce(calmLab(log), [{ ...fault, sign: /never/ }], anyPace),
  ];
  const lines = log.lines.slice(0, 3);
  assert.equal(log.noticedSince(lines[1]!.atMs, [fault.sign]), lines[2]);
  assert.equal(log.noticedSince(lines[1]!.atMs), lines[1]);
  assert.notEqual(detectedMs, null);
  assert.ok(detectedMs! >= Math.floor(lines[2]!.atMs - lines[1]!.atMs));
  assert.equal(other, null);
});

test('what traders do not notice is the least severe, and nothing else has no effect', () => {
  for (const { name, effect, severity } of faults)
    if (effect.startsWith('None')) assert.equal(severity, 1, name);
  for (const { name, effect, severity } of faults)
    if (severity >= 3) assert.match(effect, /wait|No order is answered/, name);
});

test('the table says how often what was made, on what machine, and what is lacking', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const results = new Results(join(folder, 'results.jsonl'));
  const strike = { sdkGapMs: 5, httpGapMs: 6, detectedMs: 7, alarmMs: null, wholeMs: 8, proof: '' };
  const scenario = (name: string, strikes: number, problems: string[] = []): Scenario => ({
    name,
    strikes: Array.from({ length: strikes }, () => strike),
    problems,
  });
  results.add({ scenarios: [scenario(first!.name, 2)], problems: [], load: 3, account: good });
  const account = { ...good, isJudged: false };
  results.add({ scenarios: [scenario(second!.name, 1, ['it was lost'])], problems: [], account });
  const { availability } = loadConfiguration({}).configuration;
  const text = failureTable([first!, second!, third!], results, availability);
  assert.match(text, /scenarios made, of those that there are \| 2 of 3 \|/);
  assert.match(text, /least \/ most \(n below\) \| 1 \/ 2 \|/);
  assert.match(text, /processors\), p50 \/ max \| 3 \/ 3 \|/);
  assert.match(text, /all asked for \| 2 \|/);
  assert.match(text, /without the checkers, since their log was cut \| 1 \|/);
  assert.match(text, /\| 2 \| 3 \/ 3 \| 5 \/ 5 \|/);
  assert.match(text, /\| 1 \| not kept \| 5 \/ 5 \|/);
  assert.ok(text.includes(`| \`${second!.name}\` | in some run: it was lost |`));
  assert.ok(text.includes(`| \`${third!.name}\` | was not made:`));
});

/** Of an exchange in which nothing went wrong. */
const good: Account = {
  acknowledged: 10,
  lost: 0,
  lostWithSite: 3,
  doubled: 0,
  refused: { rateExceeded: 3 },
  unknown: { executed: 1, notExecuted: 1 },
  streamMissed: 0,
  streamGaps: 0,
  streamDoubled: 0,
  violations: [],
};

test('whatever is lost, doubled, missed or found by a checker is a problem', () => {
  assert.deepEqual(problemsOf(good), []);
  for (const name of ['lost', 'doubled', 'streamMissed', 'streamDoubled'] as const)
    assert.equal(problemsOf({ ...good, [name]: 1 }).length, 1, name);
  assert.deepEqual(problemsOf({ ...good, violations: [{ checker: 'durability', what: 'gone' }] }), [
    'durability: gone',
  ]);
  assert.deepEqual(problemsOf({ ...good, refused: { rateExceeded: 3, wrongSignature: 4 } }), [
    '4 orders were rightly made and got wrongSignature',
  ]);
  assert.deepEqual(problemsOf({ ...good, streamBook: 'another book' }), ['another book']);
  assert.deepEqual(problemsOf({ ...good, refused: { unknownInstrument: 1 } }), [
    '1 orders were rightly made and got unknownInstrument',
  ]);
});

test('docs/DEGRADATION.md says what gateways decide by, and each service has a scenario that there is', () => {
  for (const kind of serviceKinds) {
    assert.ok(proofs[kind].length > 0, kind);
    for (const name of proofs[kind]) faultNamed(name);
  }
  const written = readFileSync(new URL('../../../docs/DEGRADATION.md', import.meta.url), 'utf8');
  assert.equal(written, degradationPlan());
});

test('a planted bug is found by what tells of it, not by whatever else went wrong', () => {
  const notice = 'no hook got a notice of leaderChanged';
  assert.equal(traceOf('alarm-never-sent', ['9 orders ran twice', notice]), notice);
  assert.equal(traceOf('crossed-book', [notice]), undefined);
  assert.equal(traceOf('crossed-book', [notice, 'equivalence: another state']), 'equivalence: another state');
});

test('each planted bug and other release can be built, and bugs show with faults that there are', () => {
  for (const name of Object.values(plantedBugs).flatMap((trace) => trace.faults)) faultNamed(name);
  const edits = Object.keys(plantedBugs).flatMap((name) => plantedBug(name).edits);
  for (const edit of [...edits, wireVersionEdit, ...hangEdits('/trigger'), ...heapEdits('/trigger')]) {
    const text = readFileSync(new URL(`../../${edit.file}`, import.meta.url), 'utf8');
    assert.equal(editProblem(edit, text), undefined, edit.find);
  }
});

test(
  'an exchange on hosts of its own loses its leader, its network and all power, and nothing acknowledged',
  refusal === undefined ? {} : { skip: refusal },
  async () => {
    const names = ['leader-killed', 'leader-cut-off', 'power-cut-all'];
    const { scenarios, problems, account } = await runPiece(names.map(faultNamed), { repeats: 1 });
    assert.deepEqual([...scenarios.flatMap((scenario) => scenario.problems), ...problems], []);
    assert.ok(account !== undefined && account.acknowledged > 0);
  },
);
