/** The part of noise-handshake that this room uses; the package brings no types. */
declare module 'noise-handshake' {
  interface KeyPair {
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
  }

  interface Curve {
    readonly DHLEN: number;
    readonly PKLEN: number;
    readonly SKLEN: number;
    readonly ALG: string;
    generateKeyPair(): KeyPair;
    dh(publicKey: Uint8Array, own: KeyPair): Uint8Array;
  }

  class Noise {
    constructor(pattern: 'XX', isInitiator: boolean, own: KeyPair, options: { readonly curve: Curve });
    /** The static key of the other side, once a message has brought it. */
    readonly rs: Uint8Array | undefined;
    /** From here on once the handshake is complete. */
    readonly complete: boolean;
    readonly tx: Uint8Array;
    readonly rx: Uint8Array;
    readonly hash: Uint8Array;
    initialise(prologue: Uint8Array): void;
    send(payload: Uint8Array): Uint8Array;
    /** Throws where a tag does not hold or bytes are missing, and is of no use afterwards. */
    recv(message: Uint8Array): Uint8Array;
  }
  export = Noise;
}
