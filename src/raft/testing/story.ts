/**
 * The language of the scenarios of this room: a file of comments, commands and what they must lead to. A block is one
 * or more commands, a line `----`, and the expected transcript up to an empty line. docs/HACKING.md lists the commands.
 */
import assert from 'node:assert/strict';
import { newMember, Preference } from '../../protocol/roster.ts';
import { playParts, type StoryPart } from '../../std/testing/transcripts.ts';
import type { ConfigurationChange } from '../configuration.ts';
import { Role } from '../types.ts';
import type { RaftClusterOptions } from './cluster.ts';
import { statusText, viewOf } from './narration.ts';
import { heartbeatUs, votersOnly } from './single.ts';
import { Stage } from './stage.ts';

/** Plays a story; answers the same parts, with what really happened. */
export function play(parts: readonly StoryPart[]): StoryPart[] {
  let stage: Stage | undefined;
  return playParts(parts, (command) => {
    if (command.startsWith('cluster ')) stage = raise(command.split(' ').slice(1));
    else {
      assert.ok(stage, 'a story begins with "cluster"');
      perform(stage, command);
    }
    return stage.take();
  });
}

/** `3 disk manual window 8 datagram 1 witness 3 spares 4 5`: three voters, and how they differ from the usual. */
function raise(words: readonly string[]): Stage {
  const size = number(words[0]);
  const spares = words.includes('spares') ? words.slice(words.indexOf('spares') + 1).map(number) : [];
  const setting = (name: string, usual: number): number =>
    words.includes(name) ? number(words[words.indexOf(name) + 1]) : usual;
  const options: RaftClusterOptions = {
    configuration: votersOnly(...Array.from({ length: size }, (_, n) => n + 1)),
    durability: words.includes('disk') ? 'disk' : 'memory',
    failover: words.includes('manual') ? 'manual' : 'automatic',
    windowFrames: setting('window', 16),
    datagramFrames: setting('datagram', 16),
    witnesses: words.includes('witness') ? [setting('witness', 0)] : [],
    spares,
  };
  return new Stage(options);
}

function perform(stage: Stage, line: string): void {
  const isQuiet = line.startsWith('quietly ');
  const [name = '', ...words] = (isQuiet ? line.slice('quietly '.length) : line).split(/\s+/);
  const command = commands[name];
  assert.ok(command, `the commands are ${Object.keys(commands).sort().join(', ')}`);
  stage.isQuiet = isQuiet;
  command(stage, words);
  // What a quiet command leaves waiting is not listed later either.
  if (isQuiet) for (const told of stage.take()) stage.say(told);
  stage.isQuiet = false;
}

function tellStatus(stage: Stage): void {
  for (const [id, member] of stage.members) stage.say(statusText(id, viewOf(member)));
}

type StoryCommand = (stage: Stage, words: readonly string[]) => void;

