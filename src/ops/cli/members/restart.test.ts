/** Rolling restarts of a small cluster on paper: in which order, when the next one is stopped, and what ends them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole, newMember, Preference } from '../../../protocol/roster.ts';
import { noMembers } from '../../../raft/configuration.ts';
import { Role } from '../../../raft/types.ts';
import { counter } from '../../../replica/counters.ts';
import { shownMembers } from '../../../replica/members/membership-view.ts';
import { cluster, following, leading, type PaperReplica } from '../testing/paper-cluster.ts';

/** Replicas that obey: one that is stopped is another process, one that hands over follows the next leader. */
function obedient(replicas: readonly PaperReplica[]): number[] {
  const stopped: number[] = [];
  let term = 1;
  for (const replica of replicas) {
    replica.obey = (kind, to) => {
      if (kind === 'stop') {
        stopped.push(replica.id);
        replica.pid += 1;
      }
      if (kind === 'transferLeadership') {
        term += 1;
        for (const each of replicas)
          each.set({ ...(each.id === to ? leading : { ...following, serving: 0 }), leaderId: to, term });
      }
      return { ok: true, text: '' };
    };
  }
  return stopped;
}

test('a rolling restart takes followers first, and the leader after it has handed over', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, { ...following, durableIndex: 6 }]);
  const stopped = obedient(replicas);
  const { code, json, text } = await run('restart', '--rolling', '--json');
  assert.equal(code, 0, text);
  assert.deepEqual(stopped, [2, 3, 1]);
  assert.deepEqual(replicas[0]!.orders, [
    { kind: 'transferLeadership', replicaId: 3, force: false },
    { kind: 'stop', replicaId: 0, force: false },
  ]);
  const { restarted, handOvers } = json() as { restarted: { replicaId: number }[]; handOvers: unknown };
  assert.deepEqual(
    restarted.map(({ replicaId }) => replicaId),
    [2, 3, 1],
  );
  assert.deepEqual(handOvers, [{ from: 1, to: 3, gapMs: null }]);
});

test('a rolling restart hands over once where another one leads by load meanwhile', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const stopped = obedient(replicas);
  const [first, second] = replicas;
  const obey = second!.obey;
  second!.obey = (kind, to, order) => {
    if (kind === 'stop') first!.obey('transferLeadership', 3, order);
    return obey(kind, to, order);
  };
  const { code, json, text } = await run('restart', '--rolling', '--json');
  assert.equal(code, 0, text);
  assert.deepEqual(stopped, [2, 1, 3]);
  const { handOvers } = json() as { handOvers: { from: number }[] };
  assert.deepEqual(
    handOvers.map(({ from }) => from),
    [3],
  );
});

test('a rolling restart stops no leader to which leadership came back, and hands over to none that may not lead', async (context) => {
  const witness = { ...following, durableIndex: 9 };
  const never = { ...following, durableIndex: 8 };
  const replicaCounters = [leading, following, witness, never].map((each) => ({ ...each, voters: 0b1111 }));
  const { replicas, run } = await cluster(context, replicaCounters);
  for (const replica of replicas)
    replica.members = shownMembers({
      ...noMembers,
      voters: [1, 2, 3, 4],
      roster: [
        newMember({ replicaId: 3, host: '', role: MemberRole.witness }),
        newMember({ replicaId: 4, host: '', preference: Preference.never }),
      ],
    });
  const stopped = obedient(replicas);
  const [first, second] = replicas;
  const [obeyFirst, obeySecond] = [first!.obey, second!.obey];
  let handOvers = 0;
  first!.obey = (kind, to, order) => {
    const answer = obeyFirst(kind, to, order);
    if (kind === 'transferLeadership' && ++handOvers === 1)
      setTimeout(() => second!.obey('transferLeadership', 1, order), 200);
    if (kind === 'stop') assert.equal(first!.values[counter.role], Role.follower);
    return answer;
  };
  second!.obey = obeySecond;
  const { code, text } = await run('restart', '--rolling');
  assert.equal(code, 0, text);
  assert.deepEqual(stopped, [2, 3, 4, 1]);
  assert.deepEqual(
    first!.orders.map(({ kind, replicaId }) => `${kind} ${replicaId}`),
    ['transferLeadership 2', 'transferLeadership 2', 'stop 0'],
  );
});

test('a rolling restart stops none while one applies nothing, whose state only another has', async (context) => {
  const { replicas, run } = await cluster(context, [
    leading,
    following,
    { ...following, stoppedBeforeSeq: 7 },
  ]);
  const stopped = obedient(replicas);
  const first = await run('restart', '--rolling');
  assert.equal(first.code, 1);
  assert.match(
    first.text,
    /Nothing was restarted: replica 3 stops before command 7, see "lockstep void list"\. Wait until/,
  );
  replicas[2]!.set({ stoppedBeforeSeq: 0, parked: 1 });
  assert.match(
    (await run('restart', '--rolling')).text,
    /replica 3 has a state that differs, see "lockstep diverged"/,
  );
  assert.deepEqual(stopped, []);
});

test('leadership is handed to one that applies commands, also where another one has more of the log', async (context) => {
  const { replicas, run } = await cluster(context, [
    leading,
    { ...following, stoppedBeforeSeq: 7, durableIndex: 9 },
    following,
  ]);
  obedient(replicas);
  const { code, text } = await run('failover');
  assert.equal(code, 0, text);
  assert.deepEqual(
    replicas[0]!.orders.map(({ kind, replicaId }) => `${kind} ${replicaId}`),
    ['transferLeadership 3'],
  );
});

