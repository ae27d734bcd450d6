/** The state of the backups: what the process writes into the data folder, and what of it alarms. */
import { join } from 'node:path';
import type { ProofNote } from '../../backup/notes.ts';
import { timeText } from '../../backup/time-text.ts';
import { msPerHour } from '../../std/units.ts';
import type { BreakerState } from '../breaker-states.ts';
import { isRunning, type ProcessIdentity } from '../processes/process-identity.ts';
import { loadStandingFile } from './standing-files.ts';

/** The state of one target. */
export interface TargetStanding {
  readonly name: string;
  readonly place: string;
  /** Empty before the first object. */
  readonly chain: string;
  /** The last command that the target has. */
  readonly seq: number;
  readonly index: number;
  /** Frames that are committed and not there; and since when the oldest of them has waited, 0 where none does. */
  readonly behindFrames: number;
  /** Commands that the replica has applied and the target has not. */
  readonly behindSeqs: number;
  readonly behindSinceMs: number;
  /** When the target was last found to have everything that was committed. */
  readonly levelMs: number;
  /** Why the last attempt failed; empty where it did not. */
  readonly error: string;
  readonly failingSinceMs: number;
  /** Whether it is left in peace, because it failed; absent in what an earlier release wrote. */
  readonly breaker?: BreakerState | undefined;
  readonly proof: ProofNote | undefined;
  /** Why the last proof failed; empty where it did not. */
  readonly proofError: string;
  /** What ended the chain before this one, for people; empty where nothing did. */
  readonly broken: string;
}

export interface BackupStanding extends ProcessIdentity {
  readonly startedMs: number;
  readonly writtenMs: number;
  /** The replica beside which the backup runs; 0: none was found. */
  readonly replicaId: number;
  readonly targets: readonly TargetStanding[];
}

/** What alarms go by. */
export interface AlarmBounds {
  readonly alarmSeconds: number;
  readonly verifyHours: number;
}

/** A process that has not written for so long stands still. */
const silentMsMax = 30_000;

export function standingFile(dataFolder: string): string {
  return join(dataFolder, 'backup', 'status.json');
}

/** What the backup wrote last in this folder; undefined where none ever ran. Throws a Failure where it is spoiled. */
export function loadStanding(dataFolder: string): BackupStanding | undefined {
  return loadStandingFile(standingFile(dataFolder), 'backup');
}

/** Seconds of commands that a loss of the cluster would take now. */
export function rpoSeconds({ behindSinceMs }: TargetStanding, nowMs: number): number {
  return behindSinceMs === 0 ? 0 : Math.max(0, (nowMs - behindSinceMs) / 1_000);
}

/** What is wrong now, one sentence each. */
export function alarmsOf(
  standing: BackupStanding | undefined,
  bounds: AlarmBounds,
  nowMs: number,
): readonly { readonly target: string; readonly text: string }[] {
  if (standing === undefined)
    return [
      {
        target: '',
        text: 'The backup has never run here. Start it: "lockstep backup run", or "lockstep up".',
      },
    ];
  const since = new Date(standing.writtenMs).toISOString();
  if (!isRunning(standing))
    return [
      {
        target: '',
        text: `The backup does not run since ${since}. Start it: "lockstep backup run", or "lockstep up".`,
      },
    ];
  if (nowMs - standing.writtenMs > silentMsMax)
    return [{ target: '', text: `The backup stands still since ${since}. Its log says where.` }];
  return standing.targets.flatMap((target) => {
    return targetAlarms(target, bounds, nowMs, standing.startedMs).map((text) => ({
      target: target.name,
      text,
    }));
  });
}

function targetAlarms(
  target: TargetStanding,
  { alarmSeconds, verifyHours }: AlarmBounds,
  nowMs: number,
  startedMs: number,
): string[] {
  const alarms: string[] = [];
  const { name, error, failingSinceMs, proof, proofError, behindFrames, broken } = target;
  const behind = rpoSeconds(target, nowMs);
  if (error !== '' && nowMs - failingSinceMs > alarmSeconds * 1_000)
    alarms.push(
      `${name}: nothing could be shipped for ${Math.round((nowMs - failingSinceMs) / 1_000)} s. ${error}`,
    );
  else if (behind > alarmSeconds)
    alarms.push(`${name}: it is behind by ${behindFrames} frames and ${Math.round(behind)} s.`);
  if (broken !== '') alarms.push(`${name}: ${broken}`);
  if (proofError !== '') alarms.push(`${name}: the last proof FAILED. ${proofError}`);
  else if (proof === undefined && nowMs - startedMs > 2 * verifyHours * msPerHour)
    alarms.push(`${name}: no backup there was ever restored, so that it counts as none.`);
  else if (proof !== undefined && nowMs - proof.provedUs / 1_000 > 2 * verifyHours * msPerHour)
    alarms.push(
      `${name}: it was last proved at ${timeText(proof.provedUs)}, longer ago than two turns of verifyHours.`,
    );
  return alarms;
}
