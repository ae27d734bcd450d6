/** The questions of `lockstep init` to a person at a terminal: each is asked until its answer can be used. */
import { createInterface, type Interface } from 'node:readline/promises';
import { Failure, messageOf } from '../../failure.ts';
import { type ClusterPlan, checkPlan, type MachinePlace, placeIn } from '../../init/machines.ts';

const questionOf = {
  replicas: 'Machines of replicas (1, 3 or 5), as ADDRESS or ADDRESS=ZONE, with spaces between: ',
  gateways: 'Machines of gateways, in the same way (none: Enter): ',
  watchers: 'Machines of watchers, which try the exchange from outside; best two (none: Enter): ',
} as const;

/** Throws a Failure where the person ends the questions: nothing was made. */
export async function askForPlan(given: Omit<ClusterPlan, keyof typeof questionOf>): Promise<ClusterPlan> {
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const without = { ...given, replicas: [], gateways: [], watchers: [] };
    const replicas = await places(questions, 'replicas', without);
    const gateways = await places(questions, 'gateways', { ...without, replicas });
    const watchers = await places(questions, 'watchers', { ...without, replicas, gateways });
    return { ...given, replicas, gateways, watchers };
  } catch (error) {
    // By Ctrl-C or Ctrl-D.
    if ((error as Error).name !== 'AbortError') throw error;
    process.stdout.write('\n');
    throw new Failure('The questions were not answered: nothing was made.');
  } finally {
    questions.close();
  }
}

async function places(
  questions: Interface,
  name: keyof typeof questionOf,
  plan: ClusterPlan,
): Promise<readonly MachinePlace[]> {
  for (;;) {
    const answer = await questions.question(questionOf[name]);
    try {
      const list = answer
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .map(placeIn);
      checkPlan({ ...plan, [name]: list });
      return list;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stdout.write(`${messageOf(error)}\n`);
    }
  }
}
