/**
 * What is written to a name server, and what it answers. Pure. Beside the addresses of a name there is a TXT record
 * with the epoch and the term of the replica that wrote them. An update asks for the record that was read before (RFC
 * 2136, 2.4.2), so a leader that is no longer one, and does not know it, overwrites nothing of its successor.
 */
import { isIPv4 } from 'node:net';

export interface WriterTerm {
  readonly epoch: number;
  readonly term: number;
}

/** The addresses of a name. */
export interface NameAddresses {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface NameUpdate extends NameAddresses {
  readonly server: string;
  readonly port: number;
  readonly zone: string;
  readonly ttlSeconds: number;
  readonly by: WriterTerm;
  /** The text that is there; undefined: none does. */
  readonly before: string | undefined;
}

const mark = 'lockstep';

export function writerText({ epoch, term }: WriterTerm): string {
  return `${mark} epoch=${epoch} term=${term}`;
}

/** The writer of the text; undefined where it is not of this program. */
export function readWriter(text: string): WriterTerm | undefined {
  const [, epoch, term] = new RegExp(`^${mark} epoch=(\\d{1,15}) term=(\\d{1,15})$`).exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch: Number(epoch), term: Number(term) };
}

export function isLater(one: WriterTerm, other: WriterTerm): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.term > other.term);
}

/** The lines that `nsupdate` reads. */
export function updateScript({ name, addresses, before, by, ...update }: NameUpdate): string {
  const { server, port, zone, ttlSeconds } = update;
  const whole = name.endsWith('.') ? name : `${name}.`;
  const lines = [
    `server ${server} ${port}`,
    `zone ${zone}`,
    before === undefined ? `prereq nxrrset ${whole} TXT` : `prereq yxrrset ${whole} TXT "${before}"`,
    `update delete ${whole} A`,
    `update delete ${whole} AAAA`,
    `update delete ${whole} TXT`,
    ...addresses.map(
      (address) => `update add ${whole} ${ttlSeconds} ${isIPv4(address) ? 'A' : 'AAAA'} ${address}`,
    ),
    `update add ${whole} ${ttlSeconds} TXT "${writerText(by)}"`,
    'send',
  ];
  return `${lines.join('\n')}\n`;
}

/** An update of nothing: the server reads its signature, and whether the zone is there. */
export function probeScript({ server, port, zone }: Pick<NameUpdate, 'server' | 'port' | 'zone'>): string {
  const apex = zone.endsWith('.') ? zone : `${zone}.`;
  return `${[`server ${server} ${port}`, `zone ${zone}`, `prereq yxdomain ${apex}`, 'send'].join('\n')}\n`;
}

/** Another one has written in between. */
export function isOvertaken(said: string): boolean {
  return /update failed: (NXRRSET|YXRRSET)/.test(said);
}

const hints: readonly (readonly [RegExp, string])[] = [
  // Then it asks without a key, and is refused for that.
  [/could not read key/, 'the key cannot be read: see dns.keyFile'],
  [
    /NOTAUTH\(BADKEY\)/,
    'it does not know the key: does its configuration have the key of dns.keyFile, by the same name?',
  ],
  [/NOTAUTH\(BADSIG\)|tsig verify failure/i, 'the secret of the key there differs from that in dns.keyFile'],
  [/BADTIME/, 'the clocks of the two machines differ by more than five minutes'],
  [/REFUSED/, 'its zone must allow updates by the key of dns.keyFile (allow-update, or update-policy)'],
  [/NOTAUTH/, 'it is not the primary server of the zone: see dns.server and dns.zone'],
  [/NOTZONE/, 'the name is not in the zone: see dns.zone'],
  [/SERVFAIL/, 'it cannot write the zone: see its log, and whether it may write its files'],
  [
    /timed out|refused|unreachable|communications error|no servers could be reached/i,
    'it does not answer: see dns.server and dns.port',
  ],
  [/key|could not read/i, 'the key cannot be read: see dns.keyFile'],
];

/** Why an update failed, from what `nsupdate` said, with what to do. */
export function updateProblem(said: string): string {
  const lines = said.trim().split('\n');
  const found = hints.find(([pattern]) => pattern.test(said));
  if (found === undefined) return lines.at(-1) ?? '';
  const [pattern, hint] = found;
  return `${lines.findLast((line) => pattern.test(line)) ?? lines.at(-1)}: ${hint}`;
}

/** Looks without an answer after which a gateway that was ready is not. */
const looksMax = 2;
/** So many looks at each without one that is ready are said: after a failover all of them need a moment. */
const looksUntilSaid = 10;

/** Which gateways are ready: one that is comes in at once, one that is not any more goes out after two looks. */
export class ReadyGateways {
  readonly #all: readonly string[];
  /** Looks in a row at which each was not ready; absent before the first look. */
  readonly #failed = new Map<string, number>();
  /** Why each was not ready at the last look; empty where it was. */
  readonly #problems = new Map<string, string>();

  constructor(addresses: readonly string[]) {
    this.#all = addresses;
  }

  /** `problem`: why it is not ready; empty where it is. */
  found(address: string, problem: string): void {
    const failedBefore = this.#failed.get(address) ?? looksMax - 1;
    this.#failed.set(address, problem === '' ? 0 : failedBefore + 1);
    this.#problems.set(address, problem);
  }

  /** What was seen in an earlier leadership says nothing of today. */
  forget(): void {
    this.#failed.clear();
    this.#problems.clear();
  }

  /** Whether each was looked at. */
  get areKnown(): boolean {
    return this.#all.every((address) => this.#failed.has(address));
  }

  /** All, where none is ready: a name without an address would help no caller. */
  get addresses(): readonly string[] {
    const ready = this.#all.filter((address) => (this.#failed.get(address) ?? 0) < looksMax);
    return ready.length === 0 ? this.#all : ready;
  }

  /** That none has been ready for some looks, with the reason of each; empty where one was. */
  get problem(): string {
    const isLong = this.#all.every((address) => (this.#failed.get(address) ?? 0) >= looksUntilSaid);
    if (this.#all.length === 0 || !isLong) return '';
    const reasons = this.#all.map((address) => this.#problems.get(address)!);
    return `no gateway is found ready, so that the name has all of them: ${reasons.join('; ')}`;
  }
}
