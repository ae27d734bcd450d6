/** What settings of a gateway may hold. */
import { u32Max } from '../std/integers.ts';
import { field, integer, quote, readShape, shape } from './admission/fields.ts';
import { rootKeyDigits } from './admission/key-secrets.ts';
import { defaultGatewayLimits, type GatewaySettings } from './settings.ts';

const port = integer(0, 65_535, 'A port; 0 takes a free one.');
/** What settings and their API keys may hold, where the type does not say it. */
const settingFields = {
  port,
  operatorPort: port,
  timeWindowMs: integer(100, 60_000, 'How far the time of a signed request may be off.'),
  replicas: field({ type: 'array', minItems: 1 }, 'a list of at least one replica'),
} as const;
const keyFields = {
  secret: field(
    { type: 'string', pattern: '^(?:[0-9a-fA-F]{2}){16,}$' },
    'hexadecimal, an even number of digits, at least 32',
  ),
  accountIds: field(
    { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: u32Max } },
    'a list of at least one account, each an integer from 1 to 4294967295',
  ),
} as const;
const limitsShape = shape(
  Object.fromEntries(
    Object.keys(defaultGatewayLimits).map((name) => [
      name,
      integer(1, Number.MAX_SAFE_INTEGER, 'A limit of the gateway.'),
    ]),
  ),
);

/** Refuses settings that cannot work; the message names the key and what it may be. */
export function checkSettings(settings: GatewaySettings): void {
  const refuse = (key: string, rule: string): never => {
    throw new Error(`gateway.${key}: ${rule}`);
  };
  for (const [key, { accepts, allowed }] of Object.entries(settingFields)) {
    const value = settings[key as keyof typeof settingFields];
    if (value !== undefined && !accepts(value))
      refuse(key, `${quote(value)} is not allowed; it must be ${allowed}.`);
  }
  const { rootKey } = settings;
  if (rootKey !== undefined && (!/^[0-9a-f]+$/i.test(rootKey) || rootKey.length !== rootKeyDigits))
    refuse('rootKey', `it must have ${rootKeyDigits} hexadecimal digits.`);
  const seen = new Set<string>();
  for (const apiKey of settings.apiKeys) {
    const { keyId } = apiKey;
    const key = `apiKeys[keyId=${JSON.stringify(keyId)}]`;
    if (seen.has(keyId)) refuse(key, 'this keyId is there twice; each key needs its own.');
    seen.add(keyId);
    for (const [name, { accepts, allowed }] of Object.entries(keyFields)) {
      // What is there may be a secret: it is not repeated.
      if (!accepts(apiKey[name as keyof typeof keyFields]))
        refuse(`${key}.${name}`, `it must be ${allowed}.`);
    }
  }
  const limits = readShape(limitsShape, settings.limits ?? {});
  if (!limits.ok) refuse(`limits.${limits.field}`, limits.message);
}
