import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionRow, type QueryKind, queryResult } from '../protocol/messages.ts';
import type { QueryRequest } from './core/pending-queries.ts';
import type { Driver } from './driver.ts';
import { Reads } from './reads.ts';

/** What one replica answers: up to which command it has applied, and its rows. */
interface Page {
  readonly appliedSeq: number;
  readonly more: boolean;
  readonly rows: readonly ((view: DataView, at: number) => number)[];
}

/** Reads whose questions these pages answer, one after the other. */
function readsOf(pages: readonly Page[]): { readonly reads: Reads; readonly asked: QueryRequest[] } {
  const asked: QueryRequest[] = [];
  const session = {
    isOver: false,
    links: [],
    query: (request: QueryRequest): number => {
      const requestId = asked.push(request);
      queueMicrotask(() => answer(requestId, request.kind as QueryKind, pages[requestId - 1]!));
      return requestId;
    },
  };
  const driver = { session, nowUs: () => 0, flushSoon: () => undefined } as unknown as Driver;
  const reads = new Reads(driver);
  const answer = (requestId: number, kind: QueryKind, { appliedSeq, more, rows }: Page): void => {
    const view = new DataView(new ArrayBuffer(4_096));
    let bytes = 0;
    for (const write of rows) bytes += write(view, queryResult.size + bytes);
    const values = { requestId, code: 0, kind, more: more ? 1 : 0, rowCount: rows.length, appliedSeq };
    queryResult.write(view, 0, values, bytes);
    reads.answered(requestId, view, 0);
  };
  return { reads, asked };
}

const position = (instrumentId: number) => (view: DataView, at: number) =>
  positionRow.write(view, at, { instrumentId, boughtLots: 1, soldLots: 0 });

test('rows of several replicas are as of the one that has applied least', async () => {
  for (const seqs of [
    [20, 18, 19],
    [18, 20, 19],
    [20, 19, 18],
  ]) {
    const { reads, asked } = readsOf(
      seqs.map((appliedSeq, n) => ({ appliedSeq, more: n < 2, rows: [position(n + 1)] })),
    );
    const found = await reads.positions(7, { from: 'any' });
    assert.deepEqual([found.length, found.appliedSeq], [3, 18]);
    assert.deepEqual(
      asked.map(({ afterId }) => afterId),
      [0, 1, 2],
    );
  }
});
