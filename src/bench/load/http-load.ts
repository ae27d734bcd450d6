/**
 * HTTP load from one event loop over connections that each wait for their answer: either as fast as answers come, or
 * with fixed times, where latency counts from the time at which a request was to be sent (no coordinated omission).
 * Requests are bytes that were made before, so that making and signing them takes nothing from what is measured.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Latencies, type Percentiles } from './latencies.ts';

const readBytes = 65_536;
const headEndMark = '\r\n\r\n';
const contentLength = /\r\ncontent-length: ([0-9]+)\r\n/i;

/** What came of one or more runs. */
export interface HttpTally {
  /** All with the expected status; what was under way when the time was over is among them. */
  readonly answers: number;
  readonly perSecond: number;
  readonly latencies: Percentiles;
  /** Answers with another status, where those are counted. */
  readonly refused: number;
}

export class HttpLoad {
  readonly #status: string;
  readonly #countsRefusals: boolean;
  #refused = 0;
  readonly #connections: LoadConnection[] = [];
  readonly #free: LoadConnection[] = [];
  #requests: Iterator<string> = [].values();
  readonly #latencies = new Latencies();
  #answers = 0;
  #elapsedUs = 0;
  #pending = 0;
  /** The next request leaves when an answer comes. */
  #isGreedy = false;
  /** No request leaves any more: the run is over with the last answer. */
  #isEnding = false;
  #finish: (error?: Error) => void = () => undefined;

  /** Every answer must have this status, unless those that have not are to be counted. */
  constructor(status: number, countsRefusals = false) {
    this.#status = `HTTP/1.1 ${status} `;
    this.#countsRefusals = countsRefusals;
  }

  /** `isSecure`: over TLS, whatever certificate is shown. */
  async open(port: number, connections: number, isSecure = false): Promise<void> {
    const answered = (connection: LoadConnection, head: string): void => this.#answered(connection, head);
    const broken = (why: string): void =>
      this.#finish(new Error(`A connection to the gateway broke: ${why}.`));
    for (let n = 0; n < connections; n++)
      this.#connections.push(new LoadConnection({ port, isSecure }, answered, broken));
    this.#free.push(...this.#connections);
    await Promise.all(this.#connections.map((connection) => connection.opened));
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** As fast as answers come, on all connections, for some seconds or until there are no more requests. */
  async atFull(requests: Iterator<string>, seconds: number): Promise<void> {
    await this.#run(requests, () => {
      this.#isGreedy = true;
      for (const connection of this.#free.splice(0)) this.#send(connection, nowUs());
      return setTimeout(() => this.#end(), seconds * 1_000);
    });
  }

  /** All requests, each at its time. */
  async atRate(requests: Iterator<string>, perSecond: number): Promise<void> {
    const gapUs = 1e6 / perSecond;
    let dueUs = nowUs();
    await this.#run(requests, () =>
      setInterval(() => {
        for (const now = nowUs(); dueUs <= now && !this.#isEnding; dueUs += gapUs) {
          // In turn, so that none is idle for as long as a gateway keeps an idle one.
          const connection = this.#free.shift();
          if (connection === undefined) return;
          this.#send(connection, dueUs);
        }
      }, 1),
    );
  }

  /** What has come since the last call. */
  take(): HttpTally {
    const perSecond = Math.round(this.#answers / (this.#elapsedUs / 1e6));
    const latencies = this.#latencies.percentiles;
    const tally = { answers: this.#answers, perSecond, latencies, refused: this.#refused };
    this.#latencies.reset();
    this.#answers = 0;
    this.#refused = 0;
    this.#elapsedUs = 0;
    return tally;
  }

  async #run(requests: Iterator<string>, start: () => NodeJS.Timeout): Promise<void> {
    this.#requests = requests;
    this.#isGreedy = false;
    this.#isEnding = false;
    const startUs = nowUs();
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = (error) => (error === undefined ? resolve() : reject(error));
        timer = start();
      });
    } finally {
      clearInterval(timer);
      this.#finish = () => undefined;
    }
    this.#elapsedUs += nowUs() - startUs;
  }

  #end(): void {
    this.#isEnding = true;
    if (this.#pending === 0) this.#finish();
  }

  /** @hot */
  #send(connection: LoadConnection, dueUs: number): void {
    const { value, done } = this.#requests.next();
    if (done === true) {
      this.#free.push(connection);
      this.#end();
      return;
    }
    this.#pending++;
    connection.dueUs = dueUs;
    connection.send(value);
  }

  /** @hot */
  #answered(connection: LoadConnection, head: string): void {
    const now = nowUs();
    this.#pending--;
    this.#answers++;
    this.#latencies.record(now - connection.dueUs);
    const isExpected = head.startsWith(this.#status);
    if (!isExpected) this.#refused++;
    if (!isExpected && !this.#countsRefusals) {
      this.#finish(new Error(`The gateway answered what was not expected: ${head}`));
      return;
    }
    if (this.#isGreedy && !this.#isEnding) {
      this.#send(connection, now);
      return;
    }
    this.#free.push(connection);
    if (this.#isEnding && this.#pending === 0) this.#finish();
  }
}

/** One connection with one request under way at most. */
class LoadConnection {
  readonly opened: Promise<void>;
  /** When its request was to be sent, microseconds. */
  dueUs = 0;
  readonly #socket: Socket;
  readonly #answered: (connection: LoadConnection, head: string) => void;
  /** What has come of an answer that is not whole. */
  #part = '';

  constructor(
    { port, isSecure }: { readonly port: number; readonly isSecure: boolean },
    answered: (connection: LoadConnection, head: string) => void,
    broken: (why: string) => void,
  ) {
    this.#answered = answered;
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    const callback = (length: number): boolean => {
      this.#received(buffer.toString('latin1', 0, length));
      return true;
    };
    const to = { host: '127.0.0.1', port, noDelay: true, onread: { buffer, callback } };
    this.#socket = isSecure ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to);
    this.opened = once(this.#socket, isSecure ? 'secureConnect' : 'connect').then(() => undefined);
    this.#socket.on('error', (error) => broken(error.message));
    this.#socket.on('end', () => broken('the gateway closed it'));
  }

  /** @hot */
  send(request: string): void {
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @hot */
  #received(text: string): void {
    const answer = this.#part === '' ? text : this.#part + text;
    const headEnd = answer.indexOf(headEndMark);
    const length = headEnd < 0 ? null : contentLength.exec(answer);
    const isWhole = length !== null && answer.length >= headEnd + headEndMark.length + Number(length[1]);
    this.#part = isWhole ? '' : answer;
    if (isWhole) this.#answered(this, answer);
  }
}

function nowUs(): number {
  return performance.now() * 1_000;
}
