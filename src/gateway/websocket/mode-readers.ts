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
  readonly modes: (accountId: number | undefined) => Promise<Rows<ModeRow>>;
  readonly instrumentOf: (instrumentId: number) => Instrument | undefined;
  /** Resolves after some time, before modes are asked for again. */
  readonly pause: () => Promise<void>;
}

interface Reading {
  readonly accountIds: readonly number[];
  /** Grows when what was asked for may be out of date. */
  generation: number;
  /** Changes up to here are in the answer, which may have overtaken their events. */
  appliedSeq: number;
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
    const reading = { accountIds, generation: 0, appliedSeq: 0 };
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
      if (seq <= reading.appliedSeq) continue;
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
      const found = await this.#ask(reading.accountIds).catch(() => undefined);
      if (this.#readers.get(reader) !== reading) return;
      if (found !== undefined && reading.generation === generation) {
        reading.appliedSeq = found.appliedSeq;
        const modes = found.rows.map((row) => modeAnswer(row, this.#ports.instrumentOf(row.instrumentId)));
        reader.send(JSON.stringify({ type: 'modes', modes }));
        return;
      }
      await this.#ports.pause();
    }
  }

  async #ask(accountIds: readonly number[]): Promise<{ rows: ModeRow[]; appliedSeq: number }> {
    const pages: Rows<ModeRow>[] = [];
    for (const accountId of accountIds.length === 0 ? [undefined] : accountIds)
      pages.push(await this.#ports.modes(accountId));
    const [first = [], ...others] = pages;
    const ofAccounts = others.flatMap((page) => page.filter(({ scope }) => scope === 'account'));
    return {
      rows: [...first, ...ofAccounts],
      appliedSeq: Math.min(...pages.map(({ appliedSeq }) => appliedSeq)),
    };
  }
}
