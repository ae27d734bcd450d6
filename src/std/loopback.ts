/** Which addresses only this machine reaches. Pure: names are not looked up. */

/** Whether a server on this host is reached from this machine alone. Of names but "localhost" that is not known. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
