import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlarmWatch } from './alarm-watch.ts';

function watched() {
  const said: string[] = [];
  const log = { error: (text: string) => said.push(text), warn: (text: string) => said.push(text) };
  const watch = new AlarmWatch('BACKUP', log);
  const look = (...alarms: string[]): string[] => {
    watch.look(alarms);
    return said.splice(0);
  };
  return look;
}

test('an alarm is said when it begins and when it is over, and not again with other figures', () => {
  const look = watched();
  const text = (s: number): string => `disk: behind by ${s} s since 2026-11-30T15:24:0${s}.000Z.`;
  assert.deepEqual(look(text(5)), [`BACKUP ALARM: ${text(5)}`]);
  assert.deepEqual(look(text(6)), []);
  assert.deepEqual(look(), [`over: ${text(6)}`]);
});

test('alarms of two targets whose names differ in a digit are two', () => {
  const look = watched();
  const text = (name: string): string => `${name}: behind by 30 s.`;
  assert.equal(look(text('disk1')).length, 1);
  assert.deepEqual(look(text('disk1'), text('disk2')), [`BACKUP ALARM: ${text('disk2')}`]);
  assert.deepEqual(look(text('s3-1'), text('s3-2')).length, 4);
  assert.deepEqual(look(text('s3-2')), [`over: ${text('s3-1')}`]);
});
