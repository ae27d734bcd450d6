/**
 * The language of the stories of the market: orders with names, and what they lead to, trade by trade, with the book
 * drawn behind them. docs/HACKING.md lists the commands.
 */
import assert from 'node:assert/strict';
import { OutcomeCode } from '../../protocol/codes.ts';
import {
  cancelOrder,
  endDay,
  massCancel,
  OrderType,
  orderTypeRules,
  replaceOrder,
  SelfMatch,
  Side,
  TimeInForce,
} from '../../protocol/commands.ts';
import { CancelReason } from '../../protocol/events.ts';
import { namesOf } from '../../protocol/layout.ts';
import { playParts, type StoryPart } from '../../std/testing/transcripts.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from './desk.ts';
import { DrawnBook } from './drawn-book.ts';

const accounts = 4;
const placing = /^(\w+): (buy|sell) (\d+) at (\d+|market)((?: \w+)*?)(?: by (\d))?$/;
const changing = /^change (\w+) to (\d+) at (\d+)$/;
const cancelling = /^cancel (\w+)$/;
const cancellingAll = /^cancel all (?:(buy|sell) )?of (\d)$/;

/** Plays a story; answers the same parts, with what really happened. */
export function playMarket(parts: readonly StoryPart[]): StoryPart[] {
  const desk = new EngineDesk(new Engine());
  desk.open(1);
  desk.instrument(1);
  for (let account = 1; account <= accounts; account++) desk.account(account);
  const book = new DrawnBook();
  const owners = new Map<string, number>();
  return playParts(parts, (command) => {
    if (command === 'book') return book.lines();
    const events = performed(desk, owners, command);
    book.hear(events);
    return told(events, book);
  });
}

function performed(desk: EngineDesk, owners: Map<string, number>, command: string): DecodedEvent[] {
  const placed = placing.exec(command);
  if (placed !== null) return place(desk, owners, placed.slice(1));
  const changed = changing.exec(command);
  if (changed !== null) {
    const [clientOrderId = '', lots, price] = changed.slice(1);
    const to = { clientOrderId, quantityLots: Number(lots), priceTicks: Number(price) };
    return desk.next(replaceOrder, owners.get(clientOrderId) ?? 1, to);
  }
  const cancelled = cancelling.exec(command)?.[1];
  if (cancelled !== undefined)
    return desk.next(cancelOrder, owners.get(cancelled) ?? 1, { clientOrderId: cancelled });
  const all = cancellingAll.exec(command);
  if (all !== null) {
    const side = all[1] === undefined ? 0 : Side[all[1] as keyof typeof Side];
    return desk.next(massCancel, Number(all[2]), { side });
  }
  assert.equal(
    command,
    'end the day',
    'the commands are NAME: buy|sell, change, cancel, cancel all, end the day, book',
  );
  return desk.next(endDay, 0, {});
}

function place(desk: EngineDesk, owners: Map<string, number>, found: readonly string[]): DecodedEvent[] {
  const [clientOrderId = '', side, lots, price, words = '', by = '1'] = found;
  const chosen = words.trim().split(' ');
  const pick = <N extends string>(from: Readonly<Record<N, number>>): N | undefined =>
    namesOf(from).find((name) => chosen.includes(name));
  const known = [...namesOf(OrderType), ...namesOf(TimeInForce), ...namesOf(SelfMatch), ''];
  for (const word of chosen)
    assert.ok((known as string[]).includes(word), `${word} is one of ${known.join(', ')}`);
  const type = pick(OrderType) ?? (price === 'market' ? 'market' : 'limit');
  const time = pick(TimeInForce) ?? orderTypeRules[type].standardTimeInForce;
  owners.set(clientOrderId, Number(by));
  const kind = { orderType: OrderType[type], timeInForce: TimeInForce[time] };
  const selfMatch = SelfMatch[pick(SelfMatch) ?? 'allow'];
  const ticks = price === 'market' ? 0 : Number(price);
  const sign = Side[side as keyof typeof Side];
  return desk.place(Number(by), sign, Number(lots), ticks, { ...kind, selfMatch, clientOrderId });
}

/** What happened, in words. */
function told(events: readonly DecodedEvent[], book: DrawnBook): string[] {
  const lines: string[] = [];
  for (const [n, event] of events.entries()) {
    const { name, clientOrderId: of, quantityLots: lots, priceTicks: price } = event;
    // Of a trade the order that waited comes first in the events, then the one that met it.
    if (name === 'orderExecuted' && event['liquidity'] === 1)
      lines.push(`${nameOf(events[n + 1])} trades ${lots} at ${price} with ${of}`);
    else if (name === 'orderCancelled')
      lines.push(`${of} is cancelled, ${event['cancelledLots']} (${wordOf(CancelReason, event['reason'])})`);
    else if (name === 'orderReplaced')
      lines.push(`${of} ${event['keptPriority'] === 1 ? 'keeps its place' : 'goes to the end'}`);
    else if (name === 'outcome' && event['code'] !== OutcomeCode.ok)
      lines.push(`refused: ${wordOf(OutcomeCode, event['code'])}`);
    else if (name === 'outcome' && event['repeated'] === 1)
      lines.push(`${book.nameOf(Number(event['orderId']))} was there before`);
  }
  return lines;
}

function nameOf(event: DecodedEvent | undefined): string {
  assert.equal(event?.name, 'orderExecuted', 'a trade is told to both sides');
  return String(event['clientOrderId']);
}

function wordOf(words: Readonly<Record<string, number>>, value: unknown): string {
  return Object.keys(words).find((word) => words[word] === value) ?? String(value);
}
