/** Orders that are answered once it is known how they end: an operator who ordered something waits for that. */
import type { OperatorAnswer } from '../answers.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';

/** An order that takes longer is answered before it ends: the one that gave it waits 10 s (ops/replica-process). */
const answerUsMax = 8_000_000;

interface OrderUnderWay {
  readonly order: OperatorControlOrder;
  readonly answer: OperatorAnswer;
  readonly untilUs: number;
}

export class OperatorOrdersUnderWay {
  readonly #ports: Pick<Ports, 'control' | 'log'>;
  #waiting: OrderUnderWay[] = [];

  constructor(ports: Pick<Ports, 'control' | 'log'>) {
    this.#ports = ports;
  }

  wait(order: OperatorControlOrder, answer: OperatorAnswer, nowUs: number): void {
    this.#waiting.push({ order, answer, untilUs: nowUs + answerUsMax });
  }

  /** Answers what has ended; returns how many. */
  doWork(nowUs: number): number {
    const before = this.#waiting.length;
    if (before > 0) this.#waiting = this.#waiting.filter((each) => !this.#isAnswered(each, nowUs));
    return before - this.#waiting.length;
  }

  #isAnswered({ order, answer, untilUs }: OrderUnderWay, nowUs: number): boolean {
    const end = answer.end?.();
    if (end === undefined && nowUs < untilUs) return false;
    const { end: _, ...last } = end ?? answer;
    this.#ports.control.reply(order, last);
    this.#ports.log.info("the operator's order has ended", { order: order.kind, answer: last.text });
    return true;
  }
}
