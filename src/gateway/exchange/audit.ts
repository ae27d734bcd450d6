/**
 * The gateway's part in the audit trail: it says what operators asked of it and from where, before their commands, and
 * counts the logins that it refused, which it reports in sums. What is in the trail it reads from the exchange.
 */
import { operators } from '../admission/shares.ts';
import { sourceOf } from '../admission/sources.ts';
import type { AuditRow } from '../ports.ts';
import type { ExchangeLink } from './link.ts';

/** Refused logins are summed up for so long. */
const reportMs = 10_000;
/** Callers of refused logins that are told apart until the next report. */
const sourcesMax = 256;

/** A refused login of one kind, by all callers together. */
interface Refusals {
  count: number;
  readonly bySource: Map<string, number>;
}

/** Refusals of a login, whatever was asked. */
const loginRefusals: ReadonlySet<string> = new Set([
  'wrongSignature',
  'wrongOperatorToken',
  'operatorDisabled',
  'keyRevoked',
  'keyExpired',
  'keyReplaced',
  'networkNotAllowed',
  'notPermitted',
]);

export class AuditReports {
  readonly #link: ExchangeLink;
  #refusals = new Map<string, Refusals>();
  readonly #timer = setInterval(() => void this.report(), reportMs).unref();

  constructor(link: ExchangeLink) {
    this.#link = link;
  }

  /** A login was refused, or several. */
  refused(code: string, address: string, times = 1): void {
    if (!loginRefusals.has(code)) return;
    const refusals = this.#refusals.get(code) ?? { count: 0, bySource: new Map<string, number>() };
    this.#refusals.set(code, refusals);
    refusals.count += times;
    const { bySource } = refusals;
    const source = sourceOf(address);
    if (bySource.has(source) || bySource.size < sourcesMax)
      bySource.set(source, (bySource.get(source) ?? 0) + times);
  }

  /** Reports the sums, one entry for each reason; what cannot be reported now is added to the next ones. */
  async report(): Promise<void> {
    const refusals = this.#refusals;
    this.#refusals = new Map();
    for (const [code, { count, bySource }] of refusals) {
      const [source] = [...bySource].reduce((most, next) => (next[1] > most[1] ? next : most));
      const report = { kind: 'refusals', action: code, source, count } as const;
      try {
        await this.#link.run(operators, 'cancel', (exchange) => exchange.reportAudit(report));
      } catch {
        this.refused(code, source, count);
      }
    }
  }

  /** Entries with numbers above one, as many as the exchange gives at once. */
  entriesAfter(number: number): Promise<{ readonly entries: readonly AuditRow[]; readonly more: boolean }> {
    return this.#link.query(operators, (exchange) => exchange.audit(number));
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
