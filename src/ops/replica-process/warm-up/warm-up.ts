/**
 * Practice beside the work. Code that runs for the first time is read, compiled and run slowly, and what a leader does
 * first runs for the first time when the old leader has just died. So a small cluster lives in the core thread of a
 * follower for some tens of milliseconds, step by step, whenever the follower has nothing to do: it elects, serves,
 * loses its leader under load and goes on. Nothing of it stays but warm code. A replica that starts joins the others
 * first.
 */
import { setFlagsFromString } from 'node:v8';
import { MachineClock } from '../../../io/system/clock.ts';
import type { ReplicaOptions } from '../../../replica/options.ts';
import { PracticeClient } from './practice-client.ts';
import { PracticeCluster, practiceKeys } from './practice-cluster.ts';

/** Time of the thread after which no further round begins; on a slow or busy machine less is practised. */
const practiceUsMax = 150_000;
const roundsMax = 12;
/** Time of the practice cluster that passes with each step. */
const stepUs = 200;
/** Steps after which something that should have come about has failed. */
const stepsMax = 500;
const ordersPerStep = 4;
const tradingSteps = 12;

export class Practice {
  /** Rounds that came to their end. */
  rounds = 0;
  readonly #options: ReplicaOptions;
  readonly #clock = new MachineClock();
  #round: Generator<void, boolean> | undefined;
  #spentUs = 0;
  #isOver = false;

  /** With the options of the replica that runs in this thread. */
  constructor(options: ReplicaOptions) {
    this.#options = options;
    // What is warm stays so: a follower may follow for weeks.
    setFlagsFromString('--no-flush-bytecode');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** One small step; at worst it is of no use. */
  step(): void {
    if (this.#isOver) return;
    const fromUs = this.#clock.nowUs();
    try {
      this.#round ??= playRound(this.#options, this.#clock);
      const { done, value: isWhole } = this.#round.next();
      if (done) {
        this.#round = undefined;
        if (isWhole) this.rounds += 1;
        else this.#isOver = true;
      }
    } catch {
      // A machine without a loopback, or without free ports: the replica stays cold.
      this.end();
    }
    this.#spentUs += this.#clock.nowUs() - fromUs;
    const isEnough = this.rounds >= roundsMax || this.#spentUs >= practiceUsMax;
    if (isEnough && this.#round === undefined) this.#isOver = true;
  }

  /** Gives up what has begun. */
  end(): void {
    this.#isOver = true;
    this.#round?.return(false);
    this.#round = undefined;
  }
}

/** The short life of one cluster, step by step; false when something did not come about. */
function* playRound(options: ReplicaOptions, clock: MachineClock): Generator<void, boolean> {
  const keys = practiceKeys();
  const cluster = new PracticeCluster(clock);
  let client: PracticeClient | undefined;
  const isAnswered = (): boolean => client?.pending === 0;
  // A time of its own, so that heartbeats and time-outs come as often as in a longer life.
  let nowUs = clock.nowUs();
  const step = (): void => {
    nowUs += stepUs;
    cluster.step(nowUs);
    client?.turn(nowUs);
  };
  function* until(isDone: () => boolean): Generator<void, boolean> {
    for (let n = 0; n < stepsMax; n++) {
      if (isDone()) return true;
      step();
      yield;
    }
    return isDone();
  }
  function* trade(by: PracticeClient): Generator<void, void> {
    for (let n = 0; n < tradingSteps; n++) {
      by.trade(ordersPerStep);
      step();
      yield;
    }
  }
  try {
    while (cluster.startNext(options, keys)) yield;
    if (!(yield* until(() => cluster.elect()))) return false;
    client = new PracticeClient(cluster.ports, keys, clock);
    const { session } = client;
    yield;
    session.start(nowUs);
    if (!(yield* until(() => session.isBound))) return false;
    client.createMarket();
    yield* trade(client);
    client.trade(ordersPerStep);
    cluster.killLeader();
    yield* trade(client);
    if (!(yield* until(() => session.isBound && isAnswered()))) return false;
    yield* trade(client);
    return yield* until(isAnswered);
  } finally {
    client?.end();
    cluster.end();
  }
}
