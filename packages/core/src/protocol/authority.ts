/** A listener on every address is reached by loopback; IPv6 literals take brackets in an authority. */
export function authorityHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
