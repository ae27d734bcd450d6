/**
 * Sealed contents of objects: a secret stream of libsodium (XChaCha20-Poly1305) over pieces of the content, the last of
 * them marked, so that a piece that is missing, doubled, out of place or of another object does not open. The head of
 * the object goes into the first piece as associated data.
 */
import sodium from 'sodium-native';

const {
  crypto_secretstream_xchacha20poly1305_ABYTES: tagBytes,
  crypto_secretstream_xchacha20poly1305_HEADERBYTES: streamHeaderBytes,
  crypto_secretstream_xchacha20poly1305_STATEBYTES: stateBytes,
  crypto_secretstream_xchacha20poly1305_TAG_FINAL: lastPiece,
  crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: innerPiece,
} = sodium;

export const backupKeyBytes = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES;
const pieceBytes = 1_048_576;
const nameBytes = 16;
const nameContext = new TextEncoder().encode('lockstep backup key');

/** A key, and the name by which objects say which one they were sealed with. */
export interface BackupKey {
  readonly bytes: Uint8Array;
  /** 16 hexadecimal digits. It tells keys apart and says nothing of the key. */
  readonly name: string;
}

export function backupKey(bytes: Uint8Array): BackupKey {
  return {
    bytes,
    name: Buffer.from(keyedHash(bytes, nameContext).subarray(0, nameBytes / 2)).toString('hex'),
  };
}

/** BLAKE2b-256 under a key: what only a holder of the key can write. */
export function keyedHash(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  sodium.crypto_generichash(hash, bytes, key);
  return hash;
}

/** Bytes that {@link sealContent} makes of `contentBytes`. */
export function sealedBytes(contentBytes: number): number {
  return streamHeaderBytes + contentBytes + Math.max(1, Math.ceil(contentBytes / pieceBytes)) * tagBytes;
}

export function sealContent(content: Uint8Array, associated: Uint8Array, key: BackupKey): Uint8Array {
  const sealed = new Uint8Array(sealedBytes(content.length));
  const state = new Uint8Array(stateBytes);
  sodium.crypto_secretstream_xchacha20poly1305_init_push(
    state,
    sealed.subarray(0, streamHeaderBytes),
    key.bytes,
  );
  let into = streamHeaderBytes;
  let from = 0;
  do {
    const piece = content.subarray(from, from + pieceBytes);
    const isLast = from + piece.length === content.length;
    const out = sealed.subarray(into, into + piece.length + tagBytes);
    const data = from === 0 ? associated : null;
    sodium.crypto_secretstream_xchacha20poly1305_push(
      state,
      out,
      piece,
      data,
      isLast ? lastPiece : innerPiece,
    );
    from += piece.length;
    into += out.length;
  } while (from < content.length);
  return sealed;
}

/** The content; undefined where it was not sealed so, by this key and for this object. */
export function openContent(
  sealed: Uint8Array,
  associated: Uint8Array,
  key: BackupKey,
): Uint8Array | undefined {
  const pieces = Math.ceil((sealed.length - streamHeaderBytes) / (pieceBytes + tagBytes));
  const contentBytes = sealed.length - streamHeaderBytes - pieces * tagBytes;
  if (pieces < 1 || contentBytes < 0) return undefined;
  const content = new Uint8Array(contentBytes);
  const state = new Uint8Array(stateBytes);
  const tag = new Uint8Array(1);
  try {
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(
      state,
      sealed.subarray(0, streamHeaderBytes),
      key.bytes,
    );
    let at = streamHeaderBytes;
    for (let piece = 0; piece < pieces; piece++) {
      const from = piece * pieceBytes;
      const plain = content.subarray(from, from + pieceBytes);
      const cipher = sealed.subarray(at, at + plain.length + tagBytes);
      const data = piece === 0 ? associated : null;
      sodium.crypto_secretstream_xchacha20poly1305_pull(state, plain, tag, cipher, data);
      if ((tag[0] === lastPiece) !== (piece === pieces - 1)) return undefined;
      at += cipher.length;
    }
    return content;
  } catch {
    return undefined;
  }
}
