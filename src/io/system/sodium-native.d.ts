/** The part of sodium-native that this room uses; the package brings no types. */
declare module 'sodium-native' {
  const sodium: {
    /** Keyed BLAKE2b of `input` into the whole of `output` (16 to 64 bytes); throws on wrong lengths. */
    crypto_generichash(output: Uint8Array, input: Uint8Array, key: Uint8Array): void;
  };
  export = sodium;
}
