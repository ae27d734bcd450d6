/**
 * Readers of modes: each gets all that hold now, and then every change. A change that comes while the answer is on its
 * way makes the question be asked again, so the answer never takes a change back.
 */
import type { Instrument } from '../admission/orders.ts';
import { modeAnswer } from '../exchange/answers.ts';
import type { ModeEvent, ModeRow, Rows } from '../ports.ts';

interface Reader {
  send(text: string): void;
}

export interface ModePorts {
  /** As in EventSession. */
  readonly modes: (accountId: number) => Promise<Rows<ModeRow>>;
  readonly instrumentOf: (instrumentId: number) => Instrument | undefined;
  /** Resolves after some time, before modes are asked for again. */
  readonly pause: () => Promise<void>;
}

interface Reading {
  readonly accountIds: readonly number[];
  /** Grows when what was asked for may be out of date. */
  generation: number;
}

export class ModeReaders {
  readonly #ports: ModePorts;
  readonly #readers = new Map<Reader, Reading>();

  constructor(ports: ModePorts) {
    this.#ports = ports;
  }

  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** The reader gets the modes of these accounts beside those that are public. */
  add(reader: Reader, accountIds: readonly number[]): void {
    const reading = { accountIds, generation: 0 };
    this.#readers.set(reader, reading);
    void this.#load(reader, reading);
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
  }

  onEvent(event: ModeEvent): void {
    const { seq, n, timeUs, instrumentId } = event;
    const said = modeAnswer(event, this.#ports.instrumentOf(instrumentId));
    const text = JSON.stringify({ type: 'mode', seq, n, timeUs, ...said });
    for (const [reader, reading] of this.#readers) {
      if (event.scope === 'account' && !reading.accountIds.includes(event.accountId)) continue;
      reading.generation++;
      reader.send(text);
    }
  }

  /** Changes may have been missed: all readers get everything again. */
  reload(): void {
    for (const [reader, { accountIds }] of [...this.#readers]) this.add(reader, accountIds);
  }

  async #load(reader: Reader, reading: Reading): Promise<void> {
    while (this.#readers.get(reader) === reading) {
      const { generation } = reading;
      const rows = await this.#ask(reading.accountIds).catch(() => undefined);
      if (this.#readers.get(reader) !== reading) return;
      if (rows !== undefined && reading.generation === generation) {
        const modes = rows.map((row) => modeAnswer(row, this.#ports.instrumentOf(row.instrumentId)));
        reader.send(JSON.stringify({ type: 'modes', modes }));
        return;
      }
      await this.#ports.pause();
    }
  }

  async #ask([first = 0, ...others]: readonly number[]): Promise<readonly ModeRow[]> {
    const rows: ModeRow[] = [...(await this.#ports.modes(first))];
    for (const accountId of others)
      rows.push(...(await this.#ports.modes(accountId)).filter(({ scope }) => scope === 'account'));
    return rows;
  }
}
