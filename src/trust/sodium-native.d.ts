/** The part of sodium-native that the project uses; the package brings no types. All throw on wrong lengths. */
declare module 'sodium-native' {
  const sodium: {
    /** Keyed BLAKE2b of `input` into the whole of `output` (16 to 64 bytes). */
    crypto_generichash(output: Uint8Array, input: Uint8Array, key: Uint8Array): void;
    /** Whether 32 bytes are a point of Ed25519 in its one form, and of the large group. */
    crypto_core_ed25519_is_valid_point(point: Uint8Array): boolean;
    /** X25519 of a secret and the base point. */
    crypto_scalarmult_base(output: Uint8Array, secret: Uint8Array): void;
    /** X25519; throws where the result is zero (RFC 7748, section 6.1). */
    crypto_scalarmult(output: Uint8Array, secret: Uint8Array, point: Uint8Array): void;
    /** ChaCha20-Poly1305 (RFC 8439); `cipher` may be `plain`. */
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(
      cipher: Uint8Array,
      tag: Uint8Array,
      plain: Uint8Array,
      data: Uint8Array,
      unused: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    /** The same with the tag behind the rest of `cipher`, which may begin where `plain` does. */
    crypto_aead_chacha20poly1305_ietf_encrypt(
      cipher: Uint8Array,
      plain: Uint8Array,
      data: Uint8Array,
      unused: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    /** Throws, and leaves zeros in `plain`, where the tag does not hold. */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      plain: Uint8Array,
      unused: null,
      cipher: Uint8Array,
      data: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    /** Throws, and leaves zeros in `plain`, where the tag does not hold. */
    crypto_aead_chacha20poly1305_ietf_decrypt_detached(
      plain: Uint8Array,
      unused: null,
      cipher: Uint8Array,
      tag: Uint8Array,
      data: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_secretstream_xchacha20poly1305_KEYBYTES: number;
    crypto_secretstream_xchacha20poly1305_STATEBYTES: number;
    crypto_secretstream_xchacha20poly1305_HEADERBYTES: number;
    crypto_secretstream_xchacha20poly1305_ABYTES: number;
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: number;
    crypto_secretstream_xchacha20poly1305_TAG_FINAL: number;
    /** Begins a stream of sealed messages: writes its header. */
    crypto_secretstream_xchacha20poly1305_init_push(
      state: Uint8Array,
      header: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_secretstream_xchacha20poly1305_push(
      state: Uint8Array,
      cipher: Uint8Array,
      plain: Uint8Array,
      data: Uint8Array | null,
      tag: number,
    ): void;
    crypto_secretstream_xchacha20poly1305_init_pull(
      state: Uint8Array,
      header: Uint8Array,
      key: Uint8Array,
    ): void;
    /** Throws where the message is not the next one of the stream. */
    crypto_secretstream_xchacha20poly1305_pull(
      state: Uint8Array,
      plain: Uint8Array,
      tag: Uint8Array,
      cipher: Uint8Array,
      data: Uint8Array | null,
    ): void;
  };
  export = sodium;
}
