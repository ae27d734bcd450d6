/** Reads files of order flow in random pieces, and says what every file's actions must be like. */
import assert from 'node:assert/strict';
import type { Random } from '../../../std/random.ts';
import { piecesOf } from '../../../std/testing/fuzzing.ts';
import { Failure } from '../../failure.ts';
import type { FlowAction, FlowFormat } from '../flow.ts';

/** The actions of a file, and the words of the failure that ended it. */
export interface FlowFound {
  readonly actions: readonly FlowAction[];
  readonly failure: string | undefined;
}

const decimal = /^\d+(\.\d+)?$/;
const nameOfFile = 'AAPL_2012-06-21_message_10.csv';

/** Reads a file in two ways of cutting it, which must give the same, and holds what is found to the format. */
export async function readFlow(
  random: Random,
  format: FlowFormat,
  bytes: Uint8Array,
  book?: Uint8Array,
): Promise<FlowFound> {
  const found = await collect(format, piecesOf(random, bytes), book && piecesOf(random, book));
  const whole = await collect(format, [bytes], book && [book]);
  assert.deepEqual(found, whole, 'a file means the same however it is cut');
  for (const action of found.actions) assertIsGood(action);
  const { failure } = found;
  if (failure !== undefined) {
    assert.match(failure, /^AAPL_2012-06-21_message_10\.csv, (line|byte) \d+: /, 'a failure names its place');
    assert.ok(failure.length < 300, 'a failure is short');
  }
  return found;
}

async function collect(
  format: FlowFormat,
  pieces: readonly Uint8Array[],
  bookPieces?: readonly Uint8Array[],
): Promise<FlowFound> {
  const actions: FlowAction[] = [];
  const book = bookPieces && { bytes: streamOf(bookPieces), name: nameOfFile };
  try {
    for await (const action of format(streamOf(pieces), nameOfFile, book)) actions.push(action);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { actions, failure: error.message };
  }
  return { actions, failure: undefined };
}

async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** What the exchange's client can be given without being asked whether it is possible. */
function assertIsGood(action: FlowAction): void {
  if (action.kind === 'instrument') {
    assert.match(action.instrument.symbol, /^[!-~]{1,16}$/, 'a symbol fits the protocol');
    return;
  }
  if (action.kind === 'note' || action.kind === 'remark') return;
  assert.match(action.orderId, /^[!-~]{1,20}$/, 'an order id fits a client order id');
  if (action.kind === 'cancel') return;
  assert.match(action.quantity, decimal, 'a quantity is decimal text');
  if (action.kind === 'place' && action.price !== undefined)
    assert.match(action.price, decimal, 'a price is decimal text');
}
