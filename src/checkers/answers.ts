/** What an engine's state answers to a query, written down a second time so that a replica's own way is not trusted. */
import type { Engine } from '../engine/engine.ts';
import { recordBytesMax } from '../protocol/limits.ts';
import {
  accountRow,
  instrumentRow,
  levelRow,
  modeRow,
  orderRow,
  positionRow,
  QueryKind,
  query,
  queryResult,
} from '../protocol/messages.ts';
import type { QueryFields } from '../replica/sessions/queries.ts';

/** Writes the rows at the start of `into`; returns their bytes, or -1 where the subject is not known or not checked. */
export function rowsOf(engine: Engine, asked: DataView, fields: QueryFields, into: DataView): number {
  const { queries } = engine;
  const { kind, accountId, instrumentId, afterId, clientOrderId, rowsMax } = fields;
  const times = (rows: number, size: number): number => (rows < 0 ? -1 : rows * size);
  switch (kind) {
    case QueryKind.order: {
      const isFound =
        afterId === 0 && clientOrderId !== ''
          ? queries.writeClientOrderRow(into, 0, accountId, asked, query.at.clientOrderId)
          : queries.writeOrderRow(into, 0, accountId, afterId);
      return isFound ? orderRow.size : -1;
    }
    case QueryKind.openOrders: {
      const bytes = queries.writeOpenOrderRows(into, 0, accountId, afterId, rowsMax) * orderRow.size;
      return bytes + queries.writePlaceRow(into, bytes);
    }
    case QueryKind.positions: {
      const bytes = queries.writePositionRows(into, 0, accountId, afterId, rowsMax) * positionRow.size;
      return bytes + queries.writePlaceRow(into, bytes);
    }
    case QueryKind.book:
      return times(queries.writeBookRows(into, 0, instrumentId, rowsMax), levelRow.size);
    case QueryKind.instruments:
      return times(queries.writeInstrumentRows(into, 0, afterId, rowsMax), instrumentRow.size);
    case QueryKind.account:
      return queries.writeAccountRow(into, 0, accountId) ? accountRow.size : -1;
    case QueryKind.modes:
      return times(
        queries.writeModeRows(into, 0, { accountId, instrumentId, afterId, rowsMax }),
        modeRow.size,
      );
    case QueryKind.keys: {
      const bytesMax = recordBytesMax - queryResult.size;
      const filter = { afterChange: fields.afterSeq, keysMax: rowsMax, bytesMax };
      return queries.writeKeyRows(into, 0, filter).bytes;
    }
    default:
      return -1;
  }
}
