/** Clocks that are set, or run too fast. The library faketime is between a replica and its clock. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { type Fault, type StrikeStage, shows } from './fault.ts';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const refusal = (): string | undefined =>
  existsSync(library)
    ? undefined
    : `The clocks of hosts need the library faketime: install the package libfaketime.`;

const clockFile = (lab: Pick<Lab, 'folder'>, host: number): string => join(lab.folder, `clock-${host}`);

function environment(lab: Pick<Lab, 'folder'>, host: number): Readonly<Record<string, string>> {
  if (!existsSync(clockFile(lab, host))) writeFileSync(clockFile(lab, host), '+0');
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clockFile(lab, host),
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DISABLE_SHM: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

const withClocks = { environment, areClocksTrue: false } as const;

interface ClockSetting {
  readonly which: (stage: StrikeStage) => number;
  readonly setting: string;
  readonly alarm: NonNullable<Fault['alarm']>;
}

function clock(name: string, failure: string, { which, setting, alarm }: ClockSetting): Fault {
  return {
    name,
    component: 'clock of a replica',
    failure,
    effect: 'None.',
    mitigation: 'Stamps never run back; deadlines count in the time of the stamps.',
    severity: 1,
    rate: 'clock',
    // A clock that differs is reported after 10 s, by the next leader where that of the leader is off.
    holdMs: 30_000,
    alarm,
    refusal,
    lab: withClocks,
    strike: async (stage) => writeFileSync(clockFile(stage.lab, which(stage)), setting),
    proof: (stage) =>
      shows('another time', async () => {
        const host = which(stage);
        const env = Object.entries(environment(stage.lab, host)).map(([key, value]) => `${key}=${value}`);
        const there = Number(await stage.lab.hosts.run(host, 'env', ...env, 'date', '+%s'));
        const differs = Math.round(there - Date.now() / 1_000);
        return differs !== 0 || setting.includes('x')
          ? `the clock of host ${host} is off by ${differs} s`
          : undefined;
      }),
    undo: async (stage) => writeFileSync(clockFile(stage.lab, which(stage)), '+0'),
  };
}

const ofLeader = ({ leader }: StrikeStage): number => leader;
const ofFollower = ({ followers }: StrikeStage): number => followers[0]!;

export const clockFaults: readonly Fault[] = [
  clock('clock-36s-ahead', 'the clock of the leader is set 36 s ahead', {
    which: ofLeader,
    setting: '+36',
    alarm: 'clockDiffers',
  }),
  clock('clock-36s-back', 'the clock of the leader is set 36 s back', {
    which: ofLeader,
    setting: '-36',
    alarm: 'clockDiffers',
  }),
  clock('clock-1h-ahead', 'the clock of the leader is set an hour ahead', {
    which: ofLeader,
    setting: '+3600',
    alarm: 'clockDiffers',
  }),
  clock('clock-1h-back', 'the clock of the leader is set an hour back', {
    which: ofLeader,
    setting: '-3600',
    alarm: 'clockDiffers',
  }),
  clock('clock-of-follower', 'the clock of a follower is set an hour ahead', {
    which: ofFollower,
    setting: '+3600',
    alarm: 'clockDiffers',
  }),
  clock('clock-drifts', 'the clock of the leader runs 2 % too fast', {
    which: ofLeader,
    setting: '+0 x1.02',
    alarm: 'clockDiffers',
  }),
];
