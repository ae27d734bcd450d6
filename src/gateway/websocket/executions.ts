/**
 * The executions of one reader: live ones as they come, and before them the fills from a place that the reader names.
 * Each is sent once and in order, whatever happens on the way: while earlier fills are asked for, live events are held
 * back, and the answer is asked of the feed's own replica, behind the events that it has sent.
 */
import { noEvent } from '../../protocol/messages.ts';
import type { FeedPosition, FillsUpTo } from '../exchange/feed-ports.ts';
import type { ExecutionEvent, FillsFilter } from '../ports.ts';
import { heldExecutionsMax } from './manual.ts';

/** Fills that one question asks for. */
const pageFills = 1000;
/** Accounts that are asked about at the same time. */
const accountsAtOnce = 16;
/** Pauses for which a replica may be behind what another one has reported. */
const aheadPausesMax = 20;

/** What an event that is held takes beside its text. */
const heldEventBytes = 64;

/** Where a reader is: it has everything before `fromSeq`, and of `fromSeq` the events up to `afterN`. */
export interface ResumePosition {
  readonly fromSeq: number;
  readonly afterN?: number;
}

export interface StreamExecutionsPorts {
  readonly accountIds: readonly number[];
  readonly fills: (filter: FillsFilter) => Promise<FillsUpTo>;
  /** Highest seq that the feed has brought. */
  readonly seenSeq: () => number;
  /** The message of an event; what it needs to know is asked for first. */
  readonly textOf: (event: ExecutionEvent) => Promise<string>;
  readonly send: (type: 'executionsResumed' | 'gap', fields: object) => void;
  readonly sendText: (text: string) => void;
  readonly pause: () => Promise<void>;
  /** Earlier fills could not be asked for; they are asked for again, and the reader hears it once for each replay. */
  readonly onFailure: (error: unknown) => void;
  /** The exchange has not come to the place that the reader names. */
  readonly onAhead: (fromSeq: number, appliedSeq: number) => void;
  /** Too many live events came while fills were asked for. */
  readonly onOverflow: () => void;
}

interface Held {
  readonly seq: number;
  readonly n: number;
  readonly text: string;
}

export class StreamExecutions {
  readonly #ports: StreamExecutionsPorts;
  /** Live events that wait until the fills before them are sent. */
  #held: Held[] | undefined;
  #heldChars = 0;
  /** Behind the last event that was sent; undefined until it is known where the reader began. */
  #place: ResumePosition | undefined;
  /** What the reader has named, until an event comes behind it: at another gateway it may have got ahead. */
  #named: ResumePosition | undefined;
  /** The reader has not heard yet that it has all fills that it asked for. */
  #isResuming = false;
  /** Grows with every replay: an older one that still runs ends. */
  #generation = 0;

  constructor(ports: StreamExecutionsPorts) {
    this.#ports = ports;
  }

  /** From now on live; with a place, the fills from there come first. */
  start(from: ResumePosition | undefined): void {
    if (from === undefined) return void this.#learnPlace();
    this.#isResuming = true;
    this.#named = from;
    void this.#replay(from);
  }

  stop(): void {
    this.#generation++;
    this.#hold(undefined);
  }

  /** Bytes of the events that are held. */
  get heldBytes(): number {
    return this.#heldChars + (this.#held?.length ?? 0) * heldEventBytes;
  }

  /** A live event, in order. */
  onEvent({ seq, n }: Position, text: string): void {
    if (this.#held === undefined) {
      if (this.#named !== undefined && !isBehind({ seq, n }, this.#named)) return;
      this.#named = undefined;
      this.#place = { fromSeq: seq, afterN: n };
      this.#ports.sendText(text);
    } else if (this.#held.length < heldExecutionsMax) {
      this.#held.push({ seq, n, text });
      this.#heldChars += text.length;
    } else this.#ports.onOverflow();
  }

  #hold(events: Held[] | undefined): void {
    this.#held = events;
    this.#heldChars = 0;
  }

