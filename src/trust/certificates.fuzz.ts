/**
 * Fuzzes what reads certificates, names of parties and identities: whatever is shown, no party comes out but that of a
 * certificate as it was signed, with its own key.
 */
import { assert } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { mutatedText } from '../std/testing/fuzzing-text.ts';
import { partyUri, readAuthorities, readPartyUri } from './certificates.ts';
import { isTrustFailure } from './failures.ts';
import { readIdentity } from './identity.ts';
import { certificatesOf, september, shownBy, textOf } from './testing/certificates.ts';

const { certificates } = certificatesOf(['authority', 'p256-authority']);
const shown = ['replica-2', 'gateway-1', 'of-p256', 'of-twin', 'two-names', 'quoted-name'].map(shownBy);
const goodFiles = {
  identity: textOf('replica-2') + textOf('replica-2.link'),
  authorities: textOf('authority'),
  revoked: '{"revoked":[{"serial":"1f","party":"replica/3","revokedAt":"2026","reason":""}]}',
};
const goodUri = partyUri({
  clusterUuid: new Uint8Array(16),
  party: { kind: 2, id: 10 },
  linkKey: new Uint8Array(32),
});

function run(random: Random): void {
  const { evidence, linkKey } = random.pick(shown);
  const bytes = random.chance(0.1) ? noise(random, 5_000) : mutated(random, evidence);
  const key = random.chance(0.2) ? random.pick(shown).linkKey : linkKey;
  const found = certificates.partyOf(bytes, key);
  if (typeof found === 'number') {
    assert(isTrustFailure(found), 'a refusal has its words');
    assert(/^[ -~]{1,400}$/.test(certificates.lastRefusal), 'a refusal is one line');
  } else {
    const original = shown.find((other) => isSameBytes(other.linkKey, key));
    // An ECDSA signature may be changed into another good one.
    const isSigned = original !== undefined && bytes.length >= original.evidence.length - 2;
    assert(isSigned && found.id <= 2, 'only what was signed names a party');
  }
  const uri = mutatedText(random, goodUri);
  const name = readPartyUri(uri);
  assert(name === undefined || partyUri(name) === uri, 'a name has one form');
  readAuthorities(mutatedText(random, goodFiles.authorities));
  const spoiled = random.pick(Object.keys(goodFiles) as (keyof typeof goodFiles)[]);
  readIdentity({ ...goodFiles, [spoiled]: mutatedText(random, goodFiles[spoiled]) }, () => september);
}

export const certificateFuzzer: Fuzzer = {
  name: 'certificates',
  property: 'no certificate, name of a party or identity file is taken but as it was made',
  casesInTests: 150,
  run,
};
