/** Runs fence commands for an order of an operator: each outcome is shown, kept here and noted in the audit trail. */
import { atLeader } from '../clients/leader-orders.ts';
import type { FenceCommands } from '../configuration/fence-keys.ts';
import type { Loaded } from '../configuration/load.ts';
import { Failure, messageOf } from '../failure.ts';
import { fenceSaidMax } from '../operator-orders/order-bodies.ts';
import { type OperatorOrderGiver, report } from '../orders/control-orders.ts';
import { type FenceResult, type FenceTarget, fenceText, keepFence, runFences } from './fences.ts';

export interface FenceRun {
  readonly loaded: Loaded;
  /** The replica that notes it, since the order that follows goes there. */
  readonly notedAt: number;
  /** The operator in whose name it is noted; undefined: that of the data folder. */
  readonly by?: OperatorOrderGiver;
  show(text: string): void;
}

/** Fences one target; `hasFailed` where one of its commands did. */
export async function fenceTarget(
  run: FenceRun,
  target: FenceTarget,
  commands: FenceCommands,
): Promise<{ readonly results: readonly FenceResult[]; readonly hasFailed: boolean }> {
  const results = await runFences(target, commands);
  for (const result of results) {
    run.show(fenceText(result));
    await note(run, result);
  }
  return { results, hasFailed: results.some(({ error }) => error !== '') };
}

/** What ran is not undone where it cannot be noted: the order goes on, and says so. */
async function note({ loaded, notedAt, by, show }: FenceRun, result: FenceResult): Promise<void> {
  const { target, error, said } = result;
  const text = [error, said].filter((part) => part !== '').join(': ');
  const { hash, problem } = keepFence(loaded.dataFolder, result);
  if (problem !== '') show(`This is not kept on this machine, save these lines yourself: ${problem}.`);
  try {
    const fenced = {
      target: target.kind,
      number: target.number,
      hash,
      isDone: error === '',
      said: text.replace(/[^ -~]/g, ' ').slice(-fenceSaidMax),
    };
    await atLeader(loaded, notedAt, (id) => report(loaded, id, 'fenced', fenced, by));
  } catch (failure) {
    show(`This is not in the audit trail: ${messageOf(failure)}`);
  }
}

/** The Failure where a target could not be fenced. */
export function fenceFailure(results: readonly FenceResult[], then: string): Failure {
  const failed = results.filter(({ error }) => error !== '');
  const what = failed.map(({ target, error }) => `The fence command of ${target.name} failed: ${error}.`);
  return new Failure(`${what.join(' ')} ${then}`, undefined, { fenced: results });
}
