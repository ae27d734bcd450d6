/** Log lines of the processes: JSON as pino writes it, made readable for a terminal. Pure. */

/** Levels of pino. */
export const LogLevel = { info: 30, warn: 40, error: 50, fatal: 60 } as const;
const levelWords: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
};
/** Fields that every line has; the reader of a terminal does not need them. */
const commonFields: ReadonlySet<string> = new Set([
  'level',
  'time',
  'pid',
  'hostname',
  'msg',
  'process',
  'replica',
  'component',
  'name',
  'atUs',
]);
const readableCharactersMax = 2_000;

export interface ReadableLine {
  readonly level: number;
  readonly text: string;
  /** Worth a person's attention although nothing is wrong: the line has the field `news`. */
  readonly isNews: boolean;
}

/** `source` names the process. A line that is not JSON keeps its words and gets `levelOfText`. */
export function readableLine(source: string, line: string, levelOfText: number): ReadableLine {
  const json = parsed(line);
  if (json === undefined)
    return { level: levelOfText, text: cut(`${source}: ${printable(line)}`), isNews: false };
  const level = typeof json['level'] === 'number' ? json['level'] : LogLevel.info;
  const message = typeof json['msg'] === 'string' ? json['msg'] : '';
  // The words of news say all; their fields are for machines.
  if (json['news'] === true) return { level, text: cut(printable(`${source}: ${message}`)), isNews: true };
  const fields = Object.entries(json)
    .filter(([name]) => !commonFields.has(name))
    .map(([name, value]) => `${name}=${shown(value)}`);
  const word = levelWords[level] ?? String(level);
  return {
    level,
    text: cut(printable([`${source}: ${word}: ${message}`, ...fields].join(' '))),
    isNews: false,
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Control characters could move the cursor of a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\t' ? ' ' : '·'));
}

function cut(text: string): string {
  return text.length > readableCharactersMax ? `${text.slice(0, readableCharactersMax)}…` : text;
}
