/**
 * Keeps the certificate of a running server current: a new pair of files is taken as soon as both are there, without a
 * restart. One that is no good is refused, and what was there before goes on; the log says so once for each change.
 */
import type { Logger } from 'pino';
import { fileStamp } from '../../client/file-stamp.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { msPerDay } from '../../std/units.ts';
import { loadServerIdentity, type TlsFiles } from '../configuration/tls-files.ts';
import { messageOf } from '../failure.ts';

const lookMs = 2_000;
/** From so long before its end on, each day. */
const warnBeforeMs = 30 * msPerDay;

export interface TlsWatchOptions {
  readonly files: TlsFiles;
  /** The key of the configuration that names them, such as "gateway.tls". */
  readonly key: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly onRenewed: (identity: ServerIdentity) => void;
}

export class TlsWatch {
  readonly #options: TlsWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #identity: ServerIdentity;
  /** The files as they were at the last look, and when they were last read. */
  #seen: string;
  #read: string;
  #warnedMs = Number.NEGATIVE_INFINITY;

  /** Reads the files; throws a Failure where they are no good. */
  constructor(options: TlsWatchOptions) {
    this.#options = options;
    this.#read = stampOf(options.files);
    this.#seen = this.#read;
    this.#identity = this.#load();
    this.#timer = setInterval(() => this.look(), lookMs).unref();
    this.#warn();
  }

  get identity(): ServerIdentity {
    return this.#identity;
  }

  /** Takes the files once they have stood for a while: two files are not replaced at one moment. */
  look(): void {
    this.#warn();
    const stamp = stampOf(this.#options.files);
    const isStanding = stamp === this.#seen;
    this.#seen = stamp;
    if (isStanding && stamp !== this.#read) this.reload();
  }

  /** Takes the files as they are. */
  reload(): void {
    const { key, log, onRenewed } = this.#options;
    this.#read = stampOf(this.#options.files);
    try {
      this.#identity = this.#load();
    } catch (error) {
      const until = new Date(this.#identity.expiresAtMs).toISOString();
      log.error(
        `the new certificate is refused, and the old one, which ends at ${until}, stays in use. ${messageOf(error)}`,
      );
      return;
    }
    onRenewed(this.#identity);
    this.#warnedMs = Number.NEGATIVE_INFINITY;
    const until = new Date(this.#identity.expiresAtMs).toISOString();
    log.info({ key }, `new connections get the certificate that ends at ${until}`);
    this.#warn();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #load(): ServerIdentity {
    return loadServerIdentity(this.#options.files, this.#options.key, Date.now());
  }

  #warn(): void {
    const nowMs = Date.now();
    const { expiresAtMs } = this.#identity;
    if (expiresAtMs - nowMs >= warnBeforeMs || nowMs - this.#warnedMs < msPerDay) return;
    this.#warnedMs = nowMs;
    const { key, files, log } = this.#options;
    const until = new Date(expiresAtMs).toISOString();
    const what = nowMs < expiresAtMs ? `expires at ${until}` : `EXPIRED at ${until}: clients refuse it`;
    log.warn({ key }, `the certificate in ${files.certificateFile} ${what}. Put a new pair in its place.`);
  }
}

/** Differs as soon as one of the files was written or replaced. */
function stampOf({ certificateFile, keyFile }: TlsFiles): string {
  return [certificateFile, keyFile].map(fileStamp).join(' ');
}