  /**
   * The feed has lost events: the fills among them are asked for, the rest is a gap. What was sent of a
   * site that is lost, behind `cutSeq`, is no more.
   */
  onGap(lostSeq: number, cutSeq = Number.MAX_SAFE_INTEGER): void {
    if (this.#place !== undefined && this.#place.fromSeq > cutSeq) {
      this.#place = { fromSeq: cutSeq + 1 };
      this.#named = undefined;
    }
    const from = this.#place;
    this.#ports.send('gap', {
      channel: 'executions',
      ...(from === undefined ? {} : { fromSeq: from.fromSeq }),
      message: 'Executions may be missing before this message: the gateway lost its feed for a moment.',
      hint:
        from === undefined
          ? 'Ask GET /v1/fills and GET /v1/orders for the present state.'
          : 'The fills among them follow; ask GET /v1/orders for what else happened to orders.',
    });
    if (from !== undefined) void this.#replay(from, lostSeq);
  }

  /** Where a reader that wants nothing earlier begins, so that a later gap can be filled from there. */
  async #learnPlace(): Promise<void> {
    const generation = ++this.#generation;
    const found = await this.#untilAnswered(generation, () =>
      this.#page({ fromSeq: Number.MAX_SAFE_INTEGER }),
    );
    if (found === undefined || this.#place !== undefined) return;
    this.#place = behind(found.place);
  }

  async #replay(from: ResumePosition, untilSeq = this.#ports.seenSeq()): Promise<void> {
    const generation = ++this.#generation;
    this.#hold([]);
    this.#place = from;
    let place = from;
    let known = from;
    let appliedSeq = 0;
    let pauses = 0;
    let hasFailed = false;
    const onFailure = (error: unknown): void => {
      if (!hasFailed) this.#ports.onFailure(error);
      hasFailed = true;
    };
    for (;;) {
      const page = await this.#untilAnswered(generation, () => this.#page(place), onFailure);
      if (page === undefined) return;
      if (Math.max(place.fromSeq, 1) < page.rememberedFromSeq)
        this.#sayForgotten(place, page.rememberedFromSeq);
      const before = this.#held?.[0];
      const fills = before === undefined ? page.fills : page.fills.filter((fill) => isBefore(fill, before));
      const texts = await this.#untilAnswered(
        generation,
        () => Promise.all(fills.map((fill) => this.#ports.textOf({ type: 'orderExecuted', ...fill }))),
        onFailure,
      );
      if (texts === undefined) return;
      for (const text of texts) this.#ports.sendText(text);
      const last = fills.at(-1);
      if (last !== undefined) place = { fromSeq: last.seq, afterN: last.n };
      this.#place = place;
      ({ appliedSeq } = page);
      known = behind(page.place);
      if (appliedSeq + 1 < from.fromSeq) {
        if (pauses++ === aheadPausesMax) return void this.#ports.onAhead(from.fromSeq, appliedSeq);
        await this.#ports.pause();
        continue;
      }
      if (fills.length < page.fills.length) break;
      if (page.more) continue;
      if (appliedSeq >= untilSeq) break;
      await this.#ports.pause();
    }
    if (this.#isResuming) this.#ports.send('executionsResumed', { seq: appliedSeq });
    this.#isResuming = false;
    const held = this.#held ?? [];
    this.#hold(undefined);
    if (held.length === 0) this.#place = later(place, known);
    for (const event of held) this.onEvent(event, event.text);
  }

  /** What `ask` brings, asked for again until it brings something; undefined once another replay has begun. */
  async #untilAnswered<T>(
    generation: number,
    ask: () => Promise<T>,
    onFailure: (error: unknown) => void = () => undefined,
  ): Promise<T | undefined> {
    while (generation === this.#generation) {
      try {
        const answer = await ask();
        return generation === this.#generation ? answer : undefined;
      } catch (error) {
        if (generation === this.#generation) onFailure(error);
        await this.#ports.pause();
      }
    }
    return undefined;
  }

  /** The next fills of all accounts in their order. */
  async #page(place: ResumePosition): Promise<FillsUpTo> {
    const pages: FillsUpTo[] = [];
    const { accountIds, fills } = this.#ports;
    for (let n = 0; n < accountIds.length; n += accountsAtOnce) {
      const some = accountIds.slice(n, n + accountsAtOnce);
      const found = some.map((accountId) => fills({ accountId, ...place, limit: pageFills }));
      pages.push(...(await Promise.all(found)));
    }
    // All accounts are known up to the least of the last fills of those that have more, and of the places of the
    // replicas that answered: one may be behind another.
    const ends = pages.flatMap(({ more, fills: rows }) => (more ? rows.slice(-1) : []));
    const end = ends.sort(inOrder)[0];
    const reached = pages.map(({ place: each }) => each).sort(inOrder)[0]!;
    const known = pages
      .flatMap(({ fills: rows }) => rows)
      .filter((row) => (end === undefined || !isBefore(end, row)) && !isBefore(reached, row));
    return {
      fills: known.sort(inOrder),
      more: end !== undefined && !isBefore(reached, end),
      place: reached,
      rememberedFromSeq: Math.max(...pages.map(({ rememberedFromSeq }) => rememberedFromSeq)),
      appliedSeq: Math.min(...pages.map(({ appliedSeq }) => appliedSeq)),
    };
  }

  #sayForgotten({ fromSeq }: ResumePosition, rememberedFromSeq: number): void {
    this.#ports.send('gap', {
      channel: 'executions',
      fromSeq,
      rememberedFromSeq,
      message: `Fills before seq ${rememberedFromSeq} are no longer remembered.`,
      hint: 'Ask GET /v1/orders and GET /v1/positions for the present state.',
    });
  }
}

type Position = Pick<Held, 'seq' | 'n'>;

function inOrder(a: Position, b: Position): number {
  return a.seq - b.seq || a.n - b.n;
}

function isBefore(a: Position, b: Position): boolean {
  return inOrder(a, b) < 0;
}

function behind({ seq, n }: FeedPosition): ResumePosition {
  return n === noEvent ? { fromSeq: seq + 1 } : { fromSeq: seq, afterN: n };
}

function isBehind({ seq, n }: Position, { fromSeq, afterN = -1 }: ResumePosition): boolean {
  return seq > fromSeq || (seq === fromSeq && n > afterN);
}

function later(a: ResumePosition, b: ResumePosition): ResumePosition {
  return a.fromSeq > b.fromSeq || (a.fromSeq === b.fromSeq && (a.afterN ?? -1) > (b.afterN ?? -1)) ? a : b;
}
