/**
 * The clocks of a replica: the exchange's time, which a leader keeps, and the clocks of the members, by which it goes.
 * A replica asks the others what their clocks show, answers them, and says so where its own is wrong; then it gives
 * others the time to lead.
 */
import type { Raft } from '../../raft/raft.ts';
import { Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { Ports } from '../ports.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { isWorse } from './gray-signals.ts';
import { MemberClocks } from './member-clocks.ts';

const askUs = 500_000;
/** While fewer than three clocks are known. */
const askSoonUs = 100_000;

type ClockPorts = Pick<Ports, 'clock' | 'counters' | 'log'>;
type AskedRaft = Pick<Raft, 'id' | 'role' | 'term' | 'configuration' | 'reports'>;

export class ClockWatch {
  readonly clocks: MemberClocks;
  readonly exchange: ExchangeClock;
  readonly #ports: ClockPorts;
  readonly #raft: AskedRaft;
  /** The term in which this replica began to keep the exchange's time. */
  #term = 0;
  #isOff = false;
  #askAtUs = 0;

  constructor(ports: ClockPorts, raft: AskedRaft) {
    this.clocks = new MemberClocks(ports.clock);
    this.exchange = new ExchangeClock(ports.clock, this.clocks);
    this.#ports = ports;
    this.#raft = raft;
    raft.reports.clocks = this;
  }

  /** A leadership begins. */
  begin(lastTimeUs: number): void {
    this.exchange.start(lastTimeUs);
    this.#term = this.#raft.term;
  }

  clockAsked(from: number, askedUs: number): void {
    const { role, term, reports } = this.#raft;
    const isKept = role === Role.leader && term === this.#term;
    reports.tellClock(from, askedUs, this.#ports.clock.wallUs(), isKept ? this.exchange.timeUs() : 0);
  }

  clockShows(from: number, askedUs: number, wallUs: number, exchangeUs: number): void {
    this.clocks.answered(from, askedUs, wallUs, exchangeUs);
  }

  doWork(nowUs: number): void {
    if (nowUs < this.#askAtUs) return;
    const { id, configuration, reports } = this.#raft;
    const others = configuration.voters.filter((voter) => voter !== id);
    this.clocks.compare(others);
    this.#askAtUs = nowUs + (this.clocks.hasThree ? askUs : askSoonUs);
    this.#sayIfOff();
    if (others.length > 0) reports.askClocks(this.clocks.ask());
  }

  #sayIfOff(): void {
    const { aheadUs = 0 } = this.clocks;
    const isOff = isWorse('clock', Math.abs(aheadUs), 0, this.#isOff);
    this.#ports.counters.set(counter.clockAheadUs, aheadUs);
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    this.#raft.reports.putOffTime(isOff);
    const way = aheadUs > 0 ? 'ahead of' : 'behind';
    if (isOff)
      this.#ports.log.warn(
        `the clock of this machine is ${(Math.abs(aheadUs) / 1_000_000).toFixed(1)} s ${way} those of the members: ` +
          'this replica does not lead where another can; see to its time service',
      );
    else this.#ports.log.info('the clock of this machine agrees with those of the members again');
  }
}