const commands: Readonly<Record<string, StoryCommand>> = {
  log(stage, [id = '', ...words]) {
    const isTerm = (word: string): boolean => /^t\d+$/.test(word);
    const terms = words.filter(isTerm).map((word) => number(word.slice(1)));
    const term = words.includes('term') ? number(words[words.indexOf('term') + 1]) : (terms.at(-1) ?? 0);
    stage.setLog(number(id.replace(':', '')), terms, term);
  },
  timeout(stage, [id]) {
    stage.timeOut(number(id));
  },
  elect(stage, [id]) {
    stage.timeOut(number(id));
    stage.deliverAll();
    assert.ok(stage.leads(number(id)), `${id} is elected`);
  },
  /** The usual beginning: elects a replica, lets all know what is committed, and tells only how far they are. */
  lead(stage, [id]) {
    stage.isQuiet = true;
    stage.timeOut(number(id));
    stage.deliverAll();
    stage.pass(number(id), heartbeatUs);
    stage.deliverAll();
    stage.take();
    assert.ok(stage.leads(number(id)), `${id} is elected`);
    tellStatus(stage);
  },
  'order-election'(stage, [id]) {
    const reason = stage.raft(number(id)).startElection();
    if (reason !== undefined) stage.say(`refused: ${reason}`);
    stage.ordered(number(id));
  },
  tick(stage, [id, duration]) {
    stage.pass(number(id), microseconds(duration));
  },
  run(stage, [duration]) {
    stage.runAll(microseconds(duration));
  },
  propose(stage, [id, count = '1']) {
    for (let n = 0; n < number(count); n++) stage.proposeAt(number(id));
  },
  deliver(stage, [way, limit]) {
    if (way === undefined) stage.deliverAll();
    else if (way.includes('<->')) stage.deliverAll(waysOf(way));
    else stage.deliver(waysOf(way), limit === undefined ? undefined : number(limit));
  },
  drop(stage, [way = '*->*', limit]) {
    stage.drop(waysOf(way), limit === undefined ? undefined : number(limit));
  },
  cut(stage, [way = '']) {
    const isMeant = waysOf(way);
    for (const from of stage.members.keys()) {
      for (const to of stage.members.keys()) if (isMeant(from, to)) stage.cut(from, to);
    }
  },
  partition(stage, words) {
    const sides = words
      .join(' ')
      .split('|')
      .map((side) => side.trim().split(/\s+/).map(number));
    const sideOf = (id: number): number => sides.findIndex((side) => side.includes(id));
    for (const from of stage.members.keys()) {
      for (const to of stage.members.keys()) if (sideOf(from) !== sideOf(to)) stage.cut(from, to);
    }
  },
  heal(stage) {
    stage.heal();
  },
  crash(stage, [id]) {
    stage.crash(number(id));
  },
  restart(stage, [id, kind = 'process']) {
    const lost = losses[kind];
    assert.ok(lost, `what starts again is ${Object.keys(losses).join(', ')}`);
    stage.restart(number(id), lost);
  },
  'lose-tether'(stage, [id, at, ...others]) {
    stage.loseTether(number(id), at === undefined ? [...stage.members.keys()] : others.map(number));
  },
  transfer(stage, [from, to]) {
    const reason = stage.raft(number(from)).transferLeadership(number(to));
    if (reason !== undefined) stage.say(`refused: ${reason}`);
    stage.ordered(number(from));
  },
  change(stage, words) {
    const wishes: ConfigurationChange[] = [];
    let kind: ConfigurationChange['kind'] | undefined;
    for (const word of words) {
      if (word === 'addVoter' || word === 'addLearner' || word === 'removeReplica') kind = word;
      else {
        assert.ok(kind, 'a change is addVoter, addLearner or removeReplica, and ids');
        wishes.push({ kind, replicaId: number(word) });
      }
    }
    const leader = stage.leader();
    assert.ok(leader, 'a leader runs');
    const next = leader.raft.changeConfiguration(wishes);
    if (typeof next === 'string') return stage.say(`refused: ${next}`);
    leader.append({ term: leader.raft.term, payload: 0, configuration: next });
    stage.ordered(leader.id);
  },
  prefer(stage, [id, word = '']) {
    const leader = stage.leader();
    assert.ok(leader, 'a leader runs');
    assert.ok(word in Preference, `a preference is ${Object.keys(Preference).join(', ')}`);
    const { roster } = leader.raft.configuration;
    const preference = Preference[word as keyof typeof Preference];
    const member = newMember({ replicaId: number(id), host: `host-${id}`, preference });
    const others = roster.filter(({ replicaId }) => replicaId !== member.replicaId);
    const next = leader.raft.describeMembers([...others, member]);
    if (typeof next === 'string') return stage.say(`refused: ${next}`);
    leader.append({ term: leader.raft.term, payload: 0, configuration: next });
    stage.ordered(leader.id);
  },
  snapshot(stage, [id, index]) {
    stage.compact(number(id), number(index));
  },
  flush(stage, [id, index]) {
    stage.flush(number(id), index === undefined ? undefined : number(index));
  },
  status: tellStatus,
  progress(stage, [id]) {
    const { raft } = stage.member(number(id));
    assert.equal(raft.role, Role.leader, 'only a leader knows how far the others are');
    for (const other of stage.members.keys()) {
      const progress = raft.progressOf(other);
      if (progress !== undefined) stage.say(`${other}: holds ${progress.matchedIndex}, ${progress.state}`);
    }
  },
};

/** What a start finds: all that the process wrote, what was flushed before a power cut, or an empty disk. */
const losses: Readonly<Record<string, 'nothing' | 'unflushed' | 'everything'>> = {
  process: 'nothing',
  'power-cut': 'unflushed',
  blank: 'everything',
};

/** `1->2`, `1->*`, `*->1`, `1<->2`. */
function waysOf(way: string): (from: number, to: number) => boolean {
  const found = /^(\d+|\*)(<?)->(\d+|\*)$/.exec(way);
  assert.ok(found, 'a way is written as 1->2, 1->* or 1<->2');
  const [, a = '', back = '', b = ''] = found;
  const is = (name: string, id: number): boolean => name === '*' || Number(name) === id;
  return (from, to) => (is(a, from) && is(b, to)) || (back !== '' && is(a, to) && is(b, from));
}

/** `5ms` or `0.4ms`. */
function microseconds(text: string | undefined): number {
  const found = /^(\d+(?:\.\d+)?)ms$/.exec(text ?? '');
  assert.ok(found, 'a duration is written as 5ms');
  return Math.round(Number(found[1]) * 1_000);
}

function number(word: string | undefined): number {
  const value = Number(word);
  assert.ok(word !== undefined && Number.isInteger(value), `"${word}" is no number`);
  return value;
}
