/** Largest body of a request and largest message on a stream. */
export const bodyBytesMax = 16_384;
