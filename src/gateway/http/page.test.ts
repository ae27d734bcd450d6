/** What the script of the page says of the stream, as it would run in a browser, with a clock of the test's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { Desk } from '../testing/desk.ts';

/** An element of the page; of what it shows only text and class are looked at. */
class FakeElement {
  textContent = '';
  className = '';
  hidden = false;
  value = '';
  readonly style = {};
  readonly children: FakeElement[] = [];
  readonly lines: string[] = [];

  append(): void {}
  replaceChildren(): void {}
  remove(): void {}
  prepend(line: FakeElement): void {
    this.lines.unshift(line.textContent);
  }
}

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: () => void = () => {};
  onclose: (event: { reason: string }) => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};

  send(): void {}
  close(): void {
    this.end('');
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  say(type: string, mode: string): void {
    const leadership = { mode, leaderId: mode === 'readWrite' ? 2 : 0, term: 3, failovers: 0 };
    this.onmessage({ data: JSON.stringify({ type, ...leadership }) });
  }

  end(reason: string): void {
    this.readyState = 3;
    this.onclose({ reason });
  }
}

/** The page in a browser whose time passes when the test says so. */
class Page {
  readonly #elements = new Map<string, FakeElement>();
  readonly sockets: FakeSocket[] = [];
  #nowMs = 50_000;
  #watch: () => void = () => {};
  #later: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(html: string) {
    const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!;
    const page = this;
    class Socket extends FakeSocket {
      constructor() {
        super();
        page.sockets.push(this);
      }
    }
    const browser = {
      document: { getElementById: (id: string) => this.at(id), createElement: () => new FakeElement() },
      performance: { now: () => this.#nowMs },
      location: { protocol: 'https:', host: 'exchange.example' },
      WebSocket: Socket,
      Option: FakeElement,
      requestAnimationFrame: () => 0,
      fetch: async () => ({ json: async () => ({ instruments: [{ symbol: 'BTC-USD' }] }) }),
      setInterval: (run: () => void) => {
        this.#watch = run;
      },
      setTimeout: (run: () => void, ms: number) => this.#later.push({ atMs: this.#nowMs + ms, run }),
    };
    runInContext(script, createContext(browser));
  }

  at(id: string): FakeElement {
    const known = this.#elements.get(id) ?? new FakeElement();
    this.#elements.set(id, known);
    return known;
  }

  /** So much time passes, and the page looks. */
  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#later.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#later = this.#later.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { run } of due) run();
    this.#watch();
  }

  /** The word for the stream, and why the market is shown as still: empty where it is live. */
  get shown(): readonly [string, string] {
    const isStill = this.at('market').className.includes('still');
    assert.equal(isStill, !this.at('still').hidden);
    const why = this.at('still').textContent;
    assert.ok(!isStill || / What is shown below is of [\d:]{8} and may be out of date\.$/.test(why), why);
    return [this.at('stream').textContent, isStill ? (why.split('. ')[0] ?? '') : ''];
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }
}

/** A page on which the market moves. */
function live(html: string): Page {
  const page = new Page(html);
  page.pass(10);
  assert.deepEqual(page.shown, ['connecting', '']);
  page.socket.open();
  page.socket.say('cluster', 'readWrite');
  assert.deepEqual(page.shown, ['live', '']);
  return page;
}

test('the page says whether the stream lives, what its gateway reaches, and what becomes of orders', async (t) => {
  const leaderlessMsMax = 4_000;
  const desk = await Desk.open({ limits: { leaderlessMsMax } });
  t.after(() => desk.close());
  const html = String((await desk.get('/')).body['text']);

  await t.test('live as long as there are heartbeats, and silent without', () => {
    const page = live(html);
    for (let n = 0; n < 10; n++) {
      page.pass(2_000);
      page.socket.say('heartbeat', 'readWrite');
      assert.deepEqual(page.shown, ['live', '']);
    }
    page.pass(5_900);
    assert.deepEqual(page.shown, ['live', '']);
    page.pass(200);
    assert.deepEqual(page.shown, ['silent', 'The gateway gives no sign of life']);
    page.socket.say('heartbeat', 'readWrite');
    assert.deepEqual(page.shown, ['live', '']);
    page.pass(15_100);
    assert.equal(page.socket.readyState, 3, 'a way on which nothing comes is given up');
    assert.deepEqual(page.shown, ['reconnecting', 'The gateway is not reached']);
  });

  await t.test('cut off where its gateway reaches no replica', () => {
    const page = live(html);
    page.socket.say('heartbeat', 'unreachable');
    assert.deepEqual(page.shown, ['cut off', 'The gateway reaches no replica: it refuses orders']);
    page.socket.say('heartbeat', 'readWrite');
    assert.deepEqual(page.shown, ['live', '']);
  });

  await t.test('without a leader orders wait as long as the gateway lets them, and are refused then', () => {
    const page = live(html);
    page.socket.say('cluster', 'readOnly');
    page.pass(leaderlessMsMax - 100);
    page.socket.say('heartbeat', 'readOnly');
    assert.deepEqual(page.shown, ['no leader', 'No replica leads: orders wait for a moment']);
    page.pass(200);
    assert.deepEqual(page.shown, ['no leader', 'No replica leads: orders are refused']);
    page.socket.say('cluster', 'readWrite');
    assert.deepEqual(page.shown, ['live', '']);
    page.socket.say('cluster', 'readOnly');
    assert.deepEqual(
      page.shown,
      ['no leader', 'No replica leads: orders wait for a moment'],
      'the next time',
    );
  });

  await t.test('a gateway that stops is not reached, and live again once there is one', () => {
    const page = live(html);
    page.socket.end('the gateway stops');
    assert.deepEqual(page.shown, ['reconnecting', 'The gateway is not reached']);
    page.pass(1_100);
    assert.equal(page.sockets.length, 2);
    page.socket.end('');
    assert.deepEqual(page.shown, ['reconnecting', 'The gateway is not reached']);
    page.pass(1_100);
    page.socket.open();
    assert.notEqual(page.shown[0], 'live', 'before it has said anything');
    page.socket.say('heartbeat', 'readWrite');
    assert.deepEqual(page.shown, ['live', '']);
  });
});
