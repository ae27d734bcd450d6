/**
 * An S3-compatible object store as a target. aws4fetch signs the requests; each carries the hash of its body, so that
 * the store refuses bytes that were spoiled on the way.
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { isEqual } from '../objects.ts';
import {
  FullError,
  type NamedBytes,
  type StoredObject,
  TakenError,
  type Target,
  TargetError,
} from './target.ts';

export interface ObjectStoreSettings {
  /** Address of the store: `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Begins each name in the bucket; empty, or ends with a slash. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request that makes no progress is given up; large bodies get time in proportion. */
const requestMsMax = 30_000;
const bytesPerMsMin = 256;
/** Pages of a list: 1,000 names each. */
const pagesMax = 10_000;
/** Characters of a refusal that an error repeats. */
const shownMax = 200;

/** Error codes of stores, in words for a person. */
const fullCode = 'XMinioStorageFull';

const reasons: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'it does not know the access key. Check accessKeyId',
  SignatureDoesNotMatch: 'the secret of the access key is wrong. Check secretAccessKey',
  AccessDenied: 'the access key may not do this. Mend its rights, or the policy of the bucket',
  NoSuchBucket: 'there is no such bucket. Make it, or check the key bucket',
  RequestTimeTooSkewed: 'the clock of this machine is off. Set it',
  QuotaExceeded: 'its quota is used up. Make room there, or let retention keep less',
  [fullCode]: 'it is full. Make room there, or let retention keep less',
};

interface Asked {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the answer, as far as is known. */
  readonly bytes?: number;
}

export class ObjectStoreTarget implements Target {
  readonly place: string;
  readonly #settings: ObjectStoreSettings;
  readonly #client: AwsClient;

  constructor(settings: ObjectStoreSettings) {
    const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey } = settings;
    this.#settings = settings;
    this.place = `bucket ${bucket} at ${endpoint}${prefix === '' ? '' : `, ${prefix}`}`;
    // Times of attempts are the caller's matter.
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  }

  async disk(): Promise<string> {
    return '';
  }

  async list(prefix: string, after = ''): Promise<StoredObject[]> {
    const own = this.#settings.prefix;
    const found: StoredObject[] = [];
    const query = { prefix: own + prefix, ...(after !== '' && { 'start-after': own + after }) };
    for await (const page of this.#pages(query)) {
      for (const [, entry = ''] of page.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
        const name = elementOf(entry, 'Key')?.slice(own.length);
        const bytes = Number(elementOf(entry, 'Size'));
        // Not every store begins there.
        if (name !== undefined && name > after && Number.isSafeInteger(bytes)) found.push({ name, bytes });
      }
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async folders(prefix: string): Promise<string[]> {
    const own = this.#settings.prefix;
    const found: string[] = [];
    for await (const page of this.#pages({ prefix: own + prefix, delimiter: '/' })) {
      for (const [, entry = ''] of page.matchAll(/<CommonPrefixes>([\s\S]*?)<\/CommonPrefixes>/g)) {
        const name = elementOf(entry, 'Prefix')?.slice(own.length);
        if (name !== undefined) found.push(name);
      }
    }
    return found.sort();
  }

  /** The answers to a question for names. */
  async *#pages(question: Readonly<Record<string, string>>): AsyncGenerator<string> {
    let token: string | undefined;
    for (let page = 0; page < pagesMax; page++) {
      const query = {
        'list-type': '2',
        ...question,
        ...(token !== undefined && { 'continuation-token': token }),
      };
      const answer = await this.#ask({ what: 'list', method: 'GET', path: '', query });
      const text = await answer.text();
      if (!text.includes('<ListBucketResult'))
        throw new TargetError(`Cannot list ${this.place}: it answers no list of a bucket. Check endpoint.`);
      yield text;
      token = elementOf(text, 'NextContinuationToken');
      if (elementOf(text, 'IsTruncated') !== 'true' || token === undefined) return;
    }
    throw new TargetError(`The list of ${this.place} has more than ${pagesMax} pages. Prune it there.`);
  }

  async get(name: string, bytes = 0): Promise<Uint8Array | undefined> {
    const asked = { what: `read ${name} from`, method: 'GET', path: name, bytes };
    const answer = await this.#ask(asked, [404]);
    if (answer.status === 404) {
      await answer.body?.cancel();
      return undefined;
    }
    try {
      return new Uint8Array(await answer.arrayBuffer());
    } catch (error) {
      throw new TargetError(`Cannot read ${name} from ${this.place}: ${wordsOf(error)}.`);
    }
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const headers = { 'if-none-match': '*' };
    const asked = { what: `write ${name} to`, method: 'PUT', path: name, headers, body: bytes };
    // Not every store keeps to the condition, so the name is looked up, too.
    const there = await this.get(name);
    if (there === undefined) {
      const answer = await this.#ask(asked, [409, 412]);
      await answer.body?.cancel();
      if (answer.ok) return;
    }
    const found = there ?? (await this.get(name));
    if (found !== undefined && isEqual(found, bytes)) return;
    throw new TakenError(`${name} is in ${this.place} already, with other bytes. It was left as it is.`);
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    const answer = await this.#ask({ what: `write ${name} to`, method: 'PUT', path: name, body: bytes });
    await answer.body?.cancel();
  }

  async putWithNote(object: NamedBytes, note: NamedBytes): Promise<void> {
    await this.put(object.name, object.bytes);
    await this.replace(note.name, note.bytes);
  }

  async remove(name: string): Promise<void> {
    const answer = await this.#ask({ what: `remove ${name} from`, method: 'DELETE', path: name }, [404]);
    await answer.body?.cancel();
  }

  /** The answer, where its status is good or one of `expected`; else a TargetError. */
  async #ask(
    { what, method, path, query = {}, headers = {}, body, bytes = 0 }: Asked,
    expected: readonly number[] = [],
  ): Promise<Response> {
    const { endpoint, bucket, prefix } = this.#settings;
    const at = path === '' ? '' : `/${prefix}${path}`;
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${bucket}${at}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const content = body ?? new Uint8Array(0);
    const waitMs = requestMsMax + Math.ceil((content.length + bytes) / bytesPerMsMin);
    const hash = createHash('sha256').update(content).digest('hex');
    let answer: Response;
    try {
      answer = await this.#client.fetch(url.href, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash },
        ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }),
        signal: AbortSignal.timeout(waitMs),
        redirect: 'error',
      });
    } catch (error) {
      throw new TargetError(`Cannot ${what} ${this.place}: ${wordsOf(error)}.`);
    }
    if (answer.ok || expected.includes(answer.status)) return answer;
    const text = await answer.text().catch(() => '');
    const code = elementOf(text, 'Code') ?? '';
    const said = elementOf(text, 'Message') ?? text;
    const reason = reasons[code] ?? `it answers ${answer.status} ${code} ${said}`.trim().slice(0, shownMax);
    const failure = `Cannot ${what} ${this.place}: ${reason}.`;
    throw code === fullCode ? new FullError(failure) : new TargetError(failure);
  }
}

/** The text in the first element of that name. */
function elementOf(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&');
}

const failureWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses the connection. Check endpoint, and whether the store runs',
  ENOTFOUND: 'its host has no address. Check endpoint',
  EAI_AGAIN: 'its host has no address. Check endpoint',
  ECONNRESET: 'it closed the connection',
  ETIMEDOUT: 'it does not answer',
};

function wordsOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it does not answer in time';
  const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
  return failureWords[cause?.code ?? ''] ?? cause?.message ?? String(error);
}
