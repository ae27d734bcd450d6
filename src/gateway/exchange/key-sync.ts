/**
 * Keeps the gateway's table of API keys equal to that of the exchange: reads it when a session is open, and what has
 * changed whenever the exchange says that something has. Keys of the configuration file are made in the exchange once,
 * by whichever gateway comes first; from then on the exchange alone knows what they may do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { accountsPerGrantMax } from '../../protocol/limits.ts';
import type { ApiKey } from '../admission/key-secrets.ts';
import { isUnfinished, type KeyTable } from '../admission/keys.ts';
import { CoreError } from '../admission/refusals.ts';
import { gatewayItself } from '../admission/shares.ts';
import type { OperatorExchange, Outcome } from '../ports.ts';
import type { ExchangeLink } from './link.ts';

const retryMs = 200;
/** A change of keys may be unknown here for so long, before private requests are refused. */
const behindMsMax = 5_000;
/** Between two questions that refusals lead to, and for how long a refusal waits for its answer. */
const confirmPauseMs = 10;
const confirmMsMax = 1_000;
/** Refusals that may wait for it; more are answered by what is known here. */
export const confirmsWaitingMax = 1_024;
/** Keys that a warning names. */
const namedMax = 8;

export class KeySync {
  readonly #link: ExchangeLink;
  readonly #table: KeyTable;
  readonly #imported: readonly ApiKey[];
  readonly #onChange: () => void;
  /** Changes that the exchange has named. */
  #heard = 0;
  #isLoaded = false;
  #isImported = false;
  /** It was tried once to bring keys of the configuration into the exchange. */
  #hasTried = false;
  #behindSinceMs: number | undefined;
  #hasWarnedOfRoot = false;
  /** Another number for each exchange, and each site that writes: what was read of the one before is not kept. */
  #era = 0;
  /** What is read next takes the place of all that is there: another site writes, and may lack the last of it. */
  #isReadAnew = false;
  #isRunning = false;
  #isWanted = false;
  /** The question to be sent next for all refusals that wait, the one before it, and when that was sent. */
  #confirming: Promise<boolean> | undefined;
  #confirmed: Promise<unknown> = Promise.resolve();
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #confirmsWaiting = 0;

  constructor(link: ExchangeLink, table: KeyTable, imported: readonly ApiKey[], onChange: () => void) {
    this.#link = link;
    this.#table = table;
    this.#imported = imported;
    this.#onChange = onChange;
    table.isBehind = () => this.isBehind;
    link.onKeys = (changes) => this.#hear(changes);
    link.era.onReplaced(() => {
      this.#era += 1;
      this.#heard = 0;
      this.#isLoaded = false;
      this.#isImported = false;
      this.#hasTried = false;
      table.clear();
      this.#hear(0);
    });
    link.era.onOtherSite(() => {
      this.#era += 1;
      this.#heard = 0;
      this.#isImported = false;
      this.#isReadAnew = true;
      this.#behindSinceMs ??= performance.now();
      this.#want();
    });
  }

  /** Whether the keys of the exchange are known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Keys have changed, as far as is known, and that was not read yet. */
  get isBehind(): boolean {
    return this.#behindSinceMs !== undefined;
  }

  /** Throws a CoreError where the keys are not known, or a change of them has not come for too long. */
  requireKnown(): void {
    const behindMs = this.#behindSinceMs === undefined ? 0 : performance.now() - this.#behindSinceMs;
    if (!this.#isLoaded || behindMs > behindMsMax) throw new CoreError('keysUnknown');
  }

  /** Resolves when all that the exchange has confirmed by now is in the table. Rejects with a CoreError. */
  async refresh(): Promise<void> {
    const era = this.#era;
    const isWhole = this.#isReadAnew;
    const { keys, changes } = await this.#link.query(gatewayItself, (exchange) =>
      exchange.keys(isWhole ? 0 : this.#table.changes),
    );
    if (era !== this.#era) throw new CoreError('exchangeReplaced');
    if (isWhole) this.#table.replace(keys, changes);
    else this.#table.take(keys, changes);
    this.#isReadAnew = false;
    if (this.#table.changes >= this.#heard) this.#behindSinceMs = undefined;
    if (isWhole || keys.length > 0) {
      this.#warnOfOtherRoot();
      this.#onChange();
    }
  }

  /**
   * Whether the table holds what the exchange had confirmed when this was called: news of a change may be on its way
   * here while the change has been answered elsewhere. All that wait share one question. Nothing is remembered of
   * them, and where many wait the next one hears that it is not known.
   */
  async confirm(): Promise<boolean> {
    if (this.#confirmsWaiting >= confirmsWaitingMax) return false;
    this.#confirmsWaiting++;
    this.#confirming ??= this.#confirm();
    const isConfirmed = await this.#confirming;
    this.#confirmsWaiting--;
    return isConfirmed;
  }

  async #confirm(): Promise<boolean> {
    // The one that is under way may have been answered before the change.
    await this.#confirmed;
    const pauseMs = this.#confirmedMs + confirmPauseMs - performance.now();
    if (pauseMs > 0) await sleep(pauseMs, undefined, { ref: false });
    this.#confirming = undefined;
    this.#confirmedMs = performance.now();
    const read = this.refresh().then(
      () => true,
      () => false,
    );
    const answer = Promise.race([read, sleep(confirmMsMax, false, { ref: false })]);
    this.#confirmed = answer;
    return answer;
  }

  #hear(changes: number): void {
    this.#heard = Math.max(this.#heard, changes);
    if (this.#isLoaded && this.#heard <= this.#table.changes) return;
    if (this.#heard > this.#table.changes) this.#behindSinceMs ??= performance.now();
    this.#want();
  }

  #want(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted && !this.#link.isClosed) {
      this.#isWanted = false;
      const { changes } = this.#table;
      let mustPause = false;
      try {
        await this.refresh();
        this.#table.awaits(this.#link.mayOperate && !this.#isImported ? this.#missing : []);
        // What is there is good, whether or not more can be brought now.
        this.#isLoaded ||= this.#missing.length === 0 || this.#hasTried;
        if (!this.#isImported) await this.#import();
        this.#isLoaded = true;
      } catch {
        this.#isWanted = true;
        this.#hasTried = true;
        mustPause = true;
      }
      if (this.#heard > this.#table.changes) {
        this.#isWanted = true;
        mustPause ||= this.#table.changes === changes;
      }
      if (mustPause) await sleep(retryMs, undefined, { ref: false });
    }
    this.#isRunning = false;
  }

  /** Keys of the configuration that are not in the exchange, or were begun and not finished. */
  get #missing(): readonly ApiKey[] {
    return this.#imported.filter(({ keyId }) => {
      const row = this.#table.row(keyId);
      return row === undefined || isUnfinished(row);
    });
  }

