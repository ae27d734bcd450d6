/** A wrong exchange: sequencing, matching, events and sessions. */
import type { Mutant } from '../mutant.ts';

export const exchangeMutants: readonly Mutant[] = [
  {
    name: 'events-before-commit',
    defect: 'A leader applies frames, and tells their events, before a quorum has them.',
    breaks: 2,
    expected: ['durability', 'agreement'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: 'const limit = Math.min(this.log.applyLimit, snapshots.applyLimit, stateLimit);',
        replace:
          'const limit = this.log.isLeader ? this.log.lastIndex : Math.min(this.log.applyLimit, snapshots.applyLimit);',
      },
    ],
  },
  {
    name: 'serves-before-it-has-applied',
    defect: 'A new leader serves sessions before it has applied what was committed before it led.',
    breaks: 2,
    expected: ['durability'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: 'return this.#servesFromIndex > 0 && this.applier.appliedIndex >= this.#servesFromIndex;',
        replace: 'return this.#servesFromIndex > 0;',
      },
    ],
  },
  {
    name: 'frame-applied-twice',
    defect: 'A frame is applied again now and then.',
    breaks: 5,
    expected: ['sequence'],
    edits: [
      {
        file: 'replica/state/applier.ts',
        find: '      const applied = this.#applyFrame();\n',
        replace: `      const applied = this.#applyFrame();
      if (this.#appliedIndex % 100 === 99) this.#applyFrame();
`,
      },
      {
        file: 'engine/engine.ts',
        find: "    assert(seq === state.lastSeq + 1, 'commands are applied one after the other');\n",
        replace: '',
      },
    ],
  },
  {
    name: 'time-runs-back',
    defect: 'A frame is stamped with what the wall clock says, even if that is earlier than before.',
    breaks: 3,
    expected: ['sequence'],
    profile: 'clock',
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: 'const timeUs = Math.max(this.journal.lastTimeUs + 1, this.timeUs);',
        replace: 'const timeUs = Math.floor(this.ports.clock.wallUs());',
      },
      {
        file: 'journal/journal.ts',
        find: `    assert(count === 0 ? timeUs >= this.#lastTimeUs : timeUs > this.#lastTimeUs, 'time grows with commands');
    view.setUint32(end + length, 0, true);`,
        replace: '    view.setUint32(end + length, 0, true);',
      },
      {
        file: 'journal/journal.ts',
        find: `    assert(count === 0 ? timeUs >= this.#lastTimeUs : timeUs > this.#lastTimeUs, 'time grows with commands');
    if (this.#active.end + length`,
        replace: '    if (this.#active.end + length',
      },
      {
        file: 'engine/engine.ts',
        find: "    assert(timeUs >= state.lastTimeUs, 'time does not run back');\n",
        replace: '',
      },
    ],
  },
  {
    name: 'stamps-follow-late-clocks',
    defect:
      'The time of the members is what frequent one-way messages showed when they were read; stamps near it by 5 %.',
    breaks: 5,
    expected: ['deadlines'],
    edits: [
      {
        file: 'replica/watches/clock-watch.ts',
        find: 'const askUs = 500_000;',
        replace: 'const askUs = 1_000;',
      },
      {
        file: 'replica/watches/clock-watch.ts',
        find: 'if (others.length > 0) reports.askClocks(this.clocks.ask());',
        replace: 'for (const other of others) reports.tellClock(other, 0, this.#ports.clock.wallUs(), 0);',
      },
      {
        file: 'replica/watches/member-clocks.ts',
        find: '    if (askedUs !== this.#askedUs || roundTripUs > roundTripUsMax) return;\n',
        replace: '',
      },
      {
        file: 'replica/watches/member-clocks.ts',
        find: 'keep(wallClock, { aheadUs: wallUs - askedUs - errorUs, errorUs, atUs });',
        replace: 'keep(wallClock, { aheadUs: wallUs - atUs, errorUs: 0, atUs });',
      },
      {
        file: 'replica/watches/exchange-clock.ts',
        find: 'const nearingPart = 1 / 2_000;',
        replace: 'const nearingPart = 1 / 20;',
      },
    ],
  },
  {
    name: 'maker-without-position',
    defect: 'A trade counts in the position of the taker only.',
    breaks: 6,
    expected: ['invariants', 'assertion'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: '  positions.trade(orders.position(maker), otherSide(side), lots);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'position-of-another',
    defect: 'A trade counts in the position of the taker twice, on both sides.',
    breaks: 6,
    expected: ['invariants', 'positions'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: 'positions.trade(orders.position(maker), otherSide(side), lots);',
        replace: 'positions.trade(orders.position(taker), otherSide(side), lots);',
      },
    ],
  },
  {
    name: 'one-replica-remembers-less',
    defect: 'Replica 2 is set up to remember fewer closed orders than the others.',
    breaks: 1,
    expected: ['agreement', 'equivalence'],
    edits: [
      {
        file: 'replica/exchange/exchange.ts',
        find: '? new Engine(engineOptions(options))',
        replace: '? new Engine(options.replicaId === 2 ? { closedOrdersMax: 500 } : {})',
      },
    ],
  },
  {
    name: 'newcomers-first',
    defect: 'Every book puts new orders before those that wait at the same price.',
    breaks: 7,
    expected: ['invariants', 'equivalence'],
    edits: [
      {
        file: 'book/ladder.ts',
        find: `    orders.joinQueue(slot, tail, level);
    if (tail === NONE) levels[levelAt + HEAD] = slot;
    levels[levelAt + TAIL] = slot;
`,
        replace: `    const head = levels[levelAt + HEAD]!;
    orders.joinQueueFirst(slot, head, level);
    if (tail === NONE) levels[levelAt + TAIL] = slot;
    levels[levelAt + HEAD] = slot;
`,
      },
      {
        file: 'store/orders.ts',
        find: '  /** Takes the order out of its queue',
        replace: `  joinQueueFirst(slot: number, first: number, level: number): void {
    const links = this.links;
    const at = slot * LINK_WORDS;
    links[at + NEXT] = first;
    links[at + PREVIOUS] = NONE;
    links[at + LEVEL] = level;
    if (first !== NONE) links[first * LINK_WORDS + PREVIOUS] = slot;
  }

  /** Takes the order out of its queue`,
      },
    ],
  },
  {
    name: 'crossed-book',
    defect: 'A limit order rests at a price at which it could have traded.',
    breaks: 7,
    expected: ['invariants', 'equivalence', 'assertion'],
    edits: [
      {
        file: 'engine/market/matching.ts',
        find: '(side === Side.buy ? priceTicks <= limitTicks : priceTicks >= limitTicks)',
        replace: '(side === Side.buy ? priceTicks < limitTicks : priceTicks > limitTicks)',
      },
    ],
  },
  {
    name: 'token-not-looked-at',
    profile: 'network',
    defect: 'An attach by the number of a session is taken, whatever its token is.',
    breaks: 5,
    expected: ['strangers'],
    edits: [
      {
        file: 'engine/stores/sessions.ts',
        find: 'return isOwner && this.tokenLow(slot) === tokenLow && this.tokenHigh(slot) === tokenHigh;',
        replace: 'return isOwner && tokenLow + tokenHigh >= 0;',
      },
    ],
  },
  {
    name: 'repeats-run-again',
    defect: 'Neither the leader nor the engine looks whether a command number was there before.',
    breaks: 5,
    expected: ['exactly-once'],
    edits: [
      {
        file: 'replica/sessions/session-server.ts',
        find: 'if (number <= session.lastTaken) return true;',
        replace: 'if (number < 0) return true;',
      },
      {
        file: 'replica/sessions/session-server.ts',
        find: 'if (number !== session.lastTaken + 1) return',
        replace: 'if (number > session.lastTaken + 1) return',
      },
      {
        file: 'engine/engine.ts',
        find: 'if (state.commandNumber !== expected) return false;',
        replace: 'if (state.commandNumber > expected) return false;',
      },
    ],
  },
  {
    name: 'client-order-id-trades-twice',
    defect: 'A client order id that was used before places another order.',
    breaks: 5,
    expected: ['exactly-once'],
    edits: [
      {
        file: 'engine/commands/place-order.ts',
        find: '    if (first > FORGOTTEN && first !== NONE) {\n',
        replace: '    if (first > state.limits.ordersMax) {\n',
      },
    ],
  },
  {
    name: 'other-order-answered-as-done',
    defect: 'A client order id that was used for another order is answered as if this one had been placed.',
    breaks: 5,
    expected: ['requests'],
    edits: [
      {
        file: 'engine/commands/place-order.ts',
        find: '      if (isSameOrder(state, first, view, at)) answerAgain',
        replace: '      if (isSameOrder(state, first, view, at) || account >= 0) answerAgain',
      },
    ],
  },
  {
    name: 'name-forgotten-with-its-order',
    defect: 'A client order id is forgotten when its order leaves the ring of closed ones.',
    breaks: 5,
    expected: ['exactly-once'],
    edits: [
      {
        file: 'engine/stores/order-index.ts',
        find: 'this.#recent.keepName(closed.orderId(place), ',
        replace: 'this.#recent.keepName(0, ',
      },
    ],
  },
  {
    name: 'request-runs-twice',
    defect: 'A signed request that was seen before runs again.',
    breaks: 5,
    expected: ['requests'],
    edits: [
      {
        file: 'engine/commands/requests.ts',
        find: '  if (recent.hasRequest(account, low, high)) {\n',
        replace: '  if (low === 0 && recent.hasRequest(account, low, high)) {\n',
      },
    ],
  },
  {
    name: 'request-never-expires',
    defect: 'A signed request runs however long ago it was signed.',
    breaks: 5,
    expected: ['requests'],
    edits: [
      {
        file: 'engine/commands/requests.ts',
        find: '<= requestWindowMs) return true;',
        replace: '<= requestWindowMs * 1000) return true;',
      },
    ],
  },
  {
    name: 'snapshot-forgets-requests',
    defect: 'A restored state has forgotten which signed requests have run.',
    breaks: 5,
    expected: ['requests', 'equivalence', 'agreement', 'invariants'],
    edits: [
      {
        file: 'engine/snapshot/recent-snapshot.ts',
        find: '        ids.hold(n, account);\n',
        replace: '        if (ids === recent.requests) continue;\n        ids.hold(n, account);\n',
      },
    ],
  },
  {
    name: 'deadline-ignored',
    defect: 'A command runs after its deadline.',
    breaks: 5,
    expected: ['requests'],
    edits: [
      {
        file: 'engine/engine.ts',
        find: 'if (deadlineMs !== 0 && isPast',
        replace: 'if (deadlineMs === 1 && isPast',
      },
    ],
  },
  {
    name: 'symbol-of-two-instruments',
    defect: 'An instrument gets a symbol that another one has.',
    breaks: 7,
    expected: ['invariants'],
    edits: [
      {
        file: 'engine/commands/administration.ts',
        find: '  if (instruments.findSymbol(view, at + offsets.symbol) !== NONE) {\n',
        replace: '  if (instruments.findSymbol(view, at + offsets.symbol) < NONE) {\n',
      },
    ],
  },
  {
    name: 'gap-in-events-hidden',
    defect: 'A session that resumes behind forgotten events hears that nothing is missing.',
    breaks: 2,
    expected: ['feed', 'liveness'],
    edits: [
      {
        file: 'replica/exchange/event-ring.ts',
        find: 'if (seq < this.#forgottenSeq || (seq === this.#forgottenSeq && n < this.#forgottenN)) return -1;',
        replace:
          'if (seq < this.#forgottenSeq || (seq === this.#forgottenSeq && n < this.#forgottenN)) return this.#end;',
      },
    ],
  },
  {
    name: 'resume-without-events',
    defect: 'A session that resumes gets none of the events that it missed.',
    breaks: 2,
    expected: ['feed', 'liveness'],
    edits: [
      {
        file: 'replica/exchange/event-ring.ts',
        find: '        return position;\n      position = this.align(position + this.view.getUint16(at, true));',
        replace:
          '        return this.#end;\n      position = this.align(position + this.view.getUint16(at, true));',
      },
    ],
  },
  {
    name: 'new-events-overtake',
    profile: 'network',
    defect: 'Who still has to catch up, one event after the other, is sent the newest before the older ones.',
    breaks: 3,
    expected: ['feed', 'liveness'],
    edits: [
      {
        file: 'replica/sessions/feeds.ts',
        find: 'if (subscriber === undefined || subscriber.feed !== FeedKind.own || subscriber.readFrom !== live) return;',
        replace: 'if (subscriber === undefined || subscriber.feed !== FeedKind.own) return;',
      },
      {
        file: 'replica/sessions/feeds.ts',
        find: 'const stop = position + readBytesMax;',
        replace: 'const stop = position + 1;',
      },
    ],
  },
  {
    name: 'repeated-events-passed-on',
    defect: 'A leader sends a resuming session its last event again, and the client passes it on.',
    breaks: 5,
    expected: ['feed'],
    edits: [
      {
        file: 'client/core/attachment.ts',
        find: 'if (seq < this.#lastSeq || (seq === this.#lastSeq && n <= this.#lastN)) return false;',
        replace: 'if (seq < 0 || n < 0) return false;',
      },
      {
        file: 'replica/exchange/event-ring.ts',
        find: 'if (eventSeq > seq || (eventSeq === seq && this.view.getUint32(at + eventAt.n, true) > n))',
        replace: 'if (eventSeq >= seq)',
      },
    ],
  },
  {
    name: 'deposed-leader-heard',
    profile: 'network',
    defect:
      'A deposed leader goes on serving its sessions, and a client goes there though it knows a later term.',
    breaks: 4,
    expected: ['leadership', 'durability', 'liveness'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: '    this.#serving = false;\n    this.#leadershipMoved = true;',
        replace: '    this.#leadershipMoved = true;',
      },
      {
        file: 'client/core/attachment.ts',
        find: 'if (!isAnswer || term < this.term || sessionId !== this.sessionId) {',
        replace: 'if (!isAnswer || sessionId !== this.sessionId) {',
      },
      {
        file: 'client/core/attachment.ts',
        find: 'if (!link.isReady || !link.serving || isBefore(link, lowest)) continue;',
        replace: 'if (!link.isReady || !link.serving) continue;',
      },
    ],
  },
  {
    name: 'grace-ignored',
    defect: 'The orders of a disconnected session that asked for cancel on disconnect are never cancelled.',
    breaks: 'liveness',
    expected: ['disconnect'],
    edits: [
      {
        file: 'replica/sessions/graces.ts',
        find: 'if (nowUs >= endsUs && expireSession(this.#sequencer, sessionId))',
        replace: 'if (nowUs >= endsUs)',
      },
    ],
  },
  {
    name: 'grace-in-a-standstill',
    defect: 'The grace of a session ends while the process of its leader stands still.',
    breaks: 'liveness',
    expected: ['disconnect'],
    edits: [
      {
        file: 'replica/sessions/graces.ts',
        find: '    if (stoodUs > 0) this.#putOff(stoodUs);\n',
        replace: '',
      },
    ],
  },
];