test('a rolling restart waits for what passes by itself: a replica that is behind, a moment without a leader', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const stopped = obedient(replicas);
  const [leader, second, third] = replicas;
  const obey = second!.obey;
  second!.obey = (kind, to, order) => {
    third!.set({ leaderCommitIndex: 9_000 });
    setTimeout(() => {
      leader!.set({ serving: 0 });
      third!.set({ leaderCommitIndex: 5 });
    }, 300);
    setTimeout(() => leader!.set({ serving: 1 }), 500);
    return obey(kind, to, order);
  };
  const { code, text } = await run('restart', '--rolling');
  assert.equal(code, 0, text);
  assert.deepEqual(stopped.slice(0, 2), [2, 3]);
});

test('a rolling restart stops no replica before the one that came back has been well for a while', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const stopped = obedient(replicas);
  const [, second, third] = replicas;
  const [obeySecond, obeyThird] = [second!.obey, third!.obey];
  let isWell = false;
  second!.obey = (kind, to, order) => {
    setTimeout(() => second!.set({ leaderCommitIndex: 9_000 }), 500);
    setTimeout(() => {
      second!.set({ leaderCommitIndex: 5 });
      isWell = true;
    }, 1_000);
    return obeySecond(kind, to, order);
  };
  third!.obey = (kind, to, order) => {
    assert.ok(isWell, 'replica 3 was stopped while replica 2 was about to fall behind');
    return obeyThird(kind, to, order);
  };
  const { code, text } = await run('restart', '--rolling');
  assert.equal(code, 0, text);
  assert.deepEqual(stopped, [2, 3, 1]);
});

test('a rolling restart gives up where what stops it does not pass, and says what was done', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const stopped = obedient(replicas);
  const [, second, third] = replicas;
  const obey = second!.obey;
  second!.obey = (kind, to, order) => {
    third!.set({ leaderCommitIndex: 9_000 });
    return obey(kind, to, order);
  };
  const { code, text, json } = await run('restart', '--rolling', '--settle-seconds', '1', '--json');
  assert.equal(code, 1);
  assert.match(
    text,
    /The restart stopped here, after 1 s of waiting: replica 3 is 8995 frames behind.* Restarted so far: 2\./,
  );
  assert.deepEqual(stopped, [2]);
  assert.deepEqual((json() as { restarted: { replicaId: number }[] }).restarted[0]!.replicaId, 2);
});

test('nothing is restarted where a replica does not count, or the exchange would stand still', async (context) => {
  for (const [counters, words] of [
    [{ recovering: 1 }, /Nothing was restarted: replica 3 is recovering/],
    [{ diskFull: 1 }, /Nothing was restarted: replica 3 has a full disk/],
    [{ leaderId: 2 }, /Nothing was restarted: replica 3 does not follow replica 1/],
    [{ cycles: 0 }, /Nothing was restarted: replica 3 still starts/],
    [{ leaderCommitIndex: 9_000 }, /Nothing was restarted: replica 3 is 8995 frames behind/],
  ] as const) {
    const { replicas, run } = await cluster(context, [leading, following, { ...following, ...counters }]);
    const stopped = obedient(replicas);
    const { code, text } = await run('restart', '--rolling');
    assert.equal(code, 1);
    assert.match(text, words);
    assert.deepEqual(stopped, []);
  }
  const { replicas, run } = await cluster(context, [{ ...leading, voters: 1 }]);
  const stopped = obedient(replicas);
  assert.match((await run('restart', '--rolling')).text, /only voter is needed .* Add --accept-standstill/);
  assert.equal((await run('restart')).code, 2);
  assert.deepEqual(stopped, []);
  assert.equal((await run('restart', '--rolling', '--accept-standstill')).code, 0);
  assert.deepEqual(stopped, [1]);
});

test('a rolling restart ends at a replica that does not come back well, and says what was done', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const stopped = obedient(replicas);
  const obey = replicas[2]!.obey;
  replicas[2]!.obey = (kind, to, order) => {
    replicas[2]!.set({ recovering: 1 });
    return obey(kind, to, order);
  };
  const { code, text, json } = await run('restart', '--rolling', '--back-seconds', '1', '--json');
  assert.equal(code, 1);
  assert.match(
    text,
    /Replica 3 was stopped and is back, but is recovering.*, 1 s later.* Restarted so far: 2\./,
  );
  assert.deepEqual(stopped, [2, 3]);
  assert.deepEqual((json() as { restarted: { replicaId: number }[] }).restarted[0]!.replicaId, 2);
});

test('a rolling restart never takes a process that has not ended for one that came back, whichever look failed', async (context) => {
  const looks = [1, 2, 3, 4, 5];
  const texts = await Promise.all(
    looks.map(async (failing) => {
      const { replicas, run } = await cluster(context, [leading, following, following]);
      const second = replicas[1]!;
      let asked = 0;
      Object.defineProperty(second, 'members', {
        get: () => {
          if (++asked === failing) throw new Error('no status for once');
          return [];
        },
      });
      const { code, text } = await run('restart', '--rolling', '--back-seconds', '1');
      assert.equal(code, 1, text);
      return text;
    }),
  );
  assert.ok(texts.every((text) => !text.includes('counts again')));
  assert.ok(
    texts.some((text) => /stopped here: replica 2 does not answer .*, and was not stopped/.test(text)),
  );
  assert.ok(texts.some((text) => text.includes('has not ended yet')));
});