  /** Makes the keys of the configuration that are not there, or were begun and not finished. */
  async #import(): Promise<void> {
    const era = this.#era;
    if (!this.#link.mayOperate) return this.#leaveOut();
    for (const { keyId, accountIds } of this.#missing) {
      const made = await this.#send((exchange) => exchange.createKey({ keyId, isImported: true }));
      await this.refresh();
      const row = this.#table.row(keyId);
      // Another gateway may have finished it.
      if (!made.ok || row === undefined || row.permissions.length > 0) continue;
      const { keyNumber } = row;
      for (let n = 0; n < accountIds.length; n += accountsPerGrantMax) {
        const some = accountIds.slice(n, n + accountsPerGrantMax);
        await this.#send((exchange) => exchange.grantKey({ keyNumber, accountIds: some }));
      }
      const permissions = ['read', 'trade'] as const;
      await this.#send((exchange) => exchange.changeKey({ keyNumber, permissions }));
      this.#link.log.info({ keyId, keyNumber }, 'an API key of the configuration is in the exchange now');
    }
    if (era !== this.#era) throw new CoreError('exchangeReplaced');
    await this.refresh();
    this.#isImported = true;
    this.#table.awaits([]);
    this.#warn();
  }

  /** Without the identity of an operator this gateway makes no keys. */
  #leaveOut(): void {
    this.#isImported = true;
    const keys = this.#missing;
    if (keys.length === 0) return;
    this.#link.log.warn(
      { keys: keys.length },
      `API keys of the configuration are not in the exchange: ${namesOf(keys)}. Only a gateway with the identity of an operator ` +
        'brings them there; make others with "lockstep keys add ID".',
    );
  }

  /** The old secrets go on; each is replaced by a rotation. */
  #warn(): void {
    const left = this.#table.rows.filter(
      ({ isImported, keyVersion, isRevoked }) => isImported && keyVersion === 1 && !isRevoked,
    );
    if (left.length === 0) return;
    this.#link.log.warn(
      { keys: left.length },
      `API keys sign with secrets that are in a file: ${namesOf(left)}. Give each key another secret with "lockstep keys rotate ID".`,
    );
  }

  /** Said once, until there is none: a caller hears only that its signature is wrong. */
  #warnOfOtherRoot(): void {
    const keys = this.#table.ofOtherRoot;
    if (keys.length > 0 && !this.#hasWarnedOfRoot) {
      this.#link.log.warn(
        { keys: keys.length },
        `These API keys were made with another root key than this gateway has: ${namesOf(keys)}. It refuses ` +
          'what they sign as a wrong signature. Copy gateway-root.key from the data folder of a gateway that takes them ' +
          '(or set the same keys.root), and start this gateway again. If that root key is lost, give each of them another ' +
          'secret with "lockstep keys rotate ID" at a gateway whose root key all gateways have.',
      );
    }
    this.#hasWarnedOfRoot = keys.length > 0;
  }

  async #send(command: (exchange: OperatorExchange) => Promise<Outcome>): Promise<Outcome> {
    return this.#link.run(gatewayItself, 'cancel', async () => command(await this.#link.operator()));
  }
}

/** The first of them, and how many others. */
function namesOf(keys: readonly { readonly keyId: string }[]): string {
  const names = keys.slice(0, namedMax).map(({ keyId }) => keyId);
  const others = keys.length > namedMax ? ` and ${keys.length - namedMax} others` : '';
  return `${names.join(', ')}${others}`;
}
