import assert from 'node:assert/strict';
import { test } from 'node:test';
import { switchEngine } from '../protocol/commands.ts';
import { Engine } from './engine.ts';
import { UnknownEngine } from './engine-version.ts';
import { EngineDesk } from './testing/desk.ts';

const twoEngines = { engineVersionMost: 2 };

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  return bytes;
}

test('a new exchange runs the first engine; a command lets it go over to a newer one, and never back', () => {
  const engine = new Engine(twoEngines);
  const desk = new EngineDesk(engine);
  assert.equal(engine.version, 1);
  const before = engine.stateHash();
  desk.send(switchEngine, { engineVersion: 2 });
  assert.equal(engine.version, 2);
  assert.notEqual(engine.stateHash(), before);
  desk.send(switchEngine, { engineVersion: 1 });
  assert.equal(engine.version, 2);
});

test('an engine does not go over to a version that it does not have', () => {
  const desk = new EngineDesk(new Engine());
  assert.throws(() => desk.send(switchEngine, { engineVersion: 2 }), UnknownEngine);
});

test('the version in force is in the snapshot, which an engine without it refuses', () => {
  const engine = new Engine(twoEngines);
  new EngineDesk(engine).send(switchEngine, { engineVersion: 2 });
  const snapshot = snapshotOf(engine);
  assert.equal(Engine.restore(snapshot, twoEngines)?.version, 2);
  assert.equal(Engine.restore(snapshot), undefined);
});
